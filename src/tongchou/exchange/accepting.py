"""One message number is one act, for ever (P1; formats.md 3).

An accepted write stores its answer in the transaction of the act, and is answered with it whenever
the same body comes again. What is refused stores nothing but its nonce.
"""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from tongchou.exchange import envelope, gate, nonces
from tongchou.exchange.contract import Given
from tongchou.exchange.envelope import Call
from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.refusal import Refused
from tongchou.settlement.services import answers
from tongchou.settlement.services.bill import Message
from tongchou.settlement.services.pricing import Busy

MOST_TRIES = 5

Answerer = Callable[[Call, Given], bytes]


def message_of(call: Call) -> Message:
    return Message(
        msgid=call.msgid,
        infno=call.infno,
        institution_id=call.institution.institution_id,
        body=call.body.decode("utf-8-sig"),
        body_hash=call.body_hash,
        nonce=[nonces.statement(call.institution.paasid, call.nonce, call.at)],
    )


def query(act: Callable[[Call, Given], Any]) -> Answerer:
    """Answer a message that changes nothing with what `act` returns; its nonce is used up."""

    def answer(call: Call, given: Given) -> bytes:
        if (trouble := gate.trouble(call)) is not None:
            raise trouble
        output = act(call, given)
        nonces.use(call.institution.paasid, call.nonce, call.at)
        return envelope.answer(area=call.area, received=call.at, output=output)

    return answer


def write(act: Callable[[Call, Given], Any]) -> Answerer:
    """Act once and answer with what `act` returns; the same message again gets the same bytes.

    Raises Denied, Refused (also for the message's number under another body), Busy.
    """

    def answer(call: Call, given: Given) -> bytes:
        message = message_of(call)
        for _try in range(MOST_TRIES):
            if (text := _stored(call, message)) is not None:
                return text
            if (trouble := gate.trouble(call)) is not None:
                raise trouble
            try:
                return _write_once(call, message, lambda: act(call, given))
            except Refused:
                # A copy of this message may have been accepted while this one waited behind it.
                if (text := _stored(call, message)) is not None:
                    return text
                raise
            except raw.Conflict as conflict:
                if nonces.is_reuse(conflict):
                    return _copy(call, message)
            except IntegrityError:
                continue
        raise Busy

    return answer


def _write_once(call: Call, message: Message, act: Callable[[], Any]) -> bytes:
    with transaction.atomic():
        raw.run(message.nonce)
        answer = envelope.answer(area=call.area, received=call.at, output=act())
        answers.keep(message, answer.decode(), clock.now())
    return answer


def settle(act: Callable[[Call, Given, Message], str]) -> Answerer:
    """As `write`, for acts that settlement stores with their answer itself: `act` returns it."""

    def answer(call: Call, given: Given) -> bytes:
        message = message_of(call)
        if (trouble := gate.trouble(call)) is not None:
            if (text := _stored(call, message)) is not None:
                return text
            raise trouble
        try:
            return act(call, given, message).encode()
        except raw.Conflict as conflict:
            if not nonces.is_reuse(conflict):
                raise
            return _copy(call, message)

    return answer


def _copy(call: Call, message: Message) -> bytes:
    """Answer a message whose nonce is used: a copy of an accepted one, or Denied."""
    if (text := _stored(call, message)) is not None:
        return text
    raise nonces.denied()


def _stored(call: Call, message: Message) -> bytes | None:
    text = answers.find(message)
    if text is None:
        return None
    call.noted.resent = True
    return text.encode()
