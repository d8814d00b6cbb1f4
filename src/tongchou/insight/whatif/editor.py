"""The policy's numbers as fields with sliders, in the order of its tables, each with its clause."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS, Number, Plan
from tongchou.insight.whatif.moves import FIELD, movable, written
from tongchou.plans.cells import Cell, Clause, make_cells

# How far one key moves an amount up to so many fen, and any larger one.
_STEPS = ((200_000, 5_000), (2_000_000, 50_000), (10_000_000, 100_000))
_LARGEST_STEP = 500_000
_POINT = 100  # ten-thousandths
_WHOLE = 10_000
_LEAST_REACH = 100_000  # fen: a slider beginning at 0 goes at least so far


@dataclass(frozen=True, slots=True)
class Slider:
    """In fen or ten-thousandths; `mark` and `at` are the places of the present and the new."""

    present: int
    now: int
    step: int
    most: int

    @property
    def mark(self) -> str:
        return _along(self.present, self.most)

    @property
    def at(self) -> str:
        return _along(self.now, self.most)

    @property
    def bar(self) -> tuple[str, str]:
        """Return where the moved part begins, and its width."""
        low, high = sorted((self.present, self.now))
        return _along(low, self.most), _along(high - low, self.most)


@dataclass(frozen=True, slots=True)
class Param:
    """One number; `text` is what its field holds, which is another where it was `moved`."""

    cell: Cell
    label: str
    text: str
    slider: Slider | None  # none where there is no limit to slide
    moved: bool

    @property
    def path(self) -> str:
        return self.cell.path

    @property
    def field(self) -> str:
        return FIELD + self.cell.path

    @property
    def present(self) -> str:
        return written(self.cell.number)

    @property
    def rate(self) -> bool:
        return self.cell.number.kind == "rate"


@dataclass(slots=True)
class Group:
    """The numbers for some people or some kind of visit; the first of a tier is everyone's."""

    title: str
    params: list[Param] = field(default_factory=list)

    @property
    def moved(self) -> int:
        return sum(param.moved for param in self.params)


@dataclass(slots=True)
class Tier:
    name: str
    title: str
    note: str
    groups: list[Group] = field(default_factory=list)


def editor(plan: Plan, texts: Mapping[str, str]) -> list[Tier]:
    """Return the plan's numbers by tier; `texts` is what the moved ones' fields hold, by path."""
    clauses = {
        key: Clause(number, cite)
        for number, (key, cite) in enumerate(plan.document.clauses.items(), 1)
    }
    cells = make_cells(plan.document, None, clauses)
    tiers = {t.name: Tier(t.name, t.label, t.note) for t in plan.document.tiers}
    groups: dict[tuple[str, str], Group] = {}
    single = {number.path for number in movable(plan) if _is_only_band(number, plan)}
    for number in movable(plan):
        parts = number.path.split(".")
        people, rest = _people(parts[2:], plan)
        key = (parts[1], people)
        if key not in groups:
            groups[key] = Group(people)
            tiers[parts[1]].groups.append(groups[key])
        text = texts.get(number.path, written(number))
        label = _label(rest, only=number.path in single)
        moved = number.path in texts
        groups[key].params.append(
            Param(cells[number.path], label, text, slider(number, text), moved)
        )
    return list(tiers.values())


def _along(value: int, most: int) -> str:
    """Return a place on the slider for an SVG attribute; drawing only."""
    thousandths = min(value, most) * 1000 // most
    return f"{thousandths // 10}.{thousandths % 10}%"


def _people(parts: list[str], plan: Plan) -> tuple[str, list[str]]:
    """Return whom, or which visits, the number is for in words, and the rest of its path."""
    words = []
    while parts[0] in ("identity", "visit"):
        same = [i for i, row in plan.document.identity_rows.items() if row == parts[1]]
        words.append("、".join(LABELS[one] for one in (parts[1], *same)))
        parts = parts[2:]
    return " ".join(words), parts


def _is_only_band(number: Number, plan: Plan) -> bool:
    stem, _dot, last = number.path.rpartition(".")
    if last != "rate" or not stem.endswith("bands.0"):
        return False
    second = f"{stem.removesuffix('.0')}.1.rate"
    return all(other.path != second for other in plan.document.numbers())


def _label(parts: list[str], *, only: bool) -> str:
    if parts[0] == "bands":
        band, what = int(parts[1]), parts[2]
        if what == "from":
            return _("第 %(n)s 段起点") % {"n": band + 1} if band else LABELS["deductible"]
        return LABELS["rate"] if only else _("第 %(n)s 段比例") % {"n": band + 1}
    of = " ".join(LABELS.get(part, part) for part in parts[1:])
    return f"{of} {LABELS[parts[0]]}".strip()


def slider(number: Number, text: str) -> Slider | None:
    """Return the slider of a number that has a value; it reaches what its field holds."""
    if number.value is None:
        return None
    now = _read(text)
    now = number.value if now is None else now
    if number.kind == "rate":
        return Slider(number.value, min(now, _WHOLE), _POINT, _WHOLE)
    step = step_of(number)
    most = max(2 * number.value, now, _LEAST_REACH)
    return Slider(number.value, now, step, -(-most // step) * step)


def step_of(number: Number) -> int:
    """Return by how much one key moves the number: fen, or ten-thousandths."""
    if number.kind == "rate":
        return _POINT
    value = number.value or 0
    return next((step for most, step in _STEPS if value <= most), _LARGEST_STEP)


def _read(text: str) -> int | None:
    whole, _point, rest = text.replace(",", "").partition(".")
    if not whole.isascii() or not whole.isdigit() or (rest and not rest.isdigit()):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0")[:2] or 0)
