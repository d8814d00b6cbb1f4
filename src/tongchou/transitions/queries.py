"""Reads of what was carried over, for the person's page and for later contexts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS, TIERS
from tongchou.people.models import Person
from tongchou.transitions.models import Carried, OldSpell, Transition
from tongchou.transitions.services.trying import unexplained


@dataclass(frozen=True, slots=True)
class Tier:
    label: str
    base: int
    paid: int


def tiers_of(counted: Sequence[int]) -> list[Tier]:
    """Return the tiers in which something was counted, fen."""
    pairs = zip(TIERS, counted[0::2], counted[1::2], strict=True)
    return [Tier(LABELS[tier], base, paid) for tier, base, paid in pairs if base or paid]


def spells_of(person: Person) -> list[OldSpell]:
    """Return the person's spells in old systems, of merges that stand; earliest first."""
    rows = OldSpell.objects.filter(person=person, transition__state=Transition.State.ACCEPTED)
    return list(rows.select_related("scheme", "transition").order_by("start", "row"))


def carried_to(person: Person) -> list[Carried]:
    """Return the years that begin with what an old system had counted, the last first."""
    rows = Carried.objects.filter(person=person, undone=False, person_year__isnull=False)
    return list(rows.select_related("transition").order_by("-year", "scheme"))


@dataclass(frozen=True, slots=True)
class Left:
    """What an old scheme counted and no year here takes up, with the explanation or none."""

    scheme_id: int
    code: str
    name: str
    why: str
    why_words: str
    sums: dict[str, Any]
    words: str
    by: str


def left_of(transition: Transition) -> list[Left]:
    """Return what is not carried, by old scheme and reason."""
    sums: dict[tuple[int, str], dict[str, int]] = {}
    spells = transition.spells.exclude(why="").values_list("scheme_id", "why", "base", "paid")
    for scheme_id, why, base, paid in spells:
        one = sums.setdefault((scheme_id, why), {"rows": 0, "base": 0, "paid": 0})
        one["rows"] += 1
        one["base"] += base
        one["paid"] += paid
    said = {(e.scheme_id, e.why): e for e in transition.explanations.select_related("by")}
    schemes = {one.pk: one for one in transition.schemes.all()}
    return [
        Left(
            scheme_id=pk,
            code=schemes[pk].code,
            name=schemes[pk].name,
            why=why,
            why_words=str(OldSpell.Why(why).label),
            sums=one,
            words=said[pk, why].words if (pk, why) in said else "",
            by=said[pk, why].by.name if (pk, why) in said else "",
        )
        for (pk, why), one in sorted(sums.items())
    ]


def next_step(transition: Transition) -> str:
    """Return in words what is to be done next; "" where it is over."""
    if transition.state == "received":
        return _("按下面的原因改正文件或登记，再重新核对或重新上传。")
    if transition.state == "checked":
        return _("每一行都能并。先试并，看两边的合计。")
    if transition.state == "tried" and unexplained(transition):
        return _("有累计不带入。请写明为什么，再由另一个人确认。")
    if transition.state == "tried":
        return _("请由收件和试并以外的人核对两边的合计，再确认。")
    return ""


def years_differing(transition: Transition) -> int:
    """Return how many carried years begin today with something else than was accepted."""
    rows = transition.carried.filter(undone=False).select_related("person_year")
    return sum(
        1
        for one in rows.iterator(chunk_size=2000)
        if one.person_year is not None and list(one.person_year.opening) != one.counted
    )


def waiting(area: str) -> QuerySet[Transition]:
    """Return the merges that were tried and wait for another person."""
    rows = Transition.objects.filter(area=area, state=Transition.State.TRIED)
    return rows.defer("mapping", "persons")
