"""The message log: noted in memory, written in batches, never in the way of an answer.

Best effort by design: a stopped process may lose half a second of it. Accepted writes are proved
by their stored answers, not by this log.
"""

import atexit
import logging
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import Error, OperationalError, close_old_connections, connection

from tongchou.exchange import nonces
from tongchou.exchange.envelope import Noted
from tongchou.exchange.models import MessageLog
from tongchou.platform import clock

INTERVAL = 0.5  # seconds
FORGET_NONCES_EVERY = timedelta(minutes=1)
_MOST_WAITING = 20_000


class Seen(NamedTuple):
    """A message and how it was answered."""

    at: datetime
    micros: int
    noted: Noted
    outcome: str
    reason: str

    def row(self) -> MessageLog:
        noted = self.noted
        return MessageLog(
            at=self.at,
            infno=noted.infno,
            msgid=noted.msgid,
            institution_id=noted.institution_id,
            micros=self.micros,
            outcome=self.outcome,
            reason=self.reason[:200],
            amount=noted.amount,
            psn_no=noted.psn_no[:30],
            settlement_id=noted.settlement_id,
        )


_log = logging.getLogger(__name__)
_waiting: deque[Seen] = deque(maxlen=_MOST_WAITING)
_flushing = threading.Lock()
_started = threading.Lock()


def note(seen: Seen) -> None:
    """Remember a message; the oldest are dropped when nobody writes them down."""
    _waiting.append(seen)


def flush() -> int:
    """Write down what is waiting; return how many. Where the database is busy it waits on."""
    with _flushing:
        seen = [_waiting.popleft() for _ in range(len(_waiting))]
        try:
            MessageLog.objects.bulk_create([one.row() for one in seen], batch_size=500)
        except OperationalError:
            room = _MOST_WAITING - len(_waiting)
            _waiting.extendleft(reversed(seen[-room:] if room else []))
            raise
    return len(seen)


def drop() -> None:
    """Forget what is waiting (tests)."""
    _waiting.clear()


def start() -> None:
    """Begin to write the log in the background; the serving process does this once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="message-log", daemon=True).start()
        atexit.register(_flush_quietly)


def _run() -> None:
    pause = threading.Event()
    forgotten_at = clock.now()
    while True:
        pause.wait(INTERVAL)
        close_old_connections()
        _flush_quietly()
        if clock.now() - forgotten_at > FORGET_NONCES_EVERY:
            forgotten_at = clock.now()
            _quietly_forget_nonces()


def _flush_quietly() -> None:
    try:
        if _waiting:
            flush()
    except OperationalError as busy:
        _log.warning("message log: waits for the database (%s)", busy)
        connection.close()
    except Error:
        _log.warning("message log: a batch was lost", exc_info=True)
        connection.close()


def _quietly_forget_nonces() -> None:
    try:
        nonces.forget_old(clock.now())
    except Error:
        _log.warning("nonces: not tidied this time", exc_info=True)
        connection.close()
