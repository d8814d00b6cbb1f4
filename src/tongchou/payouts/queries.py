"""Reads of what is owed, paid and come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum

from tongchou.funds import queries as funds
from tongchou.funds.chart import FUNDS
from tongchou.payouts.checking import account_on, why_not
from tongchou.payouts.models import Batch, Payable, Payment, Receivable
from tongchou.payouts.services.batching import waiting
from tongchou.people.models import Person
from tongchou.platform import clock


def state_of(kind: str, source_ids: Iterable[str]) -> dict[str, str]:
    """Return source_id -> Payable.State of what is owed; a source that owes nothing is absent."""
    rows = Payable.objects.filter(kind=kind, source_id__in=list(source_ids))
    return dict(rows.values_list("source_id", "state"))


@dataclass(frozen=True, slots=True)
class FundCheck:
    """One fund's 应付个人 in the books beside what is open here, fen."""

    fund: str
    name: str
    books: int
    payables: int
    receivables: int

    @property
    def open(self) -> int:
        return self.payables - self.receivables

    @property
    def difference(self) -> int:
        return self.books - self.open


def check(area: str) -> list[FundCheck]:
    """Return each fund that has something on either side; every difference is 0."""
    books = funds.owed_to_persons(area)
    owed = _by_fund(Payable.objects.filter(area=area, state__in=Payable.OPEN))
    back = _by_fund(Receivable.objects.filter(area=area, state=Receivable.State.OPEN))
    rows = (FundCheck(f, str(name), books[f], owed[f], back[f]) for f, name in FUNDS.items())
    return [row for row in rows if row.books or row.payables or row.receivables]


def _by_fund(rows: "QuerySet[Payable] | QuerySet[Receivable]") -> dict[str, int]:
    return rows.aggregate(**{fund: Sum(fund, default=0) for fund in FUNDS})


@dataclass(slots=True)
class Queue:
    """What waits of one kind, fen: `ready` can be paid today, the rest lacks something."""

    kind: str
    name: str
    count: int = 0
    total: int = 0
    ready: int = 0
    ready_total: int = 0


def queues(area: str) -> list[Queue]:
    """Return what waits, by kind; kinds of which nothing waits are absent."""
    today = clock.today()
    found: dict[str, Queue] = {}
    for one in waiting(area):
        queue = found.setdefault(one.kind, Queue(one.kind, str(one.get_kind_display())))
        queue.count += 1
        queue.total += one.total
        if not why_not(one, today, account_on(one.payee, today)):
            queue.ready += 1
            queue.ready_total += one.total
    return [found[kind] for kind in Payable.Kind.values if kind in found]


def sums_by_state(area: str) -> dict[str, tuple[int, int]]:
    """Return state -> (how many payables, fen)."""
    rows = Payable.objects.filter(area=area).values_list("state")
    return {s: (n, fen) for s, n, fen in rows.annotate(Count("pk"), Sum("total"))}


def to_come_back(area: str) -> tuple[int, int]:
    """Return how many open receivables there are, and their fen."""
    rows = Receivable.objects.filter(area=area, state=Receivable.State.OPEN)
    found = rows.aggregate(n=Count("pk"), fen=Sum("total", default=0))
    return found["n"], found["fen"]


def open_batches(area: str) -> QuerySet[Batch]:
    """Return the batches that wait for a hand: to approve, to send."""
    rows = Batch.objects.filter(area=area, state__in=("proposed", "approved"))
    return rows.select_related("made_by").order_by("made_at")


@dataclass(frozen=True, slots=True)
class Bounced:
    """What has come back and was not sent again; `since` is the first answer that said so."""

    count: int
    total: int
    since: datetime | None


def bounced(area: str) -> Bounced:
    """One query: the menu of every page asks it."""
    back = Payment.objects.filter(payable=OuterRef("pk"), state=Payment.State.BOUNCED)
    last = back.order_by("-pk").values("answer__received_at")[:1]
    rows = Payable.objects.filter(area=area, state=Payable.State.BOUNCED)
    sums = rows.annotate(at=Subquery(last)).aggregate(
        n=Count("pk"), fen=Sum("total", default=0), since=Min("at")
    )
    return Bounced(sums["n"], sums["fen"], sums["since"])


def payments_of(person: Person) -> QuerySet[Payment]:
    """Return the payments to a person and to records that went into his, the last first."""
    whose = Q(payable__person=person) | Q(payable__person__merged_into=person)
    rows = Payment.objects.filter(whose).exclude(state=Payment.State.DROPPED)
    rows = rows.select_related("payable__person__merged_into", "account", "batch", "answer")
    return rows.order_by("-pk")


def owed_to(person: Person) -> QuerySet[Payable]:
    """Return what a person is owed still, the last first; also to a record that went into his."""
    rows = Payable.objects.filter(Q(person=person) | Q(person__merged_into=person))
    rows = rows.filter(state__in=Payable.OPEN)
    return rows.select_related("person__merged_into").order_by("-pk")
