"""2601: take back an accepted message by its number, when its sender does not know how it ended.

The same answer whether it is taken back now or was before; only a message that was never accepted
is refused, because there is nothing to take back.
"""

from collections.abc import Callable
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tongchou.exchange import accepting
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, Node, Values
from tongchou.exchange.transactions.settling import reverse_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import Visit
from tongchou.settlement.queries import visits as visits_seen
from tongchou.settlement.queries.reconciling import is_reversed
from tongchou.settlement.services import answers, lines, visits
from tongchou.settlement.services.answers import Accepted

SETTLEMENTS = ("2207", "2207A", "2304")


def undo(call: Call, given: Given) -> bytes:
    row = given["data"]
    call.noted.psn_no = row["psn_no"] or ""
    accepted = answers.accepted(row["omsgid"], call.institution.institution_id)
    if accepted is None or accepted.infno != row["oinfno"]:
        raise Refused(
            _("没有受理过报文 %(id)s（交易 %(code)s），不必冲正")
            % {"id": row["omsgid"], "code": row["oinfno"]},
            field="omsgid",
        )
    number = accepted.settlement_id
    if accepted.infno in SETTLEMENTS and number is not None and not is_reversed(number):
        reverse = accepting.settle(
            lambda call, given, message: reverse_number(
                call, message, number=number, psn_no=row["psn_no"]
            )
        )
        return reverse(call, given)
    return accepting.write(lambda call, given: _undo(call, row, accepted))(call, given)


def _undo(call: Call, row: Values, accepted: Accepted) -> None:
    if accepted.infno in SETTLEMENTS:
        return  # reversed before
    act = _UNDO.get(accepted.infno)
    if act is None:
        raise Refused(
            _("交易 %(code)s 不能冲正，请用相应的撤销交易或重新办理") % {"code": accepted.infno},
            field="oinfno",
        )
    act(call, row, accepted)


def _registration(call: Call, row: Values, accepted: Accepted) -> None:
    visit = _visit(call, row, _output(accepted)["mdtrt_id"])
    if visit.state != Visit.State.CANCELLED:
        visits.cancel(actor=call.actor, visit=visit)


def _discharge(call: Call, row: Values, accepted: Accepted) -> None:
    visit = _visit(call, row, _node(accepted, "dscginfo")["mdtrt_id"])
    if visit.state == Visit.State.DISCHARGED:
        visits.undo_discharge(actor=call.actor, visit=visit)


def _fees(call: Call, row: Values, accepted: Accepted) -> None:
    visit = _visit(call, row, _node(accepted, "feedetail")["mdtrt_id"])
    uploaded = [line["feedetl_sn"] for line in _output(accepted)["result"]]
    left = visits_seen.line_numbers(visit, uploaded)
    if left:
        lines.withdraw(actor=call.actor, visit=visit, sns=left)


def _visit(call: Call, row: Values, mdtrt_id: Any) -> Visit:
    return visits.hold(
        mdtrt_id=str(mdtrt_id),
        institution_id=call.institution.institution_id,
        psn_no=row["psn_no"],
        cancelled_too=True,
    )


def _output(accepted: Accepted) -> dict[str, Any]:
    output: dict[str, Any] = orjson.loads(accepted.answer)["output"]
    return output


def _node(accepted: Accepted, name: str) -> dict[str, Any]:
    """Return the node of the accepted message, or its first row."""
    given = orjson.loads(accepted.body)["input"]
    node = given.get(name) or given["data"]
    row: dict[str, Any] = node[0] if isinstance(node, list) else node
    return row


_UNDO: dict[str, Callable[[Call, Values, Accepted], None]] = {
    "2201": _registration,
    "2401": _registration,
    "2402": _discharge,
    "2204": _fees,
    "2301": _fees,
}

TRANSACTIONS = {
    "2601": Transaction(
        (
            Node(
                "data",
                (
                    C("psn_no", 30),
                    C("omsgid", 30, required=True),
                    C("oinfno", 6, required=True),
                ),
            ),
        ),
        undo,
    ),
}
