"""One list's story: sent, checked, accepted or sent back; and the register of who sends what."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.core.rosters.words import category_word, change_word
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.jobs import services as jobs
from tongchou.platform.jobs.models import Job
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, forms, lists, services
from tongchou.rosters.models import RosterFile, Run, Sender
from tongchou.rosters.views.county import story_of


@right_required("rosters.receive")
@never_cache
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponseBase:
    user = user_of(request)
    form = forms.ReceiveForm(user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            file = services.receive(
                by=user,
                sender=form.cleaned_data["sender"] or _sender(user, uploaded.name),
                month=form.cleaned_data["month"],
                name=uploaded.name,
                content=uploaded.read(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("rosters:file", file.pk)
    return render(request, "rosters/receive.html", {"form": form})


def _sender(user: User, filename: str) -> Sender:
    """Return the sender that the file's name tells. Raises Refused."""
    found = lists.sender_named(user.area_code, filename)
    if found is None:
        raise Refused(_("文件名看不出是谁报送的。请选名单"), field="sender")
    return found


@right_required("rosters.view")
@never_cache
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_file(user, pk)
    last = (
        access.files_of(user)
        .filter(
            sender=found.sender,
            month__lt=found.month,
            state=RosterFile.State.ACCEPTED,
            kind=RosterFile.Kind.FULL,
        )
        .order_by("-month")
        .first()
    )
    blocked = any(gate["block"] for gate in found.gates)
    context = {
        "file": found,
        "source": lists.source_of(found.sender),
        "last": last,
        "categories": [] if found.of_changes else _categories(found, last),
        "changed": [(change_word(kind), n) for kind, n in found.kept.items()]
        if found.of_changes
        else [],
        "others": _others(user, found),
        "blocked": blocked,
        "unreleased": found.state == RosterFile.State.ACCEPTED and lists.unreleased(found),
        "own": blocked and found.received_by_id == user.pk,
        "story": story_of(found),
        "runs": _runs(user, found)[:5],
        "may": user.may("rosters.receive"),
    }
    return render(request, "rosters/file.html", context)


def _others(user: User, found: RosterFile) -> QuerySet[RosterFile]:
    """Return the rest of the month's story: changes after a list, or the list and its changes."""
    files = access.files_of(user).filter(sender=found.sender, month=found.month)
    return files.exclude(pk=found.pk).order_by("kind", "day", "received_at")


def _runs(user: User, found: RosterFile) -> QuerySet[Run]:
    runs = access.runs_of(user).filter(month=found.month).order_by("-made_at")
    mine = Q(changes=None) | Q(changes=found)
    return runs.filter(mine, made_at__gte=found.received_at)


def _categories(found: RosterFile, last: RosterFile | None) -> list[tuple[str, int, int | None]]:
    now = found.kept["categories"]
    before = last.kept["categories"] if last else {}
    return [
        (category_word(kind), now.get(kind, 0), before.get(kind, 0) if last else None)
        for kind in sorted(set(now) | set(before))
    ]


@right_required("rosters.receive")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept, send back, or take out of use."""
    user = user_of(request)
    found = access.access_file(user, pk)
    reason = request.POST.get("reason", "")
    act = {
        "accept": services.accept,
        "refuse": services.refuse,
        "undo": services.undo,
        "release": services.release,
    }.get(request.POST.get("act", ""))
    if act is None:
        raise Refused(_("没有这种办法"))
    done = act(by=user, file=found, reason=reason)
    released = request.POST["act"] == "release"
    messages.success(request, _("已放行") if released else done.get_state_display())
    if request.POST["act"] == "accept" and user.may("rosters.run"):
        job = _compare_at_once(user, done)
        if job is not None:
            return redirect("jobs:job", job.pk)
    return redirect("rosters:file", pk)


def _compare_at_once(user: User, file: RosterFile) -> Job | None:
    """Changes are compared as they come; a corrected month beside the run that was issued of it."""
    if file.of_changes:
        return jobs.ask(kind="rosters.changes", by=user, about=str(file.pk))
    if services.issued_before(user.area_code, file.month) is not None:
        return jobs.ask(kind="rosters.compare", by=user, about=file.month)
    return None


@right_required("rosters.view")
@never_cache
@require_http_methods(["GET", "POST"])
def senders(request: HttpRequest) -> HttpResponseBase:
    """The register of data sharing."""
    user = user_of(request)
    form = forms.SenderForm(request.POST or None) if user.may("rosters.receive") else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            services.register_sender(
                by=user,
                source=told["source"],
                purpose=told["purpose"],
                ground=told["ground"],
                fields=told["shared"],
                due_day=told["due_day"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记"))
            return redirect("rosters:senders")
    rows = [(one, lists.source_of(one).name) for one in access.senders_of(user).order_by("pk")]
    return render(request, "rosters/senders.html", {"senders": rows, "form": form})
