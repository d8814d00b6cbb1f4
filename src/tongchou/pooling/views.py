"""A change with what goes over, the money of its pool, and one remittance."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.funds.chart import DEPOSITS
from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.pooling import access, queries, services, tables
from tongchou.pooling.forms import ChangeForm, GroundForm, ReasonForm, RemittanceForm
from tongchou.pooling.models import Change, Remittance
from tongchou.pooling.obstacles import obstacles
from tongchou.settlement.labels import SCHEME_LABELS


@right_required("pooling.propose")
@never_cache
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponseBase:
    user = user_of(request)
    form = ChangeForm(user.area_code, request.POST or None)
    words = _("已提出。请另一个人看过预检后确认")
    if request.method == "POST" and (made := _do(request, form, services.propose_change, words)):
        return redirect("pooling:change", made.pk)
    return render(
        request, "pooling/propose.html", {"form": form}, status=409 if form.errors else 200
    )


@right_required("pooling.view")
@never_cache
@require_GET
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    return _change(request, access.access_change(user, pk))


def _change(request: HttpRequest, found: Change, **bound: Any) -> HttpResponse:
    user, open_now = user_of(request), found.state == Change.State.PROPOSED
    confirms = user.may("pooling.confirm")
    context = {
        "change": found,
        "scheme": SCHEME_LABELS[found.scheme],
        "tag": tables.state_tag(found),
        "handover": queries.handover(found),
        "links": _links(user, found),
        "may_decide": open_now and confirms and user.pk != found.proposed_by_id,
        "own": open_now and user.pk == found.proposed_by_id,
        "obstacles": _obstacles(found) if open_now else [],
        "withdraw_form": bound.get("withdraw", ReasonForm())
        if confirms and _to_come(found)
        else None,
        "drop_form": bound.get("drop", ReasonForm()),
        **_money(user, found, bound.get("remittance")),
    }
    return render(request, "pooling/change.html", context, status=409 if bound else 200)


def _obstacles(found: Change) -> Any:
    return obstacles(found.area, found.scheme, found.pool, found.starts_on)


def _to_come(found: Change) -> bool:
    return found.state == Change.State.CONFIRMED and found.starts_on > clock.today()


def _links(user: User, found: Change) -> dict[str, str]:
    """Return where each figure of the handover opens; a pool does not see a member's rows."""
    if user.area_code != found.area_id:
        return {}
    eve = queries.eve_of(found.starts_on)
    bills = urlencode(
        {
            "day_from": eve.replace(month=1, day=1).isoformat(),
            "day_to": eve.isoformat(),
            "scheme": found.scheme,
        }
    )
    links = {"bills": f"{reverse('bills:list')}?{bills}"}
    if user.may("funds.view"):
        books = urlencode({"on": eve.isoformat(), "account": DEPOSITS, "span": "year"})
        links["books"] = f"{reverse('funds:trial-balance')}?{books}"
    return links


def _money(user: User, found: Change, form: RemittanceForm | None) -> dict[str, Any]:
    """Return what the page shows of the money, once the pool has begun."""
    spell = found.pooling
    if spell is None or spell.struck_at is not None or spell.start > clock.today():
        return {}
    seen = user.may("funds.view")
    rows = access.remittances_of(user).filter(pooling=spell).order_by("-pk")
    return {
        "positions": queries.position(spell) if seen else [],
        "pool_positions": queries.pool_position(spell)
        if seen and user.area_code == spell.pool_id
        else [],
        "remittances": [(row, tables.what_of(row), tables.remittance_tag(row)) for row in rows],
        "remit_form": (form or RemittanceForm(spell, user.area_code))
        if user.may("pooling.remit")
        else None,
        "money": True,
    }


@right_required("pooling.confirm")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = services.confirm_change(by=user, change=access.access_change(user, pk))
    messages.success(
        request,
        _("已确认：%(day)s 起由%(pool)s统筹") % {"day": found.starts_on, "pool": found.pool.name},
    )
    return redirect("pooling:change", pk)


@right_required("pooling.confirm")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _close(request, pk, "drop", services.drop_change, _("已退回"))


@right_required("pooling.confirm")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    done = _("已撤回，仍由原来的统筹区统筹")
    return _close(request, pk, "withdraw", services.withdraw_change, done)


def _close(request: HttpRequest, pk: int, name: str, act: Any, done: str) -> HttpResponseBase:
    found = access.access_change(user_of(request), pk)
    form = ReasonForm(request.POST)
    if _do(request, form, act, done, change=found):
        return redirect("pooling:change", pk)
    return _change(request, found, **{name: form})


def _do(request: HttpRequest, form: RefusableForm, act: Any, done: str, **about: Any) -> Any:
    """Do what a form asks; return what came of it, or None with the reason on the form."""
    if not form.is_valid():
        return None
    try:
        made = act(by=user_of(request), **about, **form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, done)
    return made


@right_required("pooling.remit")
@require_POST
def remit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Propose that money goes up or down."""
    user = user_of(request)
    found = access.access_change(user, pk)
    if found.pooling is None:
        raise Refused(_("这次变更还没有确认，不能上解下拨"))
    form = RemittanceForm(found.pooling, user.area_code, request.POST)
    words, about = _("已提出。请另一个人复核入账"), found.pooling
    if made := _do(request, form, services.propose_remittance, words, pooling=about):
        return redirect("pooling:remittance", made.pk)
    return _change(request, found, remittance=form)


@right_required("pooling.view")
@never_cache
@require_GET
def remittance(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    return _remittance(request, access.access_remittance(user, pk))


def _remittance(request: HttpRequest, row: Remittance, **bound: Any) -> HttpResponse:
    user, spell = user_of(request), row.pooling
    waits = row.state == Remittance.State.PROPOSED
    undone = row.corrections.exclude(state=Remittance.State.DROPPED).first()
    entry = row.area_entry_id if user.area_code == spell.area_id else row.pool_entry_id
    posted = row.state == Remittance.State.POSTED and user.may("pooling.remit")
    undo = posted and row.corrects_id is None and undone is None
    context = {
        "row": row,
        "what": tables.what_of(row),
        "tag": tables.remittance_tag(row),
        "scheme": SCHEME_LABELS[spell.scheme],
        "entry": entry,
        "may_see_books": user.may("funds.view"),
        "undone": undone,
        "may_post": waits and user.may("pooling.confirm") and user.pk != row.proposed_by_id,
        "own": waits and user.pk == row.proposed_by_id,
        "drop_form": bound.get("drop", ReasonForm()),
        "undo_form": bound.get("undo", GroundForm())
        if undo and user.may("pooling.remit")
        else None,
    }
    return render(request, "pooling/remittance.html", context, status=409 if bound else 200)


@right_required("pooling.confirm")
@require_POST
def post(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    services.post_remittance(by=user, remittance=access.access_remittance(user, pk))
    messages.success(request, _("已入账：两边各一张凭证"))
    return redirect("pooling:remittance", pk)


@right_required("pooling.confirm")
@require_POST
def drop_remittance(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = access.access_remittance(user_of(request), pk)
    form = ReasonForm(request.POST)
    if _do(request, form, services.drop_remittance, _("已退回"), remittance=row):
        return redirect("pooling:remittance", pk)
    return _remittance(request, row, drop=form)


@right_required("pooling.remit")
@require_POST
def undo_remittance(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Propose that a posted remittance be undone, red in both books."""
    row = access.access_remittance(user_of(request), pk)
    form, words = GroundForm(request.POST), _("已提出冲回。请另一个人复核入账")
    if made := _do(request, form, services.propose_correction, words, remittance=row):
        return redirect("pooling:remittance", made.pk)
    return _remittance(request, row, undo=form)
