"""Lists in use, as core.rosters takes them. None of these reads checks a user's right."""

from collections.abc import Sequence

from tongchou.core.rosters import Pack, RosterList, Source, load_pack, read_list
from tongchou.core.rosters.gates import Received, Sent
from tongchou.rosters.models import RosterFile, Sender

State, Kind = RosterFile.State, RosterFile.Kind


def pack_of(area: str) -> Pack:
    return load_pack(area)


def source_of(sender: Sender) -> Source:
    return pack_of(sender.area).sources[sender.agency]._replace(code=sender.source)


def in_use(area: str, month: str) -> list[RosterFile]:
    """Return the accepted lists of a month, by sender."""
    rows = RosterFile.objects.filter(sender__area=area, month=month, state=State.ACCEPTED)
    return list(rows.select_related("sender").order_by("sender__source", "-kind", "day", "pk"))


def read(file: RosterFile) -> RosterList:
    return read_list(
        pack_of(file.sender.area), source_of(file.sender), file.known_as, bytes(file.content)
    )


def before(area: str, month: str) -> tuple[list[Received], list[Sent]]:
    """Return the lists used in earlier months, oldest first, and all that is due monthly."""
    rows = (
        RosterFile.objects.filter(sender__area=area, month__lt=month, state=State.ACCEPTED)
        .select_related("sender")
        .defer("content")
        .order_by("month", "sender__source")
    )
    earlier = [
        Received(**{**row.kept, "headings": tuple(row.kept["headings"])})
        for row in rows
        if row.kind == Kind.FULL
    ]
    sent = [Sent(r.sender.source, r.month, r.sha256, r.kind == Kind.CHANGES) for r in rows]
    return earlier, sent


def due(area: str, month: str) -> list[Sender]:
    """Return the senders from whom a list of the month should be in use and is not."""
    full = RosterFile.objects.filter(month=month, state=State.ACCEPTED, kind=Kind.FULL)
    came = full.values("sender_id")
    return list(Sender.objects.filter(area=area, monthly=True).exclude(pk__in=came))


def released(files: Sequence[RosterFile]) -> frozenset[str]:
    """Return what a named person let pass as it is judged now: full lists by source, changes by
    their sha256."""
    return frozenset(
        f.sender.source if f.kind == Kind.FULL else f.sha256
        for f in files
        if blocked(f) and not unreleased(f)
    )


def blocked(file: RosterFile) -> set[str]:
    """Return the gates that stand in the way of a list."""
    return {gate["code"] for gate in file.gates if gate["block"]}


def unreleased(file: RosterFile) -> set[str]:
    """Return those of them that nobody has let pass."""
    return blocked(file).difference(*(one["codes"] for one in file.released))


def full_of(sender: Sender, month: str) -> list[RosterList]:
    """Return the full list in use, without its rows: a list of changes is judged by its day."""
    rows = RosterFile.objects.filter(
        sender=sender, month=month, kind=Kind.FULL, state=State.ACCEPTED
    ).defer("content")
    source = source_of(sender)
    return [RosterList(source, one.name, one.sha256, "", {}, (), (), day=one.day) for one in rows]


def sender_named(area: str, filename: str) -> Sender | None:
    """Return the one sender that a file's name tells, by its own name first, else by its agency."""
    senders = list(Sender.objects.filter(area=area).order_by("pk"))
    stem = filename.rsplit(".", 1)[0]
    named = [one for one in senders if one.source in stem]
    if not named and (known := pack_of(area).source_of(stem)) is not None:
        named = [one for one in senders if one.agency == known.agency]
    longest = max((len(one.source) for one in named), default=0)
    best = [one for one in named if len(one.source) == longest]
    return best[0] if len(best) == 1 else None
