"""Taking an accepted merge back, as long as no bill rests on it."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tongchou.people import services as people
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import Settlement
from tongchou.settlement.services import openings
from tongchou.transitions.models import Carried, Transition, Written
from tongchou.transitions.services.common import check_reason, hold_people, lock, note

State = Transition.State


@transaction.atomic
def undo(*, by: User, transition: Transition, reason: str) -> Transition:
    """Strike the enrolments and take back the openings. Raises Refused after a bill.

    Persons who were registered stay registered, without enrolment: their acts are in the trail,
    and the corrected file finds them by number and name.
    """
    reason = check_reason(reason)
    locked = lock(transition, [State.ACCEPTED])
    carried = list(locked.carried.select_related("person").order_by("person_id"))
    hold_people({one.person_id for one in carried})
    _refuse_bills(locked)
    written = Written.objects.filter(spell__transition=locked).select_related("enrolment__person")
    for one in written.order_by("pk"):
        if one.enrolment.struck_at is not None:
            raise Refused(
                _("%(name)s的参保在并轨以后改过，不能整次撤销，请先把那一条更正回来")
                % {"name": one.enrolment.person.name}
            )
        people.strike_enrolment(actor=by.login, enrolment=one.enrolment, reason=reason)
    source = f"撤销制度并轨 {locked.pk}"
    for row in carried:
        if row.person_year is not None:
            openings.clear_opening(actor=by.login, person_year=row.person_year, source=source)
    Carried.objects.filter(transition=locked).update(undone=True)
    locked.state, locked.reason = State.UNDONE, reason
    locked.closed_by, locked.closed_at = by, clock.now()
    locked.save(update_fields=["state", "reason", "closed_by", "closed_at"])
    note(locked, by, "transitions.undone", reason=reason)
    return locked


def _refuse_bills(transition: Transition) -> None:
    """Refuse where a bill rests on an enrolment of this merge: one holds on any day."""
    bills = Settlement.objects.filter(
        person=OuterRef("enrolment__person"),
        basis_date__gte=OuterRef("enrolment__start"),
    )
    written = Written.objects.filter(
        Exists(bills.filter(basis_date__lt=OuterRef("enrolment__end")))
        | Q(Exists(bills), enrolment__end=None),
        spell__transition=transition,
    )
    first = written.select_related("enrolment__person").first()
    if first is not None:
        raise Refused(
            _("%(name)s并轨以后已有结算单，不能再撤销，请逐人更正")
            % {"name": first.enrolment.person.name}
        )
