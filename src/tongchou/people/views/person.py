"""The person: what was true when, and what did we know."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.people import access, doubles, hooks, lanes, queries, timeline
from tongchou.people.labels import IDENTITY_LABELS, SEX_LABELS, STATUS_LABELS
from tongchou.people.models import Person
from tongchou.people.services import looking
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of

SPANS = {"year": gettext_lazy("本年"), "two": gettext_lazy("两年"), "all": gettext_lazy("全部")}
# Numbers end by their own forms; where one lives, by moving.
CORRECTED = ("enrolment", "identity", "permit")


@right_required("people.view")
@never_cache
@require_GET
def person(request: HttpRequest, psn_no: str) -> HttpResponse:
    """The whole page; the facts alone when another span or day is asked of them."""
    shown = access.access_person(request.user, psn_no)  # type: ignore[arg-type]
    context = {"person": shown, **_facts(request, shown)}
    context["may_unmask"] = request.user.may("people.unmask")  # type: ignore[union-attr]
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == "facts" and not htmx.history_restore_request:
        return render(request, "people/facts.html", context)
    looking.record_look(actor=request.user.get_username(), person=shown)
    context |= _head(request, shown)
    return render(request, "people/person.html", context)


@right_required("people.unmask")
@never_cache
@require_POST
def show_number(request: HttpRequest, psn_no: str) -> HttpResponse:
    """The whole number for 30 seconds; recorded."""
    shown = access.access_person(request.user, psn_no)  # type: ignore[arg-type]
    number = looking.show_number(actor=request.user.get_username(), person=shown)
    return render(request, "people/number.html", {"person": shown, "number": number})


@right_required("people.view")
@never_cache
@require_GET
def masked_number(request: HttpRequest, psn_no: str) -> HttpResponse:
    shown = access.access_person(request.user, psn_no)  # type: ignore[arg-type]
    context = {"person": shown, "may_unmask": request.user.may("people.unmask")}  # type: ignore[union-attr]
    return render(request, "people/number.html", context)


def _facts(request: HttpRequest, shown: Person) -> dict[str, Any]:
    today = clock.today()
    span = request.GET.get("span", "two")
    span = span if span in SPANS else "two"
    known_on = _known_on(request, today)
    facts = timeline.all_facts(shown)
    believed = timeline.as_known(facts, known_on)
    days = lanes.window(span, today, facts)
    later = timeline.of_lanes(hooks.lanes(shown, shown.birth, days.last))
    facts = sorted(facts + later, key=lambda fact: fact.known_on, reverse=True)
    believed += timeline.as_known(later, known_on)
    marks = hooks.marks(shown, days.first, days.last)
    marks = [mark for mark in marks if mark.day <= known_on]
    listed = [f for f in facts if f.known_on <= known_on] if known_on != today else facts
    struck = sum(1 for fact in listed if fact not in believed)
    with_struck = request.GET.get("struck") != "0"
    return {
        "drawing": lanes.draw(believed, marks, days, known_on=known_on, today=today),
        "span": span,
        "spans": SPANS.items(),
        "known_on": known_on,
        "today": today,
        "struck": struck,
        "with_struck": with_struck,
        "facts": [_listed(f, known_on, believed) for f in listed if with_struck or f in believed],
        "may_edit": _may_edit(request, shown),
    }


def _may_edit(request: HttpRequest, shown: Person) -> bool:
    """Nothing is registered for a record that has gone into another."""
    return shown.merged_into_id is None and user_of(request).may("people.edit")


def _listed(fact: timeline.Known, known_on: date, believed: list[timeline.Known]) -> dict[str, Any]:
    return {
        "fact": fact,
        "lane": fact.label or lanes.lane_label(fact.lane),
        "believed": fact in believed,
        "correctable": fact.live
        and (fact.lane in CORRECTED or (fact.lane == "number" and fact.key != "id"))
        and known_on == clock.today(),
    }


def _head(request: HttpRequest, shown: Person) -> dict[str, Any]:
    today = clock.today()
    enrolment = queries.enrolment_on(shown, None, today)
    count, looks = looking.looks(shown)
    cards = shown.numbers.filter(struck_at=None, kind="card", end=None).order_by("start")
    age = today.year - shown.birth.year
    return {
        "age": age - ((today.month, today.day) < (shown.birth.month, shown.birth.day)),
        "sex": SEX_LABELS.get(shown.sex, ""),
        "enrolment": enrolment,
        "status": STATUS_LABELS.get(enrolment.status) if enrolment else None,
        "identities": [IDENTITY_LABELS.get(i.kind) for i in queries.identities_on(shown, today)],
        "card": cards.last(),
        "looks": looks,
        "look_count": count,
        "town_url": f"{reverse('people:list')}?{urlencode({'town': shown.town})}",
        "merges": list(
            shown.merges.filter(state__in=("proposed", "merged")).select_related("gone")
        ),
        "merging": shown.merges_away.filter(state__in=("proposed", "merged")).first(),
        "twin": doubles.twin_of(shown),
        "may_merge": user_of(request).may("people.merge"),
        "main_sections": hooks.sections("main", request, shown),
        "rail_sections": hooks.sections("rail", request, shown),
    }


def _known_on(request: HttpRequest, today: date) -> date:
    try:
        asked = date.fromisoformat(request.GET.get("known", ""))
    except ValueError:
        return today
    return min(asked, today)
