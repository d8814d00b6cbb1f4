"""The population of a month tried against the insured of a day."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.lists import Finding, Judged, Received, blocked, check_lists, compare, key_of
from tongchou.core.matching import Pin as CorePin
from tongchou.core.registers.coverage import UNSETTLED, cover, rate, run_id
from tongchou.core.registers.coverage import Counted as CoreCounted
from tongchou.core.registers.month import last_of
from tongchou.core.registers.pack import PopulationRules, population_rules
from tongchou.core.sheets import SheetRefused
from tongchou.platform import clock
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.refusal import Refused
from tongchou.registers import files, insured
from tongchou.registers.models import POPULATION, Counted, Pin, RegisterFile, Run, RunFinding
from tongchou.registers.services.keeping import fates_of, found_already, keep_run, past_of
from tongchou.rosters import register

Progress = Callable[[int, int | None, str], None]
_BATCH = 2000


def try_coverage(
    *,
    area: str,
    month: str,
    actor: str,
    progress: Progress = lambda _done, _whole, _words: None,
) -> Run:
    """Compare a month; the same inputs give the run that is there already. Raises Refused."""
    used = files.in_use(area, POPULATION, month)
    if not used:
        raise Refused(_("%(month)s 还没有接收公安的人口数据") % {"month": month})
    (file,) = used
    rules = population_rules()
    # A month that is not over is judged by who is insured today.
    day = min(last_of(month), clock.today())
    progress(0, file.rows, _("读参保登记"))
    told, hashes = insured.told_of(area, month)
    rows = Pin.objects.filter(area=area, register=POPULATION, removed_at=None).order_by("pk")
    pins = [CorePin(pin.subject, pin.key, pin.must, pin.evidence) for pin in rows]
    parts = [
        month, f"{day}", rules.version, file.sha256, *sorted(hashes), register.register_hash(area),
        insured.enrolments_word(area, day), *(f"{p.subject} {p.person_no} {p.must}" for p in pins),
    ]  # fmt: skip
    name = run_id(parts)
    known = found_already(area, POPULATION, month, name)
    if known is not None:
        return known
    registry = register.registry_of(area)
    try:
        found = cover(
            registry, files.open_file(file), insured.stands_of(area, day), told, day, pins=pins,
            progress=lambda done: progress(done, file.rows, _("对人")),
        )  # fmt: skip
        progress(file.rows, file.rows + 1, _("记下结果"))
        return _keep(file, day, name, found.counted(), actor)
    except SheetRefused as refused:
        raise Refused(f"{file.name}：{refused}") from None


@transaction.atomic
def _keep(
    file: RegisterFile, day: date, name: str, counted: Iterator[list[CoreCounted]], actor: str
) -> Run:
    """Write the run and its rows; the rows of older runs go, their figures stay."""
    area, month, rules = file.area, file.month, population_rules()
    incomplete = _incomplete(file, rules)
    run = keep_run(
        area=area, kind=POPULATION, month=month, day=day, run_id=name, summary={"words": ""},
        incomplete=sorted(incomplete), files=[file], actor=actor,
    )  # fmt: skip
    findings: list[Finding] = []
    totals: dict[str, int] = {}
    persons = repeats = 0
    for some in counted:
        load_rows(Counted, [_row(run, one) for one in some])
        for one in some:
            totals[one.outcome] = totals.get(one.outcome, 0) + 1
            persons, repeats = persons + 1, repeats + one.repeats
            if one.outcome and one.outcome != UNSETTLED:
                findings.append(_finding(rules, one, int(month[:4])))
    compared = compare(findings, past_of(area, POPULATION), incomplete, frozenset({POPULATION}))
    fates = fates_of(compared)
    for at in range(0, len(findings), _BATCH):
        load_rows(RunFinding, [_kept(run, one, fates) for one in findings[at : at + _BATCH]])
    run.summary = {
        "words": compared.words,
        **{fate: compared.count(fate) for fate in compared.keys},
        "rules": rules.version,
        "assumed": rules.assumed(),
        "rows": persons + repeats,
        "persons": persons,
        "insured": totals.get("", 0),
        "rate": rate(totals.get("", 0), persons),
        "counts": dict(sorted(totals.items())),
        "source": f"{file.get_register_display()}：{file.name}",
    }
    run.save(update_fields=["summary"])
    older = Run.objects.filter(area=area, kind=POPULATION).exclude(pk=run.pk)
    Counted.objects.filter(run__in=older).delete()
    return run


def _incomplete(file: RegisterFile, rules: PopulationRules) -> frozenset[str]:
    area, month = file.area, file.month
    earlier, sent = files.before(area, POPULATION, month)
    kept: dict[str, Any] = {**file.kept, "headings": tuple(file.kept["headings"])}
    now = Judged(file.name, file.sha256, Received(**kept), 0)
    gates = blocked(rules, check_lists(rules, month, [now], earlier, sent))
    return (gates - files.released([file])) | files.seen_already(area, POPULATION, [file])


def _row(run: Run, one: CoreCounted) -> dict[str, Any]:
    return {
        "run_id": run.pk, "subject": one.subject, "person_no": one.person_no,
        "sheet": one.sheet[:60], "row": one.row, "name": one.name[:200],
        "number": one.number[:100], "birth": one.birth, "age": one.age, "town": one.town[:200],
        "village": one.village[:200], "rule": one.rule, "outcome": one.outcome,
        "repeats": one.repeats,
        "candidates": json.loads(one.candidates) if one.candidates else [],
    }  # fmt: skip


def _finding(rules: PopulationRules, one: CoreCounted, year: int) -> Finding:
    facts = [f"{one.name}，{one.town}{one.village}", rules.class_of(one.outcome).name]
    facts.append("在参保登记里" if one.person_no else "参保登记里没有这个人")
    facts.append(f"人口数据第 {one.row} 行")
    key = key_of(one.outcome, one.subject, year)
    told = (("name", one.name),)
    return Finding(key, one.outcome, one.subject, (POPULATION,), "；".join(facts), one.town, told)


def _kept(run: Run, one: Finding, fates: dict[str, str]) -> dict[str, Any]:
    return {
        "run_id": run.pk, "key": one.key, "code": one.code, "subject": one.subject,
        "name": dict(one.told)["name"][:200], "sources": [*one.sources], "facts": one.facts,
        "town": one.town[:50], "told": {}, "fate": fates[one.key],
    }  # fmt: skip
