"""One message number is one act, for ever (P1; formats.md 3).

An accepted write stores its answer in the transaction of the act, and is answered with it whenever
the same body comes again. What is refused stores nothing but its nonce.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from tongchou.exchange import envelope, gate, nonces
from tongchou.exchange.envelope import Call
from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.refusal import Refused
from tongchou.settlement.services import answers
from tongchou.settlement.services.bill import Message
from tongchou.settlement.services.pricing import Busy

MOST_TRIES = 5


def message_of(call: Call) -> Message:
    return Message(
        msgid=call.msgid,
        infno=call.infno,
        institution_id=call.institution.institution_id,
        body=call.body.decode("utf-8-sig"),
        body_hash=call.body_hash,
        nonce=[nonces.statement(call.institution.paasid, call.nonce, call.at)],
    )


def query(call: Call, work: Callable[[], Any]) -> bytes:
    """Answer a message that changes nothing; its nonce is used up."""
    if (trouble := gate.trouble(call)) is not None:
        raise trouble
    nonces.use(call.institution.paasid, call.nonce, call.at)
    return envelope.answer(area=call.area, received=call.at, output=work())


def write(call: Call, work: Callable[[], Any]) -> bytes:
    """Act once and answer; the same message again gets the same bytes.

    Raises Denied, Refused (also for the message's number under another body), Busy.
    """
    message = message_of(call)
    for _try in range(MOST_TRIES):
        if (text := _stored(call, message)) is not None:
            return text
        if (trouble := gate.trouble(call)) is not None:
            raise trouble
        try:
            with transaction.atomic():
                raw.run(message.nonce)
                answer = envelope.answer(area=call.area, received=call.at, output=work())
                answers.keep(message, answer.decode(), clock.now())
            return answer
        except Refused:
            # A copy of this message may have been accepted while this one waited behind it.
            if (text := _stored(call, message)) is not None:
                return text
            raise
        except IntegrityError:
            continue
        except raw.Conflict:
            continue
    raise Busy


def settle(call: Call, work: Callable[[Message], str]) -> bytes:
    """As `write`, for acts that settlement stores with their answer itself."""
    message = message_of(call)
    if (trouble := gate.trouble(call)) is not None:
        if (text := _stored(call, message)) is not None:
            return text
        raise trouble
    try:
        return work(message).encode()
    except raw.Conflict as conflict:
        if not nonces.is_reuse(conflict):
            raise
        if (text := _stored(call, message)) is not None:
            return text
        raise nonces.denied() from None


def _stored(call: Call, message: Message) -> bytes | None:
    text = answers.find(message)
    if text is None:
        return None
    call.noted.resent = True
    return text.encode()
