"""How one transaction of the interface is read and answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tongchou.exchange.fields import Node

Given = dict[str, Any]  # node -> its values


@dataclass(frozen=True, slots=True)
class Transaction:
    """query: `act(call, given)` returns the output. write: the same, in one transaction with its
    stored answer. settle: `act(call, given, message)` returns the answer's text and stores it.
    """

    kind: Literal["query", "write", "settle"]
    nodes: tuple[Node, ...]
    act: Callable[..., Any]
    # Makes something with a number of its own: taken before the transaction, because a number
    # taken within holds up every other one of the day.
    numbered: bool = False


def wrapped(node: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return an output that has `values` both in `node` and beside it.

    Revisions of the interface differ in whether a node is put around a few values.
    """
    return {node: values, **values}
