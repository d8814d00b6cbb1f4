"""The statements that record an act, for the settlement path's pipeline and for `services`.

The digest covers what was done; the hash links it to the act before it in the same slice. The
head is read and moved inside the database, so no two acts can follow the same one.
"""

import hashlib
import zlib
from datetime import UTC, datetime
from typing import Any

import orjson

from tongchou.platform.db.raw import Statement, to_db
from tongchou.platform.trail.models import SLICES

_ADVANCE = """
update trail_chainhead set seq = seq + 1, hash = trail_link(hash, %s) where slice = %s
"""
_INSERT = """
insert into trail_act
  (slice, seq, at, actor, verb, object_type, object_id, area, data, digest, hash)
select slice, seq, %s, %s, %s, %s, %s, %s, %s, %s, hash from trail_chainhead where slice = %s
"""


def slice_of(slice_key: int) -> int:
    """Return the slice of chains and accounts in which `slice_key` (a person's id) writes."""
    return slice_key % SLICES


def record(
    *,
    at: datetime,
    actor: str,
    verb: str,
    object_type: str,
    object_id: str,
    area: str,
    data: dict[str, Any],
    slice_key: int | None = None,
) -> list[Statement]:
    """Return the statements that add one act; run them in order in the act's own transaction.

    `at` is aware. `data` holds text, integers (fen), booleans, dates and lists of them.
    Without `slice_key` the slice follows from the object.
    """
    if slice_key is None:
        slice_key = zlib.crc32(f"{object_type}:{object_id}".encode())
    number = slice_of(slice_key)
    text = orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    content = orjson.dumps([moment, actor, verb, object_type, object_id, area, text])
    digest = hashlib.sha256(content).digest()
    return [
        (_ADVANCE, [digest, number]),
        (
            _INSERT,
            [to_db(at), actor, verb, object_type, object_id, area, text, digest, number],
        ),
    ]
