"""The gateway: a message in, an answer out, whatever comes.

Statuses: 200 answered (infcode 0 or -1), 401 sender not proved, 405 not POST, 413 too large,
503 come again (with Retry-After). Nothing else, and always an envelope.
"""

import logging
import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext as _

from tongchou.exchange import accepting, addresses, envelope, message_log, nonces, signature
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import NO_AREA, Call, Noted, read_call
from tongchou.exchange.jsontext import MOST_BYTES, MOST_BYTES_OF_A_FILE, NotJson, read_object
from tongchou.exchange.models import MessageLog
from tongchou.exchange.signature import Denied, Signed
from tongchou.exchange.transactions import OFFERED
from tongchou.platform import clock
from tongchou.platform.numbering.services import next_number
from tongchou.platform.refusal import Refused
from tongchou.providers import queries as providers
from tongchou.settlement.services.bill import Message
from tongchou.settlement.services.pricing import Busy

_log = logging.getLogger(__name__)

Outcome = MessageLog.Outcome


@dataclass(slots=True)
class Result:
    status: int
    body: bytes
    outcome: str
    reason: str = ""


def respond(request: HttpRequest) -> HttpResponse:
    """Answer one request to the gateway; never raises."""
    started, received = time.perf_counter_ns(), clock.now()
    noted = Noted()
    with translation.override("zh-hans"):
        result = _result(request, received, noted)
    message_log.note(
        MessageLog(
            at=received,
            infno=noted.infno,
            msgid=noted.msgid,
            institution_id=noted.institution_id,
            micros=(time.perf_counter_ns() - started) // 1000,
            outcome=result.outcome,
            reason=result.reason[:200],
            amount=noted.amount,
            psn_no=noted.psn_no,
            settlement_id=noted.settlement_id,
        )
    )
    response = HttpResponse(result.body, status=result.status, content_type=_JSON)
    if result.status == 503:
        response["Retry-After"] = "1"
    if result.status == 405:
        response["Allow"] = "POST"
    return response


_JSON = "application/json; charset=utf-8"


def _result(request: HttpRequest, received: datetime, noted: Noted) -> Result:
    area = NO_AREA

    def failed(status: int, outcome: str, reason: str) -> Result:
        body = envelope.answer(area=area, received=received, reason=reason)
        return Result(status, body, outcome, reason)

    if request.method != "POST":
        return failed(405, Outcome.REFUSED, _("接口只接受 POST"))
    try:
        body = _body(request)
        if body is None:
            return failed(413, Outcome.REFUSED, _("报文过大，请分开上传"))
        signed = Signed.of(request)
        institution = authenticate(signed, body)
        area, noted.institution_id = institution.area, institution.institution_id
        text = _answer(request.path, institution, body, signed.nonce, noted)
        return Result(200, text, Outcome.RESENT if noted.resent else Outcome.OK)
    except Denied as why:
        return failed(401, Outcome.DENIED, str(why))
    except NotJson as why:
        return failed(200, Outcome.REFUSED, _("报文%(why)s") % {"why": why})
    except Refused as why:
        return failed(200, Outcome.REFUSED, why.reason)
    except Busy:
        return failed(503, Outcome.FAILED, _("系统繁忙，请用同一报文号稍后重发"))
    except (OperationalError, InterfaceError):
        _log.warning("gateway: the database did not answer", exc_info=True)
        connection.close()
        return failed(503, Outcome.FAILED, _("数据库暂不可用，请用同一报文号稍后重发"))
    except Exception:
        number = f"E-{received:%Y%m%d}-{secrets.randbelow(10**6):06d}"
        _log.exception("gateway: %s", number)
        return failed(200, Outcome.FAILED, _("系统错误，编号 %(number)s") % {"number": number})


def _body(request: HttpRequest) -> bytes | None:
    """Return the raw body, or None when it is more than any message needs."""
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    except (UnreadablePostError, RawPostDataException):
        return b""
    is_file = request.path.endswith("/fileupload/upload") or b'"fsUploadIn"' in body[:4096]
    return body if len(body) <= (MOST_BYTES_OF_A_FILE if is_file else MOST_BYTES) else None


def authenticate(signed: Signed, body: bytes) -> providers.Account:
    """Return who signed. Raises Denied."""
    signature.check_form(signed)
    return signature.check(signed, providers.by_paasid(signed.paasid), body)


def _answer(
    path: str, institution: providers.Account, body: bytes, nonce: str, noted: Noted
) -> bytes:
    try:
        call = read_call(read_object(body), institution, body, nonce, noted)
        noted.infno, noted.msgid = call.infno, call.msgid
        transaction = _transaction(call, path)
    except (NotJson, Refused):
        nonces.use(institution.paasid, nonce, clock.now())
        raise
    if transaction.kind == "query":
        return accepting.query(call, lambda: transaction.act(call, _given(call, transaction)))
    try:
        given = _given(call, transaction)
        if transaction.numbered:
            call = replace(call, number=next_number(call.at.date()))
        if transaction.kind == "settle":
            return accepting.settle(
                call, lambda message: _settle(transaction, call, given, message)
            )
        return accepting.write(call, lambda: transaction.act(call, given))
    except Refused:
        nonces.use(institution.paasid, nonce, call.at)
        raise


def _settle(transaction: Transaction, call: Call, given: Given, message: Message) -> str:
    text: str = transaction.act(call, given, message)
    return text


def _given(call: Call, transaction: Transaction) -> Given:
    return {node.name: node.read(call.input) for node in transaction.nodes}


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
