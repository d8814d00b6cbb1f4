"""A person as a row of a list describes him: the cells that say who is meant, as they were read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from tongchou.core.matching.days import DayRead, read_birth
from tongchou.core.matching.names import NameRead, read_name
from tongchou.core.matching.numbers import CUT, OK, IdRead, read_id
from tongchou.core.matching.places import town_before, town_key, village_key
from tongchou.core.sheets import Cell, Vocabulary

MALE, FEMALE = "1", "2"  # GB/T 2261.1
_SEXES = {"男": MALE, "男性": MALE, "1": MALE, "M": MALE, "女": FEMALE, "女性": FEMALE, "2": FEMALE}
_SEXES |= {"F": FEMALE, "MALE": MALE, "FEMALE": FEMALE}

# The headings under which lists write who is meant; the first of each is what a clerk is told.
WHO: Vocabulary = {
    "name": (
        "姓名", "名字", "人员姓名", "参保人姓名", "对象姓名", "救助对象姓名", "保障对象姓名", "成员姓名",
        "家庭成员姓名", "死者姓名", "逝者姓名", "亡者姓名", "死亡人员姓名", "残疾人姓名", "持证人姓名",
        "缴费人姓名", "缴费人名称", "被保险人姓名", "享受人姓名", "人员名称", "申请人姓名", "xm",
        "name",
    ),
    "id_no": (
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号", "公民身份证号码", "证件号码", "证件号",
        "身份证", "居民身份证号", "居民身份证号码", "有效证件号码", "社会保障号码", "社会保障号", "身份号码",
        "证件编号", "死者身份证号", "逝者身份证号", "死者身份证号码", "残疾人证号", "残疾证号", "残疾人证号码",
        "残疾人证编号", "残疾证号码", "亡者身份证号", "死亡人员身份证号", "死亡人员身份证号码",
        "缴费人识别号", "缴费人证件号码", "参保人身份证号", "参保人证件号码", "对象身份证号", "成员身份证号",
        "成员证件号码", "人员身份证号", "sfzh", "sfzhm", "zjhm", "gmsfhm", "id_no", "idno",
    ),
    "sex": ("性别", "xb", "sex"),
    "birth": ("出生日期", "出生年月", "出生年月日", "出生时间", "生日", "csrq", "birth"),
    "town": (
        "乡镇", "镇街", "乡镇街道", "街道", "镇", "乡(镇)", "所属乡镇", "所在乡镇", "乡镇名称", "镇街名称",
        "街道乡镇", "镇(街道)", "乡镇/街道", "乡镇(街道)", "镇/街道", "户籍乡镇", "属地", "xz", "town",
    ),
    "village": (
        "村", "村居", "行政村", "村委会", "居委会", "社区", "村社区", "村(居)", "村名", "村名称", "村居名称",
        "村/社区", "村(社区)", "村居委会", "村委", "村(居)委会", "行政村名称", "所在村", "户籍村", "village",
    ),
    "head": ("户主", "户主姓名", "户主名", "家庭户主", "户主名字", "hz", "head_name"),
    "relation": ("与户主关系", "关系", "家庭关系"),
    "address": ("住址", "家庭住址", "地址", "家庭地址", "户籍地址", "户籍地", "现住址", "居住地址", "详细地址"),
}  # fmt: skip


class Described(NamedTuple):
    """`raw_id`: the cell as it came. Towns, villages and heads are keys, "" where not given.

    `address_town`: of an address, where no column names the town. It helps to find the person; the
    place that a list gives him is the column's alone.
    """

    raw_id: str
    id: IdRead
    name: NameRead
    sex: str = ""
    birth: DayRead | None = None
    town: str = ""
    village: str = ""
    head: str = ""
    address_town: str = ""

    @property
    def born(self) -> DayRead | None:
        """The birth that the row gives, or else that its number says."""
        return self.birth or born_by(self.id)


def describe(cells: Mapping[str, Cell]) -> Described:
    """Read the cells of a row, by field of WHO."""
    raw = cells.get("id_no")
    place = cells.get("village") or cells.get("address")
    town, village = town_key(cells.get("town")), village_key(place)
    return Described(
        "" if raw is None else str(raw),
        read_id(raw),
        read_name(cells.get("name")),
        sex_of(cells.get("sex")),
        read_birth(cells.get("birth")),
        town,
        village,
        read_name(cells.get("head")).key,
        "" if town else town_before(place),
    )


def sex_of(cell: Cell | None) -> str:
    return _SEXES.get(str(cell).strip().upper(), "") if cell is not None else ""


def born_by(number: IdRead) -> DayRead | None:
    """Return the birth that an ID number says, of a cut one too if its digits reach so far."""
    if number.kind not in (OK, CUT) or len(number.value) < 14:
        return None
    digits = number.value
    try:
        return DayRead(date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])), "day")
    except ValueError:
        return None


def provisional(source: str, who: Described) -> str:
    """Return the name under which a row is known until a person is found for it.

    The sender and the number with the name; without a number the name, village and head. The same
    row sent again, dressed otherwise, has the same.
    """
    number = who.id.value if who.id.kind == OK else ""
    place = () if number else (who.town, who.village, who.head, who.id.value[:12])
    text = "\0".join((source, number, who.name.key, *place))
    return "~" + hashlib.sha256(text.encode()).hexdigest()[:16]
