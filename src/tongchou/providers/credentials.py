"""Who a gateway account is, kept in this process for a few seconds.

A row of `Institution` would be read for every message. Another process learns of a changed token
within `TTL`; this one at once.
"""

import threading
import time
from dataclasses import dataclass

from django.db import connection, transaction

from tongchou.providers.models import Institution

TTL = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Account:
    """What the gateway needs of the institution behind a paasid."""

    institution_id: int
    code: str
    name: str
    kind: str
    level: str
    hosp_lv: str
    area: str
    paasid: str
    token: str
    body_signature_required: bool
    one_stop: bool
    cross_area_inpatient: bool
    cross_area_outpatient: bool
    cross_area_chronic: bool


_FIELDS = [name for name in Account.__slots__ if name != "institution_id"]
_lock = threading.Lock()
_kept: dict[tuple[str, str], tuple[float, int, Account]] = {}
_version = 0


def by_paasid(paasid: str) -> Account | None:
    """Return the institution of the account, at most `TTL` seconds old; None if there is none."""
    key = (str(connection.settings_dict["NAME"]), paasid)
    held = _kept.get(key)
    if held and held[1] == _version and time.monotonic() - held[0] < TTL:
        return held[2]
    version = _version
    row = Institution.objects.filter(paasid=paasid).values_list("pk", *_FIELDS).first()
    if row is None:
        return None  # unknown accounts are not kept: guesses must not fill the memory
    account = Account(*row)
    with _lock:
        _kept[key] = (time.monotonic(), version, account)
    return account


def forget() -> None:
    """Drop what is kept, now and again once the present transaction is in force."""
    _drop()
    transaction.on_commit(_drop)


def _drop() -> None:
    global _version  # noqa: PLW0603 - one counter of this process
    with _lock:
        _version += 1
        _kept.clear()
