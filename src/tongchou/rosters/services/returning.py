"""A list's result goes back to its sender: a line for each of its lines."""

import hashlib
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.matching import AUTO, link
from tongchou.core.matching import Pin as CorePin
from tongchou.people.models import Person
from tongchou.people.queries import merged_numbers
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters import giving_back, lists, register
from tongchou.rosters.casework import KIND
from tongchou.rosters.giving_back import Line
from tongchou.rosters.models import Pin, ReturnFile, RosterFile, Run

RIGHT = "rosters.receive"
_CHUNK = 900


def give_back(*, by: User, file: RosterFile) -> ReturnFile:
    """Write down what became of each line of a list in use; the same again is the same file.

    It rests on the month's last run that was issued and on how far its cases have come.
    Raises NotAllowed, Refused.
    """
    if not by.may(RIGHT):
        raise NotAllowed(_("您的岗位不能反馈名单"))
    if file.state != RosterFile.State.ACCEPTED:
        raise Refused(_("这份名单不在用，没有可以反馈的结果"))
    area = file.sender.area
    issued = Run.objects.filter(area=area, month=file.month, state=Run.State.ISSUED)
    run = issued.order_by("-made_at").first()
    if run is None:
        raise Refused(_("%(month)s 还没有下发过比对。请先比对、下发") % {"month": file.month})
    lines = list(lines_of(file))
    if len(lines) != file.rows + len(file.skipped):
        raise Refused(_("反馈的行数和收到的不同，没有写出。请联系系统管理员"))
    made = clock.local(run.made_at).replace(tzinfo=None)
    content = giving_back.to_sheet(lines, made)
    return _keep(by, file, run, lines, content)


def _keep(by: User, file: RosterFile, run: Run, lines: list[Line], content: bytes) -> ReturnFile:
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            kept = ReturnFile.objects.create(
                file=file, run=run, lines=len(lines), counts=giving_back.counted(lines),
                sha256=digest, content=content, made_by=by, made_at=clock.now(),
            )  # fmt: skip
            trail.record(
                actor=by.login,
                verb="rosters.file.returned",
                object_type="roster",
                object_id=str(file.pk),
                area=file.sender.area,
                data={"lines": kept.lines, "sha256": digest, **kept.counts},
            )
    except IntegrityError:
        return ReturnFile.objects.get(file=file, sha256=digest)
    return kept


def lines_of(file: RosterFile) -> Iterator[Line]:
    """Yield a line for each line of a list, in its order, those of nobody last."""
    area, source = file.sender.area, file.sender.source
    pack, one = lists.pack_of(area), lists.read(file)
    pins = Pin.objects.filter(area=area, removed_at=None).order_by("pk")
    stays = merged_numbers(area)
    links = link(
        register.registry_of(area),
        [entry.who for entry in one.entries],
        [entry.subject for entry in one.entries],
        [CorePin(p.subject, stays.get(p.person_no, p.person_no), p.must, p.evidence) for p in pins],
    )
    people = _people(area, {x.person_no for x in links if x.tier == AUTO})
    cases: dict[str, list[Case]] = {}
    for case in Case.objects.filter(area=area, kind=KIND, key__endswith=f"|{file.month[:4]}"):
        if source in case.sources:
            cases.setdefault(stays.get(case.subject, case.subject), []).append(case)
    known = giving_back.Known(file.sha256, cases, people, pack)
    for entry, its in zip(one.entries, links, strict=True):
        yield giving_back.line_of(known, entry, its)
    for sheet, row, why in one.skipped:
        yield giving_back.skipped_line(file.sha256, sheet, row, why)


def _people(area: str, numbers: Iterable[str]) -> dict[str, Person]:
    wanted, found = sorted(numbers), {}
    for at in range(0, len(wanted), _CHUNK):
        some = Person.objects.filter(area=area, psn_no__in=wanted[at : at + _CHUNK])
        found.update({person.psn_no: person for person in some})
    return found
