from collections.abc import Sequence
from datetime import date, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.funds import queries, services
from tongchou.funds.chart import ACCOUNTS, BETWEEN_LEVELS, FUNDS
from tongchou.funds.models import Account, AccountMove, Entry
from tongchou.funds.statements import Line
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.funds.verify import Fault, verify_books
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.tests.guards import guards_aside

pytestmark = pytest.mark.django_db
POOL, AID = "resident_pool", "medical_aid"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def area() -> None:
    make_area()


def post(day: str, lines: Sequence[Line], *, hour: int = 9, **more: object) -> int:
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI)
    with clock.frozen(moment):
        return make_entry(lines, **more)  # type: ignore[arg-type]


def test_the_trial_balance_has_opening_moves_and_closing() -> None:
    post("2018-12-31", [(POOL, "1001", 500), (POOL, "4001", -500)])
    post("2019-01-01", [(POOL, "1001", 1000), (POOL, "3001", -1000)], kind="opening")
    post(
        "2019-02-28", [(POOL, "5101", 70), (POOL, "2101", -70), (AID, "5101", 7), (AID, "2101", -7)]
    )
    post("2019-03-01", [(POOL, "5101", -20), (POOL, "2101", 20)], kind="reversal", slice_key=9)
    post("2019-03-02", [(POOL, "5101", 1), (POOL, "2101", -1)])
    found = queries.trial_balance(AREA, date(2019, 3, 1), POOL)
    rows = {row.code: (row.opening, row.debit, row.credit, row.closing) for row in found.rows}
    assert rows == {
        "1001": (1500, 0, 0, 1500),
        "2101": (0, 20, 70, -50),
        "3001": (-1000, 0, 0, -1000),
        "4001": (-500, 0, 0, -500),
        "5101": (0, 70, 20, 50),
    }
    assert (found.debit, found.credit) == (90, 90)
    assert (found.closing_debit, found.closing_credit) == (1550, 1550)
    assert found.differences == {POOL: 0, AID: 0}
    every = {row.code: row.closing for row in queries.trial_balance(AREA, date(2019, 3, 1)).rows}
    assert every["2101"] == -57
    assert not queries.trial_balance("441800", date(2019, 3, 1)).rows


def test_an_accounts_lines_run_through_slices_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    post("2019-02-28", [(POOL, "5101", 100), (POOL, "2101", -100)], institution_id=1)
    for hour, fen, key in ((9, 5, 1), (10, 6, 2), (11, 7, 3)):
        lines = [(POOL, "5101", fen), (POOL, "2101", -fen)]
        post("2019-03-01", lines, hour=hour, slice_key=key, institution_id=1)
    post("2019-03-01", [(POOL, "5101", 50), (POOL, "2101", -50)], hour=8, institution_id=2)
    day = date(2019, 3, 1)

    def lines_of(**more: int) -> list[tuple[int, int]]:
        page = queries.account_lines(AREA, "2101", first=day, last=day, fund=POOL, **more)
        return [(line.amount, line.balance) for line in page.lines]

    assert lines_of(page=1) == [(-50, -150), (-5, -155)]
    assert lines_of() == lines_of(page=2) == [(-6, -161), (-7, -168)]
    assert lines_of(institution_id=1, page=1) == [(-5, -105), (-6, -111)]
    assert lines_of(institution_id=1) == [(-7, -118)]
    assert set(queries.institutions_in(AREA, "2101")) == {1, 2}


def test_an_entry_shows_each_fund_by_itself_with_debits_first() -> None:
    number = post(
        "2019-03-01", [(AID, "2101", -7), (AID, "5101", 7), (POOL, "2101", -70), (POOL, "5101", 70)]
    )
    view = queries.entry_view(Entry.objects.get(pk=number))
    assert [fund.name for fund in view.funds] == [str(FUNDS[POOL]), str(FUNDS[AID])]
    assert view.funds[0].lines == [
        ("5101", str(ACCOUNTS["5101"]), 70, 0),
        ("2101", str(ACCOUNTS["2101"]), 0, 70),
    ]
    assert view.total == 77


# 2001 moves with the persons' own accounts, which a bare entry does not touch.
CODES = sorted(set(ACCOUNTS) - {"2001", *BETWEEN_LEVELS})
LEG = st.tuples(
    st.sampled_from(sorted(FUNDS)),
    st.sampled_from(CODES),
    st.sampled_from(CODES),
    st.integers(-(10**12), 10**12),
)
COMMAND = st.tuples(st.lists(LEG, min_size=1, max_size=4), st.integers(1, 28), st.integers(0, 99))


@settings(max_examples=25, deadline=None)
@given(st.lists(COMMAND, max_size=8))
def test_any_sequence_of_entries_sums_to_zero_by_entry_fund_and_day(
    commands: list[tuple[list[tuple[str, str, str, int]], int, int]],
) -> None:
    before = {a.pk: a.balance for a in Account.objects.all()}
    moved = dict(before)
    for legs, day, key in commands:
        lines = [
            line
            for fund, debit, credit, fen in legs
            for line in ((fund, debit, fen), (fund, credit, -fen))
        ]
        sums: dict[tuple[str, str], int] = {}
        for fund, code, fen in lines:
            sums[fund, code] = sums.get((fund, code), 0) + fen
        if not any(sums.values()):
            continue
        post(f"2019-03-{day:02d}", lines, slice_key=key)
        for (fund, code), fen in sums.items():
            account = Account.objects.get(area=AREA, fund=fund, code=code, slice=key % 16)
            moved[account.pk] += fen
    assert {a.pk: a.balance for a in Account.objects.all()} == moved
    assert verify_books(AREA) == []
    for day in {day for _legs, day, _key in commands}:
        whole = queries.trial_balance(AREA, date(2019, 3, day))
        assert whole.balanced and whole.debit == whole.credit
    for one in FUNDS:
        single = queries.trial_balance(AREA, date(2019, 3, 31), one)
        assert single.debit == single.credit and single.closing_debit == single.closing_credit


TAMPERINGS = {
    "entry": "update funds_posting set amount = amount + 1 where amount > 0",
    "no_postings": "delete from funds_posting",
    "no_entry": "delete from funds_entry",
    "balance": "update funds_account set balance = balance + 1 where code = '3001' and slice = 3",
    "personal": "update funds_personalaccount set balance = balance - 1",
    "account": "update funds_accountmove set amount = amount + 1",
    "moves": "delete from funds_accountmove",
}


@pytest.mark.parametrize("kind", sorted(TAMPERINGS))
def test_what_was_done_with_the_guards_aside_is_found(kind: str) -> None:
    services.credit_personal_account(person_id=make_person().pk, area=AREA, fen=500, actor="tests")
    assert verify_books(AREA) == []
    if connection.vendor == "sqlite":
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("pragma defer_foreign_keys = on")
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute(TAMPERINGS[kind])
    found = verify_books(AREA)
    assert kind in {fault.kind for fault in found}
    with pytest.raises(CommandError, match="处不符"):
        call_command("verify_books", stderr=open("/dev/null", "w"))
    _mend(found)


def _mend(found: list[Fault]) -> None:
    """The test's own end checks foreign keys: what was torn must not be left so."""
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("delete from funds_posting")
        cursor.execute("delete from funds_accountmove")


def test_balances_from_before_there_were_lines_are_brought_in() -> None:
    """As the migration does it: the entries of that time have none of their own."""
    bring_in = import_module("tongchou.funds.migrations.0008_moves_and_balances").bring_in
    paid = [make_person().pk for _n in range(2)]
    for person in paid:
        services.credit_personal_account(person_id=person, area=AREA, fen=500, actor="tests")
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("delete from funds_accountmove")
        assert {fault.kind for fault in verify_books(AREA)} == {"account", "moves"}
        bring_in(None, None)
    assert AccountMove.objects.filter(entry=None, amount=500).count() == 2
    assert verify_books(AREA) == []
    services.credit_personal_account(person_id=paid[0], area=AREA, fen=7, actor="tests")
    assert verify_books(AREA) == [] and queries.personal_balance(paid[0]) == 507


def test_an_entry_of_2001_says_whose_account_it_is() -> None:
    with pytest.raises(Refused, match="是谁的账户"):
        make_entry([("personal_account", "1001", 5), ("personal_account", "2001", -5)])


def test_sound_books_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    make_entry()
    call_command("verify_books", area=AREA)
    assert "差 0.00" in capsys.readouterr().out
