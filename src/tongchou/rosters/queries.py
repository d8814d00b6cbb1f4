"""Reads over a month: who is helped, who of them is insured, what is open. None checks a right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from django.db.models import Count, Q, QuerySet

from tongchou.core.rosters import NEW, REOPENED, load_pack
from tongchou.core.rosters.standings import last_of
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.people.queries import merged_numbers
from tongchou.platform.casework.models import Case
from tongchou.platform.clock import local
from tongchou.rosters import lists
from tongchou.rosters.merged import key_now
from tongchou.rosters.models import Listed, OpenRow, Pin, RosterFile, Run, RunFinding, Sender

UNINSURED = ("E1", "E4", "E8", "E10")


@dataclass(frozen=True, slots=True)
class Balance:
    """应保尽保: of the helped, who is insured here, who stands as an exception, who is left."""

    helped: int
    insured: int
    excepted: int

    @property
    def left(self) -> int:
        return self.helped - self.insured - self.excepted


def balance(run: Run, cases: QuerySet[Case]) -> Balance:
    """Count the helped of a run who are insured on the last day of its month."""
    day = last_of(run.month)
    listed = run.listed.values("person_no").distinct()
    active = Enrolment.objects.filter(
        Q(end=None) | Q(end__gt=day), start__lte=day, struck_at=None, area=run.area,
        person__psn_no__in=listed,
    )  # fmt: skip
    # An exception explains only who is listed and not insured: else the same person counts twice.
    insured = active.values("person__psn_no").distinct()
    excepted = cases.filter(state="excepted", code__in=UNINSURED, subject__in=listed)
    uninsured = excepted.exclude(subject__in=insured).values("subject").distinct()
    return Balance(listed.count(), insured.count(), uninsured.count())


def listed_since(person: Person) -> date | None:
    """Return the first day of the months that have listed a person without a gap until now.

    None where the last month that was issued does not list him, or none was.
    """
    runs = Run.objects.filter(area=person.area, state=Run.State.ISSUED, changes=None)
    numbers = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person)).values("psn_no")
    mine = set(runs.filter(listed__person_no__in=numbers).values_list("month", flat=True))
    first = None
    for month in runs.order_by("-month").values_list("month", flat=True).distinct():
        if month not in mine:
            break
        first = date.fromisoformat(f"{month}-01")
    return first


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the table of lists: a sender and its file of the month, if one came."""

    sender: Sender
    file: RosterFile | None
    auto: int = 0
    review: int = 0
    none: int = 0
    changes: tuple[RosterFile, ...] = ()  # after it, by day
    waiting: int = 0  # cases that are not cleared because the list is missing
    late: bool = False
    due_on: date | None = None

    @property
    def rows(self) -> int:
        return self.auto + self.review + self.none


def list_lines(
    area: str, month: str, files: QuerySet[RosterFile], run: Run | None, today: date
) -> list[ListLine]:
    newest: dict[int, RosterFile] = {}
    shown = (RosterFile.State.RECEIVED, RosterFile.State.ACCEPTED)
    after: dict[int, list[RosterFile]] = {}
    for file in files.filter(month=month, state__in=shown).order_by("received_at"):
        if file.of_changes:
            after.setdefault(file.sender_id, []).append(file)
        else:
            newest[file.sender_id] = file
    told = (
        {one["source"]: one for one in run.summary["lists"] if not one.get("changes")}
        if run
        else {}
    )
    lines = []
    for sender in Sender.objects.filter(area=area).order_by("pk"):
        counts = told.get(sender.source, {})
        due_on = date.fromisoformat(f"{month}-{sender.due_day:02d}")
        known = newest.get(sender.pk)
        lines.append(
            ListLine(
                sender, known, counts.get("auto", 0), counts.get("review", 0),
                counts.get("none", 0), due_on=due_on,
                late=known is None and sender.monthly and today > due_on,
                changes=tuple(after.get(sender.pk, ())),
            )
        )  # fmt: skip
    return lines


def sums_of(lines: Sequence[ListLine]) -> dict[str, int]:
    """Return the sums of the table of lists."""
    rows = sum(line.file.rows for line in lines if line.file is not None)
    counts = {name: sum(getattr(one, name) for one in lines) for name in ("auto", "review", "none")}
    return {"rows": rows, **counts}


@dataclass(frozen=True, slots=True)
class Differences:
    """Keys that a corrected month finds and its issued run did not, and the other way round."""

    new: frozenset[str]
    gone: frozenset[str]


def differences(run: Run, before: Run) -> Differences:
    stays = merged_numbers(run.area)
    now, then = (
        {
            key_now(key, stays)
            for key in one.findings.exclude(code__startswith="L").values_list("key", flat=True)
        }
        for one in (run, before)
    )
    return Differences(frozenset(now - then), frozenset(then - now))


@dataclass(frozen=True, slots=True)
class HeatRow:
    """Open cases of a class by town or source, in their order."""

    code: str
    name: str
    cells: Sequence[tuple[int, int, int, str]]  # cases, late, shade 0-4, town
    whole: int
    late: int


def heat(
    area: str, counts: Mapping[tuple[str, str], tuple[int, int]]
) -> tuple[list[str], list[HeatRow]]:
    """Return the towns, and a row for each class that has a case."""
    towns = sorted({place for _code, place in counts})
    most = max((n for n, _late in counts.values()), default=0)
    rows = []
    pack = lists.pack_of(area)
    for code in sorted(pack.codes(), key=_in_order):
        cells = [counts.get((code, town), (0, 0)) for town in towns]
        if any(n for n, _late in cells):
            shaded = [
                (n, late, _shade(n, most), town)
                for (n, late), town in zip(cells, towns, strict=True)
            ]
            whole, late = sum(n for n, _ in cells), sum(late for _, late in cells)
            rows.append(HeatRow(code, pack.class_of(code).name, shaded, whole, late))
    return towns, rows


def _in_order(code: str) -> tuple[int, int, str]:
    """Sort I1 .. I6, E1, E2a .. E10, F1 .. F8: a table is read by code, whichever rule is first."""
    number = "".join(filter(str.isdigit, code))
    return "IEFL".find(code[0]), int(number or 0), code


def _shade(n: int, most: int) -> int:
    return 0 if not n else 1 + 3 * (n - 1) // max(most - 1, 1) if most > 1 else 1


def lists_of(row: OpenRow, numbers: Sequence[str]) -> dict[str, str]:
    """Return candidates -> "now" (another row of this list is surely they) or "before".

    "before": on the sender's list of the last month that was compared. Whoever is in neither is
    left out.
    """
    source = row.file.sender.source
    mine = Listed.objects.filter(source=source, person_no__in=numbers)
    months = Run.objects.filter(
        area=row.run.area, changes=None, month__lt=row.run.month, state=Run.State.ISSUED
    )
    last = months.order_by("-month", "-made_at").first()
    before = mine.filter(run=last).values_list("person_no", flat=True)
    now = mine.filter(run=row.run).values_list("person_no", flat=True)
    return dict.fromkeys(before, "before") | dict.fromkeys(now, "now")


def months_of(area: str) -> list[str]:
    """Return the months for which a list has come, newest first."""
    rows = RosterFile.objects.filter(sender__area=area).values_list("month", flat=True)
    return sorted(set(rows), reverse=True)


def months_in_use(area: str) -> list[str]:
    """Return the months of which a list is in use, newest first."""
    rows = RosterFile.objects.filter(sender__area=area, state=RosterFile.State.ACCEPTED)
    return sorted(set(rows.values_list("month", flat=True)), reverse=True)


@dataclass(frozen=True, slots=True)
class FlagTimes:
    """From a list's receipt to the flag's registration, whole days (ENR-12). None: none yet."""

    done: int
    waiting: int
    median: int | None = None
    slowest: int | None = None
    slowest_person: str = ""


def flag_times(area: str, month: str) -> FlagTimes:
    """Measure, for who first stood on a list of the month without a flag, until it was there."""
    rows = RosterFile.objects.filter(
        sender__area=area, month=month, state=RosterFile.State.ACCEPTED
    )
    came = {
        source: local(at).date() for source, at in rows.values_list("sender__source", "received_at")
    }
    missing: dict[str, date] = {}
    told = RunFinding.objects.filter(run__area=area, run__month=month, code="F4", fate__in=_FIRST)
    for person, sources in told.values_list("subject", "sources"):
        days = [came[source] for source in sources if source in came]
        if days:
            missing[person] = min([*days, missing.get(person, days[0])])
    facts = Identity.objects.filter(struck_at=None, person__area=area, person__psn_no__in=missing)
    waited: dict[str, int] = {}
    for person, known in facts.order_by("known_on").values_list("person__psn_no", "known_on"):
        if known >= missing[person]:
            waited.setdefault(person, (known - missing[person]).days)
    if not waited:
        return FlagTimes(0, len(missing))
    slowest = max(waited, key=lambda person: (waited[person], person))
    middle = median_low(waited.values())
    return FlagTimes(len(waited), len(missing) - len(waited), middle, waited[slowest], slowest)


_FIRST = (NEW, REOPENED)


def aside_by_class(cases: QuerySet[Case]) -> list[tuple[str, str, int]]:
    """Return (code, name, uninsured persons' cases set aside), the most first; as in Balance."""
    aside = cases.filter(state="excepted", code__in=UNINSURED)
    rows = aside.values_list("code").annotate(n=Count("pk"))
    return [
        (code, _PACK.class_of(code).name, n) for code, n in sorted(rows, key=lambda row: -row[1])
    ]


_PACK = load_pack()


@dataclass(frozen=True, slots=True)
class UpLine:
    """Of a town or a source: the late cases that have gone up, by level in the machine's order."""

    name: str
    counts: Sequence[int]


def up_lines(levels: Mapping[int, Mapping[str, int]]) -> list[UpLine]:
    """Return a line for each name, the most first. `levels`: counts by name of each level."""
    names = {name for counts in levels.values() for name in counts}
    lines = [UpLine(name, [counts.get(name, 0) for counts in levels.values()]) for name in names]
    return sorted(lines, key=lambda one: ([-n for n in one.counts], one.name))


def decided(area: str) -> set[str]:
    """Return the rows on which a person has decided and that are still to be run again."""
    return set(Pin.objects.filter(area=area, removed_at=None).values_list("subject", flat=True))


def by_class(run: Run) -> list[tuple[str, str, dict[str, int]]]:
    """Return (code, name, counts by fate) of the findings of a run, in the order of the rules."""
    rows = run.findings.values_list("code", "fate").annotate(n=Count("pk"))
    counts: dict[str, dict[str, int]] = {}
    for code, fate, n in rows:
        counts.setdefault(code, {})[fate] = n
    pack = lists.pack_of(run.area)
    return [
        (code, pack.class_of(code).name, counts[code]) for code in pack.codes() if code in counts
    ]
