"""A month's lists tried against the register: what would be new, open, gone. Nothing is issued."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.matching import AUTO, Link, Registry
from tongchou.core.matching import Pin as CorePin
from tongchou.core.rosters import (
    NEW,
    OPEN,
    REOPENED,
    Entry,
    Inputs,
    named_by,
    only_named,
    run_month,
    summary_of,
)
from tongchou.core.rosters import (
    Run as CoreRun,
)
from tongchou.core.rosters.comparing import MAY_CLOSE, Past
from tongchou.core.rosters.month import run_id
from tongchou.core.rosters.seen import Before
from tongchou.people.queries import merged_numbers
from tongchou.platform import clock
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters import lists, register
from tongchou.rosters.casework import KIND, MACHINE
from tongchou.rosters.merged import key_now
from tongchou.rosters.models import Listed, OpenRow, Pin, RosterFile, Run, RunFinding

Progress = Callable[[int, int | None, str], None]


def _silent(_done: int, _whole: int | None, _words: str) -> None:
    """Say nothing: nobody waits for it."""


_BATCH = 2000
_STEPS = 6


def try_month(
    *,
    area: str,
    month: str,
    actor: str,
    progress: Progress = _silent,
    registry: Registry | None = None,
) -> Run:
    """Compare a month; the same inputs give the run that is there already. Raises Refused.

    `registry`: the area's persons where they have been read already and nobody has changed since.
    """
    files = _files(area, month)
    inputs, found = _compared(area, month, files, progress, registry)
    told = {"corrects": issued_before(area, month)}
    run = _keep(area, inputs, found, files, actor, told=told)
    progress(_STEPS, _STEPS, found.compared.words)
    return run


def try_changes(
    *,
    file: RosterFile,
    actor: str,
    progress: Progress = _silent,
    registry: Registry | None = None,
) -> Run:
    """Compare those alone whom an accepted list of changes names. Raises Refused.

    They are judged by all lists of the month, as in its own run; of nobody else anything is said.
    """
    area, files = file.sender.area, lists.in_use(file.sender.area, file.month)
    if not file.of_changes or file.pk not in {one.pk for one in files}:
        raise Refused(_("只比对已接收的变动名单"))
    inputs, found = _compared(area, file.month, files, progress, registry)
    one = next(o for o in inputs.lists if (o.source.code, o.file) == _name(file))
    part = only_named(found, one)
    told = {"changes": file, "subjects": sorted(named_by(part))}
    run = _keep(area, replace(inputs, lists=[one]), part, [file], actor, told=told)
    progress(_STEPS, _STEPS, part.compared.words)
    return run


def _name(file: RosterFile) -> tuple[str, str]:
    return file.sender.source, file.known_as


def _compared(
    area: str,
    month: str,
    files: list[RosterFile],
    progress: Progress,
    registry: Registry | None = None,
) -> tuple[Inputs, CoreRun]:
    progress(0, _STEPS, _("读名单"))
    inputs = _inputs(area, month, files)
    progress(1, _STEPS, _("读参保登记"))
    found = _find(area, inputs, register.register_hash(area), progress, registry)
    progress(4, _STEPS, _("记下结果"))
    return inputs, found


def issued_before(area: str, month: str) -> Run | None:
    """Return the run of the month that was issued, if a later month has been issued since."""
    issued = Run.objects.filter(area=area, state=Run.State.ISSUED, changes=None)
    if not issued.filter(month__gt=month).exists():
        return None
    return issued.filter(month=month).order_by("-issued_at").first()


def try_again(
    *,
    area: str,
    month: str,
    actor: str,
    progress: Progress = _silent,
) -> Run | None:
    """Compare a month whose run is there already, and keep it only where it tells something new.

    What the same actor proposed before and nobody issued gives way to it. Return None where the
    inputs are those of a run that is there, or where nothing is new and nothing may close. Raises
    Refused.
    """
    files = _files(area, month)
    inputs, digest = _inputs(area, month, files), register.register_hash(area)
    name = run_id(inputs, digest)
    if Run.objects.filter(area=area, month=month, run_id=name).exists():
        return None
    found = _find(area, inputs, digest, progress)
    with transaction.atomic():
        Run.objects.filter(area=area, asked_by=actor, state=Run.State.TRIED).delete()
        if not any(found.compared.count(fate) for fate in (NEW, REOPENED, MAY_CLOSE)):
            return None
        told = {"corrects": issued_before(area, month)}
        return _keep(area, inputs, found, files, actor, told=told)


def _files(area: str, month: str) -> list[RosterFile]:
    files = lists.in_use(area, month)
    if not files:
        raise Refused(_("%(month)s 还没有接收任何名单") % {"month": month})
    return files


def _find(
    area: str,
    inputs: Inputs,
    digest: str,
    progress: Progress,
    registry: Registry | None = None,
) -> CoreRun:
    registry = registry or register.registry_of(area)
    progress(2, _STEPS, _("对人"))
    year = int(inputs.month[:4])
    return run_month(
        inputs,
        registry,
        digest,
        register.known_of(area, year),
        lambda who: register.standings_of(area, who, year),
    )


def _inputs(area: str, month: str, files: list[RosterFile]) -> Inputs:
    earlier, sent = lists.before(area, month)
    pins = Pin.objects.filter(area=area, removed_at=None).order_by("pk")
    # What was said of a record that has since gone into another holds of the one that stays.
    stays = merged_numbers(area)
    last = Run.objects.filter(area=area, month__lt=month, state=Run.State.ISSUED, changes=None)
    members: dict[str, set[str]] = {}
    if previous := last.order_by("-month", "-issued_at").first():
        for source, person in previous.listed.values_list("source", "person_no"):
            members.setdefault(source, set()).add(stays.get(person, person))
    return Inputs(
        lists.pack_of(area),
        month,
        [lists.read(file) for file in files],
        [CorePin(p.subject, stays.get(p.person_no, p.person_no), p.must, p.evidence) for p in pins],
        earlier,
        sent,
        Before({source: frozenset(who) for source, who in members.items()}),
        _past(area),
        lists.released(files),
    )


def _past(area: str) -> list[list[Past]]:
    """Return what was found before: cases that are closed, then those that are not."""
    cases = Case.objects.filter(area=area, kind=KIND)
    rows = [(c.key, c.sources, c.state) for c in cases.only("key", "sources", "state")]
    if not rows:
        return []
    stays = merged_numbers(area)
    rows = [(key_now(key, stays), sources, state) for key, sources, state in rows]
    gone = (MACHINE.closed, MACHINE.vanished)
    closed = [Past(key, tuple(sources)) for key, sources, state in rows if state in gone]
    still = [Past(key, tuple(sources)) for key, sources, state in rows if state not in gone]
    return [closed, still]


@transaction.atomic
def _keep(
    area: str,
    inputs: Inputs,
    found: CoreRun,
    files: list[RosterFile],
    actor: str,
    *,
    told: Mapping[str, object],
) -> Run:
    known = Run.objects.filter(area=area, month=inputs.month, run_id=found.run_id).first()
    summary = summary_of(inputs, found)
    summary.pop("keys")
    if known is not None and known.state == Run.State.ISSUED:
        return known
    if known is not None:
        known.delete()
    run = Run.objects.create(
        area=area,
        month=inputs.month,
        run_id=found.run_id,
        summary=summary,
        incomplete=sorted(found.incomplete),
        asked_by=actor,
        made_at=clock.now(),
        **told,
    )
    RunFinding.objects.bulk_create(_findings(run, found), batch_size=_BATCH)
    OpenRow.objects.bulk_create(_open_rows(run, found, files), batch_size=_BATCH)
    if run.changes is None:
        Listed.objects.bulk_create(_listed(run, found), batch_size=_BATCH)
    trail.record(
        actor=actor,
        verb="rosters.run.tried",
        object_type="run",
        object_id=str(run.pk),
        area=area,
        data={"month": run.month, "run": run.run_id, "words": summary["words"]},
    )
    return run


def _findings(run: Run, found: CoreRun) -> Iterator[RunFinding]:
    fates = {key: fate for fate in (NEW, REOPENED, OPEN) for key in found.compared.keys[fate]}
    names = {
        entry.subject if link.tier != AUTO else link.person_no: entry.who.name.shown
        for entry, link in zip(found.entries, found.links, strict=True)
    }
    for one in found.findings:
        name = names.get(one.subject) or one.facts.split("；")[0]
        yield RunFinding(
            run=run, key=one.key, code=one.code, subject=one.subject, sources=[*one.sources],
            name=name[:50] if one.code[0] != "L" else "", facts=one.facts, town=one.town[:50],
            fate=fates[one.key], told=dict(one.told),
        )  # fmt: skip


def _open_rows(run: Run, found: CoreRun, files: list[RosterFile]) -> Iterator[OpenRow]:
    by_name = {_name(file): file for file in files}
    for entry, link in zip(found.entries, found.links, strict=True):
        if link.tier != AUTO:
            yield _open_row(run, by_name[entry.source, entry.file], entry, link)


def _open_row(run: Run, file: RosterFile, entry: Entry, link: Link) -> OpenRow:
    who = entry.who
    return OpenRow(
        run=run, file=file, sheet=entry.sheet[:60], row=entry.row, subject=entry.subject,
        tier=link.tier, name=who.name.shown[:50], number=who.raw_id[:50], number_kind=who.id.kind,
        sex=who.sex, birth=f"{who.birth.day}" if who.birth else "", town=entry.town_shown[:50],
        village=who.village[:50], head=who.head[:50], why=link.evidence[:200],
        candidates=[one._asdict() for one in link.candidates],
    )  # fmt: skip


def _listed(run: Run, found: CoreRun) -> Iterator[Listed]:
    seen = {
        (entry.source, link.person_no)
        for entry, link in zip(found.entries, found.links, strict=True)
        if link.tier == AUTO and entry.sender.holds == "helped"
    }
    for source, person in sorted(seen):
        yield Listed(run=run, source=source, person_no=person)
