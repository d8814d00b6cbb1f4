"""The envelope around every message and every answer (interface.md A.1)."""

import hashlib
import itertools
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from tongchou.exchange.fields import C, T, read_fields
from tongchou.platform import clock
from tongchou.providers.queries import Account

OK, FAILED = 0, -1
NO_AREA = "000000"  # an answer to a sender that is not known
MOST_REASON = 200  # err_msg C200

ENVELOPE = (
    C("infno", 6, required=True),
    C("msgid", 30, required=True),
    C("mdtrtarea_admvs", 6, required=True),
    C("insuplc_admdvs", 6),
    C("recer_sys_code", 10, required=True),
    C("dev_no", 100),
    C("infver", 6, required=True),
    C("opter_type", 3, required=True),
    C("opter", 30, required=True),
    C("opter_name", 50, required=True),
    T("inf_time", required=True),
    C("fixmedins_code", 30, required=True),
    C("fixmedins_name", 200, required=True),
    C("sign_no", 30),
)


@dataclass(slots=True)
class Noted:
    """What the message log and the monitor say of a message."""

    infno: str = ""
    msgid: str = ""
    area: str = NO_AREA
    institution_id: int | None = None
    psn_no: str = ""
    amount: int | None = None  # fen
    settlement_id: int | None = None
    resent: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One message whose sender has proved who it is."""

    infno: str
    msgid: str
    operator: str
    operator_name: str
    fixmedins_code: str
    sign_no: str
    institution: Account
    body: bytes
    input: dict[str, Any]
    nonce: str
    at: datetime
    noted: Noted
    number: int = 0  # reserved for what an accepted write makes; platform.numbering
    body_hash: bytes = field(default=b"")

    @property
    def actor(self) -> str:
        return f"{self.institution.code}:{self.operator}"

    @property
    def area(self) -> str:
        return self.institution.area


def read_call(
    message: dict[str, Any],
    *,
    institution: Account,
    body: bytes,
    nonce: str,
    at: datetime,
    noted: Noted,
) -> Call:
    """Read the envelope of a message. Raises Refused."""
    values = read_fields(ENVELOPE, message)
    given = message.get("input")
    return Call(
        infno=values["infno"].upper(),
        msgid=values["msgid"],
        operator=values["opter"],
        operator_name=values["opter_name"],
        fixmedins_code=values["fixmedins_code"],
        sign_no=values["sign_no"] or "",
        institution=institution,
        body=body,
        input=given if isinstance(given, dict) else {},
        nonce=nonce,
        at=at,
        noted=noted,
        body_hash=hashlib.sha256(body).digest(),
    )


_serial = itertools.count(secrets.randbelow(10_000))


def reference(area: str, at: datetime) -> str:
    """Return a fresh inf_refmsgid: area 6, time 14, serial 10."""
    return f"{area}{at:%Y%m%d%H%M%S}{at.microsecond:06d}{next(_serial) % 10_000:04d}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"


def answer(
    *, area: str, received: datetime, output: Any = None, reason: str | None = None
) -> bytes:
    """Return an answer's text: accepted with `output`, or with `reason` refused."""
    answered = clock.now()
    return orjson.dumps(
        {
            "infcode": OK if reason is None else FAILED,
            "inf_refmsgid": reference(area, answered),
            "refmsg_time": _stamp(received),
            "respond_time": _stamp(answered),
            "err_msg": None if reason is None else reason[:MOST_REASON],
            "warn_msg": None,
            "cainfo": None,
            "signtype": None,
            "output": output,
        }
    )
