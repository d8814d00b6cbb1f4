"""Who sends: the header signature, its time and nonce, and the optional signature of the body."""

import hashlib
import hmac as compare
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes, hmac
from django.utils.translation import gettext as _

from tongchou.exchange.arrival import Arrival
from tongchou.providers.queries import Account

WINDOW_SECONDS = 300
_LONGEST = 64


class Denied(Exception):
    """The sender has not proved who it is: HTTP 401 with the reason."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The headers of one message as they came."""

    paasid: str
    timestamp: str
    nonce: str
    signature: str
    body_signature: str

    @classmethod
    def of(cls, arrival: Arrival) -> "Signed":
        return cls(
            arrival.header("X_TIF_PAASID"),
            arrival.header("X_TIF_TIMESTAMP"),
            arrival.header("X_TIF_NONCE"),
            arrival.header("X_TIF_SIGNATURE"),
            arrival.header("X_BODY_SIGNATURE"),
        )


def header_signature(timestamp: str, token: str, nonce: str) -> str:
    """Return lower-case hex sha256 of timestamp + token + nonce + timestamp (interface A.0)."""
    return hashlib.sha256(f"{timestamp}{token}{nonce}{timestamp}".encode()).hexdigest()


def body_signature(body: bytes, token: str) -> str:
    """Return lower-case hex HMAC-SM3 of the raw body under the institution's token."""
    mac = hmac.HMAC(token.encode(), hashes.SM3())
    mac.update(body)
    return mac.finalize().hex()


def check_form(signed: Signed, now: datetime) -> None:
    """Refuse what cannot be a signature of `now`. Raises Denied."""
    if not (signed.paasid and signed.timestamp and signed.nonce and signed.signature):
        raise Denied(
            _("签名不全：请带 x-tif-paasid、x-tif-timestamp、x-tif-nonce、x-tif-signature")
        )
    for name, text in (("x-tif-paasid", signed.paasid), ("x-tif-nonce", signed.nonce)):
        if len(text) > _LONGEST or not (text.isascii() and text.isprintable()):
            raise Denied(_("%(name)s 最长 64 个可见字符") % {"name": name})
    if not (signed.timestamp.isascii() and signed.timestamp.isdigit()):
        raise Denied(_("x-tif-timestamp 应是 Unix 秒"))
    seconds = int(signed.timestamp[:20])
    if abs(now.timestamp() - seconds) > WINDOW_SECONDS:
        raise Denied(_("x-tif-timestamp 与本系统时间相差超过 300 秒，请校准时钟"))


def check(signed: Signed, institution: Account | None, body: bytes) -> Account:
    """Return the institution that signed. Raises Denied; an unknown account reads the same."""
    wrong = Denied(_("签名不符：请核对接口账号、密钥和签名算法"))
    token = institution.token if institution else ""
    expected = header_signature(signed.timestamp, token, signed.nonce)
    same = compare.compare_digest(expected.encode(), signed.signature.encode("utf-8", "replace"))
    if institution is None or not same:
        raise wrong
    if institution.body_signature_required and not signed.body_signature:
        raise Denied(_("本机构的报文须签名：请带 x-body-signature（HMAC-SM3）"))
    if signed.body_signature:
        expected = body_signature(body, token)
        given = signed.body_signature.encode("utf-8", "replace")
        if not compare.compare_digest(expected.encode(), given):
            raise Denied(
                _("x-body-signature 与报文不符：请核对密钥和算法（HMAC-SM3，小写十六进制）")
            )
    return institution
