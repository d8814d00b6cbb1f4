"""Reads of what is owed, paid and come back."""

from collections.abc import Iterable

from tongchou.payouts.models import Payable


def state_of(kind: str, source_ids: Iterable[str]) -> dict[str, str]:
    """Return source_id -> Payable.State of what is owed; a source that owes nothing is absent."""
    rows = Payable.objects.filter(kind=kind, source_id__in=list(source_ids))
    return dict(rows.values_list("source_id", "state"))
