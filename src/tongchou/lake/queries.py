"""What the nightly work has found. None of these checks a user's right."""

from tongchou.lake.models import Replay, ReplayDifference
from tongchou.settlement.hooks import Recounted
from tongchou.settlement.models import Settlement


def last_replay(bill: Settlement) -> Recounted | None:
    """Return the last replay of the bill's year whose copy held the bill."""
    replay = (
        Replay.objects.filter(
            area=bill.area,
            year=bill.person_year.year,
            scheme=bill.scheme,
            copied_at__gte=bill.settled_at,
        )
        .order_by("-started_at")
        .first()
    )
    if replay is None:
        return None
    named = ReplayDifference.objects.filter(replay=replay, settlement_id=bill.pk)
    return Recounted(replay.started_at, not named.exists())


def unequal_replays(area: str) -> list[Replay]:
    """Return the last replay of each year and scheme, where it found differences."""
    last: dict[tuple[int, str], Replay] = {}
    for replay in Replay.objects.filter(area=area).order_by("-started_at"):
        last.setdefault((replay.year, replay.scheme), replay)
    return [replay for replay in last.values() if replay.different]
