"""Money up and down a pool: two books, two people, both sides the same, whatever is done."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.funds.chart import BETWEEN_LEVELS, pooled_funds
from tongchou.funds.models import Account, Entry
from tongchou.funds.services import open_area, post_entry
from tongchou.funds.verify import verify_books
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.tests.guards import guards_aside
from tongchou.pooling import queries, services
from tongchou.pooling.models import Change, Remittance
from tongchou.pooling.services.remitting import deposits
from tongchou.pooling.verify import verify_levels

from .make import AFTER, AREA, EVE, POOL, fill, make_change, make_pool, make_remittance

FUND = "resident_pool"


@pytest.fixture
def change(db: None) -> Iterator[Change]:
    """The county is pooled since yesterday, with 1,000.00 of contributions on deposit."""
    with clock.frozen(EVE):
        make_user("clerk")
        open_area(AREA, actor="test")
        made = make_change()
        fill(AREA, 100_000)
    with clock.frozen(AFTER):
        yield made


def sound() -> bool:
    return not verify_levels() and not [f for a in (AREA, POOL) for f in verify_books(a)]


def balance(area: str, code: str, fund: str = FUND) -> int:
    rows = Account.objects.filter(area=area, fund=fund, code=code)
    return sum(rows.values_list("balance", flat=True))


def test_what_goes_up_and_down_stands_in_both_books(change: Change) -> None:
    up = make_remittance(change, 60_000, kind="closing")
    make_remittance(change, 15_000, kind="down")
    assert (balance(AREA, "1001"), balance(POOL, "1001")) == (55_000, 45_000)
    assert (balance(AREA, "5402"), balance(AREA, "4401")) == (60_000, -15_000)
    assert (balance(POOL, "4402"), balance(POOL, "5401")) == (-60_000, 15_000)
    assert up.area_entry is not None and up.pool_entry is not None
    assert (up.area_entry.area, up.pool_entry.area) == (AREA, POOL)
    assert change.pooling is not None
    [here, *_rest] = queries.position(change.pooling)
    [there, *_rest] = queries.pool_position(change.pooling)
    assert (here.up, here.down, here.deposits) == (there.up, there.down, 55_000)
    assert there.deposits == 45_000 and here.received == 0 and sound()


def test_only_what_is_pooled_goes_over(change: Change) -> None:
    assert pooled_funds("resident") == ["resident_pool", "resident_supplement", "critical_illness"]
    assert pooled_funds("employee") == ["employee_pool", "employee_supplement"]
    for fund in ("medical_aid", "employee_pool", "personal_account"):
        with pytest.raises(Refused, match="不随险种统筹"):
            make_remittance(change, 1, fund=fund)
    opened = Account.objects.filter(area=POOL, code__in=BETWEEN_LEVELS).values_list("fund_id")
    assert {fund for (fund,) in opened} == set(pooled_funds("resident"))


def test_who_may_and_when(change: Change) -> None:
    spell = change.pooling
    assert spell is not None
    with pytest.raises(NotAllowed, match="别的统筹区"):
        services.propose_remittance(
            by=make_user("finance"), pooling=spell, fund=FUND, kind="down", fen=1, ground="文"
        )
    with pytest.raises(NotAllowed, match="别的统筹区"):
        services.propose_remittance(
            by=make_user("finance", area=POOL), pooling=spell, fund=FUND, kind="up", fen=1,
            ground="文",
        )  # fmt: skip
    waits = make_remittance(change, 100, posted=False)
    with pytest.raises(NotAllowed, match="另一个人"):
        services.post_remittance(by=make_user("finance"), remittance=waits)
    with clock.frozen(EVE), pytest.raises(Refused, match="到那天再入账"):
        services.post_remittance(by=make_user("approver"), remittance=waits)
    services.drop_remittance(by=make_user("approver"), remittance=waits, reason="金额不对")
    with pytest.raises(Refused, match="已退回"):
        services.post_remittance(by=make_user("approver"), remittance=waits)
    for fen, ground, field in ((0, "文", "fen"), (-5, "文", "fen"), (5, " ", "ground")):
        with pytest.raises(Refused) as refused:
            services.propose_remittance(
                by=make_user("finance"), pooling=spell, fund=FUND, kind="up", fen=fen, ground=ground
            )
        assert refused.value.field == field


def test_nobody_gives_what_is_not_on_deposit(change: Change) -> None:
    for kind, fen in (("up", 100_001), ("down", 1)):
        waits = make_remittance(change, fen, kind=kind, posted=False)
        with pytest.raises(Refused, match="存款只有"):
            services.post_remittance(by=make_user("approver"), remittance=waits)
    make_remittance(change, 100_000)
    assert deposits(AREA, FUND) == 0 and sound()


def test_a_wrong_one_is_undone_whole_and_once(change: Change) -> None:
    wrong = make_remittance(change, 30_000)
    red = services.propose_correction(
        by=make_user("finance"), remittance=wrong, ground="上错了基金"
    )
    with pytest.raises(Refused, match="已经提出过"):
        services.propose_correction(by=make_user("finance"), remittance=wrong, ground="再来")
    services.post_remittance(by=make_user("approver"), remittance=red)
    assert (balance(AREA, "1001"), balance(POOL, "1001")) == (100_000, 0)
    assert (balance(AREA, "5402"), balance(POOL, "4402")) == (0, 0) and sound()
    with pytest.raises(Refused, match="本身就是冲回"):
        services.propose_correction(by=make_user("finance"), remittance=red, ground="再来")


def test_undoing_takes_back_no_more_than_is_there(change: Change) -> None:
    wrong = make_remittance(change, 30_000)
    make_remittance(change, 20_000, kind="down")
    red = services.propose_correction(by=make_user("finance"), remittance=wrong, ground="错")
    with pytest.raises(Refused, match="岭南省440000的居民基本医保基金存款只有 100"):
        services.post_remittance(by=make_user("approver"), remittance=red)


MOVES = st.lists(
    st.tuples(st.sampled_from(["up", "down", "closing", "undo"]), st.integers(1, 60_000)),
    max_size=8,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_whatever_is_done_both_sides_say_the_same(
    change: Change, moves: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        for kind, fen in moves:
            _try(change, kind, fen)
        assert balance(AREA, "1001") + balance(POOL, "1001") == 100_000
        assert balance(AREA, "5402") == -balance(POOL, "4402")
        assert balance(AREA, "4401") == -balance(POOL, "5401")
        assert balance(AREA, "1001") >= 0 <= balance(POOL, "1001") and sound()
        transaction.set_rollback(True)


def _try(change: Change, kind: str, fen: int) -> None:
    """Do it, or be refused; what is refused leaves nothing."""
    try:
        with transaction.atomic():
            if kind != "undo":
                make_remittance(change, fen, kind=kind)
            elif one := Remittance.objects.filter(state="posted", corrects=None).last():
                red = services.propose_correction(
                    by=make_user("finance"), remittance=one, ground="错"
                )
                services.post_remittance(by=make_user("approver"), remittance=red)
    except Refused:
        pass


def refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as wrong, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
    return str(wrong.value)


def test_the_database_refuses(change: Change) -> None:
    posted = make_remittance(change, 100)
    waits = make_remittance(change, 100, posted=False)
    for table, sql, name in (
        ("remittance", f"set fen = 1 where id = {posted.pk}", "refused"),
        ("remittance", f"set reason = 'x' where id = {posted.pk}", "refused"),
        ("remittance", f"set fen = 1 where id = {waits.pk}", "refused"),
        ("remittance", f"set state = 'posted' where id = {waits.pk}", "remittance_posted"),
        (
            "remittance",
            f"set state = 'dropped', decided_by_id = proposed_by_id where id = {waits.pk}",
            "two_people",
        ),
    ):
        assert name in refused(f"update pooling_{table} {sql}"), sql
    assert "refused" in refused(f"delete from pooling_remittance where id = {waits.pk}")
    insert = (
        "insert into pooling_remittance (pooling_id, fund_id, kind, fen, ground, state, reason, "
        "proposed_by_id, proposed_at{more}) select pooling_id, fund_id, kind, {fen}, ground, "
        "'proposed', '', proposed_by_id, proposed_at{value} from pooling_remittance "
        f"where id = {posted.pk}"
    )
    assert "remittance_sign" in refused(insert.format(more="", fen=-5, value=""))
    more = {"more": ", corrects_id", "value": f", {posted.pk}"}
    assert "remittance_sign" in refused(insert.format(fen=5, **more))
    services.propose_correction(by=make_user("finance"), remittance=posted, ground="错")
    assert (
        "undone_once" in refused(insert.format(fen=-100, **more)) or connection.vendor == "sqlite"
    )


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("update pooling_remittance set fen = fen + 1", "member"),
        ("update pooling_remittance set kind = 'down'", "pool"),
        ("update pooling_remittance set pool_entry_id = area_entry_id", "alone"),
    ],
)
def test_what_was_done_behind_the_guards_is_found(change: Change, sql: str, kind: str) -> None:
    make_remittance(change, 100)
    assert not verify_levels()
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert kind in {fault.kind for fault in verify_levels()}
    with pytest.raises(CommandError, match="不符"):
        call_command("verify_pooling", stderr=StringIO())


def test_an_entry_between_levels_that_no_remittance_knows_is_found(change: Change) -> None:
    out = StringIO()
    call_command("verify_pooling", stdout=out)
    assert "两边相符" in out.getvalue()
    for kind, found in ((Entry.Kind.REMITTANCE, "alone"), (Entry.Kind.INCOME, "aside")):
        lines = [(FUND, "5402", 5), (FUND, "1001", -5)]
        post_entry(kind=kind, area=AREA, summary="x", actor="test", lines=lines)
        assert found in {fault.kind for fault in verify_levels()}


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_give_the_same_money_twice() -> None:
    with clock.frozen(EVE):
        make_user("clerk")
        open_area(AREA, actor="test")
        change = make_change()
        fill(AREA, 100_000)
    with clock.frozen(AFTER):
        waiting = [make_remittance(change, 60_000, posted=False) for _ in range(2)]
        approver, gate = make_user("approver"), threading.Barrier(2)

        def post(one: Remittance) -> str:
            try:
                gate.wait(5)
                services.post_remittance(by=approver, remittance=one)
            except Refused as no:
                return no.reason
            finally:
                connection.close()
            return ""

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(post, waiting))
    assert answers[0] == "" and "存款只有" in answers[1]
    assert (balance(AREA, "1001"), balance(POOL, "1001")) == (40_000, 60_000) and sound()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_chain_at_once_do_not_both_stand() -> None:
    with clock.frozen(EVE):
        make_user("clerk")
        for code in (POOL, "440002"):
            make_pool(code, scheme="")
        gate = threading.Barrier(2)
        halves = [(AREA, POOL), (POOL, "440002")]

        def add(half: tuple[str, str]) -> str:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    gate.wait(5)
                    cursor.execute(
                        "insert into authority_pooling "
                        "(area_id, scheme, pool_id, start, changed_at) "
                        "values (%s, 'resident', %s, '2019-03-01', now())",
                        half,
                    )
            except DatabaseError as no:
                return str(no)
            finally:
                connection.close()
            return ""

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(add, halves))
    assert answers[0] == "" and "a pool is not itself pooled" in answers[1]
