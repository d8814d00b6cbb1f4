"""Account numbers by area, fund, code and slice, remembered by the process.

An account is never renumbered or deleted, so what was read once stays true.
"""

from collections.abc import Sequence

from django.db import connection

from tongchou.funds.models import Account

Key = tuple[str, str, int]  # fund, code, slice

_known: dict[tuple[str, str], dict[Key, int]] = {}  # (database, area) -> account ids


class NoSuchAccount(LookupError):
    """The area's accounts were not opened: run `services.open_area` first."""


def account_ids(area: str, keys: Sequence[Key]) -> list[int]:
    """Return the id of each (fund, code, slice). Raises NoSuchAccount."""
    place = (str(connection.settings_dict["NAME"]), area)
    known = _known.get(place, {})
    if any(key not in known for key in keys):
        known = _known[place] = _read(area)
    for key in keys:
        if key not in known:
            raise NoSuchAccount(f"{area} {key[0]} {key[1]}")
    return [known[key] for key in keys]


def _read(area: str) -> dict[Key, int]:
    rows = Account.objects.filter(area=area).values_list("fund_id", "code", "slice", "id")
    return {(fund, code, number): pk for fund, code, number, pk in rows}


def forget() -> None:
    """Drop what is remembered (a test's database goes away)."""
    _known.clear()
