"""Institutions and rows of registers for tests, with what matters said and the rest in order."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from tongchou.core.registers.codes import check_sign
from tongchou.core.registers.entries import Entry, RegisterList, read_register
from tongchou.core.registers.linking import Holder
from tongchou.core.registers.month import Inputs, Run, run_month
from tongchou.core.registers.pack import institution_rules

RULES = institution_rules()
MONTH, DAY = "2019-06", date(2019, 6, 30)
HEADINGS = {
    "health": (
        "机构名称",
        "统一社会信用代码",
        "登记号",
        "地址",
        "执业状态",
        "有效期至",
        "诊疗科目",
    ),
    "market": (
        "企业名称",
        "统一社会信用代码",
        "许可证号",
        "住所",
        "登记状态",
        "经营期限至",
        "经营范围",
    ),
}
ADDRESS = "岭城街道南门路12号"


def credit_code(serial: int = 1, begins: str = "91") -> str:
    first = f"{begins}441700MA{serial:07d}"
    return first + check_sign(first)


def holder(**told: Any) -> Holder:
    facts: dict[str, Any] = {
        "code": "H44170000013", "name": "石湾梁氏口腔诊所", "kind": "clinic", "town": "岭城街道",
        "credit_code": credit_code(), "licence_no": "PDY000001", "address": ADDRESS,
        "services": frozenset({"outpatient"}), "running": True,
    }  # fmt: skip
    return Holder(**{**facts, **told})


def row(one: Holder, **told: Any) -> tuple[str, ...]:
    """The row of an institution as a register has it."""
    facts = {
        "name": one.name, "code": one.credit_code, "licence": one.licence_no,
        "address": one.address, "status": "正常", "until": "2022-12-31",
        "scope": "口腔科门诊" if one.kind != "pharmacy" else "药品零售",
    }  # fmt: skip
    return tuple({**facts, **told}.values())


def xlsx(headings: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, cells in enumerate([*([[title]] if title else []), headings, *rows]):
        for column, cell in enumerate(cells):
            sheet.write(at, column, cell)
    book.close()
    return target.getvalue()


def register(name: str, *rows: Sequence[Any], title: str = "") -> RegisterList:
    content = xlsx(HEADINGS[name], rows, title)
    return read_register(RULES, name, f"{RULES.offices[name].name}.xlsx", content)


def entry(name: str = "health", **told: Any) -> Entry:
    one = told.pop("of", holder())
    (found,) = register(name, row(one, **told)).entries
    return found


def run(
    holders: Sequence[Holder], health: Sequence[Any], market: Sequence[Any], **told: Any
) -> Run:
    lists = [register("health", *health), register("market", *market)]
    facts: dict[str, Any] = {"rules": RULES, "month": MONTH, "lists": lists, "holders": holders}
    return run_month(Inputs(**{**facts, **told}))


def codes(found: Run) -> list[str]:
    return [one.code for one in found.findings if one.code != "G1"]
