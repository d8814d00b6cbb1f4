"""Twelve months of six agencies' lists about the same people, with what is planted and known.

What goes wrong on purpose, by place of the month in the year: a list that comes late, one that has
shrunk, one sent again from the month before, deaths that contradict each other, somebody helped
long before he is listed, and a month with changes between two lists.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from tongchou.core.identity import check_character
from tongchou.demo.rosters import parameters as p
from tongchou.demo.rosters.county import Registered, invent
from tongchou.demo.rosters.dirt import Clerk, Written
from tongchou.demo.rosters.files import Sent

MONTHS: Final = 12
LATE: Final = (4, "残联")
SHRUNKEN: Final = (6, "扶贫")
SENT_AGAIN: Final = (8, "民政")
CHANGED: Final = (9, "民政")
CONTRADICTED: Final = 5  # the month in which deaths begin to contradict each other
LEAVE: Final = (3, 10)  # each after a month whose lists were whole
_KEEPS: Final = 0.6  # of its rows, the list that has shrunk
_CHANGE_DAYS: Final = (12, 20)
_OTHER_AREA: Final = "371121"


@dataclass(slots=True)
class Member:
    """A person of the lists. `at`: place in the county; months count from 1.

    `listed`: months on his agency's list; `told`: who reports the death, from which month, of
    which day. `changed`: what the changes of that month say of him. `findings`: month -> classes.
    """

    at: int
    source: str
    kind: str
    recognised: date
    listed: frozenset[int] = frozenset(range(1, MONTHS + 1))
    told: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    changed: str = ""
    kind_after: str = ""
    always: tuple[str, ...] = ()  # found wherever his row is
    story: str = "in_order"


class File(NamedTuple):
    """A file as an agency sends it. `late`: it came when its month was over."""

    source: str
    month: date
    rows: Sequence[Sent]
    changes: int = 0  # the day of a list of changes
    late: bool = False


class Year:
    """Writes the rows of each month; the same person is written alike every month."""

    def __init__(
        self,
        county: Sequence[Registered],
        members: Sequence[Member],
        first: date,
        chance: random.Random,
        *,
        deaths: Mapping[int, date] = MappingProxyType({}),
        dirt: int = 1,
    ) -> None:
        """`first`: of the first month. `deaths`: of persons whom the register has ended already."""
        self.county, self.members = county, members
        self.months = [_later(first, n) for n in range(MONTHS)]
        self._chance, self._deaths = chance, deaths
        self._clerk = Clerk(chance, dirt, sorted({one.town for one in county}))
        self._written: dict[tuple[str, int], Written] = {}
        self._strangers: dict[str, list[Sent]] = {}
        self._present: dict[tuple[int, str], frozenset[int]] = {}

    def files(self, n: int) -> Iterator[File]:
        """Yield the files of the n-th month; one that is late comes with those of the next."""
        for source in p.ON_LISTS:
            file = self._full(n, source)
            yield file._replace(late=(n, source) == LATE)
        if n == CHANGED[0]:
            yield from self._changes()

    def _full(self, n: int, source: str) -> File:
        if (n, source) == SENT_AGAIN:
            return self._full(n - 1, source)  # the very file
        chance = random.Random(f"{source} {n}")
        rows = [self._row(one.at, source, *said) for one, said in self._said(n, source)]
        if (n, source) == SHRUNKEN:
            chance.shuffle(rows)
            rows = rows[: int(len(rows) * _KEEPS)]
        self._present[n, source] = frozenset(row.person for row in rows)
        rows += self._nobody(source, len(rows))
        chance.shuffle(rows)
        return File(source, self.months[n - 1], rows)

    def typed_anew(self, file: File, many: int, dirt: int) -> File:
        """Return the file with `many` rows typed by another careless hand, as never before."""
        clerk = Clerk(self._chance, dirt, sorted({one.town for one in self.county}))
        rows = list(file.rows)
        known = [n for n, row in enumerate(rows) if row.person >= 0]
        for n in self._chance.sample(known, min(many, len(known))):
            at = rows[n].person
            rows[n] = rows[n]._replace(written=clerk.write(self.county[at], self._household(at)))
        return file._replace(rows=rows)

    def _said(self, n: int, source: str) -> Iterator[tuple[Member, tuple[str, date | None]]]:
        """Yield who stands on a list in a month: (member, (kind, day))."""
        for one in self.members:
            if one.source == source and n in one.listed:
                kind = one.kind_after if one.kind_after and n > CHANGED[0] else one.kind
                yield one, (kind, one.recognised)
            elif source in one.told and one.told[source][0] <= n:
                yield one, ("", one.told[source][1])
            elif source == "省平台" and one.story == "elsewhere":
                yield one, ("", None)
        if source in ("公安", "殡仪馆"):
            # As many each month, or the list would be taken for one that has grown strangely.
            since, until = (_later(self.months[n - 1], by) for by in (-1, 1))
            for at, day in self._deaths.items():
                if since <= day < until:
                    yield Member(at, source, "", day), ("", day)

    def _changes(self) -> Iterator[File]:
        n, source = CHANGED
        mine = [one for one in self.members if one.changed]
        for nth, day in enumerate(_CHANGE_DAYS):
            on = self.months[n - 1].replace(day=day)
            rows = [
                self._row(one.at, source, one.kind_after or one.kind, one.recognised)._replace(
                    change=one.changed, changed_on=on
                )
                for one in mine[nth :: len(_CHANGE_DAYS)]
            ]
            if rows:
                yield File(source, self.months[n - 1], rows, changes=day)

    def _row(self, at: int, source: str, kind: str, on: date | None) -> Sent:
        written = self._written.get((source, at))
        if written is None:
            degree = self._degree() if source == "残联" else ""
            written = self._clerk.write(self.county[at], self._household(at), degree)
            self._written[source, at] = written
        return Sent(at, written, kind, on)

    def _degree(self) -> str:
        return f"{self._chance.choice('123456')}{self._chance.choice('12')}"

    def _household(self, at: int) -> list[Registered]:
        one = self.county[at]
        return [
            other
            for other in self.county[max(0, at - 6) : at + 7]
            if (other.town, other.village, other.head) == (one.town, one.village, one.head)
        ]

    def _nobody(self, source: str, rows: int) -> list[Sent]:
        """Return rows of persons who are in no register: the same every month."""
        if source not in self._strangers:
            kinds = [one.kind for one in self.members if one.source == source] or [""]
            many = int(rows * p.UNKNOWN_PERSON)
            self._strangers[source] = [
                Sent(-1, self._clerk.write(one, (one,), "12" if source == "残联" else ""),
                     self._chance.choice(kinds), self.months[0] - timedelta(days=400))
                for one in strangers(self.county, many, self._chance)
            ]  # fmt: skip
        return self._strangers[source]

    # --- what is known of them ------------------------------------------------------------------

    def truth(self, n: int) -> set[tuple[int, str]]:
        """Return (place, class) of what a run of the n-th month should find, after its files."""
        return {(one.at, code) for one in self.members for code in self._found(n, one)}

    def _found(self, n: int, one: Member) -> Iterator[str]:
        reports = [(since, day) for since, day in one.told.values() if since <= n]
        if reports:
            days = [day for _since, day in reports]
            agree = len(reports) > 1 and (max(days) - min(days)).days <= 31
            yield "F1" if agree else "F2"
            return
        if not self._on_list(n, one):
            yield from self._absent(n, one)
            return
        codes = [*one.always, *self._uninsured(n, one)]
        if one.kind_after and n >= CHANGED[0]:
            codes.append("F6")
        yield from codes
        town = self._written[one.source, one.at].town
        if town and town != self.county[one.at].town and not any(c[0] == "F" for c in codes):
            yield "F8"

    def _uninsured(self, n: int, one: Member) -> Iterator[str]:
        if "uninsured" in one.story:
            last = _later(self.months[n - 1], 1) - timedelta(days=1)
            yield "E10" if one.recognised > last - timedelta(days=62) else "E1"

    def _on_list(self, n: int, one: Member) -> bool:
        if n == LATE[0] and one.source == LATE[1]:
            return False
        told = n == CHANGED[0] and one.changed
        if told and one.changed != "变更":
            return one.changed == "新增"
        shown = n - 1 if (n, one.source) == SENT_AGAIN else n
        return one.at in self._present.get((shown, one.source), frozenset())

    def _absent(self, n: int, one: Member) -> Iterator[str]:
        """Of who has a flag and is on no list: nothing in a month whose lists are not all whole."""
        if "unflagged" in one.story or "F4" in one.always:
            return
        if n == CHANGED[0] and one.changed == "退出":
            yield "F3"
        elif n not in (LATE[0], SHRUNKEN[0], SENT_AGAIN[0]):
            yield "F3" if self._stood(n - 1, one) else "F5"

    def _stood(self, n: int, one: Member) -> bool:
        """Say whether the month before named him, as one who leaves too."""
        removed = one.changed == "退出" and n == CHANGED[0]
        return removed or (n > 0 and self._on_list(n, one))


def strangers(
    county: Sequence[Registered], many: int, chance: random.Random
) -> Iterator[Registered]:
    """Yield persons of the county's towns who are nobody in its register."""
    others = invent(many * 3 + 10, random.Random(chance.random()))
    for stranger in others[::3][:many]:
        here = county[chance.randrange(len(county))]
        first17 = _OTHER_AREA + stranger.id_no[6:17]
        yield stranger._replace(
            id_no=first17 + check_character(first17),
            town=here.town,
            village=here.village,
            former="",
        )


def _later(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
