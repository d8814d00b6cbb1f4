"""Account numbers by area, fund, code and slice, remembered by the process.

An account is never renumbered or deleted, so what was read once stays true.
"""

from django.db import connection

from tongchou.funds.models import Account

Key = tuple[str, str, int]  # fund, code, slice

_known: dict[tuple[str, str], dict[Key, int]] = {}  # (database, area) -> account ids


class NoSuchAccount(LookupError):
    """The area's accounts were not opened: run `services.open_area` first."""


def account_id(area: str, fund: str, code: str, number: int) -> int:
    """Return the id of the slice `number` of an account. Raises NoSuchAccount."""
    place = (str(connection.settings_dict["NAME"]), area)
    key = (fund, code, number)
    found = _known.get(place, {}).get(key)
    if found is None:
        _known[place] = _read(area)
        found = _known[place].get(key)
    if found is None:
        raise NoSuchAccount(f"{area} {fund} {code}")
    return found


def _read(area: str) -> dict[Key, int]:
    rows = Account.objects.filter(area=area).values_list("fund_id", "code", "slice", "id")
    return {(fund, code, number): pk for fund, code, number, pk in rows}


def forget() -> None:
    """Drop what is remembered (a test's database goes away)."""
    _known.clear()
