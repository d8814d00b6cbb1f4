"""What waits to be paid, the batches, one batch with its answers, accounts and slips."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.core.money import chinese_capital
from tongchou.funds.chart import FUNDS
from tongchou.payouts import access, queries, services
from tongchou.payouts.bankfile import to_csv, to_xlsx
from tongchou.payouts.forms import AccountForm, AnswerForm
from tongchou.payouts.models import Batch, Payable
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused

SHOWN = 50
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


@right_required("payouts.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits by kind, the batches, and the books beside the open list."""
    user = user_of(request)
    area = user.area_code
    waiting = queries.queues(area)
    check = queries.check(area)
    context = {
        "queues": waiting,
        "ready": sum(one.ready for one in waiting),
        "ready_total": sum(one.ready_total for one in waiting),
        "waiting": sum(one.count for one in waiting),
        "waiting_total": sum(one.total for one in waiting),
        "sent": queries.sums_by_state(area).get("sent", (0, 0)),
        "bounced": queries.bounced(area),
        "back": queries.to_come_back(area),
        "check": check,
        "sums": {
            name: sum(getattr(row, name) for row in check)
            for name in ("books", "payables", "receivables", "difference")
        },
        "batches": access.batches_of(user).order_by("-pk")[:SHOWN],
        "may_send": user.may("payouts.send"),
    }
    return render(request, "payouts/index.html", context)


@right_required("payouts.send")
@require_POST
def make(request: HttpRequest) -> HttpResponseBase:
    """Put together what can be paid of the kinds that were ticked."""
    kinds = [kind for kind in request.POST.getlist("kind") if kind in Payable.Kind.values]
    if not kinds:
        raise Refused(_("请至少选一种要代发的"))
    batch = services.make_batch(by=user_of(request), kinds=kinds)
    messages.success(request, _("已编好，等另一人审批"))
    return redirect("payouts:batch", batch.pk)


@right_required("payouts.view")
@never_cache
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    return render(request, "payouts/batch.html", _batch(user, access.access_batch(user, pk)))


def _batch(user: User, found: Batch, form: AnswerForm | None = None) -> dict[str, Any]:
    payments = found.payments.select_related("payable__person", "account__person").order_by("key")
    own = user.pk == found.made_by_id
    return {
        "batch": found,
        "payments": payments,
        "answers": found.answers.select_related("received_by").order_by("pk"),
        "form": form or AnswerForm(),
        "may_approve": found.state == "proposed" and user.may("payouts.approve") and not own,
        "may_send": found.state == "approved" and user.may("payouts.send"),
        "may_answer": found.state == "sent" and user.may("payouts.send"),
        "may_download": found.state in ("sent", "done") and user.may("payouts.send"),
        "waits": found.state == "proposed",
        "may_see_books": user.may("funds.view"),
    }


@right_required("payouts.approve")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve or send back what another has put together."""
    user = user_of(request)
    agree = request.POST.get("agree") == "1"
    found = access.access_batch(user, pk)
    done = services.decide(
        by=user, batch=found, agree=agree, opinion=request.POST.get("opinion", "")
    )
    messages.success(request, done.get_state_display())
    return redirect("payouts:batch", pk)


@right_required("payouts.send")
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand an approved batch to the bank, or take it back."""
    user = user_of(request)
    found = access.access_batch(user, pk)
    if request.POST.get("act") == "cancel":
        services.cancel(by=user, batch=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("已退回，应付的回到待代发"))
    else:
        before = found.count
        done = services.send(by=user, batch=found)
        words = {"n": done.count, "left": before - done.count}
        messages.success(request, _("已送出 %(n)s 笔，账户不符留下 %(left)s 笔") % words)
    return redirect("payouts:batch", pk)


@right_required("payouts.send")
@never_cache
@require_GET
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The bank's file: whole numbers, so each download leaves a trace."""
    user = user_of(request)
    found = access.access_batch(user, pk)
    if found.state not in (Batch.State.SENT, Batch.State.DONE):
        raise Refused(_("先审批、送银行，再导出文件"))
    services.record_export(by=user, batch=found, form=form)
    rows = found.payments.exclude(state="dropped").select_related("account", "payable")
    write = to_csv if form == "csv" else to_xlsx
    answer = HttpResponse(write(rows.order_by("key")), content_type=_TYPES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename=payout-{found.pk}.{form}"
    return answer


@right_required("payouts.send")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the bank's answer in: whole, or not at all."""
    user = user_of(request)
    found = access.access_batch(user, pk)
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data["file"]
        try:
            taken = services.take_answer(by=user, batch=found, name=told.name, content=told.read())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = {"paid": taken.paid, "bounced": taken.bounced}
            messages.success(request, _("到账 %(paid)s 笔已入账，退汇 %(bounced)s 笔") % words)
            return redirect("payouts:batch", pk)
    return render(request, "payouts/batch.html", _batch(user, found, form), status=409)


@right_required("payouts.view")
@never_cache
@require_GET
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person is paid, on paper 发放单."""
    found = access.access_payment(user_of(request), pk)
    payable = found.payable
    parts = [(FUNDS[fund], fen) for fund, fen in payable.amounts.items()]
    words = chinese_capital(found.amount)
    context = {"payment": found, "payable": payable, "parts": parts, "words": words}
    return render(request, "payouts/slip.html", context)


@right_required("payouts.view")
@never_cache
@require_http_methods(["GET", "POST"])
def receivable(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One sum to come back; finance records that it is there."""
    user = user_of(request)
    found = access.access_receivable(user, pk)
    wrong = ""
    may = user.may("payouts.send") and found.state == "open"
    if request.method == "POST":
        if not user.may("payouts.send"):
            raise Refused(_("这一步由财务岗办"))
        try:
            services.record_return(
                by=user, receivable=found, evidence=request.POST.get("evidence", "")
            )
        except Refused as refusal:
            wrong = refusal.reason
        else:
            messages.success(request, _("已收回并入账"))
            return redirect("payouts:receivable", pk)
    parts = [(FUNDS[fund], fen) for fund, fen in found.amounts.items()]
    context = {
        "row": found,
        "parts": parts,
        "wrong": wrong,
        "may": may,
        "may_see_books": user.may("funds.view"),
    }
    return render(request, "payouts/receivable.html", context, status=409 if wrong else 200)


@right_required("payouts.accounts")
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, psn_no: str) -> HttpResponseBase:
    """Register a person's account: the one before ends where it begins."""
    user = user_of(request)
    person = access.person_of(user, psn_no)
    first = {"holder": person.name, "start": clock.today()}
    form = AccountForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_account(actor=user.login, person=person, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记社保卡账户"))
            return redirect("people:person", psn_no)
    context = {
        "person": person,
        "form": form,
        "back": [one for one in queries.payments_of(person)[:SHOWN] if one.state == "bounced"],
    }
    return render(request, "payouts/account.html", context, status=409 if form.errors else 200)


@right_required("payouts.accounts")
@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_account(user, pk)
    services.strike_account(actor=user.login, account=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("已更正：这个账户不再使用"))
    return redirect("people:person", found.person.psn_no)


@right_required("people.unmask")
@never_cache
@require_POST
def show_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number for 30 seconds; recorded."""
    user = user_of(request)
    found = access.access_account(user, pk)
    number = services.show_number(actor=user.login, account=found)
    return render(request, "payouts/number.html", {"account": found, "number": number})


@right_required("payouts.view")
@never_cache
@require_GET
def masked_number(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_account(user, pk)
    context = {"account": found, "may_unmask": user.may("people.unmask")}
    return render(request, "payouts/number.html", context)
