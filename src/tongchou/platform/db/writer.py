"""SQLite has one writer: whoever is it writes what the others have queued too, in one commit.

A commit costs as much as a bill's statements (the log is flushed to the disk), and while one
thread commits the others can only wait. Each job keeps its own fate: it runs behind a savepoint
of its own, and what a constraint refuses is rolled back alone.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

Statement = tuple[str, Sequence[Any]]
MOST_TOGETHER = 32


class Job:
    """Statements that stand or fall together, and what became of them."""

    __slots__ = ("done", "error", "statements")

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.done = False
        self.error: BaseException | None = None


_writing = threading.Lock()
_waiting: deque[Job] = deque()


def run(raw: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    """Run `statements` as one transaction; `raw` must be in none.

    Returns once they are on the disk. Raises what went wrong with them; nothing is written then.
    """
    job = Job(statements)
    _waiting.append(job)
    with _writing:
        while not job.done:
            _write(raw, [_waiting.popleft() for _ in range(min(len(_waiting), MOST_TOGETHER))])
    if job.error is not None:
        raise job.error


def _write(raw: sqlite3.Connection, jobs: list[Job]) -> None:
    """Run `jobs` in one transaction; if that fails as a whole, each in its own."""
    try:
        if len(jobs) > 1:
            _together(raw, jobs)
        else:
            _alone(raw, jobs[0])
    except Exception:
        # Whose fault it was is only known alone; a deferred key speaks at the commit.
        for job in jobs:
            _alone(raw, job)
    finally:
        for job in jobs:
            job.done = True


def _together(raw: sqlite3.Connection, jobs: list[Job]) -> None:
    with _transaction(raw, jobs) as cursor:
        for job in jobs:
            cursor.execute("savepoint job")
            try:
                _execute(cursor, job)
            except sqlite3.IntegrityError as refused:
                job.error = refused
                cursor.execute("rollback to job")
            cursor.execute("release job")


def _alone(raw: sqlite3.Connection, job: Job) -> None:
    try:
        with _transaction(raw, [job]) as cursor:
            _execute(cursor, job)
    except Exception as error:
        job.error = error


@contextmanager
def _transaction(raw: sqlite3.Connection, jobs: list[Job]) -> Iterator[sqlite3.Cursor]:
    for job in jobs:
        job.error = None
    cursor = raw.cursor()
    cursor.execute("begin immediate")
    try:
        yield cursor
        cursor.execute("commit")
    except BaseException as error:
        raw.rollback()
        for job in jobs:
            job.error = error
        raise


def _execute(cursor: sqlite3.Cursor, job: Job) -> None:
    for sql, params in job.statements:
        cursor.execute(marked(sql), params)


@lru_cache(maxsize=512)
def marked(sql: str) -> str:
    """Return `sql` with SQLite's own placeholders; Django's cursor rewrites each text anew."""
    text = sql.replace("%s", "?")
    assert "%" not in text
    return text
