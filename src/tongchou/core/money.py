"""Money as an integer number of fen, rates as integers in ten-thousandths. No float, ever.

Decimal yuan with two places exists at the edges only: JSON, CSV, Excel, screens.
"""

import re
from collections.abc import Sequence

FEN_PER_YUAN = 100
RATE_ONE = 10_000

_YUAN = re.compile(r"(-?)(\d{1,14})(?:\.(\d{1,2}))?", re.ASCII)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def parse_yuan(text: str) -> int:
    """Return the fen of a yuan amount written with at most two decimals ("12", "12.3", "12.30").

    Raises ValueError, in Chinese with the remedy.
    """
    match = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"“{text}”不是金额，请写成元，最多两位小数，如 12.30")
    sign, yuan, rest = match.groups()
    fen = int(yuan) * FEN_PER_YUAN + int((rest or "").ljust(2, "0"))
    return -fen if sign else fen


def format_yuan(fen: int) -> str:
    """Return fen as yuan with two places: 1230 -> "12.30", -5 -> "-0.05"."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def format_yuan_grouped(fen: int) -> str:
    """Return fen as yuan with thousands commas and the true minus sign: "−12,345.67"."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'−' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def share_half_up(amount: int, rate: int) -> int:
    """Return `rate` ten-thousandths of `amount` fen, half a fen rounded away from zero."""
    whole = (2 * abs(amount) * rate + RATE_ONE) // (2 * RATE_ONE)
    return -whole if amount < 0 else whole


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` fen by `weights` without residue: largest remainder, ties to the first.

    Raises ValueError unless weights are not negative and one is positive.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be positive")
    sign = -1 if total < 0 else 1
    parts = [abs(total) * weight // whole for weight in weights]
    left = abs(total) - sum(parts)
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (-(abs(total) * weights[i] % whole), i)
    )
    for i in by_remainder[:left]:
        parts[i] += 1
    assert sum(parts) == abs(total)
    return [sign * part for part in parts]


def chinese_capital(fen: int) -> str:
    """Return an amount in capital characters 大写: 5023200 -> "伍万零贰佰叁拾贰元整"."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, last = divmod(rest, 10)
    text = "负" if fen < 0 else ""
    if yuan:
        text += _whole(yuan) + "元"
    if not rest:
        return (text if yuan else text + "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_DIGITS[last] + "分" if last else "整")


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        # A gap before this group, inside the number, is read as one 零.
        if text and (group < 1000 or groups[place + 1] == 0):
            text += _DIGITS[0]
        text += _group(group) + _GROUPS[place]
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
