"""A list as an agency sent it: its rows read, each with where it stands in the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple

from tongchou.core.matching import WHO, DayRead, Described, describe, provisional, read_day, unread
from tongchou.core.rosters.pack import CHANGED, Pack, Source
from tongchou.core.sheets import (
    Cell,
    ListRow,
    Sheet,
    SheetRefused,
    Vocabulary,
    read_grids,
    read_lists,
)

# The headings of what a list says of a person, beside who is meant.
SAYS: Vocabulary = {
    "certificate": ("残疾人证号", "残疾证号", "残疾人证号码", "残疾人证编号", "残疾证号码", "残疾证编号", "cjzh"),
    "category": (
        "类别", "人员类别", "对象类别", "救助类别", "身份类别", "保障类别", "人员类型", "对象类型", "救助类型",
        "保障类型", "户类型", "户类别", "低保类别", "困难类别", "困难类型", "人员身份", "身份", "贫困户属性", "人员属性",
        "救助对象类别", "监测对象类别", "类型", "lb", "category",
    ),
    "recognised_on": (
        "认定时间", "认定日期", "认定年月", "纳入时间", "纳入日期", "识别时间", "识别年度", "享受时间", "批准时间",
        "批准日期", "审批时间", "审批日期", "开始享受时间", "享受开始时间", "救助开始时间", "保障开始时间",
        "开始时间", "起始时间", "享受起始时间", "发证日期", "办证时间", "首次享受时间", "rdsj", "recognised_on",
    ),
    "died_on": ("死亡时间", "死亡日期", "死亡年月", "死亡日", "去世时间", "去世日期", "逝世时间", "swsj", "died_on"),
    "cremated_on": ("火化时间", "火化日期"),
    "left_on": (
        "退出时间", "退出日期", "停保时间", "停发时间", "取消时间", "终止时间", "清退时间", "停止时间", "left_on",
    ),
    "status": (
        "状态", "人员状态", "保障状态", "享受状态", "当前状态", "变动原因", "status",
    ),
    "change": (
        "变动类型", "变更类型", "异动类型", "变动情况", "变更情况", "异动情况", "增减", "增减类型", "变动类别", "change",
    ),
    "changed_on": (
        "变动日期", "变更日期", "异动日期", "变动时间", "变更时间", "异动时间", "变动生效日期", "changed_on",
    ),
    "note": ("备注", "说明", "备注说明", "情况说明", "其他", "note"),
    "degree": ("残疾等级", "残疾级别", "残疾程度", "等级"),
    "paid_on": ("缴费时间", "缴费日期", "入库日期", "入库时间", "到账时间", "开票日期", "缴款日期", "paid_on"),
    "scheme": (
        "险种", "参保险种", "险种类型", "险种名称", "参保类型", "缴费险种", "征收品目", "征收项目", "费种", "征收子目",
    ),
    "amount": ("金额", "缴费金额", "实缴金额", "个人缴费金额", "缴费额", "税款金额", "amount"),
    "place": ("参保地", "参保地区", "参保统筹区", "参保机构", "参保地名称", "统筹区"),
}  # fmt: skip

VOCABULARY: Vocabulary = {
    **{
        field: tuple(word for word in words if word not in SAYS["certificate"])
        for field, words in WHO.items()
    },
    **SAYS,
}
_DAYS = (
    "birth", "recognised_on", "died_on", "cremated_on", "left_on", "paid_on", "changed_on",
)  # fmt: skip
REQUIRED = ("name", "id_no|certificate|village|address|birth|town")
UNNAMED = "helped"
CHANGES = re.compile(
    r"\.changes", re.IGNORECASE
)  # in the name of a file of changes: 民政.changes-0612.xlsx
_DAY = re.compile(
    r"(20\d\d)(?:\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})|(0[1-9]|1[0-2])(\d\d))(?!\d)"
)
_MONTH = re.compile(r"(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])\s*月?")


class Entry(NamedTuple):
    """A row of a list. `statuses`: of pack.STATUSES.

    `category`: an identity; UNNAMED where the row does not say which; "" for nobody's.
    `subject`: the name of the row until a person is found. `counts`: a payment of another insurance,
    or given back, does not.
    """

    sender: Source
    file: str
    sheet: str
    row: int
    who: Described
    subject: str
    category: str
    recognised_on: DayRead | None
    died_on: DayRead | None
    left_on: DayRead | None
    statuses: frozenset[str]
    paid_on: DayRead | None
    place: str
    town_shown: str
    counts: bool = True
    change: str = ""  # of a list of changes: pack.ADDED, REMOVED, CHANGED
    changed_on: DayRead | None = None

    @property
    def source(self) -> str:
        return self.sender.code

    @property
    def counts_from(self) -> DayRead | None:
        """The day from which its category counts: of recognition, or of a change since."""
        return self.changed_on if self.change == CHANGED else self.recognised_on


@dataclass(frozen=True, slots=True)
class RosterList:
    """A list of one source for one month. `month`: what its title says, YYYY-MM or "".

    `headings`: sheet -> the words over its columns. `skipped`: rows that are no entries.
    `unread`: cells that look like a day and are not taken for one, as sheet, row and words.
    `changes`: it lists what has changed since the full list. `day`: the last day that it tells of,
    None where a full list does not say.
    """

    source: Source
    file: str
    sha256: str
    month: str
    headings: Mapping[str, tuple[str, ...]]
    entries: tuple[Entry, ...]
    skipped: tuple[tuple[str, int, str], ...]
    changes: bool = False
    day: date | None = None
    unread: tuple[tuple[str, int, str], ...] = ()

    def of_source(self, source: Source) -> RosterList:
        """Return the same list as one of another source: its rows have other names then."""
        entries = tuple(
            one._replace(sender=source, subject=provisional(source.code, one.who))
            for one in self.entries
        )
        return replace(self, source=source, entries=entries)


def read_list(pack: Pack, source: Source, filename: str, content: bytes) -> RosterList:
    """Read a file as `source` sent it. Raises SheetRefused, naming sheet, row, column and remedy."""
    sheets = read_lists(read_grids(filename, content), VOCABULARY, REQUIRED)
    if not source.holds:
        source = source._replace(
            holds=_holds({name for sheet in sheets for name in sheet.headings})
        )
    titles = " ".join([sheet.title or sheet.name for sheet in sheets] + [filename])
    month = _MONTH.search(titles)
    changes = bool(CHANGES.search(filename)) or _tells_changes(pack, sheets)
    entries = tuple(
        _entry(pack, source, filename, row, sheet.title or sheet.name)
        for sheet in sheets
        for row in sheet.rows
    )
    if changes:
        rows = [row for sheet in sheets for row in sheet.rows]
        entries = tuple(map(partial(_changed, pack), entries, rows))
        if not entries:
            raise SheetRefused("变动名单里没有一行变动。请核对后重发")
    return RosterList(
        source,
        filename,
        hashlib.sha256(content).hexdigest(),
        f"{month[1]}-{int(month[2]):02d}" if month else "",
        {sheet.name: (*sheet.headings.values(), *sheet.ignored) for sheet in sheets},
        entries,
        tuple((sheet.name, number, why) for sheet in sheets for number, why in sheet.skipped),
        changes,
        max(e.changed_on.day for e in entries if e.changed_on) if changes else _day_in(titles),
        tuple(_unread(sheets)),
    )


def _unread(sheets: Sequence[Sheet]) -> Iterator[tuple[str, int, str]]:
    for sheet in sheets:
        columns = [(name, sheet.headings[name]) for name in _DAYS if name in sheet.headings]
        for row in sheet.rows:
            for name, heading in columns:
                cell = row.cells.get(name)
                if why := unread(cell, birth=name == "birth"):
                    yield sheet.name, row.number, f"{heading}“{cell}”{why}"


def _tells_changes(pack: Pack, sheets: Sequence[Sheet]) -> bool:
    """Say whether a file lists changes: each row says what has changed, and since which day.

    Where most of the rows say so it is taken for one, and a row that does not is refused by name.
    """
    rows = [row for sheet in sheets for row in sheet.rows]
    if not rows or not all({"change", "changed_on"} <= set(s.headings) for s in sheets if s.rows):
        return False
    told = [str(row.cells.get("change", "")).strip() for row in rows]
    return all(told) and 2 * sum(bool(pack.change_of(one)) for one in told) > len(told)


def _day_in(titles: str) -> date | None:
    for match in _DAY.finditer(titles):
        try:
            return date(*map(int, filter(None, match.groups())))
        except ValueError:
            continue
    return None


def _changed(pack: Pack, entry: Entry, row: ListRow) -> Entry:
    """Add what the row says has changed and since when. Raises SheetRefused naming the cell."""
    where = f"工作表“{row.sheet}”第 {row.number} 行"
    said = str(row.cells.get("change", "")).strip()
    change, day = pack.change_of(said), read_day(row.cells.get("changed_on"))
    if not change:
        raise SheetRefused(f"{where} 变动类型“{said}”看不懂。请写新增、退出或变更")
    if day is None and (why := unread(row.cells.get("changed_on"))):
        raise SheetRefused(f"{where} 变动日期“{row.cells['changed_on']}”{why}")
    if day is None:
        raise SheetRefused(f"{where} 没有变动日期。请写明哪一天起变动")
    return entry._replace(change=change, changed_on=day)


def _entry(pack: Pack, source: Source, filename: str, row: ListRow, title: str) -> Entry:
    cells = row.cells
    if "id_no" not in cells and "certificate" in cells:
        cells = {**cells, "id_no": cells["certificate"]}
    who = describe(cells)
    words = " ".join(str(cells[name]) for name in ("status", "change", "note") if name in cells)
    statuses = pack.statuses_of(words) | ({"dead"} if who.name.says_dead else set())
    return Entry(
        source,
        filename,
        row.sheet,
        row.number,
        who,
        provisional(source.code, who),
        _category(pack, source, cells, who, title),
        read_day(cells.get("recognised_on")),
        read_day(cells.get("died_on")) or read_day(cells.get("cremated_on")),
        read_day(cells.get("left_on")),
        frozenset(statuses),
        read_day(cells.get("paid_on")),
        str(cells.get("place", "")).strip(),
        str(cells.get("town", "")).strip(),
        pack.counts(str(cells.get("scheme", "")), words) and not _given_back(cells.get("amount")),
    )


def _given_back(amount: Cell | None) -> bool:
    return str(amount).strip().startswith(("-", "－")) if amount is not None else False


def _holds(fields: Set[str]) -> str:
    """Return what a list of an unknown sender holds, by its columns."""
    told = {"died_on": "deaths", "cremated_on": "deaths", "paid_on": "payments"}
    found = next((held for name, held in told.items() if name in fields), "helped")
    return "elsewhere" if found == "helped" and "place" in fields else found


def _category(
    pack: Pack, source: Source, cells: Mapping[str, Cell], who: Described, title: str
) -> str:
    """Return the identity that the row gives: by its own words, its sheet's, or its sender."""
    if source.holds != "helped":
        return ""
    if source.category == "disabled":
        degree = _degree(cells, who)
        return "disabled" if degree in ("1", "2") else "" if degree else UNNAMED
    for text in (str(cells.get("category", "")), title):
        found = pack.category_of(text) if text else None
        if found is not None:
            return found
    return UNNAMED


_DEGREES = {"一": "1", "二": "2", "三": "3", "四": "4"}


def _degree(cells: Mapping[str, Cell], who: Described) -> str:
    """Return the degree of a disability; only the first and second are severe."""
    for text in (str(cells.get("degree", "")), str(cells.get("category", ""))):
        for character in text:
            if character in "1234":
                return character
            if character in _DEGREES:
                return _DEGREES[character]
    if who.id.degree:
        return who.id.degree
    return ""
