"""The one way to leave a trace of an act."""

from typing import Any

from django.db import connection

from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.trail import statements


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
