"""What the address of the books' page asks for."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongchou.funds.chart import ACCOUNTS, FUNDS
from tongchou.platform import clock

SPANS = {"day": _("当日"), "month": _("本月"), "year": _("本年")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The day, the fund (empty: all), and what was opened beneath the trial balance."""

    on: date
    fund: str = ""
    account: str = ""
    institution: int | None = None
    span: str = "day"
    page: int | None = None
    entry: int | None = None

    @property
    def first(self) -> date:
        """The first day of the account's lines."""
        if self.span == "day":
            return self.on
        return self.on.replace(day=1) if self.span == "month" else self.on.replace(month=1, day=1)

    def link(self, **changes: Any) -> str:
        """Return the address with `changes`; a changed account starts at its last page."""
        other = replace(self, **changes)
        named = {
            "on": other.on.isoformat(),
            "fund": other.fund,
            "account": other.account,
            "institution": other.institution,
            "span": "" if other.span == "day" else other.span,
            "page": other.page,
            "entry": other.entry,
        }
        return "?" + urlencode({name: value for name, value in named.items() if value})


def read(data: QueryDict) -> Asked:
    """Read an address; what cannot be read is as if it were not there."""
    fund, account = data.get("fund", ""), data.get("account", "")
    span = data.get("span", "")
    return Asked(
        on=_day(data.get("on", "")),
        fund=fund if fund in FUNDS else "",
        account=account if account in ACCOUNTS else "",
        institution=_number(data.get("institution", "")),
        span=span if span in SPANS else "day",
        page=_number(data.get("page", "")),
        entry=_number(data.get("entry", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    # The year before and after are reckoned with.
    return found if date(1900, 1, 1) < found < date.max - timedelta(days=366) else clock.today()
