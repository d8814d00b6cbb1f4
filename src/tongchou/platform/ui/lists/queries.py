"""The conditions of a query area: what may be typed, and how it narrows the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongchou.platform.ui import format as fmt

Rows = QuerySet[Any]
Choices = Sequence[tuple[str, str | Promise]]


class Unreadable(Exception):
    """What was typed cannot be read; str() says what is wrong, then the remedy."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A condition. `more` puts it behind 更多条件."""

    name: str
    label: str | Promise
    more: bool = False
    kind = ""

    @property
    def params(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, data: QueryDict) -> Any:
        """Return what was asked, or None; raise Unreadable."""
        raise NotImplementedError

    def apply(self, rows: Rows, value: Any) -> Rows:
        raise NotImplementedError

    def describe(self, value: Any) -> str:
        """Return the condition in words, for the empty state."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class TextQuery(Query):
    """Text; give `lookup` ("name__contains") or `filter(rows, text)`."""

    lookup: str = ""
    filter: Callable[[Rows, str], Rows] | None = None
    placeholder: str | Promise = ""
    most: int = 100  # characters
    kind = "text"

    def read(self, data: QueryDict) -> str | None:
        text = data.get(self.name, "").strip().replace("\x00", "")
        if len(text) > self.most:
            raise Unreadable(_("太长。请输入 %(most)s 个字以内") % {"most": self.most})
        return text or None

    def apply(self, rows: Rows, value: str) -> Rows:
        return self.filter(rows, value) if self.filter else rows.filter(**{self.lookup: value})

    def describe(self, value: str) -> str:
        return _("%(label)s含“%(text)s”") % {"label": self.label, "text": value}


@dataclass(frozen=True, kw_only=True)
class ChoiceQuery(Query):
    """One of a few; `choices` may be a function. Give `lookup` or `filter(rows, value)`."""

    choices: Choices | Callable[[], Choices] = field(default=())
    lookup: str = ""
    filter: Callable[[Rows, str], Rows] | None = None
    kind = "choice"

    def options(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices

    def read(self, data: QueryDict) -> str | None:
        value = data.get(self.name, "")
        if value and value not in {key for key, _label in self.options()}:
            raise Unreadable(_("没有这个选项。请重新选"))
        return value or None

    def apply(self, rows: Rows, value: str) -> Rows:
        return self.filter(rows, value) if self.filter else rows.filter(**{self.lookup: value})

    def describe(self, value: str) -> str:
        return str(dict(self.options())[value])


@dataclass(frozen=True, kw_only=True)
class DayQuery(Query):
    """A range of days, both ends in it; `moment` when the field is a datetime.

    Days are typed as 2019-03-01, 20190301, 2019/3/1 or 2019.3.1.
    """

    lookup: str
    moment: bool = False
    kind = "day"

    @property
    def params(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def read(self, data: QueryDict) -> tuple[date | None, date | None] | None:
        first, last = (_day(data.get(name, "")) for name in self.params)
        if first and last and last < first:
            raise Unreadable(_("止日早于起日。请对调"))
        return (first, last) if first or last else None

    def apply(self, rows: Rows, value: tuple[date | None, date | None]) -> Rows:
        first, last = value
        edge = _midnight if self.moment else lambda day: day
        if first:
            rows = rows.filter(**{f"{self.lookup}__gte": edge(first)})
        if last:
            rows = rows.filter(**{f"{self.lookup}__lt": edge(last + timedelta(days=1))})
        return rows

    def describe(self, value: tuple[date | None, date | None]) -> str:
        first, last = value
        if first == last and first:
            return fmt.day(first)
        if first and last:
            return _("%(first)s 至 %(last)s") % {"first": fmt.day(first), "last": fmt.day(last)}
        if first:
            return _("%(first)s 起") % {"first": fmt.day(first)}
        assert last is not None
        return _("%(last)s 止") % {"last": fmt.day(last)}


@dataclass(frozen=True, kw_only=True)
class AmountQuery(Query):
    """A range of amounts in yuan, both ends in it; the field is fen."""

    lookup: str
    kind = "amount"

    @property
    def params(self) -> tuple[str, ...]:
        return (f"{self.name}_min", f"{self.name}_max")

    def read(self, data: QueryDict) -> tuple[int | None, int | None] | None:
        low, high = (_fen(data.get(name, "")) for name in self.params)
        if low is not None and high is not None and high < low:
            raise Unreadable(_("最高小于最低。请对调"))
        return None if low is None and high is None else (low, high)

    def apply(self, rows: Rows, value: tuple[int | None, int | None]) -> Rows:
        low, high = value
        if low is not None:
            rows = rows.filter(**{f"{self.lookup}__gte": low})
        if high is not None:
            rows = rows.filter(**{f"{self.lookup}__lte": high})
        return rows

    def describe(self, value: tuple[int | None, int | None]) -> str:
        low, high = (None if fen is None else fmt.money(fen) for fen in value)
        names = {"label": self.label, "low": low, "high": high}
        if low and high:
            return _("%(label)s %(low)s 至 %(high)s") % names
        return (_("%(label)s %(low)s 以上") if low else _("%(label)s %(high)s 以下")) % names


def _day(text: str) -> date | None:
    text = text.strip().replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d" if "-" in text else "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise Unreadable(_("日期看不懂。请写成 2019-03-01")) from error


def _fen(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return fmt.parse_yuan(text)
    except ValueError as error:
        raise Unreadable(_("金额看不懂。请写成 12345.67")) from error


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
