"""Towns and villages as agencies write them, folded to what they share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tongchou.core.sheets import Cell

_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff·.。,，]+")
_ABOVE_TOWN = re.compile(r"^.*?(?:省|自治区)|^.*?(?:市|地区|自治州)(?=.)|^.*?(?:县|区|旗)(?=..)")
_TOWN_END = re.compile(r"(?:人民政府|办事处|街道办|街道|镇|乡|民族乡|开发区)+$")
# Some forms put the town before an address that begins with it: the town twice.
_TOWN_FIRST = re.compile(r"(?P<town>.*?(?:街道办事处|街道|镇|乡))(?P=town)*(?=..)")
# What stands behind a village: groups, houses, what it was called before.
_HOUSE = re.compile(
    r"(?:[(（].*|(?<=[村庄屯社区居会])第?[\d一二三四五六七八九十]+"
    r"(?:组|队|号|排|楼|幢|栋|区|单元|村民小组).*|\d+.*)$"
)
_VILLAGE_END = re.compile(
    r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|村民小组|社区|行政村|自然村|村|居)+$"
)


@lru_cache(maxsize=65536)
def town_key(cell: Cell | None) -> str:
    """Return a town's name without what stands around it.

    >>> town_key("汶上县 南旺镇人民政府"), town_key("中都街道办事处")
    ('南旺', '中都')
    """
    text = _text(cell)
    for _ in range(3):
        shorter = _ABOVE_TOWN.sub("", text)
        if shorter == text or len(shorter) < 2:
            break
        text = shorter
    return _TOWN_END.sub("", text) or text


@lru_cache(maxsize=262144)
def village_key(cell: Cell | None) -> str:
    """Return a village's name without what stands around it; a town before it is taken off.

    >>> village_key("南旺镇南旺镇东村村委会"), village_key("柳园社区居委会")
    ('东', '柳园')
    """
    text = _text(cell)
    town = _TOWN_FIRST.match(text)
    text = text[town.end() :] if town else text
    text = _HOUSE.sub("", text) or text
    return _VILLAGE_END.sub("", text) or text


@lru_cache(maxsize=262144)
def town_before(cell: Cell | None) -> str:
    """Return the town that an address begins with or is, "" where it names none.

    >>> town_before("汶上县南旺镇南旺镇东村村委会"), town_before("南旺镇"), town_before("柳园社区")
    ('南旺', '南旺', '')
    """
    text = _text(cell)
    town = _TOWN_FIRST.match(text)
    named = town["town"] if town else text if _TOWN_END.search(text) else ""
    return town_key(named)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else _SPACES.sub("", unicodedata.normalize("NFKC", str(cell)))
