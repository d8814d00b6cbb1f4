"""How figures are written: the one place for pages, lists and files (ui reference, section 5)."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.platform import clock

MINUS = "\N{MINUS SIGN}"


def split_money(fen: int) -> tuple[str, str]:
    """Return (`−12,345`, `.67`) for an amount in fen."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{yuan:,}", f".{rest:02d}"


def money(fen: int) -> str:
    """Return `12,345.67`, with U+2212 before a negative."""
    return "".join(split_money(fen))


def wan(fen: int) -> str:
    """Return fen in units of ten thousand yuan, two places, half away from zero: `1,198.11`."""
    hundredths = (abs(fen) + 5_000) // 10_000
    whole, rest = divmod(hundredths, 100)
    return f"{MINUS if fen < 0 and hundredths else ''}{whole:,}.{rest:02d}"


def percent(bp: int) -> str:
    """Return ten-thousandths as `59.30%`."""
    whole, rest = divmod(abs(bp), 100)
    return f"{MINUS if bp < 0 else ''}{whole}.{rest:02d}%"


def share(bp: int) -> str:
    """Return ten-thousandths with one place, half up, as management figures have them: 66.7%."""
    tenths = (abs(bp) + 5) // 10
    return f"{MINUS if bp < 0 else ''}{tenths // 10}.{tenths % 10}%"


def rate(bp: int) -> str:
    """Return a rule's rate without needless zeros: `60%`, `72.5%`."""
    return f"{percent(bp)[:-1].rstrip('0').rstrip('.')}%"


def day(value: date | datetime) -> str:
    """Return `2019-03-01`."""
    return _local(value).strftime("%Y-%m-%d")


def short_day(value: date | datetime) -> str:
    """Return `03-01` within this year, else the whole date."""
    local = _local(value)
    return local.strftime("%m-%d" if local.year == clock.today().year else "%Y-%m-%d")


def minute(value: datetime) -> str:
    """Return `2019-03-01 15:42`."""
    return _local(value).strftime("%Y-%m-%d %H:%M")


def hour(value: datetime) -> str:
    """Return `15:42`."""
    return _local(value).strftime("%H:%M")


def short_time(value: datetime) -> str:
    """Return `15:42` today, `03-01 15:42` within this year, else the whole time."""
    if _local(value).strftime("%Y-%m-%d") == clock.today().isoformat():
        return hour(value)
    return f"{short_day(value)} {hour(value)}"


def or_now(value: date | None) -> str:
    """Return the end of a spell, or 至今 where it has none."""
    return _("至今") if value is None else day(value)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def parse_yuan(text: str) -> int:
    """Return the fen in `12,345.67` as typed; ValueError when it is no amount of whole fen."""
    cleaned = text.strip().replace(",", "").replace("，", "").replace(MINUS, "-")
    try:
        fen = Decimal(cleaned) * 100
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) >= 10**15:
        raise ValueError(text)
    return int(fen)


def yuan(fen: int) -> Decimal:
    """Return fen as yuan with two places, for files."""
    return Decimal(fen).scaleb(-2)
