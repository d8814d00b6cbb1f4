"""What a window without one-stop withheld is paid once, in a batch, by three people (STL-11)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tongchou.arrears import collecting, queries, services
from tongchou.arrears.computing import fold_as_known, owed
from tongchou.arrears.models import Arrear, Batch
from tongchou.core.policy import AID_TIERS, TIERS
from tongchou.funds import services as funds
from tongchou.funds.verify import verify_books
from tongchou.payouts.models import Payable, Receivable
from tongchou.payouts.queries import check
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement, Visit
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.tests.make import make_charge, settle
from tongchou.settlement.tests.make import reverse as reverse_bill

pytestmark = pytest.mark.django_db
JUNE = datetime(2020, 6, 20, 2, tzinfo=UTC)
AREA = "370830"  # its plan has 救助 and 再救助 for one class


@pytest.fixture(autouse=True)
def _june() -> Iterator[None]:
    with clock.frozen(JUNE):
        yield


def make_county() -> None:
    make_plans(AREA)
    funds.open_area(AREA, actor="test")


def bill(person: Person, place: Institution, total: str, day: str) -> Settlement:
    charge = make_charge(person, place, total, on=f"{day} 08:00")
    Visit.objects.filter(pk=charge.visit_id).update(area=AREA)
    return settle(charge, when=f"{day} 09:00")


def helped(name: str = "梁秀英") -> Person:
    return make_person(name=name, identities=["registered_poor"], area=AREA)


def window_of(one_stop: bool = True) -> Institution:
    return make_institution(area=AREA, one_stop=one_stop)


def user(role: str) -> User:
    return make_user(role, area=AREA)


def hands() -> tuple[User, User, User]:
    return user("clerk"), user("reviewer"), user("approver")


def collected(month: str = "2020-06") -> Batch:
    clerk, reviewer, approver = hands()
    batch = collecting.propose_batch(by=clerk, month=month)
    collecting.review_batch(by=reviewer, batch=batch, agree=True)
    return collecting.release_batch(by=approver, batch=batch, agree=True)


def aid(row: Settlement) -> int:
    return sum(getattr(row, tier) for tier in AID_TIERS)


def balanced() -> None:
    assert [row for row in check(AREA) if row.difference] == []
    assert not verify_books(AREA)
    assert replay(AREA, 2020).differences == []


def test_the_window_withholds_and_the_year_goes_on_as_if_it_had_not() -> None:
    make_county()
    here, other = helped(), helped()
    window, bureau = window_of(), window_of(one_stop=False)
    first = bill(here, window, "60000.00", "2020-02-10")
    same = bill(other, bureau, "60000.00", "2020-02-10")
    assert aid(first) > 0 and aid(same) == 0
    assert (first.one_stop, same.one_stop) == (True, False)
    assert same.person_pays == first.person_pays + aid(first)
    assert same.state_after == first.state_after
    later = [bill(who, window, "80000.00", "2020-03-10") for who in (here, other)]
    assert later[0].fund_total == later[1].fund_total
    balanced()


def test_a_batch_pays_what_was_withheld_and_the_next_pays_nothing() -> None:
    make_county()
    window, bureau = window_of(), window_of(one_stop=False)
    person, twin = helped(), helped()
    for day, total in (("2020-02-10", "60000.00"), ("2020-03-10", "20000.00")):
        bill(person, bureau, total, day)
        bill(twin, window, total, day)
    batch = collected()
    assert batch.state == "released"
    arrear = batch.arrears.get()
    assert arrear.total == sum(map(aid, Settlement.objects.filter(person=twin))) > 0
    assert Payable.objects.get(person=person).total == arrear.total
    assert [one.difference for one in fold_as_known(arrear.person_year)] == [(0,) * len(TIERS)] * 2
    balanced()
    with pytest.raises(Refused, match="没有要集中补算的"):
        collecting.propose_batch(by=user("clerk"), month="2020-06")
    assert list(queries.candidates(AREA, 2020)) == []


def test_a_flag_known_late_is_paid_with_it_once() -> None:
    make_county()
    person, bureau = make_person(area=AREA), window_of(one_stop=False)
    bill(person, bureau, "60000.00", "2020-02-10")
    assert queries.to_collect(AREA, JUNE) == []
    people.add_identity(
        actor="test", person=person, kind="registered_poor", start=date(2020, 1, 1), source="民政",
        known_on=JUNE.date(),
    )  # fmt: skip
    (candidate,) = queries.candidates(AREA, 2020)
    clerk, reviewer, approver = hands()
    arrear = services.propose(by=clerk, year=candidate.year, reason="认定晚报")
    services.review(by=reviewer, arrear=arrear, agree=True)
    services.release(by=approver, arrear=arrear, agree=True)
    assert arrear.total > 0
    assert owed(candidate.year) == []
    assert queries.to_collect(AREA, JUNE) == []
    balanced()


def test_what_was_paid_for_a_bill_that_is_then_reversed_is_owed_back() -> None:
    make_county()
    person, bureau = helped(), window_of(one_stop=False)
    row = bill(person, bureau, "60000.00", "2020-02-10")
    paid = collected().arrears.get().total
    reverse_bill(row, when="2020-06-20 11:00")
    (candidate,) = queries.candidates(AREA, 2020)
    assert candidate.total == -paid
    assert collected().arrears.get().total == -paid
    assert Receivable.objects.get().total == paid
    assert owed(PersonYear.objects.get()) == []
    balanced()


def test_a_reversal_before_a_batch_leaves_nothing_to_pay() -> None:
    make_county()
    person, bureau = helped(), window_of(one_stop=False)
    reverse_bill(bill(person, bureau, "60000.00", "2020-02-10"), when="2020-02-11 09:00")
    balanced()
    with pytest.raises(Refused, match="没有要集中补算的"):
        collecting.propose_batch(by=user("clerk"), month="2020-06")


def test_only_until_the_months_end() -> None:
    make_county()
    person, bureau = helped(), window_of(one_stop=False)
    bill(person, bureau, "60000.00", "2020-05-10")
    clerk = user("clerk")
    with pytest.raises(Refused, match="没有要集中补算的"):
        collecting.propose_batch(by=clerk, month="2020-04")
    for month, words in (("2020-13", "如 2019-06"), ("2020-07", "还没有到")):
        with pytest.raises(Refused, match=words):
            collecting.propose_batch(by=clerk, month=month)
    assert collecting.propose_batch(by=clerk, month="2020-05").arrears.count() == 1
    with pytest.raises(Refused, match=r"还没有办完|没有要集中补算"):
        collecting.propose_batch(by=clerk, month="2020-05")


def test_three_people_and_each_arrear_for_itself() -> None:
    make_county()
    bureau = window_of(one_stop=False)
    one, two = helped("甲某"), helped("乙某")
    for person in (one, two):
        bill(person, bureau, "60000.00", "2020-02-10")
    clerk, reviewer, approver = hands()
    batch = collecting.propose_batch(by=clerk, month="2020-06")
    with pytest.raises(NotAllowed):
        collecting.review_batch(by=clerk, batch=batch, agree=True)
    with pytest.raises(Refused, match="待复核"):
        collecting.release_batch(by=approver, batch=batch, agree=True)
    with pytest.raises(Refused, match="理由"):
        collecting.review_batch(by=reviewer, batch=batch, agree=False)
    collecting.review_batch(by=reviewer, batch=batch, agree=True)
    for who in (clerk, reviewer):
        with pytest.raises(NotAllowed):
            collecting.release_batch(by=who, batch=batch, agree=True)
    # One has a bill more since: it goes back by itself, the other is paid.
    bill(two, bureau, "30000.00", "2020-06-19")
    collecting.release_batch(by=approver, batch=batch, agree=True)
    states = {a.person_year.person.name: (a.state, a.opinion) for a in Arrear.objects.all()}
    assert states["甲某"] == ("released", "")
    assert states["乙某"][0] == "refused" and "差额已不同" in states["乙某"][1]
    assert [year.person for year in queries.to_collect(AREA, JUNE)] == [two]
    assert collected().arrears.get().person_year.person == two
    balanced()


def test_a_refused_batch_sets_its_years_free() -> None:
    make_county()
    bill(helped(), window_of(one_stop=False), "60000.00", "2020-02-10")
    clerk, reviewer, _approver = hands()
    batch = collecting.propose_batch(by=clerk, month="2020-06")
    collecting.review_batch(by=reviewer, batch=batch, agree=False, opinion="名单要核")
    assert batch.arrears.get().state == "refused"
    assert collected().state == "released"


def test_the_database_refuses_a_withheld_bill_that_pays_aid() -> None:
    make_county()
    row = bill(helped(), window_of(), "60000.00", "2020-02-10")
    columns = [f.column for f in Settlement._meta.concrete_fields if f.column]
    names = ", ".join(columns)
    new = {"id": "id + 1", "one_stop": "false", "ordinal": "ordinal + 1"}
    shown = ", ".join(new.get(column, column) for column in columns)
    with (
        pytest.raises(IntegrityError, match="settlement_withheld_pays_none"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"insert into settlement_settlement ({names}) "
            f"select {shown} from settlement_settlement where id = %s",
            [row.pk],
        )


@pytest.mark.parametrize("wrong", [{"reviewed_by": "proposed_by"}, {"state": "released"}])
def test_the_database_refuses_a_batch_of_one_hand(wrong: dict[str, object]) -> None:
    make_county()
    bill(helped(), window_of(one_stop=False), "60000.00", "2020-02-10")
    batch = collecting.propose_batch(by=user("clerk"), month="2020-06")
    told = {k: batch.proposed_by if v == "proposed_by" else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.create(
            area=AREA, month="2020-06", proposed_by=batch.proposed_by, proposed_at=clock.now()
        )


def test_the_pages_the_notice_and_the_signatures() -> None:
    make_county()
    person = helped("欧阳独一")
    row = bill(person, window_of(one_stop=False), "60000.00", "2020-02-10")
    clerk, reviewer, approver = hands()

    def client(who: User) -> Client:
        found = Client()
        found.force_login(who)
        return found

    shown = client(clerk).get(reverse("bills:statement", args=[row.pk])).content.decode()
    assert "救助集中补算" in shown and "由医保局集中计算，打到社保卡" in shown
    listed = client(clerk).get(reverse("arrears:list")).content.decode()
    assert "提出 2020-06 集中补算" in listed
    answer = client(clerk).post(reverse("arrears:propose-batch"), {"month": "2020-06"})
    batch = Batch.objects.get()
    url = reverse("arrears:batch", args=[batch.pk])
    assert answer["Location"] == url
    assert "轮到别人办" in client(clerk).get(url).content.decode()
    assert "复核集中补算" in client(reviewer).get("/").content.decode()
    decide = reverse("arrears:decide-batch", args=[batch.pk])
    client(reviewer).post(decide, {"agree": "1"})
    assert "整批放行，入账" in client(approver).get(url).content.decode()
    client(approver).post(decide, {"agree": "1"})
    notice = client(clerk).get(reverse("arrears:notice", args=[batch.pk])).content.decode()
    assert "欧**一" in notice and "欧阳独一" not in notice and person.village in notice
    paper = client(clerk).get(reverse("arrears:signatures", args=[batch.pk])).content.decode()
    assert "欧阳独一" in paper and person.id_no not in paper
    assert re.search(r"4417\*+\d", paper)
