"""The one way to leave a trace of an act, and the acts upon the trail itself."""

from typing import Any

from django.db import connection, transaction

from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.trail import seals, statements
from tongchou.platform.trail import verify as verifier


def record(
    *,
    actor: str,
    verb: str,
    object_type: str,
    object_id: str,
    area: str,
    data: dict[str, Any],
    slice_key: int | None = None,
) -> None:
    """Record an act in the current transaction, so that neither stands without the other."""
    assert connection.in_atomic_block
    raw.run(
        statements.record(
            at=clock.now(),
            actor=actor,
            verb=verb,
            object_type=object_type,
            object_id=object_id,
            area=area,
            data=data,
            slice_key=slice_key,
        )
    )


def verify(*, actor: str, area: str) -> verifier.Report:
    """Recompute all chains and record that it was done, with what was found."""
    report = verifier.verify()
    with transaction.atomic():
        record(
            actor=actor,
            verb="trail.verified",
            object_type="trail",
            object_id="",
            area=area,
            data={"acts": report.rows, "faults": report.counts.total()},
        )
    return report


def seal(*, actor: str, area: str) -> seals.Seal:
    """Seal the chains and record it; the seal covers that act too."""
    with transaction.atomic():
        record(
            actor=actor,
            verb="trail.sealed",
            object_type="trail",
            object_id="",
            area=area,
            data={},
        )
        return seals.seal()
