"""How one transaction of the interface is read and answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import Node

Given = dict[str, Any]  # node -> its values


@dataclass(frozen=True, slots=True)
class Transaction:
    """`answer(call, given)` returns the text of the answer; see accepting for how it is made."""

    nodes: tuple[Node, ...]
    answer: Callable[[Call, Given], bytes]
    # Makes something with a number of its own: taken before the transaction, because a number
    # taken within holds up every other one of the day.
    numbered: bool = False


def wrapped(node: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return an output that has `values` both in `node` and beside it.

    Revisions of the interface differ in whether a node is put around a few values.
    """
    return {node: values, **values}
