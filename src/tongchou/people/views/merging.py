"""Two records of one person: found, put side by side, proposed, confirmed by another, undone."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.people import access, comparing, doubles, forms, services
from tongchou.people.models import Merge, Person
from tongchou.people.services import merging
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused

SHOWN = 50


@right_required("people.merge")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits to be confirmed, which records may be one person's, and what was decided."""
    user = user_of(request)
    merges = access.merges_for(user).order_by("-pk")
    waiting = list(merges.filter(state=Merge.State.PROPOSED))
    taken = {frozenset((one.keep_id, one.gone_id)) for one in waiting}
    also = request.GET.get("also") == "1"
    context = {
        "waiting": waiting,
        "candidates": _shown(doubles.pairs(user.area_code), taken),
        "also": also,
        "changed": _shown(doubles.changed_numbers(user.area_code), taken) if also else [],
        "done": merges.exclude(state=Merge.State.PROPOSED)[:SHOWN],
        "may_confirm": user.may("people.merge_confirm"),
    }
    return render(request, "people/merges.html", context)


def _shown(
    pairs: list[doubles.Pair], taken: set[frozenset[int]]
) -> list[tuple[Person, Person, str]]:
    """Return the pairs as persons; the record with an ID number first, for it mostly stays."""
    left = [pair for pair in pairs if frozenset((pair.one, pair.other)) not in taken][:SHOWN]
    people = Person.objects.in_bulk({key for pair in left for key in (pair.one, pair.other)})
    found = []
    for pair in left:
        both = sorted((people[pair.one], people[pair.other]), key=lambda p: (p.cert_type, p.pk))
        found.append((both[0], both[1], pair.why))
    return found


@right_required("people.merge")
@never_cache
@require_http_methods(["GET", "POST"])
def beside(request: HttpRequest, psn_no: str, other: str) -> HttpResponseBase:
    """Two records side by side, before they are proposed to be one; `psn_no` is the one to stay."""
    user = user_of(request)
    keep, gone = access.access_person(user, psn_no), access.access_person(user, other)
    both = (keep.pk, gone.pk)
    waiting = access.merges_for(user).filter(state=Merge.State.PROPOSED, keep__in=both)
    if known := waiting.filter(gone__in=both).first():
        return redirect("people:merge", known.pk)
    form = forms.MergeForm(request.POST or None, request.FILES or None)
    asked = request.POST if request.method == "POST" else request.GET
    choices = _choices(asked, keep, gone)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        file = told.get("paper")
        try:
            merge = services.propose_merge(
                by=user,
                keep=keep,
                gone=gone,
                evidence=told["evidence"],
                choices=choices,
                paper_name=file.name if file else "",
                paper=file.read() if file else b"",
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已提出，等另一人确认"))
            return redirect("people:merge", merge.pk)
    context = {
        "keep": keep,
        "gone": gone,
        "form": form,
        "obstacles": merging.obstacles(keep, gone) if keep.pk != gone.pk else [],
        "open": keep.merged_into_id is None and gone.merged_into_id is None,
        **_both(keep, gone, choices),
    }
    return render(request, "people/merge_beside.html", context)


@right_required("people.merge")
@never_cache
@require_GET
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_merge(user, pk)
    proposed = found.state == Merge.State.PROPOSED
    context: dict[str, Any] = {
        "merge": found,
        "keep": found.keep,
        "gone": found.gone,
        "proposed": proposed,
        "own": found.proposed_by_id == user.pk,
        "may_confirm": user.may("people.merge_confirm"),
        "obstacles": merging.obstacles(found.keep, found.gone) if proposed else [],
        "stays": merging.left_behind(found) if found.state == Merge.State.MERGED else [],
    }
    if proposed:
        context |= _both(found.keep, found.gone, found.choices)
    else:
        context |= {
            "lines": comparing.lines(found.keep, found.gone),
            "years": comparing.years(found.keep, found.gone),
            "made": comparing.written(found),
        }
    return render(request, "people/merge.html", context)


@right_required("people.merge_confirm")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_merge(user, pk)
    act, opinion = request.POST.get("act", ""), request.POST.get("opinion", "")
    if act == "merge":
        services.merge_records(by=user, merge=found)
        messages.success(request, _("已并档。原来的号码仍找得到这个人"))
    elif act in ("refuse", "different"):
        services.refuse_merge(by=user, merge=found, opinion=opinion, different=act == "different")
        messages.success(request, _("已退回"))
    else:
        raise Refused(_("没有这种办法"))
    return redirect("people:merge", pk)


@right_required("people.merge_confirm")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_merge(user, pk)
    services.undo_merge(by=user, merge=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤销，两档都照原样恢复"))
    return redirect("people:merge", pk)


@right_required("people.merge")
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, to be saved and never shown as a page."""
    found = access.access_merge(user_of(request), pk)
    if found.paper is None:
        raise Http404
    answer = HttpResponse(bytes(found.paper), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=evidence"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _choices(asked: Any, keep: Person, gone: Person) -> dict[str, str]:
    found = {}
    for one in comparing.choices_of(keep, gone, {}):
        if chosen := asked.get(one.name, ""):
            found[str(one.gone.pk)] = chosen
    return found


def _both(keep: Person, gone: Person, choices: Mapping[str, str]) -> dict[str, Any]:
    return {
        "lines": comparing.lines(keep, gone),
        "moved": comparing.moved(keep, gone, choices),
        "choices": comparing.choices_of(keep, gone, choices),
        "years": comparing.years(keep, gone),
    }
