"""The city's towns, villages and institutions; all invented."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tongchou.demo import words
from tongchou.demo.cityyear import parameters as p
from tongchou.demo.parameters import AREA

_FIRST = "岭海平北东合大长金石沙白龙凤青水南西新永"
_SECOND = "冈津山沟洲塘角溪湾桥坪垌岭田浦坑井岗坡林"
_FURTHER = "东西南北中上下前后新"
BY_HAND = 0  # the institution of what is paid out by hand: none


class Institution(NamedTuple):
    code: str
    name: str
    kind: str
    level: str
    area: str
    town: int  # -1 for one outside the area


class Places(NamedTuple):
    """`choices[level]`: numbers of its institutions, ordered by town; `of_town[level]`: where each
    town's begin in it, one more than there are towns. `style`: how dear each is."""

    towns: tuple[str, ...]
    villages: tuple[str, ...]  # VILLAGES_OF_A_TOWN for each town in turn
    institutions: tuple[Institution, ...]
    choices: dict[str, NDArray[np.int32]]
    of_town: dict[str, NDArray[np.int64]]
    style: NDArray[np.float64]


def places_of(scale: int) -> Places:
    """Return the places of a city of `scale` persons."""
    count = max(len(words.TOWNS), scale // p.PERSONS_OF_A_TOWN)
    towns = tuple(_towns(count))
    institutions = _institutions(towns, scale)
    numbers = {
        level: np.array(_of(institutions, level), np.int32)
        for level in ("level1", "level2", "level3", "community", "pharmacy", "outside")
    }
    starts = {
        level: np.searchsorted([institutions[n].town for n in of], np.arange(count + 1))
        for level, of in numbers.items()
    }
    style = np.random.default_rng([p.SEED, 3]).lognormal(0, p.STYLE / 100, len(institutions))
    villages = tuple(v for at in range(count) for v in _villages(at))
    return Places(towns, villages, institutions, numbers, starts, style)


def _of(institutions: tuple[Institution, ...], level: str) -> list[int]:
    """Return the numbers of the institutions that are chosen as `level`, by town."""
    some = [n for n, one in enumerate(institutions) if n != BY_HAND and _chosen_as(one) == level]
    return sorted(some, key=lambda n: institutions[n].town)


def _chosen_as(one: Institution) -> str:
    if one.town < 0:
        return "outside"
    return "pharmacy" if one.kind == "pharmacy" else one.level


def _towns(count: int) -> list[str]:
    found = list(words.TOWNS)
    at = 0
    while len(found) < count:
        name = _FIRST[at * 7 % len(_FIRST)] + _SECOND[at // len(_FIRST) % len(_SECOND)] + "镇"
        if name not in found:
            found.append(name)
        at += 1
    return found


def _villages(town: int) -> list[str]:
    """Return the village names of a town; another town's may be called the same."""
    names = [a + b for b in _SECOND for a in _FIRST]
    shift = town * 37
    return [names[(shift + n * 11) % len(names)] + "村" for n in range(p.VILLAGES_OF_A_TOWN)]


def _institutions(towns: tuple[str, ...], scale: int) -> tuple[Institution, ...]:
    found = [Institution("", "", "", "level3", "", -1)]

    def add(letter: str, name: str, kind: str, level: str, town: int) -> None:
        area = AREA if town >= 0 else "440100"
        code = f"{letter}{area}{len(found):06d}"
        found.append(Institution(code, name, kind, level, area, town))

    for town, name in enumerate(towns):
        add("H", f"{name}卫生院", "hospital", "level1", town)
    for level, word in (("level3", "人民"), ("level2", "综合")):
        for n in range(max(2, scale // p.PERSONS_OF_A[level])):
            add("H", f"岭海第{n + 1}{word}医院", "hospital", level, n % len(towns))
    for n in range(max(len(towns), scale // p.PERSONS_OF_A["community"])):
        name = f"{towns[n % len(towns)]}第{n // len(towns) + 1}卫生服务站"
        add("H", name, "community", "community", n % len(towns))
    for n in range(max(len(towns), scale // p.PERSONS_OF_A["pharmacy"])):
        name = f"康泰大药房{towns[n % len(towns)]}第{n // len(towns) + 1}店"
        add("P", name, "pharmacy", "level1", n % len(towns))
    for n in range(p.OUTSIDE):
        add("H", f"省城第{n + 1}医院", "hospital", "level3", -1)
    return tuple(found)
