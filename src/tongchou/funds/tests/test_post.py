import pytest
from django.db import transaction
from django.db.models import Sum

from tongchou.funds import accounts, queries, services, statements
from tongchou.funds.models import Account, Entry, PersonalAccount, Posting
from tongchou.funds.statements import Line
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.statements import record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def area() -> str:
    return make_area()


def test_opening_an_area_twice_changes_nothing() -> None:
    before = list(Account.objects.order_by("id").values_list("id", "area", "code", "slice"))
    make_area()
    assert list(Account.objects.order_by("id").values_list("id", "area", "code", "slice")) == before
    assert len(before) == 7 * 14 * 16


def test_postings_move_the_balances_of_their_slice() -> None:
    number = make_entry(slice_key=21)
    assert Entry.objects.get().id == number
    moved = Account.objects.exclude(balance=0).order_by("code")
    assert [(a.code, a.slice, a.balance) for a in moved] == [("2101", 5, -100), ("5101", 5, 100)]


def test_lines_of_one_account_are_put_together_and_nothing_is_no_entry() -> None:
    def post(lines: list[Line]) -> list[raw.Statement]:
        return statements.post(
            entry_id=1,
            at=clock.now(),
            kind="settlement",
            area=AREA,
            institution_id=None,
            summary="",
            actor="",
            lines=lines,
            slice_key=0,
        )

    pool = "resident_pool"
    (_, params), _entry = post([(pool, "5101", 60), (pool, "5101", 40), (pool, "2101", -100)])
    assert sorted(params[2::3]) == [-100, 100]
    assert post([(pool, "5101", 60), (pool, "5101", -60)]) == []


@pytest.mark.parametrize(
    "lines",
    [
        [("resident_pool", "5101", 100), ("resident_pool", "2101", -99)],
        [("resident_pool", "5101", 100), ("medical_aid", "2101", -100)],
        [("resident_pool", "9999", 100), ("resident_pool", "2101", -100)],
        [("resident_pool", "5101", 0)],
        [],
    ],
)
def test_an_entry_that_does_not_balance_in_each_fund_is_refused(lines: list[Line]) -> None:
    with pytest.raises(Refused):
        make_entry(lines)
    assert not Posting.objects.exists()


def test_an_area_without_accounts_is_named() -> None:
    with pytest.raises(accounts.NoSuchAccount, match="999999"), transaction.atomic():
        make_entry(area="999999")


def test_a_personal_account_moves_with_the_funds_account() -> None:
    person = make_person().pk
    services.credit_personal_account(person_id=person, area=AREA, fen=12_345, actor="tests")
    number = services.credit_personal_account(person_id=person, area=AREA, fen=55, actor="tests")
    assert PersonalAccount.objects.get().balance == 12_400
    owed = Account.objects.filter(fund="personal_account", code="2001")
    assert owed.aggregate(x=Sum("balance"))["x"] == -12_400
    assert queries.moves_of(number) == [(person, 55)]


@pytest.mark.django_db(transaction=True)
def test_trail_and_entry_are_one_pipeline_of_plain_statements() -> None:
    number = 2026112200000001
    raw.run(
        record(
            at=clock.now(),
            actor="H1",
            verb="bills.settled",
            object_type="settlement",
            object_id=str(number),
            area=AREA,
            data={"total": 1},
            slice_key=35,
        )
        + statements.post(
            entry_id=number,
            at=clock.now(),
            kind="settlement",
            area=AREA,
            institution_id=None,
            summary="住院",
            actor="H1",
            lines=[("resident_pool", "5101", 100), ("resident_pool", "2101", -100)],
            slice_key=35,
        )
    )
    assert Act.objects.get(verb="bills.settled").slice == 3
    assert Entry.objects.get().postings.count() == 2
    assert Entry.objects.get().day == clock.today()
