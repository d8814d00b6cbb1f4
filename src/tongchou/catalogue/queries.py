"""Reads of the catalogue. The lists are public: no right is checked here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tongchou.catalogue.models import Disease, Item, ItemTerm


@dataclass(frozen=True, slots=True)
class Terms:
    """An item with its terms on one day. Share in ten-thousandths, ceiling in millionths."""

    code: str
    name: str
    list_type: str
    charge_type: str
    unit: str
    level: str
    first_self_pay: int
    ceiling: int | None
    source: str
    start: date
    end: date | None


_COLUMNS = ("level", "first_self_pay", "ceiling", "source", "start", "end")
_ITEM_COLUMNS = ("code", "name", "list_type", "charge_type", "unit")


def terms_on(codes: Iterable[str], on: date) -> dict[str, Terms]:
    """Return the terms in force that day, by code, in one query; a code without any is absent."""
    return {terms.code: terms for terms in terms_between(codes, on, on)}


def terms_between(codes: Iterable[str], first: date, last: date) -> list[Terms]:
    """Return every spell that touches the days first..last (both included), in one query.

    For an upload whose lines lie on several days; by code and start.
    """
    rows = (
        ItemTerm.objects.filter(
            Q(end=None) | Q(end__gt=first), item__code__in=set(codes), start__lte=last
        )
        .order_by("item__code", "start")
        .values_list(*(f"item__{name}" for name in _ITEM_COLUMNS), *_COLUMNS)
    )
    return [Terms(*row) for row in rows]


def matching(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Narrow to items whose code or initials begin with `text`, or whose name contains it."""
    text = text.strip()
    if not text:
        return items.none()
    return items.filter(
        Q(code__startswith=text.upper())
        | Q(name__contains=text)
        | Q(initials__startswith=text.lower())
    )


def diseases_matching(diseases: QuerySet[Disease], text: str) -> QuerySet[Disease]:
    """Narrow to diseases whose code begins with `text`, or whose name contains it."""
    return diseases.filter(Q(code__istartswith=text) | Q(name__contains=text))


def search(text: str, *, on: date | None = None, limit: int = 20) -> list[Item]:
    """Return at most `limit` items by code, name or pinyin initials; `on`: chargeable that day."""
    items = matching(Item.objects.all(), text)
    if on is not None:
        terms = ItemTerm.objects.filter(Q(end=None) | Q(end__gt=on), start__lte=on)
        items = items.filter(pk__in=terms.values("item_id"))
    return list(items.order_by("name", "code")[:limit])


def diseases_on(kind: str, codes: Iterable[str], on: date) -> dict[str, str]:
    """Return the names of those codes of the kind that are in force on the day."""
    rows = Disease.objects.filter(
        Q(end=None) | Q(end__gt=on), kind=kind, code__in=set(codes), start__lte=on
    )
    return dict(rows.values_list("code", "name"))
