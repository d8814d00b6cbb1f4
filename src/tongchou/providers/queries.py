"""Reads of institutions and doctors that the gates rely on. None checks a user's right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from tongchou.providers.credentials import Account, by_paasid
from tongchou.providers.models import Agreement, Doctor, DoctorSuspension, Institution

__all__ = [
    "Account",
    "Standing",
    "agreement_on",
    "billing_open",
    "by_code",
    "by_paasid",
    "doctors_on",
    "ended_by_reason",
    "matching",
    "names_of",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """A doctor on a day; `suspended_from` is set while the orders are not paid (SUP-25)."""

    code: str
    name: str
    institution_id: int
    suspended_from: date | None
    reason: str


def by_code(code: str) -> Institution | None:
    return Institution.objects.filter(code=code).first()


def matching(institutions: QuerySet[Institution], text: str) -> QuerySet[Institution]:
    """Narrow to those whose code or initials begin with `text`, or whose name contains it."""
    text = text.strip()
    if not text:
        return institutions.none()
    return institutions.filter(
        Q(code__startswith=text.upper())
        | Q(name__contains=text)
        | Q(initials__startswith=text.lower())
    )


def agreement_on(institution_id: int, on: date) -> Agreement | None:
    """Return the agreement's state on the day, whatever it allows; None: no agreement."""
    rows = Agreement.objects.filter(
        Q(end=None) | Q(end__gt=on), institution_id=institution_id, start__lte=on
    )
    return rows.first()


def billing_open(institution_id: int, on: date) -> Agreement | None:
    """Return the agreement if bills of that day may be settled, else None (AGR-03)."""
    agreement = agreement_on(institution_id, on)
    return agreement if agreement and agreement.state in Agreement.BILLING_OPEN else None


def doctors_on(codes: Iterable[str], on: date) -> dict[str, Standing]:
    """Return the registered doctors among `codes` as they stand on the day; two queries."""
    suspensions = DoctorSuspension.objects.filter(Q(end=None) | Q(end__gt=on), start__lte=on)
    doctors = Doctor.objects.filter(code__in=set(codes)).prefetch_related(
        Prefetch("suspensions", suspensions, to_attr="current")
    )
    return {doctor.code: _standing(doctor) for doctor in doctors}


def _standing(doctor: Doctor) -> Standing:
    current: list[DoctorSuspension] = getattr(doctor, "current")  # noqa: B009 - set by prefetch
    return Standing(
        code=doctor.code,
        name=doctor.name,
        institution_id=doctor.institution_id,
        suspended_from=current[0].start if current else None,
        reason=current[0].reason if current else "",
    )


def ended_by_reason(area: str, since: date, until: date) -> dict[tuple[str, str], int]:
    """Return how many institutions' agreements ended in [since, until), by (YYYY-MM, reason).

    An ending that was taken back is none (A-09: a clearing is no penalty; A-27: institutions, not
    measures).
    """
    rows = Agreement.objects.filter(
        institution__area=area, state=Agreement.State.ENDED, taken_back=False, start__gte=since,
        start__lt=until,
    )  # fmt: skip
    found: dict[tuple[str, str], set[int]] = {}
    for institution, start, reason in rows.values_list("institution_id", "start", "end_reason"):
        found.setdefault((f"{start:%Y-%m}", reason), set()).add(institution)
    return {key: len(institutions) for key, institutions in found.items()}


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of institutions by id, for those that exist."""
    return dict(Institution.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
