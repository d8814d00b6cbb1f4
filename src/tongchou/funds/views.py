"""The books on one page: trial balance, account, entry, down to the bill."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.funds import access, asked, queries
from tongchou.funds.asked import SPANS, Asked
from tongchou.funds.models import Entry
from tongchou.funds.services import record_export
from tongchou.funds.tables import BALANCE_COLUMNS
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.numbering.services import display_number
from tongchou.platform.ui.lists.export import xlsx_response
from tongchou.providers.queries import names_of

OF_A_BILL = (Entry.Kind.SETTLEMENT, Entry.Kind.REVERSAL, Entry.Kind.ADJUSTMENT)


@right_required("funds.view")
@require_safe
def trial_balance(request: HttpRequest) -> HttpResponse:
    """The whole; beneath it the account and the entry that the address opens."""
    user = user_of(request)
    area = access.area_of_books(user)
    wanted = asked.read(request.GET)
    htmx = getattr(request, "htmx", None)
    under = htmx is not None and htmx.target == "books-under"
    context = {"asked": wanted} | _funds(wanted) if under else _balance(area, wanted)
    if wanted.account:
        context |= _account(area, wanted)
    if wanted.entry:
        context |= _entry(access.access_entry(user, wanted.entry))
    return render(request, "funds/under.html" if under else "funds/books.html", context)


@right_required("funds.view")
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Open an entry where it stands in the books; for links from elsewhere."""
    found = access.access_entry(user_of(request), number)
    where = Asked(on=found.day, entry=found.pk)
    return redirect(reverse("funds:trial-balance") + where.link())


@right_required("funds.view")
@require_safe
def print_balance(request: HttpRequest) -> HttpResponse:
    wanted = asked.read(request.GET)
    area = access.area_of_books(user_of(request))
    return render(request, "funds/print.html", _balance(area, wanted))


@right_required("funds.view")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The trial balance as an Excel file; taking it away leaves a trace."""
    user = user_of(request)
    area = access.area_of_books(user)
    wanted = asked.read(request.GET)
    with transaction.atomic():
        found = queries.trial_balance(area, wanted.on, wanted.fund or None)
        record_export(actor=user.login, area=area, on=wanted.on, fund=wanted.fund)
    return xlsx_response(_("试算平衡表"), BALANCE_COLUMNS, found.rows)


def _balance(area: str, wanted: Asked) -> dict[str, Any]:
    found = queries.trial_balance(area, wanted.on, wanted.fund or None)
    named = _funds(wanted)
    names = {fund.code: fund.name for fund in named["funds"]}
    return named | {
        "asked": wanted,
        "balance": found,
        "rows": [
            (row, wanted.link(account=row.code, institution=None, page=None, entry=None))
            for row in found.rows
        ],
        "wrong": [(names.get(code, code), fen) for code, fen in found.differences.items() if fen],
        "today": clock.today(),
        "now": clock.now(),
    }


def _funds(wanted: Asked) -> dict[str, Any]:
    funds = queries.funds()
    names = {fund.code: fund.name for fund in funds}
    return {"funds": funds, "fund_name": names.get(wanted.fund, _("全部基金"))}


def _account(area: str, wanted: Asked) -> dict[str, Any]:
    page = queries.account_lines(
        area,
        wanted.account,
        first=wanted.first,
        last=wanted.on,
        fund=wanted.fund or None,
        institution_id=wanted.institution,
        page=wanted.page,
    )
    # Debts, surplus and income stand on the credit side.
    credit = wanted.account[0] in "234"
    names = names_of(queries.institutions_in(area, wanted.account))
    return {
        "account": page,
        "credit_side": credit,
        "lines": [
            {
                "entry": line.entry,
                "no": display_number(line.entry.pk, area)[-6:],
                "url": wanted.link(entry=line.entry.pk),
                "debit": max(line.amount, 0) or None,
                "credit": max(-line.amount, 0) or None,
                "balance": -line.balance if credit else line.balance,
            }
            for line in page.lines
        ],
        "institutions": sorted(names.items(), key=lambda one: one[1]),
        "spans": SPANS.items(),
        "previous": wanted.link(page=page.page - 1) if page.page > 1 else "",
        "next": wanted.link(page=page.page + 1) if page.page < page.pages else "",
        "wider": {"day": "month", "month": "year"}.get(wanted.span, ""),
        "wider_url": wanted.link(span={"day": "month"}.get(wanted.span, "year"), page=None),
    }


def _entry(found: Entry) -> dict[str, Any]:
    number = display_number(found.pk, found.area)
    return {
        "voucher": queries.entry_view(found),
        "voucher_no": number,
        "voucher_short": number[-6:],
        "bill_url": _bill_url(found),
    }


def _bill_url(found: Entry) -> str:
    """Return the page of the bill that the entry posts; other entries have none."""
    if found.kind not in OF_A_BILL:
        return ""
    try:
        return reverse("bills:statement", args=[found.pk])
    except NoReverseMatch:
        return ""
