"""Writing a draft: begun from a version, edited number by number or as a text."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.plans import services
from tongchou.plans.access import access_version
from tongchou.plans.compiled import compiled
from tongchou.plans.forms import NumberForm, ReviseForm, TextForm
from tongchou.plans.refusals import DocumentRefused
from tongchou.plans.sheet import Sheet, make_sheet
from tongchou.plans.views.frame import Frame
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required
from tongchou.platform.refusal import NotAllowed, Refused


@right_required("plans.draft")
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft from an adopted version: its name and the day it is to begin."""
    user = cast(User, request.user)
    version = access_version(user, pk)
    next_year = date(clock.today().year + 1, 1, 1)
    initial = {"title": version.title, "valid_from": next_year}
    form = ReviseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.revise_plan(by=user, revises=version, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        else:
            return redirect("plans:version", draft.pk)
    status = 422 if form.errors else 200
    return render(request, "plans/begin.html", {"version": version, "form": form}, status=status)


@right_required("plans.draft")
def edit_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one number of a draft as fields; on POST set it."""
    frame = Frame(request, pk)
    sheet = _sheet(frame)
    cell = sheet.cells.get(request.GET.get("at", ""))
    if cell is None:
        raise Http404
    form = NumberForm(request.POST or None, initial=cell.as_form())
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_number(
                version=frame.version,
                by=frame.user,
                path=cell.path,
                value=form.cleaned_data["value"],
                evidence=form.evidence(),
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            named = refusal.field in form.fields and not isinstance(refusal, DocumentRefused)
            field = refusal.field if named else "value"
            form.add_error(field, refusal.reason)
        else:
            messages.success(request, _("已改 %(label)s") % {"label": cell.label})
            return redirect(f"{reverse('plans:version', args=[pk])}?at={cell.path}")
    context = frame.context("sheet", sheet=sheet, cell=cell, form=form, differences=True)
    return render(request, "plans/sheet.html", context, status=422 if form.errors else 200)


@right_required("plans.draft")
def edit_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft's text and cases as a whole; all problems of the text are listed."""
    frame = Frame(request, pk)
    initial = {"document": frame.version.document, "cases": frame.version.cases}
    form = TextForm(request.POST or None, initial=initial)
    problems = []
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_text(version=frame.version, by=frame.user, **form.cleaned_data)
        except DocumentRefused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("已保存草案文本"))
            return redirect("plans:version", pk)
    context = frame.context("text", form=form, problems=problems)
    return render(request, "plans/text.html", context, status=422 if problems else 200)


@right_required("plans.draft")
@require_POST
def take_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the cases expect what the draft answers now."""
    user = cast(User, request.user)
    version = services.take_results(version=access_version(user, pk), by=user)
    messages.success(request, _("算例已改为新结果"))
    return redirect("plans:cases", version.pk)


def _sheet(frame: Frame) -> Sheet:
    return make_sheet(frame.plan, compiled(frame.pair[0]) if frame.pair else None)
