"""Drugs, services and consumables with their terms, one row per item and starting day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from tongchou.catalogue import services
from tongchou.catalogue.codes import CHARGE_LABELS, LIST_LABELS, any_code_problem
from tongchou.catalogue.importing.plan import (
    Change,
    Kind,
    Plan,
    Problem,
    Reader,
    RowRefused,
    as_row_refused,
    problem_at,
)
from tongchou.catalogue.models import Item, ItemTerm
from tongchou.catalogue.words import term_in_words
from tongchou.core.identity import code_kinds, pinyin_initials
from tongchou.platform.imports import cells
from tongchou.platform.imports.tables import Row, Table
from tongchou.platform.refusal import Refused

VOCABULARY: dict[str, Sequence[str]] = {
    "code": (
        "编码", "国家编码", "医保编码", "国家医保编码", "医保目录编码", "医疗目录编码", "目录编码",
        "药品代码", "药品编码", "项目编码", "项目代码", "耗材编码", "耗材代码", "med_list_codg",
    ),
    "name": ("名称", "项目名称", "药品名称", "注册名称", "通用名", "耗材名称", "目录名称"),
    "list_type": ("目录类别", "目录类型", "list_type"),
    "charge_type": ("收费项目类别", "收费类别", "费用类别", "med_chrgitm_type"),
    "unit": ("单位", "计价单位", "最小计价单位"),
    "level": ("类别", "甲乙类", "甲乙丙类", "医保等级", "收费项目等级", "支付类别", "chrgitm_lv"),
    "first_self_pay": (
        "先行自付比例", "个人先行自付比例", "先自付比例", "自付比例", "selfpay_prop",
    ),
    "ceiling": ("限价", "最高限价", "支付标准", "医保支付标准", "pric_uplmt_amt"),
    "start": ("从", "执行日期", "生效日期", "开始日期", "起始日期"),
    "end": ("到(不含)",),
    "source": ("依据", "文号", "文件", "来源"),
}  # fmt: skip
REQUIRED = ("code", "name", "level", "start")

_LISTS = {str(label): code for code, label in LIST_LABELS.items()}
_CHARGES = {str(label): code for code, label in CHARGE_LABELS.items()}
_LEVELS = {
    "甲": "01",
    "乙": "02",
    "丙": "03",
    "甲类": "01",
    "乙类": "02",
    "丙类": "03",
    "自费": "03",
}
# The list, and where it follows the charge type, that a code's own form tells.
_BY_FORM = {
    "western_drug": ("101", "09"),
    "patent_drug": ("101", "11"),
    "herb": ("102", "10"),
    "service": ("201", ""),
    "consumable": ("301", "08"),
}
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One row, understood. Share in ten-thousandths, ceiling in millionths of a yuan."""

    row: Row
    code: str
    name: str
    list_type: str
    charge_type: str
    unit: str
    level: str
    first_self_pay: int
    ceiling: int | None
    start: date
    end: date | None
    source: str

    def says(self, term: ItemTerm) -> bool:
        """Whether the row states what the term already holds."""
        return (self.level, self.first_self_pay, self.ceiling) == (
            term.level,
            term.first_self_pay,
            term.ceiling,
        ) and self.end in (None, term.end)


@dataclass(slots=True)
class Work:
    """What taking the file writes."""

    items: list[Item]
    changed: list[Item]
    terms: list[ItemTerm]
    closed: list[ItemTerm]


def plan(table: Table, source: str) -> Plan:
    """Compare the file with the catalogue as it stands; `source` serves rows without their own."""
    problems: list[Problem] = []
    by_code: dict[str, list[ItemRow]] = defaultdict(list)
    for row in table.rows:
        try:
            read = _read(row, source)
        except RowRefused as refused:
            problems.append(problem_at(table, row, refused.field, refused.reason))
        else:
            by_code[read.code].append(read)
    work = Work([], [], [], [])
    changes: list[Change] = []
    for codes in _chunks(sorted(by_code)):
        known = {
            item.code: item
            for item in Item.objects.filter(code__in=codes).prefetch_related("terms")
        }
        for code in codes:
            rows = sorted(by_code[code], key=lambda read: (read.start, read.row.number))
            try:
                changes += _plan_item(rows, known.get(code), work)
            except _Stopped as stopped:
                problems.append(problem_at(table, stopped.row, stopped.field, stopped.reason))
    return Plan(
        rows=len(table.rows),
        changes=sorted(changes, key=lambda change: change.row),
        problems=sorted(problems, key=lambda problem: problem.row),
        work=work,
    )


def apply(work: Work) -> None:
    """Write the planned rows; the caller holds the transaction."""
    ItemTerm.objects.bulk_update(work.closed, ["end"], batch_size=_CHUNK)
    Item.objects.bulk_update(
        work.changed, ["name", "initials", "charge_type", "unit"], batch_size=_CHUNK
    )
    Item.objects.bulk_create(work.items, batch_size=_CHUNK)
    ItemTerm.objects.bulk_create(work.terms, batch_size=_CHUNK)


class _Stopped(Exception):
    def __init__(self, row: Row, field: str, reason: str) -> None:
        super().__init__(reason)
        self.row, self.field, self.reason = row, field, reason


def _read(row: Row, source: str) -> ItemRow:
    take = Reader(row)
    code = take("code", cells.code)
    told, charge = _BY_FORM.get(next(iter(code_kinds(code)), ""), ("", ""))
    list_type = _named(take("list_type", cells.text), _LISTS) or told
    if not list_type:
        raise RowRefused("code", any_code_problem(code))
    charge_type = _named(take("charge_type", cells.text), _CHARGES) or charge
    level = take("level", cells.text)
    start, end = take("start", cells.day), take("end", cells.day)
    ceiling = take("ceiling", cells.millionths)
    level = _LEVELS.get(level, level)
    name = take("name", cells.text)
    if start is None:
        raise RowRefused("start", _("没有执行日期。请填写"))
    if end is not None and end <= start:
        raise RowRefused("end", _("不晚于开始日。到期日不含当天，请改晚"))
    source = take("source", cells.text) or source
    try:
        services.check_item(code=code, name=name, list_type=list_type, charge_type=charge_type)
        share = services.check_terms(
            level=level, first_self_pay=take("first_self_pay", cells.share), ceiling=ceiling
        )
    except Refused as refused:
        raise as_row_refused(refused) from None
    return ItemRow(
        row=row,
        code=code,
        name=name,
        list_type=list_type,
        charge_type=charge_type,
        unit=take("unit", cells.text),
        level=level,
        first_self_pay=share,
        ceiling=ceiling,
        start=start,
        end=end,
        source=source[:100],
    )


def _plan_item(rows: list[ItemRow], item: Item | None, work: Work) -> list[Change]:
    """Plan the rows of one code, by start; nothing is added to `work` if one is refused."""
    _check_agree(rows)
    head = rows[-1]
    held = {term.start: term for term in item.terms.all()} if item else {}
    last = held[max(held)] if held else None
    fresh = [read for read in rows if not _already(read, held, last)]
    changed = item is not None and (item.name, item.charge_type, item.unit) != (
        head.name,
        head.charge_type,
        head.unit or item.unit,
    )
    before = last
    changes = [
        _change(read, item, before, read in fresh, changed and read is head) for read in rows
    ]
    if item is None:
        item = Item(code=head.code, list_type=head.list_type)
        work.items.append(item)
    elif changed:
        work.changed.append(item)
    item.name, item.initials = head.name, pinyin_initials(head.name)[:200]
    item.charge_type, item.unit = head.charge_type, head.unit or item.unit
    if fresh and last is not None and (last.end is None or last.end > fresh[0].start):
        last.end = fresh[0].start
        work.closed.append(last)
    work.terms += _terms(item, fresh)
    return changes


def _terms(item: Item, rows: list[ItemRow]) -> list[ItemTerm]:
    following = [*(read.start for read in rows[1:]), None]  # one too many without rows
    return [
        ItemTerm(
            item=item,
            start=read.start,
            end=min((d for d in (read.end, after) if d is not None), default=None),
            level=read.level,
            first_self_pay=read.first_self_pay,
            ceiling=read.ceiling,
            source=read.source,
        )
        for read, after in zip(rows, following, strict=False)
    ]


def _check_agree(rows: list[ItemRow]) -> None:
    for before, read in pairwise(rows):
        if read.start == before.start:
            raise _Stopped(
                read.row,
                "code",
                _("与第 %(row)s 行重复：同一编码、同一执行日期。请删去一行")
                % {"row": f"{before.row.number:,}"},
            )
        if read.list_type != before.list_type:
            raise _Stopped(
                read.row,
                "list_type",
                _("与第 %(row)s 行的目录类别不同。请核对") % {"row": f"{before.row.number:,}"},
            )


def _already(read: ItemRow, held: dict[date, ItemTerm], last: ItemTerm | None) -> bool:
    """Whether the catalogue already says it. Terms that bills were split by are not rewritten."""
    term = held.get(read.start)
    if term is not None and read.says(term):
        return True
    if last is not None and read.start <= last.start:
        raise _Stopped(
            read.row,
            "start",
            _("自 %(start)s 起已有条件（%(terms)s），与文件不同。新条件请用更晚的执行日期")
            % {"start": last.start, "terms": term_in_words(last)},
        )
    return False


def _change(
    read: ItemRow, item: Item | None, last: ItemTerm | None, fresh: bool, changed: bool
) -> Change:
    kind: Kind = "new" if item is None else "term" if fresh else "changed" if changed else "same"
    before = ""
    if changed and item is not None and item.name != read.name:
        before = item.name
    elif item is not None and last is not None:
        before = term_in_words(last)
    return Change(
        row=read.row.number,
        kind=kind,
        code=read.code,
        name=read.name,
        before=before,
        after=_("%(start)s 起 %(terms)s") % {"start": read.start, "terms": term_in_words(read)},
    )


def _named(value: str, codes: dict[str, str]) -> str:
    return codes.get(value, value)


def _chunks(codes: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(codes), _CHUNK):
        yield codes[at : at + _CHUNK]
