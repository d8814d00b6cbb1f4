"""The monitor of the gateway, one message, and reconciliation with one institution."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.exchange import access, measures, monitor, reconcile, showing
from tongchou.exchange.models import MessageLog, Statement
from tongchou.exchange.tables import address_of_today
from tongchou.funds.access import access_entry
from tongchou.funds.queries import EntryView, entry_view
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.ui.lists.export import xlsx_response
from tongchou.settlement.models import Answer, Settlement

TABS = ("stream", "transactions", "places", "refused", "resent", "slow")
WALL_REASONS, WALL_MESSAGES = 6, 8
REPEATS = 20


@right_required("gateway.view")
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The monitor; the part under the head is fetched again every few seconds."""
    htmx = getattr(request, "htmx", None)
    template = "exchange/live.html" if htmx else "exchange/monitor.html"
    return render(request, template, _live(user_of(request), request.GET.get("tab", "")))


@right_required("wall.view")
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The monitor for a screen on the wall: large, nothing to press, fetched again by itself."""
    htmx = getattr(request, "htmx", None)
    user = user_of(request)
    context = _live(user, "stream")
    context["messages_shown"] = context["messages_shown"][:WALL_MESSAGES]
    context["drills"] = user.may("gateway.view")
    refused = monitor.refusals(access.messages_of(user))
    # A reason may name a doctor or a patient: not on a screen that anybody can read.
    context["refused"] = _by_reason(refused) if context["drills"] else _by_transaction(refused)
    return render(request, "exchange/wall_live.html" if htmx else "exchange/wall.html", context)


def _by_reason(refused: list[monitor.Refused]) -> list[tuple[str, int]]:
    return [(one.reason, one.n) for one in refused[:WALL_REASONS]]


def _by_transaction(refused: list[monitor.Refused]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for one in refused:
        counts[one.infno] += one.n
    return [(f"{i} {monitor.name_of(i)}", n) for i, n in counts.most_common(WALL_REASONS)]


def _live(user: User, tab: str) -> dict[str, Any]:
    tab = tab if tab in TABS else TABS[0]
    rows, institutions = access.messages_of(user), access.institutions_of(user)
    known = {i.pk: i for i in institutions}
    hour = monitor.last_hour(rows)
    beats = measures.heartbeats(rows, institutions)
    shown = monitor.stream(rows, tab) if tab in ("stream", "resent", "slow") else ()
    return {
        "tab": tab,
        "figures": monitor.figures(rows, institutions),
        "heartbeats": beats,
        "beside": beats[: monitor.PLACES],
        "online": sum(not beat.late for beat in beats),
        "counts": _counts(hour),
        "times": _times(hour),
        "messages_shown": [(m, known.get(m.institution_id or 0), monitor.name_of(m.infno))
                           for m in shown],
        "transactions": measures.transactions(rows) if tab == "transactions" else [],
        "reasons": monitor.refusals(rows) if tab == "refused" else [],
        "of_today": address_of_today(),
    }  # fmt: skip


def _counts(hour: dict[str, Any]) -> dict[str, Any]:
    kinds = hour["kinds"]
    series = [
        {"name": _("结算"), "values": kinds["settle"], "tone": "s1"},
        {"name": _("预结算"), "values": kinds["quote"], "tone": "s3"},
        {"name": _("其他"), "values": kinds["other"], "tone": "s0"},
    ]
    return {"x": hour["labels"], "series": series}


def _times(hour: dict[str, Any]) -> dict[str, Any]:
    series = [
        {"name": "p99", "values": hour["times"][99], "tone": "s1"},
        {"name": "p50", "values": hour["times"][50], "tone": "s3"},
    ]
    return {"x": hour["labels"], "series": series}


@right_required("gateway.view")
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Request, answer and postings of one message side by side."""
    user = user_of(request)
    found = access.access_message(user, pk)
    answer = Answer.objects.filter(
        msgid=found.msgid, institution_id=found.institution_id or 0
    ).first()
    bill = _bill(found, answer)
    context = {
        "found": found,
        "name": monitor.name_of(found.infno),
        "institution": access.institutions_of(user).filter(pk=found.institution_id or 0).first(),
        "answer": answer,
        "request_text": showing.shown(answer.body) if answer else "",
        "answer_text": showing.shown(answer.answer) if answer else "",
        "millis": max(found.micros // 1000, 1),
        "repeats": _repeats(user, found),
        # Whole messages hold names and diagnoses: for who may see bills.
        "may_read": user.may("bills.view"),
        "bill": bill,
        "entry": _entry(user, bill),
    }
    return render(request, "exchange/message.html", context)


def _repeats(user: User, found: MessageLog) -> Any:
    """The other times that this message number came, the first of them first."""
    if not found.msgid:
        return ()
    same = access.messages_of(user).filter(msgid=found.msgid, institution_id=found.institution_id)
    return same.exclude(pk=found.pk).order_by("at", "pk")[:REPEATS]


def _bill(found: MessageLog, answer: Answer | None) -> Settlement | None:
    number = found.settlement_id or (answer.settlement_id if answer else None)
    return Settlement.objects.filter(pk=number).first() if number else None


def _entry(user: User, bill: Settlement | None) -> EntryView | None:
    """The postings, for who may see the books; a bill that nobody's fund pays has none."""
    if bill is None or not user.may("funds.view") or not (bill.fund_total or bill.account_pays):
        return None
    return entry_view(access_entry(user, bill.pk))


@right_required("reconcile.view")
@require_safe
def reconciliation(request: HttpRequest) -> HttpResponseBase:
    """All institutions for the bureau; a hospital goes straight to its own."""
    user = user_of(request)
    if user.institution_code is not None:
        return redirect(reverse("gateway:reconcile-one", args=[user.institution_code]))
    rows = reconcile.overview(access.institutions_of(user), reconcile.this_month())
    counts = Counter(row.state for row in rows)
    state = request.GET.get("state", "")
    context = {
        "rows": [row for row in rows if not state or row.state == state],
        "states": [(key, label, counts[key]) for key, label in reconcile.STATES.items()],
        "state": state if state in reconcile.STATES else "",
        "whole": len(rows),
        "period": reconcile.this_month(),
    }
    return render(request, "exchange/reconcile.html", context)


@right_required("reconcile.view")
@require_safe
def reconcile_one(request: HttpRequest, code: str) -> HttpResponseBase:
    """Our totals of a period beside what the institution sent, difference by difference."""
    user = user_of(request)
    institution = access.access_institution(user, code)
    period = reconcile.period_of(request.GET)
    totals = reconcile.totals_by_kind(institution, period)
    if request.GET.get("export"):
        rows = [*totals, reconcile.whole(totals)]
        return xlsx_response(institution.name, reconcile.COLUMNS, rows)
    statements = access.statements_of(user).filter(institution=institution).order_by("-at", "-pk")
    latest = statements.filter(kind=Statement.Kind.DETAIL).first() or statements.first()
    context = {
        "latest": latest,
        "words": reconcile.words_of(latest) if latest else "",
        "total_difference": latest.total_difference if latest else 0,
        "bills": reconcile.bills_address(institution, period),
        "sides": reconcile.sides_of(latest) if latest else (),
        "kinds": reconcile.kinds_of(latest) if latest else (),
        "unexplained": reconcile.unexplained(latest) if latest and latest.by_kind else 0,
        "institution": institution,
        "period": period,
        "totals": totals,
        "whole": reconcile.whole(totals),
        "statements": statements[:50],
    }
    return render(request, "exchange/reconcile_one.html", context)


@right_required("reconcile.view")
@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement that an institution sent, with each line that differs."""
    user = user_of(request)
    found = access.access_statement(user, pk)
    kind = request.GET.get("kind", "")
    context = {
        "found": found,
        "kind": kind,
        "total_difference": found.total_difference,
        "cut": sum(one.count for one in reconcile.kinds_of(found)) > len(found.differences),
        "lines": reconcile.lines_of(user, found, kind),
        "kinds": reconcile.kinds_of(found),
        "sides": reconcile.sides_of(found),
        "unexplained": reconcile.unexplained(found) if found.by_kind else 0,
        "words": reconcile.words_of(found),
    }
    return render(request, "exchange/statement.html", context)
