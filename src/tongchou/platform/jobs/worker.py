"""The process that works: takes the oldest job, does it, takes the next; asks for what is due."""

import logging
import secrets
import threading
import time
from datetime import timedelta

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.platform.jobs import services
from tongchou.platform.jobs.handle import Handle, Stopped
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import kinds
from tongchou.platform.refusal import Refused

PAUSE = 1.0  # seconds between two looks when there is nothing to do
SILENCE = timedelta(seconds=90)  # after which a worker that says nothing is taken for dead
MOST_TRIES = 3
BEAT = 20.0  # seconds

_log = logging.getLogger(__name__)
State = Job.State


def run_forever(stop: threading.Event) -> None:
    """Work until `stop` is set; a database that does not answer is asked again."""
    while not stop.is_set():
        try:
            close_old_connections()
            ask_for_what_is_due()
            take_back_the_lost()
            worked = run_one()
        except Error:
            _log.warning("jobs: the database did not answer", exc_info=True)
            connection.close()
            worked = False
        if not worked:
            stop.wait(PAUSE)


def ask_for_what_is_due() -> int:
    """Ask for the nightly work of every area whose hour has come today; return how much was."""
    now = clock.now()
    due = [k for k in kinds().values() if k.nightly is not None and now.time() >= k.nightly]
    if not due:
        return 0
    day = now.date().isoformat()
    areas = Area.objects.values_list("code", flat=True)
    return sum(
        services.ask_for_night(kind=kind.name, area=area, day=day) for area in areas for kind in due
    )


def take_back_the_lost() -> int:
    """Queue again what a dead worker left; after several deaths give it up."""
    silent = Job.objects.filter(state=State.RUNNING, beat_at__lt=clock.now() - SILENCE)
    given_up = silent.filter(tries__gte=MOST_TRIES).update(
        state=State.FAILED, finished_at=clock.now(), reason=_("几次都没有做完，作业进程中断")
    )
    return given_up + silent.update(state=State.QUEUED, started_at=None)


def run_one() -> bool:
    """Take the oldest waiting job and do it; return whether there was one."""
    job = _take()
    if job is None:
        return False
    kind = kinds().get(job.kind)
    if kind is None:
        _end(job, State.FAILED, reason=_("这个版本没有这种作业"))
        return True
    with _beating(job):
        try:
            result = kind.run(Handle(job))
        except Stopped:
            _end(job, State.STOPPED)
        except Refused as refused:
            _end(job, State.FAILED, reason=refused.reason)
        except Exception:
            number = f"E-{clock.now():%Y%m%d}-{secrets.randbelow(10**6):06d}"
            _log.exception("job %s (%s): %s", job.pk, job.kind, number)
            _end(job, State.FAILED, reason=_("系统错误，编号 %(number)s") % {"number": number})
        else:
            _end(job, State.DONE, result=result)
    return True


def _take() -> Job | None:
    with transaction.atomic():
        waiting = Job.objects.filter(state=State.QUEUED).order_by("asked_at", "pk")
        if connection.vendor == "postgresql":
            waiting = waiting.select_for_update(skip_locked=True)
        job = waiting.first()
        if job is None:
            return None
        job.state, job.started_at, job.beat_at = State.RUNNING, clock.now(), clock.now()
        job.tries += 1
        job.save(update_fields=["state", "started_at", "beat_at", "tries"])
        return job


def _end(job: Job, state: str, *, reason: str = "", result: object = None) -> None:
    changes = {"state": state, "finished_at": clock.now(), "reason": reason}
    if state == State.DONE:
        changes |= {"result": result or {}, "done": F("done"), "words": ""}
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(**changes)


class _beating:
    """Says every few seconds that the work goes on, from a thread of its own."""

    def __init__(self, job: Job) -> None:
        self._job, self._over = job, threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-beat", daemon=True)

    def __enter__(self) -> None:
        if not connection.in_atomic_block:  # a test's transaction has one connection
            self._thread.start()

    def __exit__(self, *_why: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._over.wait(BEAT):
            try:
                Job.objects.filter(pk=self._job.pk).update(beat_at=clock.now())
            except Error:
                _log.warning("jobs: no beat this time", exc_info=True)
            finally:
                connection.close()


def wait_for(job_id: int, seconds: float) -> Job:
    """Return the job once it has ended, or as it is after `seconds` (commands and tests)."""
    until = time.monotonic() + seconds
    while True:
        job = Job.objects.get(pk=job_id)
        if job.finished_at is not None or time.monotonic() > until:
            return job
        time.sleep(0.2)
