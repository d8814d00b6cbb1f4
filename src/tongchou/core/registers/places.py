"""Names and addresses of institutions, folded to what two offices agree on."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from tongchou.core.matching.names import simplified

_SPACES = re.compile(r"[\s·.,，。、\-—_/\\]+")
_BRACKETS = str.maketrans({"（": "(", "）": ")", "【": "(", "】": ")", "[": "(", "]": ")"})
_COMPANY = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|个人独资|个体工商户)$")
_ABOVE = re.compile(r"^.*?(?:省|自治区)|^.*?(?:市|地区|自治州)(?=.)|^.*?(?:县|区|旗)(?=..)")
_NUMBER = {"零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7"}
_NUMBER |= {"八": "8", "九": "9"}
_IN_NUMBER = re.compile(r"[零一二三四五六七八九](?=[号栋楼室座层])")


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """Return an institution's name for comparing: width, brackets, spaces and 有限公司 aside.

    >>> name_key("康泰大药房（平冈店）") == name_key("康泰大药房(平冈店) 有限公司")
    True
    """
    text = unicodedata.normalize("NFKC", name.translate(_BRACKETS))
    return simplified(_COMPANY.sub("", _SPACES.sub("", text)).upper())


@lru_cache(maxsize=16384)
def address_key(address: str) -> str:
    """Return an address below county and district, for comparing.

    >>> address_key("广东省阳江市岭海县岭城街道南门路12号") == address_key("岭城街道 南门路１２号")
    True
    """
    text = _SPACES.sub("", unicodedata.normalize("NFKC", address.translate(_BRACKETS)))
    for _ in range(3):
        shorter = _ABOVE.sub("", text)
        if shorter == text or len(shorter) < 4:
            break
        text = shorter
    return simplified(_IN_NUMBER.sub(lambda found: _NUMBER[found[0]], text).upper())


def alike(a: str, b: str) -> int:
    """Return how alike two keys are, in hundredths."""
    if not a or not b:
        return 0
    if a == b:
        return 100
    found = SequenceMatcher(None, a, b, autojunk=False)
    same = sum(block.size for block in found.get_matching_blocks())
    return same * 200 // (len(a) + len(b))
