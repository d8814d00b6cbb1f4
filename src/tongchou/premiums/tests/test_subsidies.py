"""Aid pays once a year for whom it should: three people, fund by fund, undone by its own act."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tongchou.funds import services as funds
from tongchou.funds.models import Posting
from tongchou.funds.verify import verify_books
from tongchou.payouts.models import Payable
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.premiums import queries, services
from tongchou.premiums.models import SubsidyLine, SubsidyRun
from tongchou.premiums.tests.make import AREA, YEAR, make_payment, make_refund

pytestmark = pytest.mark.django_db
MARCH = datetime(2020, 3, 10, 2, tzinfo=UTC)
DAY = date(2020, 3, 1)


@pytest.fixture(autouse=True)
def _march() -> object:
    with clock.frozen(MARCH):
        funds.open_area(AREA, actor="test")
        yield


def hands() -> tuple[User, User, User]:
    return make_user("clerk"), make_user("reviewer"), make_user("approver")


def released() -> SubsidyRun:
    clerk, reviewer, approver = hands()
    run = services.propose_subsidy(by=clerk, year=YEAR, on_day=DAY)
    services.review_subsidy(by=reviewer, run=run)
    return services.release_subsidy(by=approver, run=run)


def balance(fund: str, code: str) -> int:
    rows = Posting.objects.filter(account__code=code, account__fund_id=fund)
    return sum(rows.values_list("amount", flat=True))


def test_the_helped_who_are_insured_and_have_not_paid() -> None:
    low = make_person(name="甲一", identities=["low_income"])
    both = make_person(name="乙一", identities=["disabled", "low_income"])
    make_person(name="丙一")
    make_person(name="丁一", identities=["low_income"], scheme=None)
    make_person(name="戊一", identities=["low_income"], end=date(2020, 2, 1))
    paid = make_person(name="己一", identities=["registered_poor"])
    refund = make_refund(make_payment(paid))
    found = queries.to_subsidise(AREA, YEAR, DAY)
    assert [(one.person_id, one.category, one.fen) for one in found] == [
        (low.pk, "low_income", 25000), (both.pk, "low_income", 25000),
    ]  # fmt: skip
    services.approve_refund(by=make_user("reviewer"), refund=refund)
    assert len(queries.to_subsidise(AREA, YEAR, DAY)) == 2
    Payable.objects.update(state="paid")
    assert paid.pk in {one.person_id for one in queries.to_subsidise(AREA, YEAR, DAY)}


def test_it_is_posted_fund_by_fund_and_a_second_run_pays_nothing() -> None:
    for name in ("甲一", "乙一"):
        make_person(name=name, identities=["low_income"])
    run = released()
    assert (run.persons, run.fen, run.state) == (2, 50000, "released")
    assert balance("medical_aid", "5103") == 50000 == -balance("medical_aid", "1001")
    assert balance("resident_pool", "1001") == 50000 == -balance("resident_pool", "4001")
    assert not verify_books(AREA)
    with pytest.raises(Refused, match="没有要资助的人"):
        services.propose_subsidy(by=make_user("clerk"), year=YEAR, on_day=DAY)
    late = make_person(name="丙一", identities=["destitute"])
    again = services.propose_subsidy(by=make_user("clerk"), year=YEAR, on_day=DAY)
    assert [line.person_id for line in again.lines.all()] == [late.pk]


def test_three_people() -> None:
    make_person(identities=["low_income"])
    clerk, reviewer, approver = hands()
    run = services.propose_subsidy(by=clerk, year=YEAR, on_day=DAY)
    with pytest.raises(Refused, match="没有办完"):
        services.propose_subsidy(by=clerk, year=YEAR, on_day=DAY)
    with pytest.raises(NotAllowed):
        services.review_subsidy(by=clerk, run=run)
    with pytest.raises(Refused, match="待复核"):
        services.release_subsidy(by=approver, run=run)
    services.review_subsidy(by=reviewer, run=run)
    for one in (clerk, reviewer):
        with pytest.raises(NotAllowed):
            services.release_subsidy(by=one, run=run)
    services.release_subsidy(by=approver, run=run)
    with pytest.raises(Refused, match="已入账"):
        services.release_subsidy(by=approver, run=run)
    with pytest.raises(NotAllowed):
        services.void_subsidy(by=approver, run=run, opinion="名单错")


def test_a_run_sent_back_or_voided_frees_its_people() -> None:
    make_person(identities=["low_income"])
    clerk, reviewer, _approver = hands()
    run = services.propose_subsidy(by=clerk, year=YEAR, on_day=DAY)
    services.refuse_subsidy(by=reviewer, run=run, opinion="名单日不对")
    done = released()
    voided = services.void_subsidy(by=make_user("approver"), run=done, opinion="名单错")
    assert voided.state == "voided"
    assert balance("medical_aid", "5103") == balance("resident_pool", "4001") == 0
    assert not verify_books(AREA)
    assert released().persons == 1


def test_who_has_paid_since_stops_the_release() -> None:
    person = make_person(identities=["low_income"])
    clerk, reviewer, approver = hands()
    run = services.propose_subsidy(by=clerk, year=YEAR, on_day=DAY)
    services.review_subsidy(by=reviewer, run=run)
    make_payment(person)
    with pytest.raises(Refused, match="已自己缴费"):
        services.release_subsidy(by=approver, run=run)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reviewed_by": "proposed_by"},
        {"state": "released"},
        {"entry_id": 1},
        {"fen": 1},
    ],
)
def test_the_database_refuses_what_the_services_would_not_do(wrong: dict[str, object]) -> None:
    person = make_person(identities=["low_income"])
    run = services.propose_subsidy(by=make_user("clerk"), year=YEAR, on_day=DAY)
    told = {k: run.proposed_by if v == "proposed_by" else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyRun.objects.filter(pk=run.pk).update(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidyLine.objects.create(run=run, person=person, year=YEAR, category="orphan", fen=1)


@hypothesis(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.sampled_from(["helped", "paid", "none", "void", "again"]), max_size=7))
def test_nobody_is_paid_for_twice_whatever_is_done(steps: list[str]) -> None:
    with transaction.atomic():
        for step in steps:
            if step in ("helped", "none"):
                make_person(identities=["low_income"] if step == "helped" else [])
            elif step == "paid":
                make_payment(make_person(identities=["destitute"]))
            elif step == "void":
                for run in SubsidyRun.objects.filter(state="released"):
                    services.void_subsidy(by=make_user("approver"), run=run, opinion="错")
            elif queries.to_subsidise(AREA, YEAR, DAY):
                released()
        standing = SubsidyLine.objects.filter(stands=True)
        assert standing.count() == standing.values("person_id").distinct().count()
        assert balance("medical_aid", "5103") == sum(standing.values_list("fen", flat=True))
        assert not standing.filter(person_id__in=queries.paid_himself(AREA, YEAR)).exists()
        assert not verify_books(AREA)
        transaction.set_rollback(True)
