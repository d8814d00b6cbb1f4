"""Whether a message's sign-in holds, kept in this process for a few seconds.

It would cost a query for every message. Another process learns of a sign-out within `TTL`; this
one at once.
"""

import threading
import time

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongchou.exchange.envelope import Call
from tongchou.exchange.models import SignIn
from tongchou.platform.authority.models import Area
from tongchou.platform.refusal import Refused

TTL = 3.0  # seconds
_MOST_KEPT = 10_000
# One signs in with 9001, and a desk whose sign-in was lost still signs out.
WITHOUT_SIGN_IN = ("9001", "9002")

_lock = threading.Lock()
_kept: dict[tuple[str, str, str], tuple[float, int | None]] = {}


def trouble(call: Call) -> Refused | None:
    """Return why `call` must not be looked at.

    Returned, not raised: an accepted message that comes again is answered all the same.
    """
    if call.infno in WITHOUT_SIGN_IN:
        return None
    if call.sign_no:
        if _recall("desk", call.sign_no) != call.institution.institution_id:
            return Refused(_("签到流水号无效或已签退，请重新签到（9001）"), field="sign_no")
    elif _recall("area", call.area):
        return Refused(_("本统筹区的报文须带签到流水号，请先签到（9001）"), field="sign_no")
    return None


def forget() -> None:
    """Drop what is kept, now and again once the present transaction is in force."""
    _drop()
    transaction.on_commit(_drop)


def _drop() -> None:
    with _lock:
        _kept.clear()


def _recall(kind: str, key: str) -> int | None:
    """Return whose desk the sign-in is (desk), or 1 where an area requires one (area)."""
    place = (str(connection.settings_dict["NAME"]), kind, key)
    held = _kept.get(place)
    if held is not None and time.monotonic() - held[0] < TTL:
        return held[1]
    value = _desk(key) if kind == "desk" else _area(key)
    with _lock:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[place] = (time.monotonic(), value)
    return value


def _desk(sign_no: str) -> int | None:
    found = SignIn.objects.filter(sign_no=sign_no, ended_at=None)
    return found.values_list("institution_id", flat=True).first()


def _area(code: str) -> int | None:
    return 1 if Area.objects.filter(code=code, sign_in_required=True).exists() else None
