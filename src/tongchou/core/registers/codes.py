"""统一社会信用代码 (GB 32100-2015) and licence numbers as they stand in a file.

A code is never repaired: the raw text, what was read and of what kind it is stay beside each other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from tongchou.core.sheets import Cell

OK, CUT, BROKEN, MISSING = "ok", "cut", "broken", "missing"

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
WEIGHTS = tuple(pow(3, at, 31) for at in range(17))
# Two of registration and kind, six of the place, nine of the organisation, one check character.
_SHAPE = re.compile(rf"[{SIGNS}]{{2}}[0-9]{{6}}[{SIGNS}]{{10}}")
_DRESS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'‘’`\"“”\-—]+")
_NOTHING = re.compile(r"|无|没有|不详|未知|暂无|NULL|NONE|N/A|0+")
_EXACT_DIGITS = 15  # of a number cell


class CodeRead(NamedTuple):
    """`value`: 18 places where ok, the sure digits where cut, what stands where broken."""

    kind: str
    value: str


def check_sign(first17: str) -> str:
    """Return the 18th place of a code: ISO 7064-like MOD 31-3 of GB 32100-2015, 5.

    >>> check_sign("91350100M000100Y4")
    '3'
    """
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(first17, WEIGHTS, strict=True))
    return SIGNS[-total % 31]


def is_credit_code(text: str) -> bool:
    """Say whether a text has the form and the check sign of a credit code."""
    return _SHAPE.fullmatch(text) is not None and check_sign(text[:17]) == text[17]


def read_code(cell: Cell | None) -> CodeRead:
    """Read the cell of a credit code."""
    if isinstance(cell, bool) or cell is None:
        return CodeRead(MISSING, "")
    if isinstance(cell, int | float):
        digits = str(int(cell)) if cell > 0 else ""
        if len(digits) > _EXACT_DIGITS:
            return CodeRead(CUT, f"{cell:.14e}".partition("e")[0].replace(".", ""))
        return CodeRead(BROKEN if digits else MISSING, digits)
    text = undressed(cell)
    if _NOTHING.fullmatch(text):
        return CodeRead(MISSING, "")
    return CodeRead(OK if is_credit_code(text) else BROKEN, text)


def read_licence(cell: Cell | None) -> str:
    """Return a licence number as it is compared; "" where a spreadsheet has cut it."""
    if isinstance(cell, bool) or cell is None:
        return ""
    if isinstance(cell, int | float):
        digits = str(int(cell)) if cell > 0 else ""
        return digits if len(digits) <= _EXACT_DIGITS else ""
    text = undressed(cell)
    return "" if _NOTHING.fullmatch(text) else text


def undressed(cell: object) -> str:
    return _DRESS.sub("", unicodedata.normalize("NFKC", str(cell))).upper()
