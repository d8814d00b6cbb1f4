"""The only way to a replay for a user: those of the user's own area."""

from django.db.models import Max, QuerySet
from django.http import Http404

from tongchou.lake.models import Replay, ReplayDifference
from tongchou.platform.accounts.models import User


def replays_of(user: User) -> QuerySet[Replay]:
    return Replay.objects.filter(area=user.area_code).order_by("-started_at", "-pk")


def access_replay(user: User, pk: int) -> Replay:
    """Return the replay. Raises Http404, whether it is missing or another area's."""
    found = replays_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def access_difference(user: User, pk: int) -> ReplayDifference:
    """Return one difference of a replay of the area. Raises Http404."""
    found = (
        ReplayDifference.objects.filter(pk=pk, replay__area=user.area_code)
        .select_related("replay")
        .first()
    )
    if found is None:
        raise Http404
    return found


def wrong_years(user: User) -> list[Replay]:
    """Return the last replay of each year and scheme where it found differences."""
    last = replays_of(user).order_by().values("year", "scheme").annotate(last=Max("pk"))
    return list(replays_of(user).filter(pk__in=[row["last"] for row in last], different__gt=0))
