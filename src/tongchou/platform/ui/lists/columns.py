"""What a list shows of a row, on the page and in the file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tongchou.core.identity import mask_id_number
from tongchou.platform.ui import format as fmt
from tongchou.platform.ui.templatetags.tc import money, tag_html

Kind = Literal["text", "code", "masked", "money", "count", "percent", "day", "time", "tag"]
NOTHING = mark_safe('<span class="tc-zero">—</span>')
NUMERIC = ("money", "count", "percent")


@dataclass(frozen=True, slots=True)
class Tag:
    """A state: kind plain, accent, doubt (待确认) or late; "" shows the word without a frame."""

    text: str | Promise
    kind: str = ""

    def html(self) -> SafeString:
        if self.kind:
            return tag_html(str(self.text), self.kind)
        return format_html('<span class="text-nowrap">{}</span>', self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    value: attribute path ("person.name") or function of the row; by default the column's name.
           money is fen, percent ten-thousandths, day a date, time an aware datetime, tag a `Tag`,
           several of them or a word; None shows —.
    sort:  database path to order by; without it the column cannot be sorted.
    total: database path that is summed over the page and over all rows (kind money or count).
    phone: place in the two-line list of a telephone: 1 what, 2 amount, 3 who, 4 state; 0 none.
    told:  on a telephone, where there are no heads, the label stands before the value.
    whole: the text is never cut: a reason with its remedy.
    """

    name: str
    label: str | Promise
    kind: Kind = "text"
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    total: str = ""
    link: Callable[[Any], str] | None = None
    shown: bool = True
    phone: int = 0
    told: bool = False
    whole: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def css(self) -> str:
        return f"{'tc-num ' if self.numeric else ''}tc-m-{self.phone}"

    def read(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        found = row
        for step in (self.value or self.name).split("."):
            found = found[step] if isinstance(found, dict) else getattr(found, step)
            if found is None:
                return None
        return found

    def cell(self, row: Any) -> SafeString:
        """Return the cell's content."""
        shown = self.html(self.read(row))
        address = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', address, shown) if address else shown

    def html(self, value: Any) -> SafeString:
        if self.kind == "money":
            return money(value)
        if self.kind == "tag":
            return format_html_join(" ", "{}", ((t.html(),) for t in _tags(value)))
        if value is None or value == "":
            return NOTHING
        return format_html("{}", self.text(value))

    def text(self, value: Any) -> str:
        """Return a value other than money and tags as the page writes it."""
        if self.kind == "masked":
            return mask_id_number(value)
        if self.kind == "count":
            return f"{value:,}"
        if self.kind == "percent":
            return fmt.percent(value)
        if self.kind == "day":
            return fmt.day(value)
        if self.kind == "time":
            return fmt.short_time(value)
        return str(value)

    def exported(self, row: Any) -> Any:
        """Return the value as a file carries it: Decimal yuan, int, date, datetime or text."""
        value = self.read(row)
        if value is None:
            return ""
        if self.kind == "money":
            return fmt.yuan(value)
        if self.kind == "tag":
            return " ".join(str(t.text) for t in _tags(value))
        if self.kind == "time":
            return _naive(value)
        return value if self.kind in ("count", "day") else self.text(value)


def _tags(value: Any) -> Iterable[Tag]:
    if value is None or value == "":
        return []
    if isinstance(value, Tag):
        return [value]
    return [Tag(value)] if isinstance(value, str | Promise) else value


def _naive(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)
