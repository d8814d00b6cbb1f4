"""A fact that became known late is paid bill by bill, once, by three people, to the fen."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tongchou.arrears import queries, services
from tongchou.arrears.computing import fold_as_known, owed
from tongchou.arrears.models import Arrear, ArrearLine
from tongchou.core.policy import INITIAL_STATE, TIERS
from tongchou.core.policy import settle as settle_step
from tongchou.funds.models import Posting
from tongchou.funds.verify import verify_books
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans import queries as plans
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.refold import claim_of
from tongchou.settlement.tests.make import make_charge, make_county, settle
from tongchou.settlement.tests.make import reverse as reverse_bill

pytestmark = pytest.mark.django_db
JUNE = datetime(2019, 6, 20, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _june() -> object:
    with clock.frozen(JUNE):
        yield


def make_year(*totals: str) -> PersonYear:
    """A year of bills of somebody of whom nothing was known."""
    make_county()
    person, place = make_person(), make_institution()
    for month, total in enumerate(totals, 2):
        day = f"2019-0{month}-10"
        settle(make_charge(person, place, total, on=f"{day} 08:00"), when=f"{day} 09:00")
    return PersonYear.objects.get(person=person)


def told_late(person: Person, start: date = date(2019, 1, 1)) -> None:
    people.add_identity(
        actor="test", person=person, kind="destitute", start=start, source="民政",
        known_on=JUNE.date(),
    )  # fmt: skip


def hands() -> tuple[User, User, User]:
    return make_user("clerk"), make_user("reviewer"), make_user("approver")


def released(year: PersonYear) -> Arrear:
    clerk, reviewer, approver = hands()
    arrear = services.propose(by=clerk, year=year, reason="认定晚报")
    services.review(by=reviewer, arrear=arrear, agree=True)
    return services.release(by=approver, arrear=arrear, agree=True)


def test_nothing_is_owed_while_nothing_is_known() -> None:
    year = make_year("60000.00", "20000.00")
    assert owed(year) == []
    with pytest.raises(Refused, match="没有差额"):
        services.propose(by=make_user("clerk"), year=year, reason="核对")


def test_the_difference_is_that_of_a_year_settled_as_known() -> None:
    year = make_year("60000.00", "20000.00")
    told_late(year.person)
    state = INITIAL_STATE
    for one in fold_as_known(year):
        claim = claim_of(one.bill)
        assert claim.identities == ()
        as_known = claim._replace(identities=("destitute",))
        outcome = settle_step(plans.by_plan_id(one.bill.plan_id), state, as_known)
        state = outcome.state
        assert one.due == outcome.pays
        assert one.total == outcome.fund_total - one.bill.fund_total


def test_it_is_paid_once_and_the_bills_stay() -> None:
    year = make_year("60000.00", "20000.00")
    told_late(year.person)
    before = list(Settlement.objects.order_by("pk").values())
    (candidate,) = queries.candidates("441700", 2019)
    done = released(year)
    assert done.state == "released"
    assert done.total == candidate.total > 0
    assert list(Settlement.objects.order_by("pk").values()) == before
    assert done.entry_id is not None
    payable = Posting.objects.filter(entry_id=done.entry_id, account__code="2102")
    assert sum(payable.values_list("amount", flat=True)) == -done.total
    assert not verify_books("441700")
    assert owed(year) == []
    assert list(queries.candidates("441700", 2019)) == []


def test_of_a_flag_from_the_middle_of_the_year_earlier_bills_are_not_touched() -> None:
    year = make_year("60000.00", "20000.00")
    told_late(year.person, date(2019, 3, 1))
    (one,) = owed(year)
    assert one.bill.basis_date == date(2019, 3, 10)


def test_a_loss_that_became_known_late_is_owed_back() -> None:
    make_county()
    person, place = make_person(identities=["destitute"]), make_institution()
    charge = make_charge(person, place, "60000.00", on="2019-03-10 08:00")
    settle(charge, when="2019-03-10 09:00")
    fact = person.identities.get()
    people.end_identity(actor="test", identity=fact, end=date(2019, 3, 1), source="民政")
    year = PersonYear.objects.get(person=person)
    assert released(year).total < 0
    assert owed(year) == []
    assert not verify_books("441700")


def test_a_reversed_bill_owes_nothing() -> None:
    year = make_year("60000.00")
    told_late(year.person)
    reverse_bill(Settlement.objects.get(), when="2019-02-11 09:00")
    assert owed(year) == []


def test_three_people() -> None:
    year = make_year("60000.00")
    told_late(year.person)
    clerk, reviewer, approver = hands()
    arrear = services.propose(by=clerk, year=year, reason="认定晚报")
    with pytest.raises(Refused, match="还没有办完"):
        services.propose(by=clerk, year=year, reason="再提")
    with pytest.raises(NotAllowed):
        services.review(by=clerk, arrear=arrear, agree=True)
    with pytest.raises(Refused, match="待复核"):
        services.release(by=approver, arrear=arrear, agree=True)
    services.review(by=reviewer, arrear=arrear, agree=True)
    for one in (clerk, reviewer):
        with pytest.raises(NotAllowed):
            services.release(by=one, arrear=arrear, agree=True)
    services.release(by=approver, arrear=arrear, agree=True)
    with pytest.raises(Refused, match="已入账"):
        services.release(by=approver, arrear=arrear, agree=True)


def test_what_has_changed_since_it_was_reviewed_is_not_released() -> None:
    year = make_year("60000.00")
    told_late(year.person)
    clerk, reviewer, approver = hands()
    arrear = services.propose(by=clerk, year=year, reason="认定晚报")
    services.review(by=reviewer, arrear=arrear, agree=True)
    place = Settlement.objects.get().institution
    assert place is not None
    people.end_identity(
        actor="test", identity=year.person.identities.get(struck_at=None),
        end=date(2019, 2, 1), source="更正",
    )  # fmt: skip
    with pytest.raises(Refused, match="差额已不同"):
        services.release(by=approver, arrear=arrear, agree=True)
    assert not Posting.objects.filter(entry_id__in=Arrear.objects.values("entry_id")).exists()
    services.release(by=approver, arrear=arrear, agree=False, opinion="身份更正")
    with pytest.raises(Refused, match="没有差额"):
        services.propose(by=clerk, year=year, reason="再提")


def test_a_refusal_says_why() -> None:
    year = make_year("60000.00")
    told_late(year.person)
    clerk, reviewer, _approver = hands()
    with pytest.raises(Refused, match="原因"):
        services.propose(by=clerk, year=year, reason=" ")
    with pytest.raises(Refused, match="最多 200 字"):
        services.propose(by=clerk, year=year, reason="长" * 201)
    arrear = services.propose(by=clerk, year=year, reason="认定晚报")
    with pytest.raises(Refused, match="理由"):
        services.review(by=reviewer, arrear=arrear, agree=False)


@hypothesis(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    st.lists(st.integers(1, 15_000_000), min_size=1, max_size=5),
    st.dates(date(2019, 1, 1), date(2019, 6, 19)),
)
def test_after_release_the_year_has_paid_what_it_should(amounts: list[int], start: date) -> None:
    with transaction.atomic():
        year = make_year(*(f"{fen // 100}.{fen % 100:02d}" for fen in amounts))
        told_late(year.person, start)
        if owed(year):
            released(year)
        for one in fold_as_known(year):
            assert one.difference == (0,) * len(TIERS)
        assert not verify_books("441700")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reviewed_by": "proposed_by"},
        {"state": "released"},
        {"entry_id": 1},
    ],
)
def test_the_database_refuses_what_the_services_would_not_do(wrong: dict[str, object]) -> None:
    year = make_year("60000.00")
    told_late(year.person)
    arrear = services.propose(by=make_user("clerk"), year=year, reason="认定晚报")
    told = {k: arrear.proposed_by if v == "proposed_by" else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrear.objects.filter(pk=arrear.pk).update(**told)
    line = arrear.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ArrearLine.objects.filter(pk=line.pk).update(total=line.total + 1)


def test_the_pages() -> None:
    year = make_year("60000.00", "20000.00")
    told_late(year.person)
    clerk, reviewer, approver = hands()

    def client(user: User) -> Client:
        found = Client()
        found.force_login(user)
        return found

    assert year.person.name in client(clerk).get(reverse("arrears:list")).content.decode()
    proposal = reverse("arrears:propose", args=[year.pk])
    assert "逐张差额" in (seen := client(reviewer).get(proposal).content.decode())
    assert '<form class="tc-panel-body"' not in seen
    assert client(reviewer).post(proposal, {"reason": "晚报"}).status_code == 403
    answer = client(clerk).post(proposal, {"reason": "晚报"})
    arrear = Arrear.objects.get()
    assert answer["Location"] == reverse("arrears:arrear", args=[arrear.pk])
    own = client(clerk).get(answer["Location"]).content.decode()
    assert "这一步轮到别人办" in own
    url = reverse("arrears:decide", args=[arrear.pk])
    client(reviewer).post(url, {"agree": "1"})
    shown = client(approver).get(answer["Location"]).content.decode()
    assert "放行，入账" in shown
    client(approver).post(url, {"agree": "1"})
    arrear.refresh_from_db()
    assert arrear.state == "released"
