"""9001 and 9002: a desk signs in and out."""

from tongchou.exchange.accepting import write
from tongchou.exchange.contract import Given, Transaction, wrapped
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, Node, moment_text
from tongchou.exchange.services import desks
from tongchou.platform.numbering.services import wire_number


def sign_in(call: Call, given: Given) -> dict[str, object]:
    """Return sign_time and sign_no, the number of the session for the envelope's sign_no."""
    desk = given["signIn"]
    session = desks.sign_in(
        actor=call.actor,
        institution=call.institution,
        sign_no=wire_number(call.number, call.area),
        operator=desk["opter_no"],
        mac=desk["mac"] or "",
        ip=desk["ip"] or "",
        at=call.at,
    )
    return wrapped(
        "signinoutb",
        {"sign_time": moment_text(session.at), "sign_no": session.sign_no},
    )


def sign_out(call: Call, given: Given) -> dict[str, object]:
    """Return sign_time. The session is the one named in the node or else in the envelope."""
    named = given["signOut"] or {}
    desks.sign_out(
        actor=call.actor,
        institution=call.institution,
        sign_no=named.get("sign_no") or call.sign_no,
        at=call.at,
    )
    return wrapped("signinoutb", {"sign_time": moment_text(call.at)})


TRANSACTIONS = {
    "9001": Transaction(
        (Node("signIn", (C("opter_no", 20, required=True), C("mac", 20), C("ip", 20))),),
        write(sign_in),
        numbered=True,
    ),
    "9002": Transaction(
        (Node("signOut", (C("sign_no", 30), C("opter_no", 20)), required=False),),
        write(sign_out),
    ),
}
