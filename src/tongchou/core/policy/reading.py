"""Reading a policy's YAML node by node; every complaint is kept with its place, none raised."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.core.money import FEN_PER_YUAN, RATE_ONE, parse_yuan
from tongchou.core.policy.document import Number
from tongchou.core.policy.values import Cite, Problem

MAX_MONEY = 10**13  # 100 billion yuan: times ten thousand it is still far below 2**63

_RATE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%", re.ASCII)
_LOWERED = re.compile(r"(?:起付线|起付标准)?(?:下调|降低)(\d{1,3})%")
_POINTS = re.compile(r"(?:报销比例|支付比例)?提高(\d{1,3})(个百分点|%)")
_MORE = re.compile(r"(?:额度)?增加(\d{1,9})元")
_REMOVED = {"取消", "取消封顶", "取消起付线", "不设", "不设封顶", "不设起付线"}
GROUND = "clause 和 words（依据哪条、哪句话），或 assumed（为什么这样假定）"


class Reader:
    """Collects problems while a document is read."""

    def __init__(self, clauses: Mapping[str, Cite]) -> None:
        self.problems: list[Problem] = []
        self.clauses = dict(clauses)

    def wrong(self, path: str, message: str, expected: str) -> None:
        self.problems.append(Problem(path, message, expected))

    def mapping(self, node: Any, path: str) -> dict[str, Any]:
        if isinstance(node, dict) and all(isinstance(k, str) for k in node):
            return node
        self.wrong(path, f"是{_what(node)}", "一组“名称: 内容”")
        return {}

    def only(self, node: Mapping[str, Any], path: str, known: tuple[str, ...]) -> None:
        for key in node:
            if key not in known:
                self.wrong(f"{path}.{key}" if path else key, "不认识这个名称", "、".join(known))

    def text(self, node: Mapping[str, Any], key: str, path: str) -> str:
        value = node.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(f"{path}.{key}" if path else key, f"是{_what(value)}", "文字")
        return ""

    def choice(self, value: Any, path: str, choices: tuple[str, ...]) -> str:
        if value in choices:
            return str(value)
        self.wrong(path, f"是{_what(value)}", "、".join(choices) + " 之一")
        return choices[0]

    def day(self, value: Any, path: str) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(path, f"是{_what(value)}", "日期，如 2019-01-01")
            return date.min

    def number(self, node: Any, path: str, kind: str, base: Number | None = None) -> Number:
        """Read a number with its ground; `base` is what a relative wording starts from."""
        node = self.mapping(node, path)
        self.only(node, path, ("value", "change", "clause", "words", "assumed"))
        wording = node.get("change")
        if wording is not None:
            value = self._changed(str(wording), path, kind, base)
            if str(wording).endswith("%") and "提高" in str(wording) and "assumed" not in node:
                # A rise in percent reads two ways; which was taken must be said.
                self.wrong(path, f"“{wording}”可作百分点，也可作相对比例", "assumed（按哪种读）")
        else:
            value = self.value(node.get("value"), f"{path}.value", kind)
        cite, assumed = self._ground(node, path)
        clause = node.get("clause") if cite else None
        return Number(path, kind, value, cite, clause, assumed, wording)

    def value(self, value: Any, path: str, kind: str) -> int | None:
        if value == "不设" and kind == "money":
            return None
        if kind == "rate":
            match = _RATE.fullmatch(value) if isinstance(value, str) else None
            if match is None:
                self.wrong(path, f"是{_what(value)}", '带引号的百分比，如 "60%"')
                return 0
            rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
            if rate > 10000:
                self.wrong(path, f"是 {value}", "0% 到 100%")
            return min(rate, 10000)
        try:
            fen = parse_yuan(value)
        except ValueError:
            self.wrong(path, f"是{_what(value)}", '带引号的元，如 "700.00"；没有限额写 不设')
            return 0
        if not 0 <= fen <= MAX_MONEY:
            self.wrong(path, f"是 {value}", "0 到一千亿元")
            return 0
        return fen

    def _changed(self, wording: str, path: str, kind: str, base: Number | None) -> int | None:
        if base is None:
            self.wrong(f"{path}.change", "没有可比的一般标准", "写在身份一行里，一般行已有同一个数")
            return 0
        if wording in _REMOVED:
            return None if path.endswith("cap") else 0
        if base.value is None:
            self.wrong(f"{path}.change", "一般标准本来不设", "直接写 value")
            return 0
        moved = _moved(wording, kind, base.value)
        if moved is None:
            self.wrong(
                f"{path}.change",
                f"是“{wording}”",
                "下调80%、提高5个百分点、增加500元、取消封顶、取消起付线 之类",
            )
            return 0
        if kind == "rate" and moved > RATE_ONE:
            self.wrong(f"{path}.change", f"{wording}后超过 100%", "不超过 100% 的比例")
            return RATE_ONE
        return moved

    def _ground(self, node: Mapping[str, Any], path: str) -> tuple[Cite | None, str | None]:
        assumed = node.get("assumed")
        if assumed is not None and not (isinstance(assumed, str) and assumed.strip()):
            self.wrong(f"{path}.assumed", f"是{_what(assumed)}", "假定的理由")
        clause = node.get("clause")
        if clause is None:
            if assumed is None:
                self.wrong(path, "没有依据", GROUND)
            return None, assumed
        whole = self.clauses.get(clause) if isinstance(clause, str) else None
        if whole is None:
            self.wrong(f"{path}.clause", f"没有条款“{clause}”", "clauses 里已有的名称")
            return None, assumed
        words = node.get("words", whole.words)
        if not isinstance(words, str) or words not in whole.words:
            self.wrong(f"{path}.words", f"条款里没有“{words}”", "条款原文中的一段")
            words = whole.words
        return whole._replace(words=words), assumed


def _moved(wording: str, kind: str, start: int) -> int | None:
    """Return the number that a wording makes of `start`; None for words that it does not know."""
    if (match := _LOWERED.fullmatch(wording)) and int(match[1]) <= 100:
        return (start * (100 - int(match[1])) + 50) // 100
    if kind == "rate" and (match := _POINTS.fullmatch(wording)):
        return start + int(match[1]) * 100
    if kind == "money" and (match := _MORE.fullmatch(wording)):
        return start + int(match[1]) * FEN_PER_YUAN
    return None


def _what(value: Any) -> str:
    if value is None:
        return "空的"
    if isinstance(value, dict):
        return "一组内容"
    if isinstance(value, list):
        return "一个列表"
    return f" {value!r}"
