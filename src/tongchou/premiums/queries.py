"""Reads of premiums that other contexts and the pages rely on. None checks a user's right."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.core.policy import IDENTITIES
from tongchou.core.premiums import load_book
from tongchou.payouts.queries import state_of
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.premiums.models import (
    Exemption,
    Payment,
    Refund,
    SubsidyLine,
    SubsidyRun,
    Waiver,
)

PAID_BACK, BOUNCED = "paid", "bounced"  # states of a payout
NONE, POSTED = "none", "posted"  # of a refund, as core.rosters has it
_CHUNK = 900

# Why somebody has neither paid nor is exempt: the first that holds, and always one (ENR-22).
REASONS: Mapping[str, str | Promise] = {
    "died": _("死亡"),
    "employee": _("参加职工医保"),
    "waiver": _("已签承诺书，留县外参保"),
    "elsewhere": _("在县外参保"),
    "ended": _("参保已终止（迁出、婚出等）"),
    "helped": _("困难群众，应免缴未认定"),
    "newborn": _("当年出生，待补缴"),
    "unknown": _("原因待查"),
}


class ToSubsidise(NamedTuple):
    person_id: int
    category: str
    fen: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is registered of a person in a year. `refund`: none, posted or bounced."""

    payments: tuple[date, ...] = ()
    exempt_years: frozenset[int] = frozenset()
    refund: str = NONE
    waiver: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Persons of a year, and fen."""

    insured: int
    paid: int
    exempt: int
    both: int
    neither: int
    waived: int
    paid_fen: int
    refunds_open: int
    refunds_bounced: int
    refunded_fen: int  # has reached the person
    subsidised: int
    subsidised_fen: int
    reasons: Sequence[tuple[str, int]] = field(default_factory=tuple)


def registered(area: str, year: int) -> bool:
    """Say whether anything is known of a year: of what is not, nothing is concluded."""
    mine = {"area": area, "year": year, "struck_at": None}
    return Payment.objects.filter(**mine).exists() or Exemption.objects.filter(**mine).exists()


def payment_of(person: Person, year: int) -> Payment | None:
    """Return the payment of the year that stands; there is at most one."""
    return Payment.objects.filter(person=person, year=year, struck_at=None).first()


def exemption_of(person: Person, year: int) -> Exemption | None:
    return Exemption.objects.filter(person=person, year=year, struck_at=None).first()


def waiver_of(person: Person, year: int) -> Waiver | None:
    rows = Waiver.objects.filter(person=person, year=year, struck_at=None)
    return rows.defer("content").first()


def live_refund_of(payment: Payment) -> Refund | None:
    return Refund.objects.filter(payment=payment, state__in=("proposed", "approved")).first()


def facts_of(persons: Iterable[int], year: int) -> dict[int, Facts]:
    """Return what is registered of the persons (keys) in a year; who has nothing is absent."""
    keys = sorted(set(persons))
    found: dict[int, dict[str, Any]] = {}
    for at in range(0, len(keys), _CHUNK):
        chunk = keys[at : at + _CHUNK]
        rows = Payment.objects.filter(person_id__in=chunk, struck_at=None)
        for pk, day in rows.order_by("paid_on").values_list("person_id", "paid_on"):
            held = found.setdefault(pk, {})
            held["payments"] = (*held.get("payments", ()), day)
        exempt = Exemption.objects.filter(person_id__in=chunk, struck_at=None)
        for pk, of in exempt.values_list("person_id", "year"):
            held = found.setdefault(pk, {})
            held["exempt_years"] = held.get("exempt_years", frozenset()) | {of}
        waived = Waiver.objects.filter(person_id__in=chunk, year=year, struck_at=None)
        for pk in waived.values_list("person_id", flat=True):
            found.setdefault(pk, {})["waiver"] = True
        for pk, state in _refunds(chunk, year):
            found.setdefault(pk, {})["refund"] = state
    return {pk: Facts(**held) for pk, held in found.items()}


def _refunds(persons: Sequence[int], year: int) -> Iterable[tuple[int, str]]:
    """Yield (person, posted or bounced): only what has reached the person is posted."""
    rows = Refund.objects.filter(
        payment__person_id__in=persons, payment__year=year, state=Refund.State.APPROVED
    )
    people = {str(pk): person for pk, person in rows.values_list("pk", "payment__person_id")}
    words = {PAID_BACK: POSTED, BOUNCED: BOUNCED}
    for source, state in state_of("refund", people).items():
        if state in words:
            yield people[source], words[state]


def payouts_of(refunds: Iterable[Refund]) -> dict[int, str]:
    """Return refund's key -> state of its payout, of those approved."""
    keys = [str(one.pk) for one in refunds if one.state == Refund.State.APPROVED]
    return {int(source): state for source, state in state_of("refund", keys).items()}


def state_hash_parts(area: str) -> Iterable[str]:
    """Yield the state of everything that `facts_of` rests on, for the name of a run of lists."""
    for model in (Payment, Exemption, Waiver):
        rows = model.objects.filter(area=area)
        struck = rows.filter(struck_at__isnull=False)
        yield repr((model.__name__, rows.order_by("-pk").values_list("pk", flat=True).first(),
                    rows.count(), struck.count()))  # fmt: skip
    refunds = Refund.objects.filter(area=area, state=Refund.State.APPROVED).order_by("pk")
    keys = [str(pk) for pk in refunds.values_list("pk", flat=True)]
    states = state_of("refund", keys)
    yield repr([(key, states.get(key)) for key in keys])


def paid_himself(area: str, year: int) -> QuerySet[Payment, int]:
    """Return the keys of who has paid for the year and has not had it back."""
    rows = Payment.objects.filter(area=area, year=year, struck_at=None)
    approved = Refund.objects.filter(
        area=area, payment__year=year, state=Refund.State.APPROVED
    ).values_list("pk", flat=True)
    states = state_of("refund", map(str, approved))
    back = [int(source) for source, state in states.items() if state == PAID_BACK]
    done = Refund.objects.filter(pk__in=back).values("payment_id")
    return rows.exclude(pk__in=done).values_list("person_id", flat=True)


def to_subsidise(area: str, year: int, on_day: date) -> list[ToSubsidise]:
    """Return whom aid is to pay for: helped and an insured resident on the day, alive, not yet
    subsidised for the year, and who has not paid himself (unless it was given back)."""
    on = Q(end=None) | Q(end__gt=on_day)
    insured = Enrolment.objects.filter(
        on, area=area, scheme="resident", start__lte=on_day, struck_at=None
    )
    subsidised = SubsidyLine.objects.filter(year=year, stands=True)
    rows = (
        Identity.objects.filter(on, person__area=area, start__lte=on_day, struck_at=None)
        .filter(person_id__in=insured.values("person_id"))
        .exclude(person__died_on__lt=on_day)
        .exclude(person_id__in=subsidised.values("person_id"))
        .exclude(person_id__in=paid_himself(area, year))
    )
    kinds: dict[int, set[str]] = {}
    for pk, kind in rows.order_by("person_id").values_list("person_id", "kind"):
        kinds.setdefault(pk, set()).add(kind)
    aid = load_book(area).aid
    chosen = ((pk, aid.of(held)) for pk, held in kinds.items())
    return [ToSubsidise(pk, *found) for pk, found in chosen if found is not None and found[1]]


@dataclass(frozen=True, slots=True)
class ToExempt:
    """Who of a class is to be exempt for a year, and who is left out, as keys; each stands once."""

    due: tuple[int, ...]
    exempt: tuple[int, ...]  # already
    paid: tuple[int, ...]  # himself: whether that is given back is decided one by one
    elsewhere: tuple[int, ...]  # no resident here on the day

    @property
    def digest(self) -> str:
        """Name the list that was shown: what is confirmed is that one and no other."""
        return hashlib.sha256(repr(self.due).encode()).hexdigest()[:16]


def to_exempt(area: str, year: int, kind: str, on_day: date) -> ToExempt:
    """Draw the list of a class 身份 on a day: who has its flag, by what is registered of the year.

    The dead and records that went into another are on no list.
    """
    on = Q(end=None) | Q(end__gt=on_day)
    flags = Identity.objects.filter(on, kind=kind, start__lte=on_day, struck_at=None)
    people = Person.objects.filter(area=area, merged_into=None, pk__in=flags.values("person_id"))
    people = people.exclude(died_on__lt=on_day)
    insured = Enrolment.objects.filter(
        on, area=area, scheme="resident", start__lte=on_day, struck_at=None
    )
    exempt = set(
        Exemption.objects.filter(area=area, year=year, struck_at=None).values_list(
            "person_id", flat=True
        )
    )
    paid, here = set(paid_himself(area, year)), set(insured.values_list("person_id", flat=True))
    found: dict[str, list[int]] = {"due": [], "exempt": [], "paid": [], "elsewhere": []}
    for pk in people.order_by("pk").values_list("pk", flat=True):
        what = "exempt" if pk in exempt else "paid" if pk in paid else "due"
        found[what if what != "due" or pk in here else "elsewhere"].append(pk)
    return ToExempt(**{name: tuple(keys) for name, keys in found.items()})


def recognised(person: Person, year: int) -> tuple[str, date | None]:
    """Return (category, since) of the highest identity held in a year by the register, or ""."""
    rows = Identity.objects.filter(person=person, struck_at=None, start__lt=date(year + 1, 1, 1))
    rows = rows.filter(Q(end=None) | Q(end__gt=date(year, 1, 1)))
    held = {kind: start for kind, start in rows.order_by("-start").values_list("kind", "start")}
    kind = next((one for one in IDENTITIES if one in held), "")
    return kind, held.get(kind)


def persons_of_year(area: str, year: int, today: date | None = None) -> QuerySet[Any]:
    """Return who should have paid or be exempt in a year, or has or is, with what is registered.

    Annotated: paid, exempt, waived, insured, helped (truth), fen, paid_on, receipt, ground, reason.
    """
    today = today or clock.today()
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    within = Q(end=None) | Q(end__gt=first)
    on = min(today, date(year, 12, 31))
    mine = {"person": OuterRef("pk"), "struck_at": None}
    payments = Payment.objects.filter(**mine, year=year)
    exemptions = Exemption.objects.filter(**mine, year=year)
    enrolled = Enrolment.objects.filter(within, **mine, start__lt=after)
    resident = enrolled.filter(scheme="resident", area=area)
    now = Enrolment.objects.filter(Q(end=None) | Q(end__gt=on), **mine, start__lte=on)
    helped = Identity.objects.filter(within, **mine, start__lt=after)
    # Any: what is annotated is no field of a person.
    rows: QuerySet[Any] = Person.objects.filter(area=area).annotate(
        paid=Exists(payments),
        exempt=Exists(exemptions),
        waived=Exists(Waiver.objects.filter(**mine, year=year)),
        insured=Exists(resident),
        helped=Exists(helped),
        fen=Subquery(payments.values("fen")[:1]),
        paid_on=Subquery(payments.values("paid_on")[:1]),
        receipt=Subquery(payments.values("receipt")[:1]),
        ground=Subquery(exemptions.values("ground")[:1]),
        reason=Case(
            When(paid=True, then=Value("")),
            When(exempt=True, then=Value("")),
            When(died_on__lte=on, then=Value("died")),
            When(Exists(now.filter(scheme="employee")), then=Value("employee")),
            When(waived=True, then=Value("waiver")),
            When(Exists(now.exclude(area=area)), then=Value("elsewhere")),
            When(Exists(resident) & ~Exists(now), then=Value("ended")),
            When(helped=True, then=Value("helped")),
            When(birth__gte=first, then=Value("newborn")),
            default=Value("unknown"),
        ),
    )
    ours = Q(insured=True) | Q(paid=True) | Q(exempt=True) | Q(waived=True)
    # Who was dead before the year is not missing from it.
    missing = Q(helped=True) & (Q(died_on=None) | Q(died_on__gte=first))
    return rows.filter(ours | missing)


def of_kind(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    """Narrow `persons_of_year` to paid, exempt, both, neither, waived or a reason of neither."""
    if what == "both":
        return rows.filter(paid=True, exempt=True)
    if what == "neither":
        return rows.filter(paid=False, exempt=False)
    if what in REASONS:
        return rows.filter(reason=what)
    return rows.filter(**{what: True})


def figures(area: str, year: int) -> Figures:
    """Return what a year comes to."""
    mine: dict[str, Any] = {"area": area, "year": year, "struck_at": None}
    payments = Payment.objects.filter(**mine)
    exempt = Exemption.objects.filter(**mine)
    sums = payments.aggregate(n=Count("pk"), fen=Sum("fen", default=0))
    refunds = list(Refund.objects.filter(area=area, payment__year=year).only("pk", "state", "fen"))
    payouts = payouts_of(refunds)
    done = {pk for pk, state in payouts.items() if state == PAID_BACK}
    reasons = dict(
        of_kind(persons_of_year(area, year), "neither")
        .order_by()
        .values_list("reason")
        .annotate(n=Count("pk"))
    )
    lines = SubsidyLine.objects.filter(
        run__area=area, year=year, run__state=SubsidyRun.State.RELEASED
    ).aggregate(n=Count("pk"), fen=Sum("fen", default=0))
    insured = Enrolment.objects.filter(
        Q(end=None) | Q(end__gt=date(year, 1, 1)), area=area, scheme="resident", struck_at=None,
        start__lt=date(year + 1, 1, 1),
    )  # fmt: skip
    return Figures(
        insured=insured.values("person_id").distinct().count(),
        paid=sums["n"],
        exempt=exempt.count(),
        both=payments.filter(person_id__in=exempt.values("person_id")).count(),
        neither=sum(reasons.values()),
        waived=Waiver.objects.filter(**mine).count(),
        paid_fen=sums["fen"],
        refunds_open=sum(is_open(one.state, payouts.get(one.pk, "")) for one in refunds),
        refunds_bounced=sum(state == BOUNCED for state in payouts.values()),
        refunded_fen=sum(one.fen for one in refunds if one.pk in done),
        subsidised=lines["n"],
        subsidised_fen=lines["fen"],
        reasons=[(code, reasons[code]) for code in REASONS if code in reasons],
    )


def is_open(state: str, payout: str) -> bool:
    """Say whether a refund is under way: proposed, or approved and not yet with the person."""
    if state == Refund.State.APPROVED:
        return payout != PAID_BACK
    return state == Refund.State.PROPOSED


def waiting_refunds(area: str) -> QuerySet[Refund]:
    rows = Refund.objects.filter(area=area, state=Refund.State.PROPOSED)
    return rows.select_related("payment__person").order_by("proposed_at")


def waiting_subsidies(area: str) -> QuerySet[SubsidyRun]:
    return SubsidyRun.objects.filter(area=area, state__in=SubsidyRun.OPEN).order_by("proposed_at")


def by_category(run: SubsidyRun) -> list[tuple[str, int, int, int]]:
    """Return (category, persons, fen each, fen) of a run, in the order of entitlement."""
    rows = run.lines.values_list("category", "fen").annotate(n=Count("pk"), sum=Sum("fen"))
    order = {kind: at for at, kind in enumerate(IDENTITIES)}
    found = [(category, n, fen, whole) for category, fen, n, whole in rows]
    return sorted(found, key=lambda one: (order[one[0]], one[2]))


def years_of(person: Person) -> list[int]:
    """Return the years of which anything is registered, the last first."""
    years: set[int] = set()
    for model in (Payment, Exemption, Waiver, SubsidyLine):
        years |= set(model._default_manager.filter(person=person).values_list("year", flat=True))
    return sorted(years, reverse=True)
