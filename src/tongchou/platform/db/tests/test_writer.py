"""SQLite's one writer: several jobs in one commit, each with its own fate."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongchou.platform.db import writer
from tongchou.platform.db.writer import Job

TABLES = """
create table parent (id integer primary key);
create table child (
    id integer primary key,
    parent_id integer not null references parent (id) deferrable initially deferred
);
"""
PARENT = "insert into parent (id) values (%s)"
CHILD = "insert into child (id, parent_id) values (%s, %s)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "w.sqlite3"
    with sqlite3.connect(path) as raw:
        raw.execute("pragma journal_mode=wal")
        raw.executescript(TABLES)
    return path


def opened(path: Path, timeout: float = 5) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    raw.execute("pragma foreign_keys=on")
    return raw


@pytest.fixture
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    raw = opened(path)
    yield raw
    raw.close()


def parents(raw: sqlite3.Connection) -> list[int]:
    return [row[0] for row in raw.execute("select id from parent order by id")]


def test_what_is_refused_is_refused_alone(raw: sqlite3.Connection) -> None:
    jobs = [Job([(PARENT, [1])]), Job([(PARENT, [2]), (PARENT, [1])]), Job([(PARENT, [3])])]
    writer._write(raw, jobs)
    assert [type(job.error) for job in jobs] == [type(None), sqlite3.IntegrityError, type(None)]
    assert all(job.done for job in jobs)
    assert parents(raw) == [1, 3], "nothing of the refused job stays"


def test_a_key_that_speaks_at_the_commit_hits_its_own_job_only(raw: sqlite3.Connection) -> None:
    jobs = [Job([(PARENT, [1])]), Job([(CHILD, [1, 99])]), Job([(PARENT, [3])])]
    writer._write(raw, jobs)
    assert [job.error is None for job in jobs] == [True, False, True]
    assert parents(raw) == [1, 3]
    assert raw.execute("select count(*) from child").fetchone() == (0,)


def test_a_value_that_sqlite_does_not_know_hits_its_own_job_only(raw: sqlite3.Connection) -> None:
    jobs = [Job([(PARENT, [2**70])]), Job([(PARENT, [3])])]
    writer._write(raw, jobs)
    assert isinstance(jobs[0].error, OverflowError) and jobs[1].error is None
    assert parents(raw) == [3]
    assert not raw.in_transaction


def test_jobs_share_a_commit(raw: sqlite3.Connection) -> None:
    said: list[str] = []
    raw.set_trace_callback(said.append)
    writer._write(raw, [Job([(PARENT, [n])]) for n in range(5)])
    assert [text.lower() for text in said].count("commit") == 1


def test_a_database_held_by_another_is_an_error_of_each(
    path: Path, raw: sqlite3.Connection
) -> None:
    holder, late = opened(path), opened(path, timeout=0)
    holder.execute("begin immediate")
    job = Job([(PARENT, [1])])
    writer._write(late, [job])
    assert isinstance(job.error, sqlite3.OperationalError) and job.done
    holder.execute("rollback")
    with pytest.raises(sqlite3.IntegrityError):
        writer.run(late, [(PARENT, [1]), (PARENT, [1])])
    assert parents(raw) == []


def test_an_interrupted_writer_leaves_nobody_waiting(raw: sqlite3.Connection) -> None:
    jobs = [Job([(PARENT, [1])]), Job(_Stops())]
    with pytest.raises(KeyboardInterrupt):
        writer._write(raw, jobs)
    assert all(job.done and isinstance(job.error, KeyboardInterrupt) for job in jobs)
    assert parents(raw) == [] and not raw.in_transaction


class _Stops(list[writer.Statement]):
    def __iter__(self) -> Iterator[writer.Statement]:
        raise KeyboardInterrupt


def test_many_threads(path: Path, raw: sqlite3.Connection) -> None:
    """Every accepted number is there once, every refused one was another's; none is lost."""
    numbers = 40
    outcomes: dict[int, list[bool]] = {n: [] for n in range(numbers)}
    begin = threading.Barrier(8)

    def work(shift: int) -> None:
        own = opened(path)
        begin.wait()
        for n in range(numbers):
            number = (n + shift) % numbers
            try:
                writer.run(own, [(PARENT, [number]), (CHILD, [number, number])])
                outcomes[number].append(True)
            except sqlite3.IntegrityError:
                outcomes[number].append(False)
        own.close()

    threads = [threading.Thread(target=work, args=(5 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(sorted(won) == [False] * 7 + [True] for won in outcomes.values())
    assert parents(raw) == list(range(numbers))
