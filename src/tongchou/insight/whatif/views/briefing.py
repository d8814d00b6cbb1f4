"""The report on paper, an example before and after, and the draft made of a reform."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.core.policy import Reform as Overlay
from tongchou.insight.whatif.access import access_brief
from tongchou.insight.whatif.desk import Desk, desk_of
from tongchou.insight.whatif.drafting import send_to_check
from tongchou.insight.whatif.examples import year_pair
from tongchou.insight.whatif.forms import DraftForm
from tongchou.insight.whatif.report import report
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused


@right_required("whatif.run")
@require_safe
def brief(request: HttpRequest) -> HttpResponseBase:
    """The report of what is in the fields, as it is now."""
    desk = _desk(request)
    after = desk.after()
    overlay = desk.overlay
    made = report(desk, after, desk.fold([after]), name=overlay.name, why=overlay.why)
    return _paper(request, made, {})


@right_required("plans.view")
@require_safe
def frozen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The report that a draft was made on, as it was then."""
    found = access_brief(user_of(request), pk)
    return _paper(request, found.report, {"brief": found, "version": found.version})


@right_required("bills.view")
@require_safe
def example(request: HttpRequest) -> HttpResponseBase:
    """A person's year before and after, each bill by its layers."""
    user = user_of(request)
    if not user.may("whatif.run"):
        raise NotAllowed(_("您的岗位不能试算政策改动"))
    desk = _desk(request)
    person = request.GET.get("person", "")
    if desk.stock is None or not (person.isascii() and person.isdigit()):
        raise Http404
    pair = year_pair(user, desk, int(person), desk.after())
    context = {"desk": desk, "pair": pair, "changes": desk.changes(desk.after())}
    return render(request, "whatif/example.html", context)


@right_required("plans.draft")
def send(request: HttpRequest) -> HttpResponseBase:
    """Make a draft of what is in the fields: its name, day and reason; then to the checkers."""
    user = user_of(request)
    if not user.may("whatif.run"):
        raise NotAllowed(_("您的岗位不能试算政策改动"))
    desk = _desk(request)
    if not desk.moves:
        raise Refused(_("没有改动。请先在表里改一个数"))
    overlay = desk.overlay
    next_year = date(clock.today().year + 1, 1, 1)
    initial = {"title": desk.version.title, "valid_from": next_year, "why": overlay.why,
               "cases_follow": True}  # fmt: skip
    form = DraftForm(request.POST if request.POST.get("sent") else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        named = Overlay(overlay.name, given["why"], desk.moves)
        try:
            sent = send_to_check(
                by=user, desk=desk, overlay=named, title=given["title"],
                valid_from=given["valid_from"], cases_follow=given["cases_follow"],
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.reason)
        else:
            messages.success(request, _sent_words(sent.held))
            return redirect("plans:version", sent.version.pk)
    after = desk.after()
    context = {"desk": desk, "form": form, "changes": desk.changes(after), "overlay": overlay}
    status = 422 if form.errors else 200
    return render(request, "whatif/send.html", context, status=status)


def _sent_words(held: str) -> str:
    if held:
        return _("已起草，测算报告附在草案上。还不能送审：%(why)s") % {"why": held}
    return _("已起草并送审，测算报告附在草案上。请另一人复核，第三人采用")


def _desk(request: HttpRequest) -> Desk:
    data = request.POST if request.POST.get("plan") else request.GET
    desk = desk_of(user_of(request), data)
    if desk is None:
        raise Refused(_("本统筹区没有执行中的政策，没有可试的数"))
    return desk


def _paper(request: HttpRequest, made: dict[str, Any], more: dict[str, Any]) -> HttpResponseBase:
    # Paper is a document of the office: in its language, whatever the reader's screen speaks.
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "report": made,
            "copied_at": datetime.fromisoformat(made["copied_at"]),
            "made_at": datetime.fromisoformat(made["made_at"]),
            "dimensions": {one["key"]: one for one in made["by"]},
            **more,
        }
        return render(request, "whatif/brief.html", context)
