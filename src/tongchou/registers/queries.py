"""Reads over registers, coverage and ended agreements. None checks a user's right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tongchou.core.registers.coverage import rate
from tongchou.core.registers.pack import population_rules
from tongchou.people.models import Enrolment, Person
from tongchou.platform.casework.models import Case
from tongchou.providers.models import Agreement
from tongchou.providers.queries import ended_by_reason
from tongchou.registers import files
from tongchou.registers.models import INSTITUTIONS, Counted, RegisterFile, Run
from tongchou.rosters.casework import KIND as ROSTERS
from tongchou.rosters.models import Run as RosterRun
from tongchou.rosters.queries import UNINSURED

UNSETTLED = "?"


@dataclass(frozen=True, slots=True)
class Figures:
    """Numerator, denominator and what lies between, of the same rows.

    `counts`: persons by class; whole = insured + sum of counts.
    """

    whole: int
    insured: int
    counts: Mapping[str, int]

    @property
    def rate(self) -> int:
        """In ten-thousandths, half up."""
        return rate(self.insured, self.whole)

    @property
    def uninsured(self) -> int:
        """Who is not insured here, for whatever reason; the unsettled are none of them."""
        return self.whole - self.insured - self.unsettled

    @property
    def unsettled(self) -> int:
        return self.counts.get(UNSETTLED, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """Coverage of a town or a band of ages."""

    name: str
    query: str
    figures: Figures
    elderly: int = 0

    @property
    def elderly_rate(self) -> int:
        return rate(self.elderly, self.figures.whole)


def figures(rows: QuerySet[Counted]) -> Figures:
    """Return the figures of these rows: one query."""
    return _figures(dict(rows.order_by().values_list("outcome").annotate(n=Count("pk"))))


def _figures(counts: Mapping[str, int]) -> Figures:
    others = {code: n for code, n in sorted(counts.items()) if code}
    return Figures(sum(counts.values()), counts.get("", 0), others)


def by_town(rows: QuerySet[Counted]) -> list[Share]:
    """Return the towns, the least covered first, with the share of the elderly (ENR-24)."""
    old = Q(age__gte=population_rules().elderly_from)
    found: dict[str, dict[str, int]] = {}
    elderly: dict[str, int] = {}
    groups = rows.order_by().values_list("town", "outcome")
    for town, outcome, n, aged in groups.annotate(n=Count("pk"), aged=Count("pk", filter=old)):
        found.setdefault(town, {})[outcome] = n
        elderly[town] = elderly.get(town, 0) + aged
    shares = [
        Share(town, f"town={town}", _figures(counts), elderly[town])
        for town, counts in found.items()
    ]
    return sorted(shares, key=lambda one: (one.figures.rate, one.name))


def by_band(rows: QuerySet[Counted]) -> list[Share]:
    """Return the bands of ages in order; who has no date of birth stands last."""
    bands = population_rules().bands
    found: list[dict[str, int]] = [{} for _ in range(len(bands) + 1)]
    for age, outcome, n in rows.order_by().values_list("age", "outcome").annotate(n=Count("pk")):
        at = next((i for i, band in enumerate(bands) if 0 <= age <= band.to), len(bands))
        found[at][outcome] = found[at].get(outcome, 0) + n
    names = [*(band.name for band in bands), "—"]
    return [
        Share(name, f"band={at}", _figures(counts))
        for at, (name, counts) in enumerate(zip(names, found, strict=True))
        if counts
    ]


@dataclass(frozen=True, slots=True)
class Helped:
    """应保尽保 (ENR-09): the helped of a comparison of lists who are not insured on the day.

    `reasons`: the exceptions that a reviewer let stand.
    """

    rows: QuerySet[Person]
    reasons: QuerySet[Case]

    @property
    def explained(self) -> QuerySet[Person]:
        return self.rows.filter(Exists(self.reasons))

    @property
    def unexplained(self) -> QuerySet[Person]:
        return self.rows.filter(~Exists(self.reasons))


def helped_without(run: RosterRun, day: date) -> Helped:
    """Return the helped of a run who are not insured here on the day.

    The rows are those of the county page's 应保未保 = 困难群众 − 已参保 − 例外.
    """
    active = Enrolment.objects.filter(
        Q(end=None) | Q(end__gt=day), start__lte=day, struck_at=None, area=run.area,
        person=OuterRef("pk"),
    )  # fmt: skip
    reasons = Case.objects.filter(
        area=run.area, kind=ROSTERS, state="excepted", code__in=UNINSURED,
        subject=OuterRef("psn_no"),
    )  # fmt: skip
    rows = Person.objects.filter(psn_no__in=run.listed.values("person_no")).filter(~Exists(active))
    return Helped(rows.annotate(has_reason=Exists(reasons)), reasons)


@dataclass(frozen=True, slots=True)
class FileLine:
    register: str
    label: str
    file: RegisterFile | None
    late: bool
    due_on: date


def file_lines(
    area: str, kind: str, month: str, rows: QuerySet[RegisterFile], today: date
) -> list[FileLine]:
    """Return each register of a kind with its newest file of the month, if one came."""
    shown = (RegisterFile.State.RECEIVED, RegisterFile.State.ACCEPTED)
    newest = {
        file.register: file
        for file in rows.filter(month=month, state__in=shown).order_by("received_at")
    }
    due_on = date.fromisoformat(f"{month}-{files.rules_of(kind).number('list_due_day'):02d}")
    return [
        FileLine(
            register, str(RegisterFile.Register(register).label), newest.get(register),
            register not in newest and today > due_on, due_on,
        )
        for register in files.OF_KIND[kind]
    ]  # fmt: skip


def months_of(area: str, kind: str) -> list[str]:
    """Return the months for which something has come, newest first."""
    rows = RegisterFile.objects.filter(area=area, register__in=files.OF_KIND[kind])
    return sorted(set(rows.values_list("month", flat=True)), reverse=True)


def by_class(run: Run) -> list[tuple[str, str, dict[str, int]]]:
    """Return (code, name, counts by fate) of the findings, in the order of the rules."""
    rows = run.findings.values_list("code", "fate").annotate(n=Count("pk"))
    counts: dict[str, dict[str, int]] = {}
    for code, fate, n in rows:
        counts.setdefault(code, {})[fate or "told"] = n
    rules = files.rules_of(run.kind)
    codes = [*rules.list_classes, *rules.codes()]
    return [(code, rules.class_of(code).name, counts[code]) for code in codes if code in counts]


def endings(area: str, year: int) -> tuple[list[str], list[tuple[str, list[int], int]]]:
    """Return reasons, and for each month of a year (month, ended by reason, all).

    Clearing and penalty are always there, each apart (A-09); the others where there are any.
    """
    found = ended_by_reason(area, date(year, 1, 1), date(year + 1, 1, 1))
    named = [*((str(one), str(one.label)) for one in Agreement.EndReason), ("", _("未注明"))]
    always = (Agreement.EndReason.CLEARING, Agreement.EndReason.PENALTY)
    there = {reason for _month, reason in found}
    shown = [(code, label) for code, label in named if code in always or code in there]
    rows = []
    for month in sorted({month for month, _reason in found}):
        counts = [found.get((month, code), 0) for code, _label in shown]
        rows.append((month, counts, sum(counts)))
    return [label for _code, label in shown], rows


def class_name(kind: str, code: str) -> str:
    return files.rules_of(kind).class_of(code).name


def newest_run(area: str, kind: str = INSTITUTIONS) -> Run | None:
    return Run.objects.filter(area=area, kind=kind).order_by("-month", "-made_at", "-pk").first()
