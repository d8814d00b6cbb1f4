"""A month's institutions tried against the registers: what would be new, open, gone."""

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.lists import compare
from tongchou.core.registers.entries import Entry
from tongchou.core.registers.linking import Candidate
from tongchou.core.registers.linking import Pin as CorePin
from tongchou.core.registers.month import Inputs, last_of, run_id, run_month
from tongchou.core.registers.month import Run as CoreRun
from tongchou.core.registers.pack import institution_rules
from tongchou.platform.refusal import Refused
from tongchou.registers import files, holders
from tongchou.registers.models import INSTITUTIONS, OpenMatch, Pin, RegisterFile, Run, RunFinding
from tongchou.registers.services.keeping import (
    counts_by,
    fates_of,
    found_already,
    keep_run,
    past_of,
)

Progress = Callable[[int, int | None, str], None]
_BATCH = 1000


def try_month(
    *,
    area: str,
    month: str,
    actor: str,
    progress: Progress = lambda _done, _whole, _words: None,
) -> Run:
    """Compare a month; the same inputs give the run that is there already. Raises Refused."""
    used = files.in_use(area, INSTITUTIONS, month)
    if not used:
        raise Refused(_("%(month)s 还没有接收卫健或市场监管的登记数据") % {"month": month})
    progress(0, 3, _("读登记数据"))
    inputs = _inputs(area, month, used)
    known = found_already(area, INSTITUTIONS, month, run_id(inputs))
    if known is not None:
        return known
    progress(1, 3, _("比对"))
    found = run_month(inputs)
    run = _keep(area, inputs, found, used, actor)
    progress(3, 3, run.summary["words"])
    return run


def _inputs(area: str, month: str, used: list[RegisterFile]) -> Inputs:
    earlier, sent = files.before(area, INSTITUTIONS, month)
    pins = Pin.objects.filter(area=area, removed_at=None).exclude(register="population")
    return Inputs(
        institution_rules(),
        month,
        [files.read(file) for file in used],
        holders.holders_of(area, last_of(month)),
        [CorePin(p.register, p.subject, p.key, p.must) for p in pins.order_by("pk")],
        earlier,
        sent,
        past_of(area, INSTITUTIONS),
        files.released(used),
    )


@transaction.atomic
def _keep(area: str, inputs: Inputs, found: CoreRun, used: list[RegisterFile], actor: str) -> Run:
    rules = inputs.rules
    cases = [one for one in found.findings if rules.class_of(one.code).deadline]
    # What a file showed when cases were issued on it, it cannot clear.
    incomplete = found.incomplete | files.seen_already(area, INSTITUTIONS, used)
    compared = compare(cases, inputs.past, incomplete, frozenset(rules.offices))
    running = sum(holder.running for holder in inputs.holders)
    wrong = {one.subject for one in cases if one.code[0] != "L"}
    maybe = {
        code
        for rows in found.found.values()
        for code, one in rows.items()
        if one.candidates and _runs(inputs, code)
    }
    summary = {
        "words": compared.words,
        **{fate: compared.count(fate) for fate in compared.keys},
        "rules": rules.version,
        "assumed": rules.assumed(),
        "agreements": running,
        "wrong": len(wrong),
        "maybe": len(maybe - wrong),
        "counts": counts_by(found.findings),
        "missing": sorted(found.incomplete),
    }
    run = keep_run(
        area=area, kind=INSTITUTIONS, month=inputs.month, day=last_of(inputs.month),
        run_id=found.run_id, summary=summary, incomplete=sorted(incomplete), files=used,
        actor=actor,
    )  # fmt: skip
    fates = fates_of(compared)
    RunFinding.objects.bulk_create(_findings(run, inputs, found, fates), batch_size=_BATCH)
    OpenMatch.objects.bulk_create(_matches(run, inputs, found), batch_size=_BATCH)
    return run


def _runs(inputs: Inputs, code: str) -> bool:
    return any(holder.code == code and holder.running for holder in inputs.holders)


def _findings(
    run: Run, inputs: Inputs, found: CoreRun, fates: dict[str, str]
) -> Iterator[RunFinding]:
    names = {holder.code: holder.name for holder in inputs.holders}
    names |= {entry.key: entry.name for entry in found.free}
    for one in found.findings:
        yield RunFinding(
            run=run, key=one.key, code=one.code, subject=one.subject, sources=[*one.sources],
            name=names.get(one.subject, "")[:200], facts=one.facts, town=one.town,
            told=dict(one.told), fate=fates.get(one.key, ""),
        )  # fmt: skip


def _matches(run: Run, inputs: Inputs, found: CoreRun) -> Iterator[OpenMatch]:
    names = {holder.code: holder.name for holder in inputs.holders if holder.running}
    rows = {one.register: {e.key: e for e in one.entries} for one in inputs.lists}
    for register, links in found.found.items():
        for code, one in links.items():
            if code in names and one.candidates:
                shown = [_shown(rows[register], c) for c in one.candidates]
                yield OpenMatch(
                    run=run, register=register, code=code, name=names[code], candidates=shown
                )


def _shown(rows: dict[str, Entry], candidate: Candidate) -> dict[str, object]:
    row = rows[candidate.key]
    return {
        "key": candidate.key, "score": candidate.score, "why": list(candidate.why),
        "name": row.name, "code": row.raw_code, "licence": row.licence, "address": row.address,
        "status": row.status, "file": row.file, "sheet": row.sheet, "row": row.row,
    }  # fmt: skip
