"""The gateway: a message in, an answer out, whatever comes.

Statuses: 200 answered (infcode 0 or -1), 400 cut off, 401 sender not proved, 405 not POST, 413 too
large, 503 come again (with Retry-After). Nothing else, and always an envelope.
"""

import logging
import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from tongchou.exchange import addresses, envelope, message_log, nonces, signature
from tongchou.exchange.arrival import Arrival, TurnedAway
from tongchou.exchange.contract import Transaction
from tongchou.exchange.envelope import Call, Noted, read_call
from tongchou.exchange.jsontext import NotJson, read_object
from tongchou.exchange.message_log import Seen
from tongchou.exchange.models import MessageLog
from tongchou.exchange.signature import Denied, Signed
from tongchou.exchange.transactions import OFFERED
from tongchou.platform import clock
from tongchou.platform.numbering.services import next_number
from tongchou.platform.refusal import Refused
from tongchou.providers import queries as providers
from tongchou.settlement.services.pricing import Busy

_log = logging.getLogger(__name__)

Outcome = MessageLog.Outcome
JSON = "application/json; charset=utf-8"


@dataclass(slots=True)
class Result:
    """An answer, and what the message log says of it."""

    status: int
    body: bytes
    outcome: str
    reason: str = ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        found = [("Content-Type", JSON), ("Content-Length", str(len(self.body)))]
        if self.status == 503:
            found.append(("Retry-After", "1"))
        if self.status == 405:
            found.append(("Allow", "POST"))
        return found


def respond(arrival: Arrival) -> Result:
    """Answer one request to the gateway; never raises."""
    started, received = time.perf_counter_ns(), clock.now()
    noted = Noted()
    # What Django does between requests: a connection that broke or has grown old is not used.
    if not connection.in_atomic_block:  # only tests hold one open
        connection.close_if_unusable_or_obsolete()
    with translation.override("zh-hans"):
        result = _result(arrival, received, noted)
    micros = (time.perf_counter_ns() - started) // 1000
    message_log.note(Seen(received, micros, noted, result.outcome, result.reason))
    return result


def _result(arrival: Arrival, received: datetime, noted: Noted) -> Result:
    try:
        text = _answer(arrival, received, noted)
    except Exception as why:
        status, outcome, reason = _failure(why, received)
        text = envelope.answer(area=noted.area, received=received, reason=reason)
        return Result(status, text, outcome, reason)
    return Result(200, text, Outcome.RESENT if noted.resent else Outcome.OK)


def _failure(why: Exception, received: datetime) -> tuple[int, Outcome, str]:
    """Return status, outcome and reason of what went wrong."""
    if isinstance(why, Refused | NotJson):
        return 200, Outcome.REFUSED, str(why)
    if isinstance(why, Denied):
        return 401, Outcome.DENIED, str(why)
    if isinstance(why, TurnedAway):
        return why.status, Outcome.REFUSED, str(why)
    if isinstance(why, Busy):
        return 503, Outcome.FAILED, _("系统繁忙，请用同一报文号稍后重发")
    if isinstance(why, OperationalError | InterfaceError):
        _log.warning("gateway: the database did not answer (%s)", why)
        connection.close()
        return 503, Outcome.FAILED, _("数据库暂不可用，请用同一报文号稍后重发")
    number = f"E-{received:%Y%m%d}-{secrets.randbelow(10**6):06d}"
    _log.error("gateway: %s", number, exc_info=why)
    return 200, Outcome.FAILED, _("系统错误，编号 %(number)s") % {"number": number}


def _answer(arrival: Arrival, received: datetime, noted: Noted) -> bytes:
    if arrival.method != "POST":
        raise TurnedAway(405, _("接口只接受 POST"))
    body = arrival.body()
    signed = Signed.of(arrival)
    signature.check_form(signed, received)
    institution = signature.check(signed, providers.by_paasid(signed.paasid), body)
    noted.area, noted.institution_id = institution.area, institution.institution_id
    try:
        message = read_object(body)
        call = read_call(
            message,
            institution=institution,
            body=body,
            nonce=signed.nonce,
            at=received,
            noted=noted,
        )
        noted.infno, noted.msgid = call.infno, call.msgid
        return _answer_call(call, arrival.path)
    except (NotJson, Refused):
        # What is accepted uses its nonce up in its own transaction.
        nonces.use(institution.paasid, signed.nonce, received)
        raise


def _answer_call(call: Call, path: str) -> bytes:
    transaction = _transaction(call, path)
    given = {node.name: node.read(call.input) for node in transaction.nodes}
    if transaction.numbered:
        call = replace(call, number=next_number(call.at.date()))
    return transaction.answer(call, given)


def _transaction(call: Call, path: str) -> Transaction:
    """Return how to answer `call`. Raises Refused: wrong sender or address, not offered."""
    if call.fixmedins_code != call.institution.code:
        raise Refused(
            _("fixmedins_code 不是本接口账号的机构 %(code)s") % {"code": call.institution.code},
            field="fixmedins_code",
        )
    codes = addresses.codes_at(path)
    if codes is None:
        raise Refused(_("没有这个地址，请核对接口路径"), field="infno")
    if codes and call.infno not in codes:
        raise Refused(
            _("路径是交易 %(path)s 的，报文的 infno 是 %(infno)s，请核对")
            % {"path": codes[0], "infno": call.infno},
            field="infno",
        )
    if call.infno in OFFERED:
        return OFFERED[call.infno]
    name = addresses.NAMES.get(call.infno)
    if name is None:
        raise Refused(_("没有这个交易编号 %(code)s") % {"code": call.infno}, field="infno")
    raise Refused(
        _("交易 %(code)s %(name)s：本系统尚未提供") % {"code": call.infno, "name": name},
        field="infno",
    )
