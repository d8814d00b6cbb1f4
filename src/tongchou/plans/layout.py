"""Where each number of a tier stands in its table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.core.policy import (
    LABELS,
    PLACES,
    STATUSES,
    Number,
    PolicyDocument,
    TableKey,
    Terms,
    TierTable,
)
from tongchou.plans.cells import Cell

Cells = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a table: a cell or words, over `rows` x `columns`."""

    head: str
    cell: Cell | None = None
    words: str = ""
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Section:
    tier: str
    title: str
    note: str
    heads: list[Place]
    rows: list[Row]
    rest: list[Cell]  # switches, and numbers that only one row has


def lay_out(tier: TierTable, document: PolicyDocument, cells: Cells) -> Section:
    """Return the tier as a table: by level of the hospital, or by identity where it has bands."""
    banded = any(terms.bands for terms in (tier.ordinary, *tier.by_identity.values()))
    table = _banded if banded else _overflow if tier.base == "overflow" else _by_place
    heads, rows = table(tier, document, cells)
    places = [*heads, *(place for row in rows for place in row.places)]
    shown = {place.cell.path for place in places if place.cell}
    rest = dict.fromkeys(n.path for n in tier.numbers() if n.path not in shown)
    return Section(
        tier=tier.name,
        title=tier.label,
        note=tier.note or _note(tier),
        heads=heads,
        rows=rows,
        rest=[cells[path] for path in rest],
    )


def _note(tier: TierTable) -> str:
    how = {
        "claim": _("按次扣起付线，按级别乘比例，四舍五入到分"),
        "overflow": _("基本到封顶线之后的政策范围内费用"),
        "self_pay": _("年度累计自付，分段递进"),
    }
    visits = "、".join(LABELS[visit] for visit in tier.visits)
    return _("%(visits)s，%(how)s") % {"visits": visits, "how": how[tier.base]}


def _groups(tier: TierTable, document: PolicyDocument) -> list[tuple[str, Terms]]:
    """Return the tier's kinds of person and visit, each with its own numbers."""
    found = [] if tier.only_identities else [("", tier.ordinary)]
    found += [(LABELS[visit], terms) for visit, terms in tier.visit_terms.items()]
    for identity, terms in tier.by_identity.items():
        others = [LABELS[o] for o, row in document.identity_rows.items() if row == identity]
        found.append(("、".join([LABELS[identity], *others]), terms))
    return found


def _by_place(
    tier: TierTable, document: PolicyDocument, cells: Cells
) -> tuple[list[Place], list[Row]]:
    groups = _groups(tier, document)
    found = {s for _l, t in groups for s, _p in (*t.rate, *t.deductible) if s}
    statuses: list[str | None] = [s for s in STATUSES if s in found] or [None]
    deductible, rate, cap = _("起付线（元/次）"), _("支付比例"), _("年度封顶线（元）")
    rate_heads = [rate if s is None else f"{LABELS[s]}{rate}" for s in statuses]
    heads = [Place(_("医院级别")), Place(deductible), *map(Place, rate_heads), Place(cap)]
    rows = []
    for group, terms in groups:
        known = _known(terms, tier)
        own = [*terms.deductible.items(), *terms.rate.items()]
        keys = {place for (_s, place), number in own if number.path not in known}
        places: list[str | None] = [p for p in PLACES if p in keys] or [None]
        columns = [
            (deductible, [_find(terms.deductible, None, at) for at in places]),
            *(
                (head, [_find(terms.rate, status, at) for at in places])
                for head, status in zip(rate_heads, statuses, strict=True)
            ),
            (cap, [terms.cap] * len(places)),
        ]
        for index, at in enumerate(places):
            label = " ".join(filter(None, [group, LABELS[at] if at else ""]))
            row = [_shared(head, numbers, index, cells, known) for head, numbers in columns]
            rows.append(Row(label or _("全部参保人"), [place for place in row if place]))
    return heads, rows


def left_out(tier: str) -> Section:
    """Return the section that says of a tier that the plan has none."""
    note = _("本方案未设；另有文件的，起草新版本时添加")
    return Section(tier, LABELS[tier], note, heads=[], rows=[], rest=[])


def _shared(
    head: str, numbers: Sequence[Number | None], index: int, cells: Cells, known: set[str]
) -> Place | None:
    """Return the place in row `index`; a number for all rows stands once, beside all of them."""
    if len({number.path for number in numbers if number}) == 1 and None not in numbers:
        return None if index else _place(head, numbers[0], cells, known, rows=len(numbers))
    return _place(head, numbers[index], cells, known)


def _overflow(
    tier: TierTable, document: PolicyDocument, cells: Cells
) -> tuple[list[Place], list[Row]]:
    """Lay out a tier that takes over at the basic cap, at the basic rate."""
    entry, rate, cap = _("进入点"), _("支付比例"), _("年度封顶线（元）")
    begins = next(n for n in tier.switches if n.path.endswith(".entry"))
    rows = [
        Row(
            label or _("全部参保人"),
            [
                _place(entry, begins, cells, () if terms is tier.ordinary else (begins.path,)),
                Place(rate, words=_("同基本")),
                _place(cap, terms.cap, cells, _known(terms, tier)),
            ],
        )
        for label, terms in _groups(tier, document)
    ]
    return [Place(_("对象")), Place(entry), Place(rate), Place(cap)], rows


def _find(table: Mapping[TableKey, Number], *key: str | None) -> Number | None:
    status, place = key
    for wanted in ((status, place), (None, place), (status, None), (None, None)):
        if wanted in table:
            return table[wanted]
    return None


def _banded(
    tier: TierTable, document: PolicyDocument, cells: Cells
) -> tuple[list[Place], list[Row]]:
    groups = _groups(tier, document)
    most = max(groups, key=lambda group: len(group[1].bands or ()))[1].bands or ()
    start, cap = _("起付线（元/年）"), _("年度封顶线（元）")
    names = [
        _("至 %(limit)s") % {"limit": most[k + 1].start.text}
        if k + 1 < len(most)
        else _("%(limit)s 以上") % {"limit": most[k].start.text}
        for k in range(len(most))
    ]
    if len(most) == 1:
        names = [_("支付比例")]
    limits = [cells[band.start.path] for band in most[1:]] + [None]
    heads = [Place(_("身份")), Place(start)]
    heads += [Place(name, cell) for name, cell in zip(names, limits, strict=True)]
    rows = [
        Row(
            label or _("一般参保人"),
            _bands(terms, [start, *names, cap], cells, _known(terms, tier)),
        )
        for label, terms in groups
    ]
    return [*heads, Place(cap)], rows


def _known(terms: Terms, tier: TierTable) -> set[str]:
    """Return the numbers that a row takes from the row for everyone: they stand there."""
    if terms is tier.ordinary or tier.only_identities:
        return set()
    return {number.path for number in tier.ordinary.numbers()}


def _bands(terms: Terms, heads: list[str], cells: Cells, known: set[str]) -> list[Place]:
    start, *names, cap = heads
    bands = terms.bands or ()
    first = bands[0].start if bands else next(iter(terms.deductible.values()), None)
    row = [_place(start, first, cells, known)]
    count = len(bands) or 1
    for k, name in enumerate(names[:count]):
        rate = bands[k].rate if bands else None
        columns = len(names) - k if k + 1 == count else 1
        row.append(_place(name, rate, cells, known, columns=columns))
    row.append(_place(cap, terms.cap, cells, known))
    return row


def _place(
    head: str,
    number: Number | None,
    cells: Cells,
    known: Iterable[str] = (),
    *,
    rows: int = 1,
    columns: int = 1,
) -> Place:
    """Return the number's place; the numbers in `known` stand in the row for everyone."""
    if number is None:
        return Place(head, rows=rows, columns=columns)
    if number.path in known:
        return Place(head, words=_("同一般"), rows=rows, columns=columns)
    return Place(head, cells[number.path], rows=rows, columns=columns)
