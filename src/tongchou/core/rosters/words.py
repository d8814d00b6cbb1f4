"""Findings in words: where a row stands, what it says, and which states made the finding."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.core.lists import FindingClass
from tongchou.core.matching import Link
from tongchou.core.policy import IDENTITIES
from tongchou.core.rosters.entries import UNNAMED, Entry

_STATES: Mapping[str, Mapping[str, str]] = {
    "life": {"alive": "", "doubtful": "生死有矛盾", "dead": "两个来源都报死亡"},
    "enrolled": {
        "none": "当月没有参保",
        "here": "在本地参保",
        "elsewhere": "在外地参保",
        "employee": "参加职工医保",
        "double": "两处有效参保",
    },
    "absence": {
        "none": "",
        "missing": "失联",
        "no_need": "服役、服刑或出国",
        "moved": "婚出或迁出",
    },
    "paid": {"yes": "本年度个人已缴费", "no": "本年度没有缴费"},
    "exempt": {"yes": "已免缴认定", "no": "没有免缴认定", "unknown": ""},
    "refund": {"none": "", "posted": "已退费", "bounced": "退费被退回"},
    "group": {"poverty": "精准扶贫", "relief": "低保或特困", "other": ""},
    "recognised": {
        "by_cut": "认定不晚于截止日",
        "later": "认定晚于截止日",
        "unknown": "认定日期不详",
    },
    "fresh": {"yes": "新增", "no": ""},
    "running": {"yes": "参保或标识仍在延续", "no": ""},
    "listed": {"yes": "在名单上", "left": "已退出名单", "no": "不在任何名单上", "unknown": ""},
    "flag": {
        "none": "没有标识",
        "same": "有标识",
        "other": "标识类别与名单不同",
        "unknown": "",
    },
    "place": {"other": "名单上的乡镇与档案不同", "same": "", "unknown": ""},
}
_CATEGORIES = {
    "destitute": "特困",
    "orphan": "孤儿",
    "registered_poor": "建档立卡（脱贫）",
    "low_income": "低保",
    "low_income_edge": "低保边缘",
    "relapse_risk": "返贫风险",
    "disabled": "重度残疾",
    UNNAMED: "困难群众（类别未写明）",
    "": "不享受",
}
assert set(IDENTITIES) <= set(_CATEGORIES)


_CHANGES = {"added": "新增", "removed": "退出", "changed": "变更"}


def change_word(change: str) -> str:
    return _CHANGES[change]


def category_word(identity: str) -> str:
    return _CATEGORIES[identity]


def place_of(entry: Entry) -> str:
    """Return where a row stands and what it says, for the eye."""
    said = []
    if entry.sender.holds == "helped":
        said.append(_CATEGORIES[entry.category])
    days = {
        "认定": entry.recognised_on,
        "死亡": entry.died_on,
        "退出": entry.left_on,
        "缴费": entry.paid_on,
    }
    if entry.change:
        days[_CHANGES[entry.change]] = entry.changed_on
    for word, read in days.items():
        if read is not None:
            said.append(
                f"{word} {str(read.day)[: {'year': 4, 'month': 7}.get(read.precision, 10)]}"
            )
    where = f"{entry.source} {entry.sheet} 第 {entry.row} 行"
    return f"{where}（{'，'.join(said)}）" if said else where


def said_of(entry: Entry, link: Link) -> str:
    """Return what a row writes of who is meant, and what it was linked to."""
    number = entry.who.raw_id or "没有号码"
    return f"{place_of(entry)}：{entry.who.name.shown} {number}：{link.evidence}"


def shown_state(outcome: FindingClass, state: Mapping[str, str]) -> str:
    """Return the states that the class asks for, in words."""
    return "，".join(filter(None, (_STATES[name][state[name]] for name in outcome.when)))
