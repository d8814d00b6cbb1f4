"""The persons of the demonstration's register as the year of lists takes them."""

import random
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.db.models import Q

from tongchou.core.identity import is_id_number
from tongchou.demo.parameters import AREA
from tongchou.demo.rosters.county import Registered
from tongchou.demo.rosters.helped import SENDERS
from tongchou.demo.rosters.stories import Pools, plant
from tongchou.demo.rosters.year import MONTHS, Member
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.settlement.models import Settlement

_LATE = 3  # who have large bills and whose flag comes late
_PLAIN, _UNINSURED = 60, 12  # at most, for the stories
_SEXES = {"1": "男", "2": "女"}


class Posted:
    """`county`: everybody by place; `members`: who is on the lists; `deaths`: place -> day.

    `plain_numbers`: persons without a bill this year, whose facts can be put right in a month that
    is over without a bill priced otherwise than it was; `planted`: those of them with a story.
    """

    def __init__(
        self,
        first: date,
        chance: random.Random,
        *,
        untouched: Collection[str],
        billed: Collection[str],
    ) -> None:
        both = registered_people()
        people = [person for person, _one in both]
        self.county = [one for _person, one in both]
        self._first = first
        self._at = {one.pk: at for at, one in enumerate(people)}
        self.deaths = {at: one.died_on for at, one in enumerate(people) if one.died_on is not None}
        with_bills = set(
            Settlement.objects.values_list("person__psn_no", flat=True).distinct()
        ) | set(untouched)
        self.plain_numbers = {
            one.person_no for one in self.county if one.person_no not in with_bills
        }
        months = [_month(first, n) for n in range(MONTHS)]
        self.members = [
            *self._planted(months, chance), *self._ended(months), *self._late(billed, untouched),
        ]  # fmt: skip
        self._not_before_birth(months)
        # Who comes back on his list keeps his flag: his case closes and is found again.
        self.planted = self.plain_numbers & {
            self.county[one.at].person_no
            for one in self.members
            if one.story not in ("in_order", "leaves_twice")
        }

    def _planted(self, months: list[date], chance: random.Random) -> Iterator[Member]:
        flagged = list(self._flagged())
        free = [one for one in flagged if self._free(one[0])]
        chance.shuffle(free)
        names = set(Enrolment.objects.filter(struck_at=None).values_list("person_id", flat=True))
        insured = {self._at[pk] for pk in names if pk in self._at}
        held = Identity.objects.values_list("person_id", flat=True).distinct()
        taken = {self._at[pk] for pk in held if pk in self._at} | set(self.deaths)
        others = [at for at in range(len(self.county)) if at not in taken and self._free(at)]
        plain = [at for at in others if at in insured]
        nobody_s = [at for at in others if at not in insured][:_UNINSURED]
        pools = Pools(
            free, chance.sample(plain, min(_PLAIN, len(plain))), nobody_s[2:], nobody_s[:2]
        )
        yield from (Member(*one) for one in flagged if not self._free(one[0]))
        yield from plant(pools, months, chance)

    def _free(self, at: int) -> bool:
        one = self.county[at]
        return one.person_no in self.plain_numbers and one.birth < self._first - timedelta(days=90)

    def _flagged(self) -> Iterator[tuple[int, str, str, date]]:
        today = clock.today()
        open_flags = Identity.objects.filter(Q(end=None) | Q(end__gt=today), struck_at=None)
        seen: set[int] = set()
        for fact in open_flags.order_by("person_id", "start"):
            at = self._at.get(fact.person_id)
            if at is not None and at not in seen and at not in self.deaths:
                seen.add(at)
                yield at, SENDERS[fact.kind], fact.kind, fact.start

    def _ended(self, months: list[date]) -> Iterator[Member]:
        """Yield those whose flag ended in the year: on the lists of the months that it covers."""
        open_now = {at for at, *_rest in self._flagged()}
        facts = Identity.objects.filter(struck_at=None, end__gt=months[0], end__lte=clock.today())
        seen: set[int] = set()
        for fact in facts.order_by("person_id", "-end"):
            at = self._at.get(fact.person_id)
            if at is None or at in open_now or at in seen:
                continue
            seen.add(at)
            listed = {n for n in range(1, MONTHS) if fact.end and months[n] <= fact.end}
            yield Member(at, SENDERS[fact.kind], fact.kind, fact.start, frozenset(listed))

    def _late(self, billed: Collection[str], untouched: Collection[str]) -> Iterator[Member]:
        """Yield some who have been to hospital since they were recognised, listed last month."""
        rows = Identity.objects.values_list("person_id", flat=True)
        held = {self._at[pk] for pk in rows if pk in self._at}
        since = clock.today() - timedelta(days=400)
        found = [
            at for at, one in enumerate(self.county)
            if one.person_no in billed and one.person_no not in untouched
            and at not in held and at not in self.deaths
        ]  # fmt: skip
        for at in found[:_LATE]:
            listed = frozenset({MONTHS - 1, MONTHS})
            yield Member(at, "民政", "destitute", since, listed, always=("F4",), story="unflagged")

    def _not_before_birth(self, months: list[date]) -> None:
        for one in self.members:
            born = self.county[one.at].birth
            if born >= months[0]:
                after = {n for n, month in enumerate(months, 1) if month > born}
                one.listed = one.listed & frozenset(after)


def registered_people() -> list[tuple[Person, Registered]]:
    """Return everybody by place, as the lists write of them."""
    persons = Person.objects.filter(area=AREA, merged_into=None).order_by("psn_no")
    return [(one, _registered(one)) for one in persons if is_id_number(one.id_no)]


def _registered(one: Person) -> Registered:
    sex = _SEXES.get(one.sex, "")
    return Registered(
        one.psn_no, one.id_no, one.name, sex, one.birth, one.town, one.village, "", ""
    )


def _month(first: date, later: int) -> date:
    at = first.year * 12 + first.month - 1 + later
    return date(at // 12, at % 12 + 1, 1)
