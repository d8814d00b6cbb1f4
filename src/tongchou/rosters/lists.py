"""Lists in use, as core.rosters takes them. None of these reads checks a user's right."""

from collections.abc import Sequence

from tongchou.core.rosters import Pack, RosterList, Source, load_pack, read_list
from tongchou.core.rosters.gates import Received, Sent
from tongchou.rosters.models import RosterFile, Sender

State = RosterFile.State


def pack_of(area: str) -> Pack:
    return load_pack(area)


def source_of(sender: Sender) -> Source:
    return pack_of(sender.area).sources[sender.agency]._replace(code=sender.source)


def in_use(area: str, month: str) -> list[RosterFile]:
    """Return the accepted lists of a month, by sender."""
    rows = RosterFile.objects.filter(sender__area=area, month=month, state=State.ACCEPTED)
    return list(rows.select_related("sender").order_by("sender__source"))


def read(file: RosterFile) -> RosterList:
    return read_list(
        pack_of(file.sender.area), source_of(file.sender), file.name, bytes(file.content)
    )


def before(area: str, month: str) -> tuple[list[Received], list[Sent]]:
    """Return the lists used in earlier months, oldest first, and all that is due monthly."""
    rows = (
        RosterFile.objects.filter(sender__area=area, month__lt=month, state=State.ACCEPTED)
        .select_related("sender")
        .defer("content")
        .order_by("month", "sender__source")
    )
    earlier = [Received(**{**row.kept, "headings": tuple(row.kept["headings"])}) for row in rows]
    return earlier, [Sent(row.sender.source, row.month, row.sha256) for row in rows]


def due(area: str, month: str) -> list[Sender]:
    """Return the senders from whom a list of the month should be in use and is not."""
    came = RosterFile.objects.filter(month=month, state=State.ACCEPTED).values("sender_id")
    return list(Sender.objects.filter(area=area, monthly=True).exclude(pk__in=came))


def released(files: Sequence[RosterFile]) -> frozenset[str]:
    """Return the sources whose list a named person let pass as it is judged now."""
    return frozenset(f.sender.source for f in files if blocked(f) and not unreleased(f))


def blocked(file: RosterFile) -> set[str]:
    """Return the gates that stand in the way of a list."""
    return {gate["code"] for gate in file.gates if gate["block"]}


def unreleased(file: RosterFile) -> set[str]:
    """Return those of them that nobody has let pass."""
    return blocked(file).difference(*(one["codes"] for one in file.released))
