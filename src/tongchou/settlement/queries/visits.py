"""Reads of an institution's visits, their lines and settlements."""

from collections.abc import Iterable

from tongchou.platform.numbering.services import parse_wire_number
from tongchou.settlement.models import FeeLine, Settlement, Visit


def line_numbers(visit: Visit, among: Iterable[str]) -> list[str]:
    """Return those of `among` that are lines of the visit now."""
    found = FeeLine.objects.filter(visit=visit, feedetl_sn__in=list(among))
    return list(found.values_list("feedetl_sn", flat=True))


def own_settlement(
    *, wire: str, institution_id: int, mdtrt_id: str | None, psn_no: str | None
) -> Settlement | None:
    """Return the institution's own settlement or reversal with this setl_id, if all agrees."""
    number = parse_wire_number(wire) if wire.isascii() else None
    if number is None:
        return None
    found = Settlement.objects.filter(
        pk=number, institution_id=institution_id, charge__isnull=False
    ).select_related("person", "charge__visit")
    if mdtrt_id is not None:
        found = found.filter(charge__visit__mdtrt_id=mdtrt_id)
    if psn_no is not None:
        found = found.filter(person__psn_no=psn_no)
    return found.first()
