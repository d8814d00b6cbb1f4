"""An invented county of households: who is registered, under which number, where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tongchou.core.identity import check_character
from tongchou.demo.rosters import parameters as p

SURNAMES = (
    "王王王王王王李李李李李李张张张张张刘刘刘刘陈陈陈陈杨杨赵赵黄黄周周吴吴徐徐孙孙马马朱朱胡胡郭郭"
    "何何高高林林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤仝綦"
)
GIVEN = (
    "英华玉秀明文志兰建国丽春小军平红海金德永桂云伟清荣芳凤林梅生福珍艳东玲学庆成香美霞强燕新光"
    "敏菊洪立杰爱胜忠才娟娜静贵花波义辉超祥江涛世宏家兴龙磊青峰正刚莲长勇淑君振松莹思子雨梓涵浩"
    "宇轩晨佳怡欣嘉瑞博琪瑶梦婷琳洁颖璐慧俊鹏飞翔宁康健安守广传绪昭宪繁令维士继怀存"
)
_TOWN_NAMES = (
    "中都街道", "汶河街道", "南站镇", "南旺镇", "次邱镇", "寅寺镇", "郭楼镇", "康驿镇", "苑庄镇",
    "义桥镇", "白石镇", "刘楼镇", "郭仓镇", "杨店镇", "军屯乡",
)  # fmt: skip
_VILLAGE_NAMES = "东西南北前后上下大小新老"
_VILLAGE_ENDS = ("庄", "村", "店", "楼", "屯", "营", "寨", "桥", "集", "官庄", "家庄")
_AREA = "370830"
_OLDEST, _YOUNGEST = date(1930, 1, 1), date(2019, 5, 31)


class Registered(NamedTuple):
    """A person of the register. `former`: a number that is no longer in use, or ""."""

    person_no: str
    id_no: str
    name: str
    sex: str
    birth: date
    town: str
    village: str
    head: str
    former: str


def invent(persons: int, chance: random.Random) -> list[Registered]:
    """Return so many persons in households, village by village."""
    found: list[Registered] = []
    places = _places(max(1, persons // p.VILLAGE), chance)
    sequence: dict[date, int] = {}
    while len(found) < persons:
        town, village = places[len(found) * len(places) // persons]
        found += _household(len(found), town, village, sequence, chance)
    return found[:persons]


def _places(villages: int, chance: random.Random) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    taken: set[tuple[str, str]] = set()
    while len(found) < villages:
        town = _TOWN_NAMES[len(found) * p.TOWNS // villages]
        name = chance.choice(SURNAMES) + chance.choice(("", chance.choice(_VILLAGE_NAMES)))
        place = (town, f"{name}{chance.choice(_VILLAGE_ENDS)}村".replace("村村", "村"))
        if place not in taken:
            taken.add(place)
            found.append(place)
    return found


def _household(
    first: int, town: str, village: str, sequence: dict[date, int], chance: random.Random
) -> Iterator[Registered]:
    head = ""
    surname = chance.choice(SURNAMES)
    for at in range(chance.choice(p.HOUSEHOLD)):
        sex = "男" if chance.random() < 0.51 else "女"
        # Wives have a name of their own house.
        family = chance.choice(SURNAMES) if sex == "女" and chance.random() < 0.6 else surname
        name = family + "".join(chance.choices(GIVEN, k=1 if chance.random() < p.SHORT_NAME else 2))
        head = head or name
        birth = _OLDEST + timedelta(days=chance.randrange((_YOUNGEST - _OLDEST).days))
        number = _number(birth, sex, sequence)
        former = _number(birth, sex, sequence) if chance.random() < 0.01 else ""
        yield Registered(
            f"R{first + at:09d}", number, name, sex, birth, town, village, head, former
        )


def _number(birth: date, sex: str, sequence: dict[date, int]) -> str:
    """Return the next number of a birthday; of a full day, of the neighbouring county."""
    key = birth
    at = sequence.get(key, 0)
    sequence[key] = at + 1
    area = str(int(_AREA) + at // 499) if at >= 499 else _AREA
    first17 = f"{area}{birth:%Y%m%d}{(at % 499) * 2 + (1 if sex == '男' else 2):03d}"
    return first17 + check_character(first17)
