"""One register's story: sent, checked, accepted or sent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.registers import access, files, forms, services
from tongchou.registers.models import POPULATION, RegisterFile

SHOWN_COUNTS = 30


@right_required("registers.receive")
@never_cache
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponseBase:
    asked = {k: request.GET[k] for k in ("register", "month") if k in request.GET}
    form = forms.ReceiveForm(request.POST or None, request.FILES or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            file = services.receive(
                by=user_of(request),
                register=form.cleaned_data["register"],
                month=form.cleaned_data["month"],
                name=uploaded.name,
                content=uploaded.read(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("registers:file", file.pk)
    return render(request, "registers/receive.html", {"form": form})


@right_required("registers.view")
@never_cache
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_file(user, pk)
    last = (
        access.files_of(user)
        .filter(register=found.register, month__lt=found.month, state=RegisterFile.State.ACCEPTED)
        .order_by("-month")
        .first()
    )
    blocked = any(gate["block"] for gate in found.gates)
    story = [(_("收到"), found.received_by.name, found.received_at)]
    if found.decided_by is not None and found.decided_at is not None:
        story.append((found.get_state_display(), found.decided_by.name, found.decided_at))
    return render(
        request,
        "registers/file.html",
        {
            "file": found,
            "last": last,
            "counts": _counts(found, last),
            "blocked": blocked,
            "own": blocked and found.received_by_id == user.pk,
            "story": story,
            "may": user.may("registers.receive"),
            "up": "registers:coverage"
            if files.kind_of(found.register) == POPULATION
            else "registers:list",
        },
    )


def _counts(found: RegisterFile, last: RegisterFile | None) -> list[tuple[str, int, int | None]]:
    words = {"open": _("在册"), "closed": _("已注销"), "": "—"}
    now = found.kept["categories"]
    before = last.kept["categories"] if last else {}
    return [
        (words.get(kind, kind), now.get(kind, 0), before.get(kind, 0) if last else None)
        for kind in sorted(set(now) | set(before))
    ][:SHOWN_COUNTS]


@right_required("registers.receive")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept, send back, or take out of use."""
    user = user_of(request)
    found = access.access_file(user, pk)
    act = {"accept": services.accept, "refuse": services.refuse, "undo": services.undo}.get(
        request.POST.get("act", "")
    )
    if act is None:
        raise Refused(_("没有这种办法"))
    done = act(by=user, file=found, reason=request.POST.get("reason", ""))
    messages.success(request, done.get_state_display())
    return redirect("registers:file", pk)
