"""Manual reimbursement 零星报销: taken in, reviewed and approved by three people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.ui.format import day, short_time
from tongchou.providers import queries as providers
from tongchou.settlement import access
from tongchou.settlement.forms import ManualForm, OpinionForm
from tongchou.settlement.labels import LEVEL_LABELS, VISIT_LABELS
from tongchou.settlement.models import ManualClaim
from tongchou.settlement.services import manual
from tongchou.settlement.tables import bill_url, number_of
from tongchou.settlement.views.picking import pick
from tongchou.settlement.views.trial import result

Refusal = Refused | None


@right_required("manual.file")
@require_http_methods(["GET", "POST"])
def file_claim(request: HttpRequest) -> HttpResponse:
    """Take in a bill: first the person, then the papers, with the result beside them."""
    user = user_of(request)
    picked = pick(user, request.GET.get("person", ""))
    posted = request.method == "POST" and picked.person is not None
    form = ManualForm(request.POST) if posted else ManualForm()
    if posted and picked.person and form.is_valid():
        try:
            claim = manual.file_claim(by=user, person=picked.person, **_papers(user, form))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已受理，等另一人复核"))
            return redirect("bills:manual", claim.pk)
    status = 409 if posted else 200
    context = {"picked": picked, "form": form}
    return render(request, "settlement/manual_file.html", context, status=status)


@right_required("manual.file")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the papers would be paid, and whether they were seen before; as they are typed."""
    user = user_of(request)
    picked = pick(user, request.GET.get("person", ""))
    form = ManualForm(request.POST)
    context: dict[str, Any] = {"form": form}
    if picked.person is None:
        context["missing"] = True
    elif form.is_valid():
        try:
            claim = _unsaved(user, picked.person, form)
            manual.refuse_duplicate(claim)
            context |= result(manual.quote_of(claim))
        except Refused as refusal:
            context["refusal"] = refusal
    else:
        context["missing"] = True
        context["refusal"] = _seen_before(request, user, picked.person)
    return render(request, "settlement/parts/preview.html", context)


@right_required("bills.view")
@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: its papers, its result, whose turn it is."""
    return _page(request, access.access_claim(user_of(request), pk), OpinionForm())


@right_required("manual.review")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, manual.review_claim, _("已复核，等第三人审批"))


@right_required("manual.approve")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, manual.approve_claim, _("已审批结算，应付给本人"))


def _decide(request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
    user = user_of(request)
    found = access.access_claim(user, pk)
    form = OpinionForm(request.POST)
    if form.is_valid():
        agree = form.cleaned_data["agree"] == "1"
        try:
            act(claim=found, by=user, agree=agree, opinion=form.cleaned_data["opinion"])
        except NotAllowed:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done if agree else _("已登记不予报销，并留下理由"))
            return redirect("bills:manual", found.pk)
    return _page(request, access.access_claim(user, pk), form, status=409)


def _page(
    request: HttpRequest, found: ManualClaim, form: OpinionForm, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    context: dict[str, Any] = {
        "claim": found,
        "form": form,
        "level": LEVEL_LABELS.get(found.level, ""),
        "visit_kind": VISIT_LABELS.get(found.visit_kind, ""),
        "in_scope": found.total - found.own_pay - found.over_limit - found.first_self_pay,
        "steps": _steps(found),
        "turn": _turn(user, found),
        "open": found.state in (ManualClaim.State.FILED, ManualClaim.State.REVIEWED),
    }
    if found.settlement is not None:
        context["bill"] = (number_of(found.settlement), bill_url(found.settlement))
    if context["open"]:
        try:
            manual.refuse_duplicate(found)
            context |= result(manual.quote_of(found))
        except Refused as refusal:
            context["refusal"] = refusal
    return render(request, "settlement/manual.html", context, status=status)


def _turn(user: User, found: ManualClaim) -> dict[str, str]:
    """Say what this user may do with the claim now, or why it is another's turn."""
    states, acted = ManualClaim.State, (found.filed_by_id, found.reviewed_by_id)
    if found.state == states.FILED:
        right, name, word = "manual.review", "bills:review-manual", _("复核通过")
        own, wait = _("这件是您受理的，由另一人复核。"), _("等复核岗复核。")
    elif found.state == states.REVIEWED:
        right, name, word = "manual.approve", "bills:approve-manual", _("审批结算")
        own, wait = _("受理、复核、审批须是三个人，由另一人审批。"), _("等审批岗审批。")
    else:
        return {}
    if user.pk in acted:
        return {"why": own}
    return (
        {"url": reverse(name, args=[found.pk]), "word": word} if user.may(right) else {"why": wait}
    )


def _steps(found: ManualClaim) -> list[dict[str, Any]]:
    def note(who: Any, at: Any) -> str:
        return f"{who} {short_time(at)}" if who else ""

    states = ManualClaim.State
    reviewed, approved = found.reviewed_at is not None, found.approved_at is not None
    return [
        {"label": _("受理"), "done": True, "note": note(found.filed_by, found.filed_at)},
        {
            "label": _("复核"),
            "done": reviewed,
            "now": found.state == states.FILED,
            "note": note(found.reviewed_by, found.reviewed_at),
        },
        {
            "label": _("审批结算"),
            "done": approved,
            "now": found.state == states.REVIEWED,
            "note": note(found.approved_by, found.approved_at),
        },
    ]


def _papers(user: User, form: ManualForm) -> dict[str, Any]:
    """Return the form's fields as the service takes them. Raises Refused."""
    data = dict(form.cleaned_data)
    code = data.pop("institution_code").strip().upper()
    institution = providers.by_code(code) if code else None
    if code and institution is None:
        raise Refused(
            _("没有定点机构 %(code)s。请核对编码，市外机构请填名称") % {"code": code},
            field="institution_code",
        )
    if institution is None and not data["institution_name"].strip():
        raise Refused(_("没有就医机构。请填定点机构编码，或机构名称"), field="institution_name")
    return data | {"institution": institution}


def _unsaved(user: User, person: Person, form: ManualForm) -> ManualClaim:
    papers = _papers(user, form)
    institution = papers["institution"]
    if institution is not None:
        papers |= {"institution_name": institution.name, "level": institution.level}
    papers["invoice"] = papers["invoice"].strip().upper()
    return ManualClaim(area=user.area_code, person=person, **papers)


def _seen_before(request: HttpRequest, user: User, person: Person) -> Refusal:
    """Check the invoice alone while the rest is still being typed."""
    invoice = request.POST.get("invoice", "").strip().upper()
    found = ManualClaim.objects.filter(invoice=invoice).exclude(state=ManualClaim.State.REFUSED)
    claim = found.first() if invoice else None
    if claim is None:
        return None
    return Refused(
        _("票据 %(no)s 已于 %(day)s 受理，不能重复报销")
        % {"no": invoice, "day": day(claim.filed_at)},
        field="invoice",
    )
