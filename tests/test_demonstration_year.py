"""The demonstration's whole year: folded again to the fen (P12), and any tampering seen (P13)."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from tongchou.demo import build
from tongchou.demo.parameters import AREA
from tongchou.funds import accounts
from tongchou.funds.verify import verify_books
from tongchou.platform import clock
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail import seals
from tongchou.platform.trail.tests.guards import guards_aside
from tongchou.platform.trail.verify import verify
from tongchou.providers import credentials
from tongchou.settlement.models import Settlement
from tongchou.settlement.queries.replay import replay

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def that_morning(db: None) -> Iterator[None]:
    for forget in (credentials.forget, forget_blocks, accounts.forget):
        forget()
    with clock.frozen(NOW):
        yield


def make_county(scale: int) -> None:
    build.build(scale, lambda _words: None)


def run(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize("scale", [1_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_the_year_folded_again_is_the_ledger(scale: int) -> None:
    make_county(scale)
    again = replay(AREA, NOW.year)
    assert again.differences == []
    assert again.bills == Settlement.objects.filter(kind="settle").count() > scale // 10
    assert verify_books(AREA) == [] and verify().sound


# A bill of the middle of the year, and one fen, or one name, or one act of it.
MIDDLE = "(select id from settlement_settlement order by id limit 1 offset {half})"
FORGED = {
    "a fund pays a fen more": (
        "update settlement_settlement set basic = basic + 1, fund_total = fund_total + 1,"
        " person_pays = person_pays - 1 where id = " + MIDDLE,
        "replay",
    ),
    "the year's state": (
        "update settlement_personyear set state = replace(cast(state as text), '[', '[1')"
        "{jsonb} where id = (select person_year_id from settlement_settlement where id = "
        + MIDDLE + ")",
        "replay",
    ),
    "a posting": ("update funds_posting set amount = amount + 1 where entry_id = " + MIDDLE,
                  "books"),
    "an act": ("update trail_act set actor = 'nobody' where object_id = cast(" + MIDDLE
               + " as text)", "trail"),
    "an act is gone": ("delete from trail_act where object_id = cast(" + MIDDLE + " as text)",
                       "trail"),
    "the last acts are gone": (
        "delete from trail_act where slice = 3 and seq > (select seq - 5 from trail_chainhead"
        " where slice = 3)", "trail"),
}  # fmt: skip


def found() -> set[str]:
    """Return which of the checks of the night cry out."""
    crying = {
        "replay": bool(replay(AREA, NOW.year).differences),
        "books": bool(verify_books(AREA)),
        "trail": not verify().sound,
    }
    return {name for name, cries in crying.items() if cries}


def test_what_is_forged_past_the_guards_is_found() -> None:
    make_county(300)
    assert found() == set()
    half = Settlement.objects.count() // 2
    jsonb = "::jsonb" if connection.vendor == "postgresql" else ""
    for what, (sql, where) in FORGED.items():
        with transaction.atomic():
            with guards_aside():
                assert run(sql.replace("{half}", str(half)).replace("{jsonb}", jsonb)), what
            assert where in found(), what
            transaction.set_rollback(True)
    assert found() == set()


def test_a_seal_shows_a_chain_that_was_written_anew() -> None:
    """Whoever recomputes a whole chain passes the chain itself, not the seal kept elsewhere."""
    make_county(300)
    seal = seals.from_line(seals.to_line(seals.seal()))
    with guards_aside():
        run("delete from trail_act where slice = 5")
        zero = "'\\x" + "00" * 32 + "'" if connection.vendor == "postgresql" else "zeroblob(32)"
        run(f"update trail_chainhead set seq = 0, hash = {zero} where slice = 5")
    assert verify().sound
    assert not verify([seal]).sound
