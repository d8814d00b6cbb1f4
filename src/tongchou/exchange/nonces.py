"""Nonces: each opens one message; kept as long as its timestamp could still be accepted."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tongchou.exchange.models import Nonce
from tongchou.exchange.signature import WINDOW_SECONDS, Denied
from tongchou.platform.db import raw
from tongchou.platform.db.raw import Conflict, Statement, to_db

KEEP = timedelta(seconds=2 * WINDOW_SECONDS + 60)
_CONSTRAINTS = ("exchange_nonce_pkey", "exchange_nonce.paasid, exchange_nonce.nonce")


def statement(paasid: str, nonce: str, at: datetime) -> Statement:
    """Return the statement that uses the nonce up, for the transaction of the act itself."""
    sql = "insert into exchange_nonce (paasid, nonce, at) values (%s, %s, %s)"
    return sql, [paasid, nonce, to_db(at)]


def is_reuse(conflict: Conflict) -> bool:
    """Say whether `conflict` came of a used nonce."""
    return conflict.constraint in _CONSTRAINTS


def denied() -> Denied:
    return Denied(_("x-tif-nonce 已用过，请每次换新的"))


def use(paasid: str, nonce: str, at: datetime) -> None:
    """Use the nonce of a message that writes nothing else. Raises Denied if it was used."""
    try:
        raw.run([statement(paasid, nonce, at)])
    except Conflict as conflict:
        if is_reuse(conflict):
            raise denied() from None
        raise


def forget_old(now: datetime) -> None:
    """Drop the nonces whose timestamps would be refused anyway."""
    Nonce.objects.filter(at__lt=now - KEEP).delete()
