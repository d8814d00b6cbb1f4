"""A fact that pricing reads has changed: the person's versions move, so that no bill is priced on
the facts of a moment ago."""

from typing import Any

from django.db.models import F

from tongchou.settlement.models import PersonYear


def move_on_changed_facts(sender: Any, *, person_id: int, **_: Any) -> None:
    """Move every year of the person; runs inside the transaction that changes the fact."""
    PersonYear.objects.filter(person_id=person_id).update(version=F("version") + 1)
