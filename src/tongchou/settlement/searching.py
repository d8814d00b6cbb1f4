"""Bills in the search of the top bar: by number, as printed or as messages carry it, or invoice."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.platform.numbering.services import parse_number, parse_wire_number
from tongchou.platform.ui.format import minute, money
from tongchou.platform.ui.search import Hit, Searcher
from tongchou.settlement import access
from tongchou.settlement.tables import bill_url, number_of


def find(user: Any, text: str, limit: int) -> Iterator[Hit]:
    if not any(c.isdigit() for c in text):
        return
    number = parse_number(text) or (parse_wire_number(text) if text.isascii() else None)
    asked = Q(pk=number) if number else Q(invoice=text.upper()) | Q(msgid=text)
    rows = access.bills_of(user).filter(asked).select_related("person").order_by("pk")
    for bill in rows[:limit]:
        yield Hit(
            label=number_of(bill),
            note=f"{bill.person.name} {minute(bill.settled_at)} {money(bill.total)}",
            url=bill_url(bill),
            exact=True,
        )


SEARCHER = Searcher(label=_("结算单"), right="bills.view", find=find)
