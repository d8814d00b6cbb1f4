"""What befalls a row on its way from an office: to its number, its name and its place."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tongchou.core.sheets import Cell
from tongchou.demo.rosters import parameters as p
from tongchou.demo.rosters.county import GIVEN, Registered

_HOMOPHONES = (
    "英瑛莹", "华桦", "玉育", "秀绣", "明鸣", "文雯", "志智", "兰岚", "建健", "丽莉", "军君", "平萍",
    "红宏洪", "金锦", "永咏", "云芸", "伟炜", "清青", "芳方", "凤奉", "梅玫", "珍真", "玲铃", "香湘",
    "霞侠", "燕艳", "敏闽", "菊局", "娟涓", "静净", "辉晖", "涛滔", "莲连", "淑叔", "雨宇", "佳嘉",
    "欣新", "琪奇", "婷亭", "洁杰", "慧惠", "俊峻", "鹏朋",
)  # fmt: skip
_ALIKE = {c: group.replace(c, "") for group in _HOMOPHONES for c in group}
_TRADITIONAL = dict(
    zip(
        "华国丽军红云伟兰凤东学庆义龙张刘陈杨赵黄吴孙马罗郑谢韩冯邓萧",
        "華國麗軍紅雲偉蘭鳳東學慶義龍張劉陳楊趙黃吳孫馬羅鄭謝韓馮鄧蕭",
        strict=True,
    )
)
_LOST = ("?", "□", "＊", "\ue123")


class Written(NamedTuple):
    """A person as a row writes him. `number` is a float where a spreadsheet made it one."""

    name: str
    number: Cell
    sex: str
    birth: str
    town: str
    village: str
    head: str


class Clerk:
    """Somebody who writes rows, with everything that goes wrong."""

    def __init__(self, chance: random.Random, dirt: int, towns: Sequence[str]) -> None:
        self._chance, self._dirt, self._towns = chance, dirt, towns

    def write(
        self, person: Registered, household: Sequence[Registered], disabled: str = ""
    ) -> Written:
        """Return a row about a person. `disabled`: category and degree, of a certificate number."""
        return Written(
            self._name(person.name),
            self._number(person, household, disabled),
            person.sex,
            "" if self._befalls(p.BIRTH_MISSING) else f"{person.birth:%Y-%m-%d}",
            self._chance.choice(self._towns) if self._befalls(p.TOWN_WRONG) else person.town,
            self._village(person),
            "" if self._befalls(p.HEAD_MISSING) else person.head,
        )

    def _befalls(self, rate: float) -> bool:
        return self._chance.random() < min(rate * self._dirt, 0.9)

    def _one_of(self, rates: Mapping[str, float]) -> str:
        at = self._chance.random()
        for name, rate in rates.items():
            at -= rate * self._dirt
            if at < 0:
                return name
        return ""

    def _number(self, person: Registered, household: Sequence[Registered], disabled: str) -> Cell:
        kind = self._one_of(p.NUMBER)
        number = person.id_no
        if kind == "relative":
            others = [one for one in household if one.person_no != person.person_no]
            number = self._chance.choice(others).id_no if others else number
        if kind == "former":
            number = person.former or number
        if kind in _SPOILED:
            spoiled: Cell = _SPOILED[kind](number, self._chance)
            return spoiled + disabled if isinstance(spoiled, str) and kind in _WHOLE else spoiled
        return number + disabled if disabled else number

    def _name(self, name: str) -> str:
        kind, at = self._one_of(p.NAME), self._chance.randrange(1, len(name))
        if kind in ("homophone", "lost", "wrong"):
            others = {"homophone": _ALIKE.get(name[at], name[at]), "lost": _LOST, "wrong": GIVEN}
            return name[:at] + self._chance.choice(others[kind]) + name[at + 1 :]
        if kind == "traditional":
            return "".join(_TRADITIONAL.get(c, c) for c in name)
        if kind == "note":
            return name + self._chance.choice(("（户主）", "(低保户)", "（五保）"))
        if kind == "spaced":
            return " ".join(name) if len(name) == 2 else f"{name} "
        return name

    def _village(self, person: Registered) -> str:
        if self._befalls(p.VILLAGE_MISSING):
            return ""
        if not self._befalls(p.PLACE_DRESSED):
            return person.village
        name = person.village.removesuffix("村")
        return self._chance.choice((f"{name}村委会", name, f"{person.town}{person.village}"))


def _slip(number: str, chance: random.Random) -> Cell:
    at = chance.randrange(17)
    return (
        number[:at] + chance.choice([c for c in "0123456789" if c != number[at]]) + number[at + 1 :]
    )


def _swap(number: str, chance: random.Random) -> Cell:
    at = chance.randrange(6, 16)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _left_out(number: str, chance: random.Random) -> Cell:
    at = chance.randrange(18)
    return number[:at] + number[at + 1 :]


def _twice(number: str, chance: random.Random) -> Cell:
    at = chance.randrange(18)
    return number[:at] + number[at] + number[at:]


def _old(number: str, _chance: random.Random) -> Cell:
    return number[:6] + number[8:17] if number[6:8] == "19" else number


def _dressed(number: str, chance: random.Random) -> Cell:
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    forms = (f" {number}", f"{number}\u3000", f"'{number}", number.lower(), wide, spaced)
    return chance.choice((*forms, f"身份证{number}", number.replace("X", "*")))


def _cut(number: str, _chance: random.Random) -> Cell:
    return number if number.endswith("X") else int(number[:15]) * 1000.0


_WHOLE = ("slip", "swap")  # what stands behind the number of a certificate stays
_SPOILED = {
    "missing": lambda _number, chance: chance.choice(("", "无", "不详")),
    "cut": _cut,
    "text_cut": lambda number, _chance: number if number.endswith("X") else number[:15] + "000",
    "scientific": lambda number, _chance: f"{number[0]}.{number[1:15]}E+17",
    "slip": _slip,
    "swap": _swap,
    "left_out": _left_out,
    "twice": _twice,
    "old": _old,
    "dressed": _dressed,
}
