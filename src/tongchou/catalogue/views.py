"""An item with its dated terms, and taking in a catalogue file: upload, preview, accept."""

import io
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.catalogue import access, forms, services
from tongchou.catalogue.codes import CHARGE_LABELS, LIST_LABELS
from tongchou.catalogue.importing import staging
from tongchou.catalogue.models import ImportFile
from tongchou.catalogue.words import price_in_words
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.queries import acts_on
from tongchou.platform.trail.registry import text_of
from tongchou.platform.ui.lists.export import neutral

SHOWN_PROBLEMS = 50
SHOWN_CHANGES = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@right_required("catalogue.view")
@never_cache
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, code: str) -> HttpResponseBase:
    """The item's terms by day; posts that import may set the next."""
    user = request.user
    shown = access.access_item(user, code)  # type: ignore[arg-type]
    may_set = user.may("catalogue.import")  # type: ignore[union-attr]
    form = forms.TermForm(request.POST or None)
    if request.method == "POST" and not may_set:
        raise NotAllowed(_("您的岗位不能设定项目条件。请由经办岗办理"))
    if request.method == "POST" and form.is_valid():
        try:
            term = services.set_term(
                actor=user.get_username(),
                area=user.area_code,  # type: ignore[union-attr]
                item=shown,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(start)s 起按新条件") % {"start": term.start})
            return redirect("catalogue:item", code)
    today = clock.today()
    terms = [
        (t, price_in_words(t.ceiling), t.start <= today and (t.end is None or today < t.end))
        for t in shown.terms.order_by("-start")
    ]
    context = {
        "item": shown,
        "list_label": LIST_LABELS[shown.list_type],
        "charge_label": CHARGE_LABELS.get(shown.charge_type, shown.charge_type),
        "terms": terms,
        "in_force": next((t for t, _price, current in terms if current), None),
        "form": form if may_set else None,
    }
    return render(request, "catalogue/item.html", context)


@right_required("catalogue.import")
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    form = forms.UploadForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")}
    )
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            file = staging.stage_file(
                actor=request.user.get_username(),
                area=request.user.area_code,  # type: ignore[union-attr]
                kind=form.cleaned_data["kind"],
                name=uploaded.name,
                content=uploaded.read(),
                source=form.cleaned_data["source"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("catalogue:import", file.pk)
    return render(request, "catalogue/upload.html", {"form": form, "steps": _steps(None)})


@right_required("catalogue.import")
@never_cache
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, before anything is written."""
    file = access.access_import(request.user, pk)  # type: ignore[arg-type]
    writes = sum(n for kind, n in file.counts.items() if kind != "same")
    context = {
        "file": file,
        "steps": _steps(file),
        "writes": writes,
        "kinds": {"new": _("新增"), "term": _("新条件"), "changed": _("改名"), "same": _("相同")},
        "changes": file.changes[:SHOWN_CHANGES],
        "problems": file.problems[:SHOWN_PROBLEMS],
        "acts": [
            {"who": act.actor_name or act.actor, "what": text_of(act.verb), "at": act.at}
            for act in acts_on("import", str(file.pk))
        ],
        "open": file.state == ImportFile.State.STAGED,
        "acceptable": file.state == ImportFile.State.STAGED and not file.problems and writes,
    }
    return render(request, "catalogue/import.html", context)


@right_required("catalogue.import")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = access.access_import(request.user, pk)  # type: ignore[arg-type]
    staging.accept_file(actor=request.user.get_username(), file=file)
    messages.success(request, _("已接收：%(name)s") % {"name": file.name})
    return redirect("catalogue:import", pk)


@right_required("catalogue.import")
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = access.access_import(request.user, pk)  # type: ignore[arg-type]
    staging.refuse_file(
        actor=request.user.get_username(), file=file, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已退回：%(name)s") % {"name": file.name})
    return redirect("catalogue:import", pk)


@right_required("catalogue.import")
@never_cache
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that cannot be taken, with the reason, for whoever made the file."""
    file = access.access_import(request.user, pk)  # type: ignore[arg-type]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    lines = [[_("行"), _("列"), _("内容"), _("原因和办法")]]
    lines += [[str(p["row"]), p["column"], p["value"], p["reason"]] for p in file.problems]
    for at, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(at, column, neutral(text))
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 3, 80)
    book.close()
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="problems-{file.pk}.xlsx"'
    return response


def _steps(file: ImportFile | None) -> list[dict[str, Any]]:
    decided = file is not None and file.state != ImportFile.State.STAGED
    return [
        {"label": _("上传文件"), "done": file is not None, "now": file is None},
        {"label": _("看预览"), "done": decided, "now": file is not None and not decided},
        {"label": file.get_state_display() if decided and file else _("接收或退回"),
         "done": decided, "now": False},
    ]  # fmt: skip
