"""What the person's page shows of the bills: the year so far, its bills, and their marks."""

from datetime import date, datetime, time

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongchou.core.policy import INITIAL_STATE, LABELS, TIERS, accumulators
from tongchou.people import hooks
from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.plans import queries as plans
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.settlement import access
from tongchou.settlement.labels import TIER_SHORT
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.statement import Accumulator, sums
from tongchou.settlement.tables import bill_url, place_of, reversed_now, short_number, with_standing

MOST = 20


def year_so_far(request: HttpRequest, person: Person) -> str:
    """The rail: what the year's bills come to, and how far each line of the year is."""
    if not user_of(request).may("bills.view"):
        return ""
    year = _year(request)
    rows = list(access.bills_of(user_of(request)).filter(person=person, person_year__year=year))
    context = {
        "year": year,
        "count": len(rows),
        "sums": _sums(rows),
        "accumulators": _accumulators(person, year),
        "year_url": _list_url(person, year),
    }
    return render_to_string("settlement/sections/year.html", context, request)


def bills_of_year(request: HttpRequest, person: Person) -> str:
    """Below the facts: the year's bills in ledger order."""
    if not user_of(request).may("bills.view"):
        return ""
    year = _year(request)
    visible = access.bills_of(user_of(request)).filter(person=person)
    rows = list(
        with_standing(visible)
        .filter(person_year__year=year)
        .select_related("institution")
        .order_by("person_year_id", "ordinal")
    )
    years = visible.exclude(person_year__year=year).values_list("person_year__year", flat=True)
    found = sums(rows)
    paying = [t for t in TIERS if found[t]] or list(TIERS[:1])
    context = {
        "year": year,
        "tiers": [TIER_SHORT[t] for t in paying],
        "rows": [_row(row, paying) for row in rows[-MOST:]],
        "count": len(rows),
        "sums": found,
        "tier_sums": [found[t] for t in paying],
        "years": sorted(set(years.distinct()), reverse=True),
        "year_url": _list_url(person, year),
    }
    return render_to_string("settlement/sections/bills.html", context, request)


def _row(bill: Settlement, tiers: list[str]) -> tuple[Settlement, str, str, str, list[int]]:
    pays = [getattr(bill, tier) for tier in tiers]
    return bill, short_number(bill), bill_url(bill), place_of(bill), pays


def marks(person: Person, first: date, last: date) -> list[hooks.Mark]:
    """Return what was settled on each day of [first, last), without what was reversed."""
    rows = Settlement.objects.filter(
        ~Q(reversed_now()),
        person=person,
        kind=Settlement.Kind.SETTLE,
        settled_at__gte=_midnight(first),
        settled_at__lt=_midnight(last),
    )
    return [
        hooks.Mark(timezone.localdate(row.settled_at), row.total, bill_url(row))
        for row in rows.order_by("settled_at")
    ]


def register() -> None:
    hooks.add_section(place="rail", order=10, render=year_so_far)
    hooks.add_section(place="main", order=10, render=bills_of_year)
    hooks.add_marks(marks)


def _sums(rows: list[Settlement]) -> list[tuple[str, int, bool]]:
    found = sums(rows)
    tiers = [(LABELS[t], found[t], False) for t in TIERS if t in TIERS[:4] or found[t]]
    return [
        (_("总费用"), found["total"], False),
        *tiers,
        (_("个人负担"), found["person_pays"], True),
    ]


def _year(request: HttpRequest) -> int:
    """Return the year that the address asks for, or this one."""
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year


def _accumulators(person: Person, year: int) -> list[Accumulator]:
    """Return the lines of the year under the plan in force; none before anything holds."""
    today = clock.today()
    on = today if year == today.year else date(year, 12, 31)
    enrolment = people.enrolment_on(person, None, on)
    if enrolment is None:
        return []
    try:
        plan = plans.plan_in_force(person.area, enrolment.scheme, on)
    except LookupError:
        return []
    found = PersonYear.objects.filter(person=person, scheme=enrolment.scheme, year=year).first()
    state = (tuple(found.state) or found.begins) if found else INITIAL_STATE
    held = tuple(sorted({i.kind for i in people.identities_on(person, on)}))
    return [Accumulator(m, m.used) for m in accumulators(plan, state, held) if m.limit is not None]


def _list_url(person: Person, year: int) -> str:
    asked = {"person": person.psn_no, "day_from": f"{year}-01-01", "day_to": f"{year}-12-31"}
    return f"{reverse('bills:list')}?{urlencode(asked)}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
