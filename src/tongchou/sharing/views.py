"""Making a link, one link with what was drawn under it, and its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.core.sharing import load_relations
from tongchou.funds.queries import personal_balance
from tongchou.people.access import persons_for
from tongchou.people.models import Person
from tongchou.people.queries import matching
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.sharing import access, services
from tongchou.sharing.forms import LinkForm, StrikeForm, UnlinkForm
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tables import number_of, reason_url, relation_tags, state_tag, what_of

SHOWN = 50


@right_required("sharing.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, psn_no: str) -> HttpResponseBase:
    """Let a person's account pay a relative's bills."""
    user = user_of(request)
    owner = access.person_of(user, psn_no)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        try:
            told["member"] = _member(user, told["member"])
            made = services.link(actor=user.login, owner=owner, **told)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("已绑定：%(name)s的账户可以为亲属付费") % {"name": owner.name}
            )
            return redirect("sharing:link", made.pk)
    context = {
        "person": owner,
        "form": form,
        "rules": load_relations().values(),
        "balance": personal_balance(owner.pk),
    }
    return render(request, "sharing/new.html", context, status=409 if form.errors else 200)


def _member(user: User, number: str) -> Person:
    """Return the one person of the area whom a number means. Raises Refused."""
    number = number.strip()
    digits = any(one.isdigit() for one in number)  # a name alone means nobody
    found = list(matching(persons_for(user), number)[:2]) if digits else []
    if not found:
        raise Refused(_("本统筹区没有这个编号的人员，请核对后重输"), field="member")
    if len(found) > 1:
        raise Refused(_("这个号码不止一个人，请输入完整的编号"), field="member")
    return found[0]


@right_required("sharing.view")
@never_cache
@require_GET
def link(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    return render(request, "sharing/link.html", _link(user, access.access_link(user, pk)))


def _link(user: User, found: AccountLink, **bound: Any) -> dict[str, Any]:
    moves = access.moves_of(user).filter(
        person=found.owner, for_person=found.member, day__gte=found.start
    )
    if found.end is not None:
        moves = moves.filter(day__lt=found.end)
    rows = list(moves.order_by("-pk")[:SHOWN]) if found.struck_at is None else []
    may = user.may("sharing.edit") and found.struck_at is None
    used = services.last_used(found) if found.struck_at is None else None
    return {
        "link": found,
        "rule": load_relations().get(found.relation),
        "relation": relation_tags(found),
        "state": state_tag(found),
        "moves": [(row, what_of(row), number_of(row), reason_url(row)) for row in rows],
        "balance": personal_balance(found.owner_id),
        "used": used,
        "unlink_form": bound.get("unlink", UnlinkForm()) if may and found.end is None else None,
        "strike_form": bound.get("strike", StrikeForm()) if may and used is None else None,
    }


@right_required("sharing.edit")
@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End the link from a day on."""
    form, done = UnlinkForm(request.POST), _("已解除")
    return _act(request, pk, verb=services.unlink, form=form, done=done)


@right_required("sharing.edit")
@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take out a link that was never right."""
    form, done = StrikeForm(request.POST), _("已更正，原来的一条留着")
    return _act(request, pk, verb=services.strike, form=form, done=done)


def _act(
    request: HttpRequest,
    pk: int,
    *,
    verb: Callable[..., AccountLink],
    form: UnlinkForm | StrikeForm,
    done: str,
) -> HttpResponseBase:
    """Do what the form asks of a link, or show the link with what stands in the way."""
    user = user_of(request)
    found = access.access_link(user, pk)
    if form.is_valid():
        try:
            verb(actor=user.login, link=found, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect("sharing:link", pk)
    bound = {"unlink" if isinstance(form, UnlinkForm) else "strike": form}
    return render(request, "sharing/link.html", _link(user, found, **bound), status=409)
