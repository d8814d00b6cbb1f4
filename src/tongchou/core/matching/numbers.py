"""An ID number as it stands in a list: what it is, how it was read, what is left of it.

A number is never repaired: the raw text, what was read and how are kept beside each other.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from tongchou.core.identity import IdNumberError, parse_id_number, upgrade_id_number
from tongchou.core.sheets import Cell

OK, CUT, BROKEN, MISSING, OTHER = "ok", "cut", "broken", "missing", "other"

_NOTHING = re.compile(r"[-—_/\\.。0]*|无|没有|不详|不祥|未知|暂无|空|NULL|NONE|N/A|NA", re.ASCII)
_DRESS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'‘’`\"“”,，;；:：]+")
_BEFORE = re.compile(r"^[^0-9]+(?=[0-9])")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d\d)")
_LOOKS_LIKE_X = "*×✕✖ΧХχх"
_LOOKS_LIKE_DIGITS = str.maketrans("OQ〇IL|", "000111")  # as scanned or typed, in capitals
_JOINED = re.compile(r"[-—–_·./]+")
_WITHIN = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
_CERTIFICATE = re.compile(r"[0-9]{17}[0-9X][1-7][1-4](?:B[0-9])?")


class IdRead(NamedTuple):
    """`value`: 18 places where ok, the trusted first digits where cut, what stands where broken.

    `method`: how it was read (dress, prefix, upgraded, disability, number, scientific, letters,
    within), by +.
    `rounded`: a valid number that a spreadsheet may also have made of another, ending in 000.
    """

    kind: str
    value: str
    method: str = ""
    category: str = ""  # of a disability, and its degree
    degree: str = ""
    rounded: bool = False


def read_id(cell: Cell | None) -> IdRead:
    """Read the cell of an ID number, or of the number of a disability certificate."""
    if isinstance(cell, bool) or cell is None:
        return IdRead(MISSING, "")
    if isinstance(cell, int | float):
        return _of_number(cell)
    raw = str(cell)
    text = _undressed(raw)
    if _NOTHING.fullmatch(text):
        return IdRead(MISSING, "")
    if match := _SCIENTIFIC.fullmatch(text):
        return _of_digits(match[1] + (match[2] or ""), int(match[3]) + 1, "scientific")
    found = _of_text(text)
    dressed = [] if text == raw else ["dress"]
    return found._replace(method="+".join(filter(None, [*dressed, found.method])))


def _undressed(raw: str) -> str:
    text = _DRESS.sub("", unicodedata.normalize("NFKC", raw)).upper()
    text = _BEFORE.sub("", text) if not text[:1].isdigit() and len(text) > 18 else text
    if len(text) == 18 and text[-1] in _LOOKS_LIKE_X:
        return text[:-1] + "X"
    return text


def _of_number(cell: int | float) -> IdRead:
    """A number cell: of more than 15 digits a spreadsheet has kept the first 15."""
    if cell != int(cell) or cell <= 0:
        return IdRead(BROKEN if cell else MISSING, str(cell), "number")
    digits = str(int(cell))
    if len(digits) <= 15:
        return _of_text(digits)._replace(method="number")
    return _of_digits(_trusted(float(cell)), len(digits), "number")


def _trusted(cell: float) -> str:
    """Return the digits that a cell of more than 15 has surely kept, 15 at most.

    Excel keeps 15 and zeroes behind. Another program keeps the nearest multiple of a power of two,
    of which the last digits are not those that were meant.
    """
    shown = repr(cell).partition("e")[0].replace(".", "").rstrip("0")
    if len(shown) <= 15:
        return shown.ljust(15, "0")
    step = int(math.ulp(cell))
    low, high = str(int(cell) - step), str(int(cell) + step)
    same = next(at for at, pair in enumerate(zip(low, high, strict=True)) if len({*pair}) > 1)
    return low[: min(same, 15)]


def _of_digits(shown: str, length: int, method: str) -> IdRead:
    """The first digits of a number of `length` places, of which the rest is lost."""
    trusted = shown[:15]
    if length in (18, 20) and len(trusted) >= 6:
        return IdRead(CUT, trusted, method)
    if length == 15 and len(trusted) == 15:
        return _of_text(trusted)._replace(method=method)
    return IdRead(BROKEN, trusted.ljust(length, "?")[:18], method)


def _of_text(text: str) -> IdRead:
    if _is_disability(text):
        kind = OK if _valid(text[:18]) else BROKEN
        return IdRead(kind, text[:18], "disability", text[18], text[19])
    if text.isdigit() and len(text) == 15:
        upgraded = upgrade_id_number(text)
        return IdRead(OK, upgraded, "upgraded") if _valid(upgraded) else IdRead(BROKEN, text)
    if _valid(text):
        return IdRead(OK, text, rounded=text.endswith("000"))
    if len(text) == 18 and text.isdigit() and text.endswith("000"):
        return IdRead(CUT, text[:15], "rounded")
    inner = _BEFORE.sub("", text)
    if inner != text and (_valid(inner) or len(inner) == 15):
        return _of_text(inner)._replace(method="prefix")
    kind = BROKEN if sum(map(str.isdigit, text)) >= 10 else OTHER
    return _as_meant(text) or IdRead(kind, text)


def _as_meant(text: str) -> IdRead | None:
    """Read a number with letters for digits, in parts, or with words around it, if it is in order.

    Of two numbers in one cell neither is taken.
    """
    whole = _JOINED.sub("", text)
    if whole != text and (_valid(whole) or _is_disability(whole)):
        return _of_text(whole)._replace(method="dress")
    digits = whole.translate(_LOOKS_LIKE_DIGITS)
    if digits != whole and (_valid(digits) or _is_disability(digits)):
        return _of_text(digits)._replace(method="letters")
    found = {one for one in _WITHIN.findall(text) if _valid(one)}
    return IdRead(OK, found.pop(), "within") if len(found) == 1 else None


def _is_disability(text: str) -> bool:
    """Say whether a text is shaped as an ID number, category, degree and B1 where reissued."""
    return _CERTIFICATE.fullmatch(text) is not None


def _valid(text: str) -> bool:
    try:
        return len(text) == 18 and parse_id_number(text).number == text
    except IdNumberError:
        return False


def one_slip_away(text: str) -> set[str]:
    """Return every number of 18 places from which one slip of the typist makes `text`.

    A digit wrong, two neighbours swapped, a digit left out or typed twice (Damerau, distance 1).
    """
    digits = "0123456789"
    found: set[str] = set()
    if len(text) == 18:
        for at in range(18):
            places = digits + "X" if at == 17 else digits
            found |= {text[:at] + c + text[at + 1 :] for c in places}
        found |= {t[:a] + t[a + 1] + t[a] + t[a + 2 :] for t in (text,) for a in range(17)}
    elif len(text) == 17:
        for at in range(18):
            places = digits + "X" if at == 17 else digits
            found |= {text[:at] + c + text[at:] for c in places}
    elif len(text) == 19:
        found |= {text[:at] + text[at + 1 :] for at in range(19)}
    return {one for one in found if one != text and _valid(one)}
