"""One bill: its statement, what it was charged for, its working, its paper."""

import json
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.core.money import chinese_capital, format_yuan
from tongchou.core.policy import TIERS
from tongchou.people.labels import IDENTITY_LABELS, SEX_LABELS, STATUS_LABELS
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.settlement import access, hooks
from tongchou.settlement.labels import LEVEL_LABELS, SCHEME_LABELS, TIER_SHORT, VISIT_LABELS
from tongchou.settlement.models import Settlement
from tongchou.settlement.queries import statement as queries
from tongchou.settlement.services import printing, reversal
from tongchou.settlement.tables import (
    MOST_PRINTED,
    bill_url,
    number_of,
    short_number,
)

MOST_OF_YEAR = 12  # more of the year's bills are in the list


@right_required("bills.view")
@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """Why this amount, provable."""
    user = user_of(request)
    bill = access.access_bill(user, number)
    found = _statement(bill, phone="Mobi" in request.headers.get("User-Agent", ""))
    context = _head(bill) | _shares(found) | {"statement": found, "layers": found.layers}
    context |= _year(user, bill) | _links(user, bill) | {"recounted": hooks.recounted(bill)}
    context |= _reversing(user, bill, standing=not context["reversed_by"])
    return render(request, "settlement/statement.html", context)


@right_required("bills.view")
@require_safe
def recount(request: HttpRequest, number: int) -> HttpResponse:
    """Fold the bill again with its stored plan, and say whether it is the same."""
    bill = access.access_bill(user_of(request), number)
    if bill.kind != Settlement.Kind.SETTLE:
        raise Refused(_("冲正和差额没有自己的算法。请在原结算单上重算"))
    context = {"bill": bill, "recount": queries.recount(bill), "now": clock.now()}
    part = getattr(request, "htmx", None)
    template = "settlement/parts/recount.html" if part else "settlement/recount.html"
    return render(request, template, context | _head(bill))


@right_required("bills.view")
@require_safe
def working(request: HttpRequest, number: int) -> HttpResponse:
    """The bill's working as JSON lines: the claim, each cited line, what came out."""
    bill = access.access_bill(user_of(request), number)
    rows = [_claim_row(bill), *bill.lines, _outcome_row(bill)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    answer = HttpResponse(text, content_type="application/x-ndjson; charset=utf-8")
    name = f"{number_of(bill)}.jsonl"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


@right_required("bills.print")
@require_safe
def print_one(request: HttpRequest, number: int) -> HttpResponse:
    """The statement on paper; each opening is a print, counted and recorded."""
    return _papers(request, [access.access_bill(user_of(request), number)])


@right_required("bills.print")
@require_safe
def print_many(request: HttpRequest) -> HttpResponse:
    """Several statements as one document, a page each."""
    user = user_of(request)
    chosen = [int(text) for text in request.GET.getlist("n") if text.isascii() and text.isdigit()]
    if not chosen:
        raise Refused(_("没有选中任何一行。请先勾选"))
    if len(chosen) > MOST_PRINTED:
        raise Refused(_("一次最多打印 %(n)s 张。请少选一些") % {"n": MOST_PRINTED})
    return _papers(request, [access.access_bill(user, number) for number in chosen])


@right_required("bills.view")
@require_safe
def verify(request: HttpRequest, number: int, proof: str) -> HttpResponse:
    """Where the code on the paper leads: is it ours, and does it still stand?"""
    bill = access.access_bill(user_of(request), number)
    if not printing.is_proof(bill, proof):
        raise Refused(
            _("纸面与结算单 %(no)s 对不上。请以系统内的结算单为准，并留下这张纸")
            % {"no": number_of(bill)}
        )
    messages.success(request, _("核验一致：这张纸是本系统打印的，金额与结算单相同"))
    return redirect("bills:statement", bill.pk)


def _statement(bill: Settlement, *, phone: bool = False) -> queries.Statement:
    try:
        return queries.statement_of(bill, phone=phone)
    except LookupError as error:
        raise Http404 from error


def _head(bill: Settlement) -> dict[str, Any]:
    """What every page of one bill says of it."""
    person, born = bill.person, bill.person.birth
    on = bill.basis_date
    visit = bill.charge.visit if bill.charge else None
    stay = queries.stay_of(bill)
    claim = queries.claim_of_counter(bill)
    return {
        "bill": bill,
        "number": number_of(bill),
        "short": short_number(bill),
        "person": person,
        "sex": SEX_LABELS.get(person.sex, ""),
        "age": on.year - born.year - ((on.month, on.day) < (born.month, born.day)),
        "scheme": SCHEME_LABELS.get(bill.scheme, ""),
        "status": STATUS_LABELS.get(bill.status, ""),
        "identities": [IDENTITY_LABELS.get(i, i) for i in bill.identities],
        "place": bill.institution.name if bill.institution else claim and claim.institution_name,
        "level": LEVEL_LABELS.get(bill.level, ""),
        "visit_kind": VISIT_LABELS.get(bill.visit_kind, ""),
        "visit": visit,
        "claim": claim,
        "stay": stay,
        "days": (stay[1] - stay[0]).days if stay else 0,
        "correction": bill.kind != Settlement.Kind.SETTLE,
    }


def _shares(found: queries.Statement) -> dict[str, Any]:
    """Return the shares of the total as the staircase writes them, so that both say the same."""
    funds = [layer for layer in found.layers if layer.key not in ("total", "person")]
    person = found.layers[-1]
    known = person.share is not None
    return {
        "fund_share": sum(layer.share or 0 for layer in funds) if known else None,
        "person_share": person.share,
        "payers": " + ".join(str(TIER_SHORT.get(one.key, one.label)) for one in funds if one.pay),
    }


def _year(user: User, bill: Settlement) -> dict[str, Any]:
    rows = queries.year_of(bill, access.bills_of(user))
    more = f"{reverse('bills:list')}?" + urlencode(
        {
            "person": bill.person.psn_no,
            "day_from": f"{bill.person_year.year}-01-01",
            "day_to": f"{bill.person_year.year}-12-31",
        }
    )
    return {
        "year": bill.person_year.year,
        "year_rows": [(row, bill_url(row)) for row in rows[-MOST_OF_YEAR:]],
        "year_count": len(rows),
        "year_sums": queries.sums(rows),
        "year_url": more,
        "own_only": user.institution_code is not None,
    }


def _links(user: User, bill: Settlement) -> dict[str, Any]:
    """Where the bill came from and went to, as far as the user may follow."""
    bureau = user.institution_code is None
    corrections = queries.corrections_of(bill)
    return {
        "reversed_by": any(row.kind == Settlement.Kind.REVERSAL for row in corrections),
        "corrections": [(row, number_of(row), bill_url(row)) for row in corrections],
        "original": bill.original and (number_of(bill.original), bill_url(bill.original)),
        "entry_url": _address("funds:entry", bill.pk) if user.may("funds.view") else "",
        "message_url": _address("gateway:message", bill.msgid) if bill.msgid else "",
        "person_url": _address("people:person", bill.person.psn_no)
        if bureau and user.may("people.view")
        else "",
        "clause_url": bureau and user.may("plans.view"),
        "may_print": user.may("bills.print"),
    }


def _reversing(user: User, bill: Settlement, *, standing: bool) -> dict[str, Any]:
    """What the bureau may do about the bill, with the effects before anything is done."""
    context: dict[str, Any] = {"asked": None, "effect": None}
    may_be = standing and bill.kind == Settlement.Kind.SETTLE
    if user.institution_code is not None or not may_be:
        return context
    context["asked"] = queries.open_request(bill)
    if context["asked"] is None and user.may("reversal.propose"):
        context["effect"] = effect_of(bill)
    return context


def effect_of(bill: Settlement) -> dict[str, Any]:
    """What reversing a standing bill would do, in amounts; nothing is written."""
    found = reversal.prepare(bill, at=clock.now())
    return {
        "later": [(row, short_number(row)) for row in found.later],
        "differences": [
            (row, short_number(row), bill_url(row), sum(change), -sum(change))
            for row, change in found.differences
        ],
        "change": sum(sum(change) for _row, change in found.differences),
    }


def _papers(request: HttpRequest, bills: list[Settlement]) -> HttpResponse:
    # Paper is a document of the office: in its language, whatever the reader's screen speaks.
    with translation.override(settings.LANGUAGE_CODE):
        papers = [_paper(request, user_of(request), bill) for bill in bills]
        context = {"papers": papers, "paper": papers[0]}
        return render(request, "settlement/print.html", context)


def _paper(request: HttpRequest, user: User, bill: Settlement) -> dict[str, Any]:
    """One statement on paper. Everything from the result on the screen; only the count is new."""
    found = _statement(bill)
    times = printing.record_print(by=user, bill=bill)
    rows = queries.year_of(bill, access.bills_of(user))
    return _head(bill) | {
        "statement": found,
        "funds": [layer for layer in found.layers if layer.key not in ("total", "person")],
        "fund_words": chinese_capital(bill.fund_total),
        "person_words": chinese_capital(bill.person_pays),
        "year": bill.person_year.year,
        "place_in_year": [row.pk for row in rows].index(bill.pk) + 1,
        "own_only": user.institution_code is not None,
        "times": times,
        "qr": _qr(request, bill),
        "original": bill.original and number_of(bill.original),
    }


def _qr(request: HttpRequest, bill: Settlement) -> SafeString:
    address = reverse("bills:verify", args=[bill.pk, printing.proof_of(bill)])
    code = segno.make(request.build_absolute_uri(address), error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=0))


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _claim_row(bill: Settlement) -> dict[str, Any]:
    return {
        "claim_id": number_of(bill),
        "kind": bill.kind,
        "original": bill.original and number_of(bill.original),
        "settled_at": bill.settled_at.isoformat(),
        "basis_date": bill.basis_date.isoformat(),
        "plan_id": bill.plan_id,
        "engine": bill.engine,
        "scheme": bill.scheme,
        "visit": bill.visit_kind,
        "level": bill.level,
        "out_of_area": bill.out_of_area,
        "status": bill.status or None,
        "identities": bill.identities,
        "total": format_yuan(bill.total),
        "own_pay": format_yuan(bill.own_pay),
        "over_limit": format_yuan(bill.over_limit),
        "first_self_pay": format_yuan(bill.first_self_pay),
        "in_scope": format_yuan(bill.in_scope),
        "state_before": bill.state_before,
    }


def _outcome_row(bill: Settlement) -> dict[str, Any]:
    return {
        "claim_id": number_of(bill),
        "deductible": format_yuan(bill.deductible),
        "pays": {tier: format_yuan(getattr(bill, tier)) for tier in TIERS},
        "fund_total": format_yuan(bill.fund_total),
        "person_pays": format_yuan(bill.person_pays),
        "account_pays": format_yuan(bill.account_pays),
        "linked_pays": format_yuan(bill.linked_pays),
        "state_after": bill.state_after,
    }
