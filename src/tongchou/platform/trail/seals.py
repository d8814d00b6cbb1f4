"""A seal: one line of JSON that fixes all chains at a moment, to be kept outside the database.

Whoever may change every row of the database can also recompute its chains and heads; not the seal
that lies elsewhere. Its root is a Merkle root over the heads, so it can be printed and compared.
"""

import hashlib
import json
from typing import TypedDict

from django.utils.crypto import constant_time_compare, salted_hmac

from tongchou.platform import clock
from tongchou.platform.trail.models import ChainHead


class Seal(TypedDict):
    made_at: str
    heads: list[list[int | str]]  # slice, seq, hash in hex
    root: str
    signature: str


class BadSeal(ValueError):
    """The line is no seal of this installation, or was changed."""


def seal() -> Seal:
    """Seal the chains as they stand, in one read of all heads."""
    rows = ChainHead.objects.order_by("slice").values_list("slice", "seq", "hash")
    heads: list[list[int | str]] = [[n, seq, bytes(value).hex()] for n, seq, value in rows]
    made_at = clock.now().isoformat(timespec="seconds")
    root = root_of(heads)
    return {
        "made_at": made_at,
        "heads": heads,
        "root": root,
        "signature": _signature(made_at, root),
    }


def to_line(made: Seal) -> str:
    return json.dumps(made, separators=(",", ":"))


def from_line(line: str) -> Seal:
    """Read a seal back and check its root and signature. Raises BadSeal."""
    try:
        found: Seal = json.loads(line)
        same_root = root_of(found["heads"]) == found["root"]
        expected = _signature(found["made_at"], found["root"])
        signed = constant_time_compare(found["signature"], expected)
    except (ValueError, KeyError, TypeError) as error:
        raise BadSeal(line[:80]) from error
    if not (same_root and signed):
        raise BadSeal(line[:80])
    return found


def root_of(heads: list[list[int | str]]) -> str:
    """Return the Merkle root in hex; leaves and nodes are marked, so none passes as the other."""
    level = [hashlib.sha256(f"\0{n}:{seq}:{value}".encode()).digest() for n, seq, value in heads]
    while len(level) > 1:
        pairs = zip(level[::2], [*level[1::2], b""], strict=False)
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
    return level[0].hex()


def _signature(made_at: str, root: str) -> str:
    return salted_hmac("tongchou.trail.seal", f"{made_at} {root}", algorithm="sha256").hexdigest()
