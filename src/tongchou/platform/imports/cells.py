"""What one cell says, or why it cannot be taken. Excel's own mangling is refused, not guessed."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tongchou.core.sheets import Cell

_DAY = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
WHOLE = 10_000


class CellProblem(ValueError):
    """The cell cannot be taken; str() says why and what to do, in Chinese."""


def text(cell: Cell | None) -> str:
    """Return the words; a whole number reads as its digits."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(cell))).strip()


def code(cell: Cell | None) -> str:
    """Return a code. A number has lost its leading zeros or last digits: refused."""
    if cell is not None and not isinstance(cell, str):
        raise CellProblem(
            _("是数字格式，前面的 0 或末几位可能已丢失。请把该列设为文本，重填后上传")
        )
    return unicodedata.normalize("NFKC", cell or "").strip().lstrip("'")


def number(cell: Cell | None, *, places: int) -> Decimal | None:
    """Return the decimal that the cell shows; None if empty."""
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise CellProblem(_("不是数字。请改正"))
    shown = repr(cell) if isinstance(cell, float) else str(cell)
    shown = unicodedata.normalize("NFKC", shown).replace(",", "").strip()
    try:
        value = Decimal(shown)
    except InvalidOperation:
        raise CellProblem(_("不是数字。请改正")) from None
    if not value.is_finite():
        raise CellProblem(_("不是数字。请改正"))
    # Excel keeps 0.07 * 100 as 7.000000000000001; nobody typed that.
    value = round(value, 9) if isinstance(cell, float) else value
    if value != round(value, places):
        raise CellProblem(_("小数超过 %(n)s 位。请改正") % {"n": places})
    return round(value, places)


def millionths(cell: Cell | None) -> int | None:
    """Return a price in yuan as millionths of a yuan."""
    value = number(cell, places=6)
    return None if value is None else int(value * 1_000_000)


def share(cell: Cell | None) -> int | None:
    """Return a share in ten-thousandths from 10%, 0.1 (also Excel's percent cells) or 10.

    The text "1" may mean 1% or the whole: refused. Excel's number 1 is its 100%.
    """
    if isinstance(cell, str):
        shown = unicodedata.normalize("NFKC", cell).strip()
        if shown.endswith("%"):
            return _share(number(shown[:-1], places=2), 100)
        if number(shown, places=4) == 1:
            raise CellProblem(_("“1”可能是 1%，也可能是 100%。请写明百分号"))
    value = number(cell, places=4)
    return _share(value, 100 if value is not None and value > 1 else WHOLE)


def _share(value: Decimal | None, unit: int) -> int | None:
    if value is None:
        return None
    if not 0 <= value * unit <= WHOLE:
        raise CellProblem(_("比例应在 0 到 100% 之间。请改正"))
    return int(value * unit)


def day(cell: Cell | None) -> date | None:
    """Return the date of a date cell or of 2019-03-01, 2019/3/1, 20190301, 2019年3月1日."""
    if cell is None or isinstance(cell, datetime):
        return cell.date() if cell is not None else None
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(text(cell))
    try:
        if found:
            year, month, of_month = (int(part) for part in found.groups() if part)
            return date(year, month, of_month)
    except ValueError:
        pass
    raise CellProblem(_("不是日期。请写成 2019-03-01 的样子"))
