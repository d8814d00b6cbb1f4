"""A register of institutions as its office sent it: its rows, each with where it stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tongchou.core.lists import Judged, Received
from tongchou.core.matching import DayRead, read_day
from tongchou.core.registers.codes import BROKEN, CUT, CodeRead, read_code, read_licence
from tongchou.core.registers.pack import InstitutionRules
from tongchou.core.registers.places import address_key, name_key
from tongchou.core.sheets import Cell, ListRow, Vocabulary, read_grids, read_lists

VOCABULARY: Vocabulary = {
    "name": (
        "机构名称", "企业名称", "名称", "医疗机构名称", "单位名称", "市场主体名称", "药店名称", "第一名称",
        "字号名称", "jgmc", "name",
    ),
    "credit_code": (
        "统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "统一社会信用代码/注册号", "tyshxydm",
        "credit_code",
    ),
    "licence_no": (
        "医疗机构执业许可证登记号", "执业许可证登记号", "登记号", "许可证号", "许可证编号", "执业许可证号",
        "执业登记号", "药品经营许可证号", "licence_no",
    ),
    "address": (
        "地址", "住所", "经营场所", "执业地址", "注册地址", "机构地址", "详细地址", "经营地址", "住所(经营场所)",
        "经营场所地址", "address",
    ),
    "status": (
        "状态", "经营状态", "登记状态", "执业状态", "机构状态", "企业状态", "许可状态", "主体状态", "status",
    ),
    "until": (
        "有效期至", "有效期截止", "有效期止", "许可证有效期至", "截止日期", "到期日期", "有效期限至",
        "经营期限至", "营业期限至", "有效期截止日期", "until",
    ),
    "scope": (
        "诊疗科目", "经营范围", "许可范围", "执业范围", "服务方式", "许可项目", "核准诊疗科目", "scope",
    ),
    "beds": ("床位数", "核定床位", "床位", "编制床位", "beds"),
}  # fmt: skip
REQUIRED = ("name", "credit_code|licence_no|address")
_MONTH = re.compile(r"(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])\s*月?")


class Entry(NamedTuple):
    """A row of a register. `key`: its name for good: code, licence number, or name with address.

    `status`: open, closed, or "" where nothing is said; `allows`: services its scope allows, None
    where the register has no such column.
    """

    register: str
    file: str
    sheet: str
    row: int
    name: str
    code: CodeRead
    raw_code: str
    licence: str
    address: str
    status: str
    until: DayRead | None
    scope: str
    allows: frozenset[str] | None

    @property
    def key(self) -> str:
        if self.code.kind == "ok":
            return self.code.value
        if self.licence:
            return self.licence
        text = f"{name_key(self.name)}\0{address_key(self.address)}"
        return "~" + hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RegisterList:
    """A register of one month. `month`: what its title says, YYYY-MM or ""."""

    register: str
    file: str
    sha256: str
    month: str
    headings: Mapping[str, tuple[str, ...]]
    entries: tuple[Entry, ...]
    skipped: tuple[tuple[str, int, str], ...]

    def judged(self, month: str) -> Judged:
        """Return what the gates look at."""
        counts: dict[str, int] = {}
        for entry in self.entries:
            counts[entry.status or "open"] = counts.get(entry.status or "open", 0) + 1
        words = sorted({word for some in self.headings.values() for word in some})
        now = Received(
            self.register, month, self.month, len(self.entries), dict(sorted(counts.items())),
            tuple(words),
        )  # fmt: skip
        bad = sum(entry.code.kind in (BROKEN, CUT) for entry in self.entries)
        return Judged(self.file, self.sha256, now, bad)


def read_register(
    rules: InstitutionRules, register: str, filename: str, content: bytes
) -> RegisterList:
    """Read a file as its office sent it. Raises SheetRefused naming sheet, row, column, remedy."""
    sheets = read_lists(read_grids(filename, content), VOCABULARY, REQUIRED)
    titles = " ".join([sheet.title or sheet.name for sheet in sheets] + [filename])
    month = _MONTH.search(titles)
    return RegisterList(
        register,
        filename,
        hashlib.sha256(content).hexdigest(),
        f"{month[1]}-{int(month[2]):02d}" if month else "",
        {sheet.name: (*sheet.headings.values(), *sheet.ignored) for sheet in sheets},
        tuple(_entry(rules, register, filename, row) for sheet in sheets for row in sheet.rows),
        tuple((sheet.name, number, why) for sheet in sheets for number, why in sheet.skipped),
    )


def _entry(rules: InstitutionRules, register: str, filename: str, row: ListRow) -> Entry:
    cells = row.cells
    scope = _text(cells, "scope")
    beds = cells.get("beds")
    allows = None if "scope" not in cells and beds is None else rules.allowed_by(scope)
    if allows is not None and _beds(beds):
        allows |= {"inpatient"}
    raw = cells.get("credit_code")
    return Entry(
        register,
        filename,
        row.sheet,
        row.number,
        _text(cells, "name"),
        read_code(raw),
        "" if raw is None else str(raw),
        read_licence(cells.get("licence_no")),
        _text(cells, "address"),
        rules.status_of(_text(cells, "status")),
        read_day(cells.get("until")),
        scope,
        allows,
    )


def _text(cells: Mapping[str, Cell], name: str) -> str:
    return str(cells.get(name, "")).strip()


def _beds(cell: Cell | None) -> bool:
    text = str(cell or "").strip().removesuffix(".0")
    return text.isdigit() and int(text) > 0
