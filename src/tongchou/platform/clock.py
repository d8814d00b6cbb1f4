"""The one place that reads the time, so that tests and the demonstration can set it (P21)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.utils import timezone

_fixed: list[datetime] = []


def now() -> datetime:
    """Return the aware time of the installation's zone."""
    return _fixed[-1] if _fixed else local(datetime.now(UTC))


def local(moment: datetime) -> datetime:
    """Return an aware time in the installation's zone."""
    return moment.astimezone(timezone.get_default_timezone())


def today() -> date:
    return now().date()


def midnight() -> datetime:
    """Return the moment at which today began."""
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) within the block."""
    assert moment.tzinfo is not None
    _fixed.append(local(moment))
    try:
        yield
    finally:
        _fixed.pop()
