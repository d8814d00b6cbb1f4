"""The institutions of an area as core.registers asks for them."""

from datetime import date

from django.db.models import Q

from tongchou.core.registers.linking import Holder
from tongchou.providers.models import Agreement, Institution


def holders_of(area: str, day: date) -> list[Holder]:
    """Return the institutions with their agreement on a day, by code."""
    agreements = Agreement.objects.filter(
        Q(end=None) | Q(end__gt=day), institution__area=area, start__lte=day
    ).exclude(state=Agreement.State.ENDED)
    running = {one.institution_id: one for one in agreements}
    found = []
    for one in Institution.objects.filter(area=area).order_by("code"):
        agreement = running.get(one.pk)
        found.append(
            Holder(
                one.code, one.name, one.kind, one.town, one.credit_code, one.licence_no,
                one.address, frozenset(agreement.services if agreement else ()),
                agreement is not None, agreement.start if agreement else None,
            )
        )  # fmt: skip
    return found
