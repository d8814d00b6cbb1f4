"""The tables of the lake: every column with its type, its unit and what it is.

A partition is one area, insurance year and scheme. Money is an integer number of fen, a day a date,
a time UTC. `person` is a number of this installation, no identity number; only `keys` leads back.
"""

from typing import NamedTuple

import pyarrow as pa

from tongchou.core.policy import LABELS, TIERS

FORMAT = 3
WORD = pa.dictionary(pa.int32(), pa.string())
FEN, NUMBER, DAY = pa.int64(), pa.int64(), pa.date32()
TIME = pa.timestamp("us", "UTC")
LIST = pa.list_(pa.string())
FENS = pa.list_(pa.int64())


class Column(NamedTuple):
    name: str
    type: pa.DataType
    words: str
    unit: str = ""


class Table(NamedTuple):
    """`clustered`: rows are in the order of these columns; `money`: summed in the manifest."""

    name: str
    words: str
    columns: tuple[Column, ...]
    clustered: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @property
    def money(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.unit == "fen")


def _fen(name: str, words: str) -> Column:
    return Column(name, FEN, words, "fen")


_PARTS = (
    _fen("total", "总费用"),
    _fen("own_pay", "全自费"),
    _fen("over_limit", "超限价"),
    _fen("first_self_pay", "先行自付"),
    _fen("in_scope", "政策范围内费用"),
)
_TIERS = tuple(_fen(tier, f"{LABELS[tier]}支付") for tier in TIERS)
_SPELL = (
    Column("start", DAY, "从"),
    Column("end", DAY, "到（不含），空为至今"),
    Column("known_on", DAY, "得知"),
    Column("source", WORD, "来源"),
)

SETTLEMENTS = Table(
    "settlements",
    "结算单、冲正、重算差额，每张一行，与账一致",
    (
        Column("settlement", NUMBER, "结算单号"),
        Column("person", NUMBER, "人"),
        Column("ordinal", pa.int32(), "本人本年第几张"),
        Column("kind", WORD, "settle 结算，reversal 冲正，adjustment 重算差额"),
        Column("original", NUMBER, "冲正、差额所指的结算单"),
        Column("channel", WORD, "gateway 联网，manual 零星，bureau 经办"),
        Column("institution", WORD, "机构编码；零星报销的外地机构为空"),
        Column("settled_at", TIME, "结算时间"),
        Column("settled_on", DAY, "结算日期（当地）"),
        Column("basis_date", DAY, "待遇日期：判断身份、参保、协议的那天"),
        Column("plan_id", WORD, "方案编号"),
        Column("visit", WORD, "就医类别"),
        Column("level", WORD, "医院级别"),
        Column("out_of_area", pa.bool_(), "市外"),
        Column("status", WORD, "active 在职，retired 退休，居民为空"),
        Column("identities", LIST, "结算时的身份"),
        Column("benefit", pa.bool_(), "方案有待遇；否则全由个人负担"),
        Column("one_stop", pa.bool_(), "一站式；否则救助由经办集中补算"),
        *_PARTS,
        _fen("deductible", "起付线以下"),
        *_TIERS,
        _fen("fund_total", "基金支付合计"),
        _fen("person_pays", "个人负担"),
        _fen("account_pays", "其中个人账户支付"),
        Column("has_assumed", pa.bool_(), "用到待确认的数"),
    ),
    clustered=("person", "ordinal"),
)
BILLS = Table(
    "bills",
    "仍然有效的结算单，按人和先后排好，供整年重算：支付是结算单与它的差额之和",
    (
        Column("settlement", NUMBER, "结算单号"),
        Column("person", NUMBER, "人"),
        Column("kind", pa.int16(), "在 kinds 里的号"),
        Column("cell", pa.int32(), "在 cells 里的号"),
        _fen("total", "总费用"),
        _fen("in_scope", "政策范围内费用"),
        _fen("deductible", "起付线以下"),
        *_TIERS,
    ),
    clustered=("person", "settlement order"),
)
YEARS = Table(
    "person_years",
    "一人一年一行，次序与 bills 相同",
    (
        Column("person", NUMBER, "人"),
        Column("bills", pa.int32(), "有效结算单张数"),
        Column("group", pa.int32(), "在 groups 里的号"),
        _fen("total", "全年总费用"),
        _fen("fund_total", "全年基金支付"),
        Column("opening", FENS, "并轨带入的累计，每层两个数（分）；空为从零开始"),
    ),
    clustered=("person",),
)
LINES = Table(
    "fee_lines",
    "已结算的费用明细",
    (
        Column("settlement", NUMBER, "所在的结算单"),
        Column("person", NUMBER, "人"),
        Column("line", NUMBER, "明细号"),
        Column("at", TIME, "发生时间"),
        Column("item", WORD, "目录编码"),
        Column("name", WORD, "名称"),
        Column("list_type", WORD, "目录类别"),
        Column("charge_type", WORD, "收费类别"),
        Column("class", WORD, "01 甲，02 乙，03 丙"),
        Column("count", NUMBER, "数量", "ten-thousandths"),
        Column("price", NUMBER, "单价", "millionths of a yuan"),
        _fen("amount", "金额"),
        *_PARTS[1:],
        Column("doctor", WORD, "医师编码"),
    ),
    clustered=("person", "settlement"),
)
KINDS = Table(
    "kinds",
    "政策对一张结算单所问的一切，金额除外",
    (
        Column("kind", pa.int16(), "号"),
        Column("plan_id", pa.string(), "结算时的方案"),
        Column("visit", pa.string(), "就医类别"),
        Column("level", pa.string(), "医院级别"),
        Column("out_of_area", pa.bool_(), "市外"),
        Column("status", pa.string(), "在职退休"),
        Column("identities", LIST, "身份"),
        Column("benefit", pa.bool_(), "方案有待遇"),
        Column("one_stop", pa.bool_(), "一站式"),
    ),
)
CELLS = Table(
    "cells",
    "机构和月份",
    (
        Column("cell", pa.int32(), "号"),
        Column("institution", pa.string(), "机构编码"),
        Column("month", pa.string(), "结算月份 01-12"),
    ),
)
GROUPS = Table(
    "groups",
    "人的镇街、年龄段和费用十分位",
    (
        Column("group", pa.int32(), "号"),
        Column("town", pa.string(), "镇街（年末）"),
        Column("age", pa.string(), "年末年龄段"),
        Column("decile", pa.string(), "按全年总费用的十分位，01 最低"),
    ),
)
PERSONS = Table(
    "persons",
    "参保人：没有姓名和证件号",
    (
        Column("person", NUMBER, "人"),
        Column("sex", WORD, "1 男，2 女，9 未说明"),
        Column("birth", DAY, "出生日期"),
        Column("died_on", DAY, "死亡日期"),
        Column("town", WORD, "镇街（现在）"),
        Column("village", WORD, "村居（现在）"),
    ),
    clustered=("person",),
)
ENROLMENTS = Table(
    "enrolments",
    "参保的起止，更正过的不在内",
    (
        Column("person", NUMBER, "人"),
        Column("scheme", WORD, "resident 居民，employee 职工"),
        Column("status", WORD, "在职退休"),
        Column("psn_type", WORD, "人员类别"),
        *_SPELL,
    ),
    clustered=("person",),
)
IDENTITIES = Table(
    "identities",
    "身份的起止，更正过的不在内",
    (Column("person", NUMBER, "人"), Column("identity", WORD, "身份"), *_SPELL),
    clustered=("person",),
)
RESIDENCES = Table(
    "residences",
    "住址的起止，更正过的不在内",
    (
        Column("person", NUMBER, "人"),
        Column("town", WORD, "镇街"),
        Column("village", WORD, "村居"),
        *_SPELL,
    ),
    clustered=("person",),
)
MOVEMENTS = Table(
    "movements",
    "账簿：每个基金的每个科目每月的发生额，借为正；全部月份之和是余额",
    (
        Column("month", WORD, "凭证日期的月份 YYYY-MM"),
        Column("fund", WORD, "基金"),
        Column("account", WORD, "科目"),
        Column("kind", WORD, "凭证种类"),
        _fen("amount", "发生额"),
    ),
    clustered=("month", "fund", "account"),
)
INSTITUTIONS = Table(
    "institutions",
    "定点机构",
    (
        Column("institution", pa.string(), "机构编码"),
        Column("name", pa.string(), "名称"),
        Column("kind", pa.string(), "类型"),
        Column("level", pa.string(), "级别"),
        Column("area", pa.string(), "所在区划"),
        Column("town", pa.string(), "镇街"),
    ),
)
PLANS = Table(
    "plans",
    "用到的方案全文",
    (
        Column("plan_id", pa.string(), "方案编号"),
        Column("scheme", pa.string(), "险种"),
        Column("title", pa.string(), "名称"),
        Column("valid_from", DAY, "起执行"),
        Column("document", pa.string(), "文本（YAML）"),
    ),
)
KEYS = Table(
    "keys",
    "人的号码对人员编号，并入别档的对保留的一档：只有有权的人能用",
    (Column("person", NUMBER, "人"), Column("psn_no", pa.string(), "人员编号")),
    clustered=("person",),
)

# By partition (area, year, scheme), and by area.
OF_YEAR = (SETTLEMENTS, BILLS, YEARS, LINES, KINDS, CELLS, GROUPS)
OF_AREA = (PERSONS, ENROLMENTS, IDENTITIES, RESIDENCES, INSTITUTIONS, PLANS, MOVEMENTS, KEYS)
TABLES = {table.name: table for table in (*OF_YEAR, *OF_AREA)}
# Not shown to a reader without the right to know who somebody is.
RESTRICTED = frozenset({KEYS.name})

AGE_BANDS = ((17, "00-17"), (44, "18-44"), (59, "45-59"), (69, "60-69"), (79, "70-79"))


def age_band(years: int) -> str:
    """Return the band of an age in whole years."""
    return next((band for last, band in AGE_BANDS if years <= last), "80-")
