"""Limits counted again by the calendar of now: only where a person says so, and why."""

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework.acting import MOST_NOTE
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.queries import would_move
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

RIGHT = "rosters.issue"


@transaction.atomic
def count_again(*, kind: str, by: User, reason: str) -> int:
    """Set the limit of each open case from when its clock began, by the calendar of now.

    What is no longer late begins below again; what it had gone up to stays in its steps. Return how
    many limits moved. Raises NotAllowed, Refused.
    """
    if not by.may(RIGHT):
        raise NotAllowed(_("您的岗位不能重算到期日"))
    reason = reason.strip()
    if not reason:
        raise Refused(_("请写明重算的原因"), field="reason")
    if len(reason) > MOST_NOTE - 60:
        raise Refused(_("理由最多 %(n)s 字") % {"n": MOST_NOTE - 60}, field="reason")
    # Locked first, then counted: what is acted on meanwhile is seen as it has become.
    mine = Case.objects.filter(area=by.area_code, kind=kind, clock_from__isnull=False)
    list(mine.select_for_update().values_list("pk"))
    now, moved, steps = clock.now(), [], []
    for case, due in would_move(by.area_code, kind):
        words = _("到期由 %(old)s 改为 %(new)s：%(why)s")
        note = words % {"old": case.due_on, "new": due, "why": reason}
        case.due_on = due
        case.level = case.level if due < now.date() else 0
        moved.append(case)
        steps.append(
            Step(case=case, round=case.round, verb="recount", before=case.state, after=case.state,
                 by=by, at=now, note=note)
        )  # fmt: skip
    Case.objects.bulk_update(moved, ["due_on", "level"], batch_size=500)
    Step.objects.bulk_create(steps, batch_size=500)
    trail.record(
        actor=by.login,
        verb="casework.recounted",
        object_type="case",
        object_id=kind,
        area=by.area_code,
        data={"moved": len(moved), "reason": reason},
    )
    return len(moved)
