"""The review desk: the row as it was written beside whom it may mean, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongchou.core.rosters.standings import last_of
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, queries, register, services
from tongchou.rosters.models import OpenRow, Run
from tongchou.rosters.sides import Side, side_of

SHOWN = 2  # candidates side by side
WAITING = 12


@dataclass(frozen=True, slots=True)
class _Queue:
    rows: list[OpenRow]
    whole: int
    at: int

    def beside(self, by: int) -> OpenRow | None:
        at = self.at + by
        return self.rows[at] if 0 <= at < len(self.rows) else None


@right_required("rosters.decide")
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponseBase:
    """Go to the first row that waits; say so where none does."""
    user = user_of(request)
    run = access.runs_of(user).filter(changes=None).order_by("-month", "-made_at").first()
    for one in [*filter(None, [run]), *_since(user, run)]:
        if first := _waiting(one, user.area_code)[:1]:
            return redirect("rosters:review-row", first[0].pk)
    return render(request, "rosters/nothing.html", {"run": run})


def _since(user: User, run: Run | None) -> QuerySet[Run]:
    """Return the runs of changes since a whole run: their rows are in no whole one yet."""
    runs = access.runs_of(user).exclude(changes=None).order_by("made_at")
    return runs.filter(pk__gt=run.pk) if run else runs


def _waiting(run: Run, area: str) -> list[OpenRow]:
    done = queries.decided(area)
    rows = run.open_rows.filter(tier="review").select_related("file__sender")
    return [row for row in rows.defer("file__content").order_by("pk") if row.subject not in done]


@right_required("rosters.decide")
@never_cache
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_row(user, pk)
    waiting = _waiting(found.run, user.area_code)
    at = next((n for n, one in enumerate(waiting) if one.pk == found.pk), 0)
    queue = _Queue(waiting, len(waiting), at)
    wrong = ""
    if request.method == "POST":
        try:
            services.decide(
                by=user,
                row=found,
                person_no=request.POST.get("person_no", ""),
                evidence=request.POST.get("evidence", ""),
            )
        except Refused as refusal:
            wrong = refusal.reason
        else:
            messages.success(request, _("已核定，下次比对起照此办理"))
            following = queue.beside(1) or queue.beside(-1)
            if following is not None and following.pk != found.pk:
                return redirect("rosters:review-row", following.pk)
            return redirect("rosters:review")
    sides = _sides(found, user.area_code)
    context = {
        "row": found,
        "sides": sides,
        "lines": _lines(sides),
        "waiting": waiting[max(0, at - 2) : at + WAITING],
        "whole": queue.whole,
        "place": at + 1,
        "before": queue.beside(-1),
        "after": queue.beside(1),
        "decided": found.subject in queries.decided(user.area_code),
        "wrong": wrong,
    }
    return render(request, "rosters/review.html", context)


def _sides(found: OpenRow, area: str) -> list[Side]:
    numbers = [one["person_no"] for one in found.candidates[:SHOWN]]
    people = {p.psn_no: p for p in Person.objects.filter(area=area, psn_no__in=numbers)}
    standings = register.standings_of_some(area, numbers)
    day, listed = last_of(found.run.month), queries.lists_of(found, numbers)
    sides: list[Side] = []
    for one in found.candidates[:SHOWN]:
        person = people.get(one["person_no"])
        if person is not None:
            standing, on = standings[person.psn_no], listed.get(person.psn_no, "")
            sides.append(side_of(found, person, standing, why=one["why"], day=day, listed=on))
    return sides


def _lines(sides: Sequence[Side]) -> list[dict[str, object]]:
    """Return the facts of all sides, line by line."""
    return [
        {"label": cells[0].label, "written": cells[0].written, "cells": cells}
        for cells in zip(*(side.facts for side in sides), strict=True)
    ]
