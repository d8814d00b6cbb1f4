"""The timeline's geometry: facts as half-open bars, late knowledge as hollow points.

Everything is whole numbers: x in hundredths of a percent of the drawing's width, y in pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan_grouped
from tongchou.people.hooks import Mark
from tongchou.people.timeline import Known, Lane

LEFT = 900  # where the first day is: lane names stand left of it
RIGHT = 9_970
HEAD = 34
ROW = 36
BAR = 20
MONEY = 64
WORDS = 1_500  # what the words of a point take, and their distance
GAP = 90
COLUMN = 80  # what a column takes
LETTER = 70  # and a letter of the words at it
MANY = "#person-bills-title"  # where the bills of one day stand in a list
LATE = timedelta(days=30)  # knowledge this much later than the fact is worth a point
LANES: tuple[Lane, ...] = ("enrolment", "identity", "residence", "number")
SELDOM: tuple[Lane, ...] = ("permit", "death")  # not drawn for who has none


@dataclass(frozen=True, slots=True)
class Window:
    """The days drawn: [first, last)."""

    first: date
    last: date

    def at(self, day: date) -> int:
        """Return x, kept within the drawing."""
        inside = min(max(day, self.first), self.last)
        return LEFT + (RIGHT - LEFT) * (inside - self.first).days // (self.last - self.first).days

    def holds(self, day: date) -> bool:
        return self.first <= day < self.last


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    y: int
    tone: str
    dark: bool
    text: str
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    text_x: str
    y: int
    text: str
    before: bool  # the words stand left of the point


@dataclass(slots=True)
class Row:
    label: str
    top: int
    bars: list[Bar] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @property
    def text_y(self) -> int:
        return self.top + 23

    @property
    def bottom(self) -> int:
        return self.top + ROW


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Column:
    """What was settled on one day, in the last lane; `text` only where it covers no other."""

    x: str
    y: int
    height: int
    fen: int
    count: int
    url: str
    text: str
    text_y: int
    before: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    height: int
    money_top: int
    floor: int
    rows: list[Row]
    ticks: list[Tick]
    columns: list[Column]
    today: str
    today_text: str


def window(span: str, today: date, facts: Sequence[Known]) -> Window:
    """Return this year ("year"), this and the last ("two"), or since the first fact ("all")."""
    first = today.year - (0 if span == "year" else 1)
    if span == "all":
        starts = [fact.start.year for fact in facts if fact.lane != "number"]
        first = min([first, *starts])
    return Window(date(first, 1, 1), date(today.year + 1, 1, 1))


def draw(
    facts: Sequence[Known], marks: Sequence[Mark], days: Window, *, known_on: date, today: date
) -> Drawing:
    """Lay out `facts` (as believed on `known_on`) and the money marks over the window."""
    rows: list[Row] = []
    for lane in LANES:
        rows += _rows(lane, [fact for fact in facts if fact.lane == lane], days, today, len(rows))
    for lane in SELDOM:
        found = [fact for fact in facts if fact.lane == lane and _shown(fact, days)]
        rows += _rows(lane, found, days, today, len(rows)) if found else []
    others = [fact for fact in facts if fact.lane == "other" and _shown(fact, days)]
    for key in dict.fromkeys(fact.key for fact in others):
        rows += _rows("other", _in_rows(key, others), days, today, len(rows))
    floor = HEAD + ROW * len(rows)
    return Drawing(
        height=floor + (MONEY + 6 if marks else 6),
        money_top=floor,
        floor=floor + MONEY - 4,
        rows=rows,
        ticks=_ticks(days),
        columns=_columns(marks, days, floor + MONEY - 4),
        today=_percent(days.at(known_on)) if days.holds(known_on) else "",
        today_text=_("今天") if known_on == today else known_on.isoformat(),
    )


def lane_label(lane: str) -> str:
    """Return what a lane of people's own is called; a later context's lane names itself."""
    return {
        "enrolment": _("参保"),
        "identity": _("身份"),
        "residence": _("住址"),
        "number": _("号码"),
        "permit": _("居住证"),
        "death": _("死亡"),
    }.get(lane, "")


def _rows(lane: Lane, facts: list[Known], days: Window, today: date, above: int) -> list[Row]:
    """One row for each key of the lane, for spells of two keys may run side by side.

    So may numbers of one kind: those of a record that was merged into this one.
    """
    if lane == "number":
        facts = [fact for key in sorted({f.key for f in facts}) for fact in _in_rows(key, facts)]
    keys = sorted({fact.key for fact in facts if _shown(fact, days)})
    rows = []
    for index, key in enumerate(keys or [""]):
        label = facts[0].label if lane == "other" else lane_label(lane)
        row = Row(label if index == 0 else "", HEAD + ROW * (above + index))
        mine = sorted((f for f in facts if f.key == key), key=lambda f: f.start)
        for fact in mine:
            if _shown(fact, days):
                row.bars.append(_bar(fact, row.top, days, today))
                row.points += _points(fact, mine, row.top, days)
        rows.append(row)
    return rows


def _in_rows(key: str, facts: Sequence[Known]) -> list[Known]:
    """Give the facts of a later context's lane rows of their own where they run side by side."""
    rows: list[list[Known]] = []
    for fact in sorted((one for one in facts if one.key == key), key=lambda one: one.start):
        free = (row for row in rows if not any(o.spell.overlaps(fact.spell) for o in row))
        row = next(free, None)
        if row is None:
            rows.append([fact])
        else:
            row.append(fact)
    return [replace(fact, key=f"{key}{at}") for at, row in enumerate(rows) for fact in row]


def _shown(fact: Known, days: Window) -> bool:
    return fact.start < days.last and (fact.end is None or fact.end > days.first)


def _bar(fact: Known, top: int, days: Window, today: date) -> Bar:
    start, end = days.at(fact.start), days.at(fact.end or days.last)
    now = today in fact.spell
    tone = "tc-s0"
    if fact.lane == "enrolment":
        tone = "tc-s1" if now else "tc-s3"
    until = _("至今") if fact.end is None else _("%(end)s（不含）") % {"end": fact.end}
    return Bar(
        x=_percent(start),
        width=_percent(max(end - start - 4, 20)),
        y=top + (ROW - BAR) // 2,
        tone=tone,
        dark=tone == "tc-s1",
        text=fact.text,
        title=_("%(text)s，%(start)s 至 %(until)s，%(known)s 得知，%(source)s")
        % {
            "text": fact.text,
            "start": fact.start,
            "until": until,
            "known": fact.known_on,
            "source": fact.source,
        },
        anchor=fact.anchor,
    )


def _points(fact: Known, row: list[Known], top: int, days: Window) -> Iterable[Point]:
    """A hollow point where an end, or else a start, became known late."""
    if fact.lane not in ("enrolment", "identity") or not days.holds(fact.known_on):
        return
    if fact.end is not None and fact.known_on >= fact.end + LATE:
        text, day = _("%(day)s 退出，%(known)s 才得知"), fact.end
    elif fact.known_on >= fact.start + LATE and fact.end is None:
        text, day = _("%(day)s 起，%(known)s 才得知"), fact.start
    else:
        return
    at = days.at(fact.known_on)
    # The words stand where no bar is: right of the point, else left of the fact, else in its title.
    bars = [(days.at(f.start), days.at(f.end or days.last)) for f in row if _shown(f, days)]
    places = [(at + GAP, at + GAP + WORDS, False), (days.at(day) - WORDS, days.at(day), True)]
    free = [place for place in places if _free(place[0], place[1], bars)]
    text_x = (free[0][1] - GAP if free[0][2] else free[0][0]) if free else None
    yield Point(
        x=_percent(at),
        text_x="" if text_x is None else _percent(text_x),
        y=top + ROW // 2,
        text=text % {"day": f"{day:%m-%d}", "known": f"{fact.known_on:%m-%d}"},
        before=bool(free) and free[0][2],
    )


def _free(left: int, right: int, bars: Iterable[tuple[int, int]]) -> bool:
    return left >= LEFT and right <= 10_000 and all(right <= a or left >= b for a, b in bars)


def _ticks(days: Window) -> list[Tick]:
    years = days.last.year - days.first.year
    months = (1, 4, 7, 10) if years <= 2 else (1,)
    every = -(-years // 12)
    return [
        Tick(
            x=_percent(days.at(date(year, month, 1))),
            label=_("%(year)s 年") % {"year": year}
            if month == 1
            else _("%(month)s 月") % {"month": month},
            bold=month == 1,
        )
        for year in range(days.first.year, days.last.year, every)
        for month in months
    ]


def _columns(marks: Sequence[Mark], days: Window, floor: int) -> list[Column]:
    by_day: dict[date, list[Mark]] = {}
    for mark in marks:
        by_day.setdefault(mark.day, []).append(mark)
    sums = {day: sum(mark.fen for mark in of_day) for day, of_day in by_day.items()}
    highest = max(map(abs, sums.values()), default=0) or 1
    columns = []
    taken = LEFT  # up to here columns and words stand already
    for day, of_day in sorted(by_day.items()):
        height = max(abs(sums[day]) * (MONEY - 30) // highest, 3)
        at = days.at(day)
        text = _amount(sums[day], len(of_day))
        wide = LETTER * len(text)
        before = at + COLUMN + wide > RIGHT
        free = taken <= (at - wide if before else at)
        taken = at + COLUMN if before or not free else at + COLUMN + wide
        columns.append(
            Column(
                x=_percent(at),
                y=floor - height,
                height=height,
                fen=sums[day],
                count=len(of_day),
                url=of_day[0].url if len(of_day) == 1 else MANY,
                text=text if free else "",
                text_y=floor - height - 4,
                before=before,
            )
        )
    return columns


def _amount(fen: int, count: int) -> str:
    if count == 1:
        return format_yuan_grouped(fen)
    return _("%(n)s 单 %(fen)s") % {"n": count, "fen": format_yuan_grouped(fen)}


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
