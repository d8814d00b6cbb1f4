"""Typed fields of messages (C n, N p,s, dates) and nodes made of them.

Real systems send amounts as strings or numbers, times with and without seconds, and fill unused
fields with null or nothing; all of that is read. What is read is exact: amounts become integers
in the field's last place (N16,2: fen; N16,4: ten-thousandths; N16,6: millionths).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.refusal import Refused

Values = dict[str, Any]
MOST_ROWS = 1000

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?)?"
    r"|(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?",
    re.ASCII,
)


class Misread(ValueError):
    """Why a value is not of its field's type, and what to send, in Chinese."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    read: Callable[[Any], Any]
    required: bool


def C(name: str, size: int, *, required: bool = False, codes: Sequence[str] = ()) -> Field:
    """A text of at most `size` characters, one of `codes` where given."""
    allowed = frozenset(codes)

    def read(value: Any) -> str:
        text = as_text(value)
        if len(text) > size:
            raise Misread(_("最长 %(size)d 个字符，这里有 %(got)d 个")
                          % {"size": size, "got": len(text)})  # fmt: skip
        if allowed and text not in allowed:
            raise Misread(
                _("没有取值 %(value)s，请用 %(codes)s")
                % {"value": text[:20], "codes": "、".join(sorted(allowed))}
            )
        return text

    return Field(name, read, required)


def N(name: str, digits: int, places: int = 0, *, required: bool = False) -> Field:
    """A number of at most `digits` digits, `places` of them decimal, as an integer of those."""
    limit = 10**digits

    def read(value: Any) -> int:
        exact = _exact(value)
        # The exponent is looked at first: 1E+999999 would be built before it could be refused.
        if exact.adjusted() > digits:
            raise Misread(_("最多 %(digits)d 位") % {"digits": digits})
        scaled = exact.scaleb(places)
        whole = int(scaled)
        if whole != scaled:
            raise Misread(_("最多 %(places)d 位小数") % {"places": places})
        if abs(whole) >= limit:
            raise Misread(_("最多 %(digits)d 位") % {"digits": digits})
        return whole

    return Field(name, read, required)


def T(name: str, *, required: bool = False) -> Field:
    """A time; a date alone is its midnight."""
    return Field(name, _moment, required)


def D(name: str, *, required: bool = False) -> Field:
    """A date; the time behind it, if any, is dropped."""

    def read(value: Any) -> date:
        return _moment(value).date()

    return Field(name, read, required)


def as_text(value: Any) -> str:
    """Return a text value, also where a system sent digits as a number."""
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = str(value)
    else:
        raise Misread(_("应是文字"))
    # PostgreSQL has no NUL in a text, and UTF-8 no lone half of a character.
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise Misread(_("含有不能保存的字符"))
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _exact(value: Any) -> Decimal:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise Misread(_("应是数值，如 12.50"))


def _moment(value: Any) -> datetime:
    match = _MOMENT.fullmatch(as_text(value))
    try:
        if match is None:
            raise ValueError
        parts = [int(p or 0) for p in (match.groups()[:6] if match[1] else match.groups()[6:])]
        if not 1900 <= parts[0] < 2100:
            raise ValueError
        return timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise Misread(_("应是时间，如 2019-03-01 15:42:00")) from None


def moment_text(at: datetime) -> str:
    """Return an aware time as messages carry it: local, to the second."""
    local = clock.local(at)
    return f"{local.date().isoformat()} {local:%H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of `input`: one object, or with `many` a list of them."""

    name: str
    fields: tuple[Field, ...]
    many: bool = False
    required: bool = True

    def read(self, given: dict[str, Any]) -> Any:
        """Return the node's values by name, every field present, None where not sent.

        One object is taken from a list of one, and from `data`, as some systems send it. Raises
        Refused naming node, row and field.
        """
        raw = given.get(self.name)
        if raw is None and not self.many:
            raw = given.get("data")
        if raw is None or raw in ([], {}):
            if self.required:
                raise Refused(
                    _("input 里没有节点 %(node)s。请按接口规范填写") % {"node": self.name},
                    field=self.name,
                )
            return [] if self.many else None
        rows = raw if isinstance(raw, list) else [raw]
        if len(rows) > (MOST_ROWS if self.many else 1):
            raise Refused(
                _("节点 %(node)s 有 %(rows)d 行，最多 %(most)d 行。请分开上传")
                % {"node": self.name, "rows": len(rows), "most": MOST_ROWS if self.many else 1},
                field=self.name,
            )
        read = [self._row(row, at if self.many else 0) for at, row in enumerate(rows, 1)]
        return read if self.many else read[0]

    def _row(self, row: Any, at: int) -> Values:
        if not isinstance(row, dict):
            raise Refused(
                _("节点 %(node)s 应是对象。请按接口规范填写") % {"node": self.name}, field=self.name
            )
        return read_fields(self.fields, row, _("第 %(at)d 行") % {"at": at} if at else "")


def read_fields(fields: Sequence[Field], row: dict[str, Any], where: str = "") -> Values:
    """Return all `fields` of `row`. Raises Refused: 字段 x：原因."""
    values: Values = {}
    for field in fields:
        raw = row.get(field.name)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if field.required:
                _refuse(field, where, _("没有填写，这是必填项"))
            values[field.name] = None
            continue
        try:
            values[field.name] = field.read(raw)
        except Misread as why:
            _refuse(field, where, str(why))
    return values


def _refuse(field: Field, where: str, why: str) -> None:
    raise Refused(
        _("%(where)s字段 %(field)s：%(why)s") % {"where": where, "field": field.name, "why": why},
        field=field.name,
    )
