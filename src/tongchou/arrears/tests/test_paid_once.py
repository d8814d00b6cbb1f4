"""Whatever happens in whatever order, each bill's due is paid once, whichever way it came."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tongchou.arrears import collecting, queries, services
from tongchou.arrears.computing import owed
from tongchou.arrears.models import Arrear, ArrearLine
from tongchou.arrears.tests.test_collecting import AREA, bill, hands, make_county, window_of
from tongchou.core.policy import INITIAL_STATE, TIERS
from tongchou.core.policy import settle as settle_step
from tongchou.funds.verify import verify_books
from tongchou.payouts.models import Payable, Receivable
from tongchou.payouts.queries import check
from tongchou.people import services as people
from tongchou.people.tests.make import make_person
from tongchou.plans import queries as plans
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services.refold import claim_of, pays_of, standing
from tongchou.settlement.services.reversal import reverse_and_reprice

pytestmark = pytest.mark.django_db
START = datetime(2020, 2, 1, 2, tzinfo=UTC)

BILL = st.tuples(st.just("bill"), st.booleans(), st.integers(100, 9_000_000))
REVERSE = st.tuples(st.just("reverse"), st.integers(0, 5), st.just(0))
FLAG = st.tuples(st.just("flag"), st.booleans(), st.integers(0, 60))
BATCH = st.tuples(st.just("batch"), st.booleans(), st.just(0))
STEPS = st.lists(st.one_of(BILL, BILL, REVERSE, FLAG, BATCH), min_size=2, max_size=8)


def due_as_known(year: PersonYear) -> dict[int, tuple[int, ...]]:
    """What each bill is due by the plain step, on what is known now: the reference."""
    state, found = INITIAL_STATE, {}
    for row in standing(year)[0]:
        held = [
            fact.kind
            for fact in year.person.identities.filter(struck_at=None)
            if fact.start <= row.basis_date
        ]
        claim = claim_of(row)._replace(identities=tuple(held))
        outcome = settle_step(plans.by_plan_id(row.plan_id), state, claim)
        state, found[row.pk] = outcome.state, outcome.pays
    return found


def paid_in_all(year: PersonYear) -> dict[int, tuple[int, ...]]:
    """What came of each bill by the window, by corrections and by arrears, fen by TIERS."""
    found: dict[int, list[int]] = {}
    for row in Settlement.objects.filter(person_year=year):
        of = found.setdefault(row.original_id or row.pk, [0] * len(TIERS))
        for at, fen in enumerate(pays_of(row)):
            of[at] += fen
    for line in ArrearLine.objects.filter(arrear__state=Arrear.State.RELEASED):
        for at, tier in enumerate(TIERS):
            found[line.settlement_id][at] += getattr(line, tier)
    return {pk: tuple(fen) for pk, fen in found.items()}


def collect() -> None:
    """A batch of all that waits, and the arrears of late facts one by one."""
    clerk, reviewer, approver = hands()
    try:
        batch = collecting.propose_batch(by=clerk, month=f"{clock.today():%Y-%m}")
    except Refused:
        pass
    else:
        collecting.review_batch(by=reviewer, batch=batch, agree=True)
        collecting.release_batch(by=approver, batch=batch, agree=True)
    # Nobody who is owed something is missing from the page that lists them.
    owing = {year.pk for year in PersonYear.objects.all() if owed(year)}
    assert {one.year.pk for one in queries.candidates(AREA, 2020)} == owing
    for year in PersonYear.objects.filter(pk__in=owing):
        arrear = services.propose(by=clerk, year=year, reason="认定晚报")
        services.review(by=reviewer, arrear=arrear, agree=True)
        services.release(by=approver, arrear=arrear, agree=True)


@hypothesis(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(STEPS)
def test_each_due_is_paid_exactly_once(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic(), clock.frozen(START):
        make_county()
        person = make_person(area=AREA)
        places = {True: window_of(), False: window_of(one_stop=False)}
        for at, (what, which, fen) in enumerate(steps):
            now = START + timedelta(days=at)
            with clock.frozen(now):
                if what == "bill":
                    bill(person, places[bool(which)], f"{fen // 100}.{fen % 100:02d}", f"{now:%F}")
                elif what == "reverse":
                    rows = [row for y in PersonYear.objects.all() for row in standing(y)[0]]
                    if rows:
                        number = rows[which % len(rows)].pk
                        reverse_and_reprice(number=number, at=now, actor="test", reason="错")
                elif what == "flag" and not person.identities.exists():
                    people.add_identity(
                        actor="test", person=person, kind="registered_poor", source="名单",
                        start=date(2020, 1, 1) + timedelta(days=fen), known_on=now.date(),
                    )  # fmt: skip
                elif what == "batch":
                    collect()
        with clock.frozen(START + timedelta(days=20)):
            collect()
            for year in PersonYear.objects.all():
                due, paid = due_as_known(year), paid_in_all(year)
                for pk, fen_by_tier in paid.items():
                    assert fen_by_tier == due.get(pk, (0,) * len(TIERS))
            before = (Payable.objects.count(), Receivable.objects.count())
            collect()
            assert (Payable.objects.count(), Receivable.objects.count()) == before
        assert [row for row in check(AREA) if row.difference] == []
        assert not verify_books(AREA)
        assert replay(AREA, 2020).differences == []
        transaction.set_rollback(True)
