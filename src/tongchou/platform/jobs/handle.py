"""What work gets of its job: what was asked, and how to say how far it is."""

import time
from typing import Any

from django.db.models import F

from tongchou.platform import clock
from tongchou.platform.jobs.models import Job

EVERY = 0.5  # seconds between two words to the database


class Stopped(Exception):
    """Somebody asked for this work to be stopped; it unwinds, and what it began is undone."""


class Handle:
    def __init__(self, job: Job) -> None:
        self._id = job.pk
        self.area, self.about, self.params = job.area, job.about, dict(job.params)
        self.asked_by_id = job.asked_by_id
        self._said_at = 0.0

    @property
    def job_id(self) -> int:
        return self._id

    def progress(self, done: int, whole: int | None = None, words: str = "") -> None:
        """Say how far it is; cheap to call often. Raises Stopped when it is no longer wanted.

        Call it outside transactions: what is said inside one is seen at its end only.
        """
        now = time.monotonic()
        if now - self._said_at < EVERY and done != whole:
            return
        self._said_at = now
        Job.objects.filter(pk=self._id).update(
            done=done, whole=whole, words=words[:200], beat_at=clock.now()
        )
        if Job.objects.filter(pk=self._id, stop_wanted=True).exists():
            raise Stopped

    def keep(self, **state: Any) -> None:
        """Keep beside what was asked how far it has come, for whoever takes the work next.

        Called in the transaction of the work, both are there or neither.
        """
        self.params |= state
        Job.objects.filter(pk=self._id).update(params=self.params)

    def asked(self, name: str, default: Any = None) -> Any:
        """Return one of the parameters."""
        return self.params.get(name, default)

    def beat(self) -> None:
        """Say only that it goes on."""
        Job.objects.filter(pk=self._id).update(beat_at=clock.now(), done=F("done"))
