"""Two connections at once against the ledger's guards; each step waits for the other's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongchou.funds.models import Entry, Posting
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.funds.verify import verify_books
from tongchou.platform.db import raw
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)
postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)
ENTRY = (
    "insert into funds_entry (id, at, day, kind, area, summary, actor) values "
    f"(9, '2026-11-22', '2026-11-22', 'income', '{AREA}', '', '')"
)


def posting(code: str, fen: int) -> str:
    return (
        f"insert into funds_posting (entry_id, account_id, amount) select 9, id, {fen} "
        f"from funds_account where fund_id = 'resident_pool' and code = '{code}' and slice = 0"
    )


def attempt(work: Callable[[], None]) -> str:
    """Run `work` on a connection of its own; return "" or the refusal."""
    try:
        work()
    except DatabaseError as error:
        return str(error) or "refused"
    finally:
        connection.close()
    return ""


@pytest.mark.postgres
@postgres_only
def test_a_posting_cannot_slip_in_beside_an_entry_under_way() -> None:
    """Written before the entry is seen and committed after it, it would unbalance the entry."""
    make_area()
    written, committed = threading.Event(), threading.Event()

    def slip_in() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '5s'")
            cursor.execute(posting("1001", 5))
            written.set()
            committed.wait(2)

    def post() -> None:
        written.wait(5)
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in (posting("5101", 7), posting("2101", -7), ENTRY):
                cursor.execute(sql)
        committed.set()

    with ThreadPoolExecutor(2) as pool:
        slipped, posted = pool.submit(attempt, slip_in), pool.submit(attempt, post)
        assert "foreign key" in slipped.result()  # its entry did not exist when it ended
        assert posted.result() == ""
    assert Posting.objects.filter(entry_id=9).count() == 2
    assert verify_books(AREA) == []


def test_many_writers_keep_books_and_chains_sound() -> None:
    make_area()
    fund = "resident_pool"

    def write(number: int) -> str:
        def work() -> None:
            for n in range(5):
                fen = number * 5 + n + 1
                lines = [(fund, "5101", fen), (fund, "2101", -fen)]
                make_entry(lines, slice_key=n % 3)

        return attempt(work)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(8))) == {""}
    assert Entry.objects.count() == 40
    assert Act.objects.filter(verb="funds.entry.posted").count() == 40
    assert verify_books(AREA) == []
    assert verify().sound


def test_a_refused_entry_leaves_neither_trace_nor_balance() -> None:
    make_area()
    acts = Act.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        make_entry()
        cursor.execute(posting("1001", 5))
        cursor.execute(ENTRY)
    with pytest.raises(raw.Conflict):
        raw.run([(posting("1001", 5), []), (ENTRY, [])])
    assert not Posting.objects.exists() and Act.objects.count() == acts
    assert verify_books(AREA) == [] and verify().sound
