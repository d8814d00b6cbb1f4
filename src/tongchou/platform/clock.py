"""The one place that reads the time, so that tests and the demonstration can set it (P21)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

_fixed: list[datetime] = []


def now() -> datetime:
    """Return the aware time of the installation's zone."""
    return _fixed[-1] if _fixed else timezone.localtime()


def today() -> date:
    return now().date()


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) within the block."""
    assert moment.tzinfo is not None
    _fixed.append(timezone.localtime(moment))
    try:
        yield
    finally:
        _fixed.pop()
