"""The second and the third person: returned, checked, adopted."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.plans import compiled
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import obstacles
from tongchou.plans.services.acts import held, record
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused

State = PlanVersion.State


@transaction.atomic
def return_plan(*, version: PlanVersion, by: User, reason: str) -> PlanVersion:
    """Give a submitted or checked version back to its drafter. Raises Refused."""
    locked = held(version)
    if locked.state != State.CHECKED and not _submitted(locked):
        raise Refused(_("只有送审中或已复核的草案可以退回"))
    if not reason.strip():
        raise Refused(_("请写明退回的理由"), field="reason")
    locked.state = State.DRAFT
    locked.submitted_at = locked.checked_by = locked.checked_at = None
    locked.save(update_fields=["state", "submitted_at", "checked_by", "checked_at"])
    record("returned", locked, by, reason=reason.strip())
    return locked


@transaction.atomic
def check_plan(*, version: PlanVersion, by: User) -> PlanVersion:
    """Sign a submitted version as checked. Raises NotAllowed for its drafter, and Refused."""
    locked = held(version)
    if not _submitted(locked):
        raise Refused(_("“%(title)s”还没有送审，不能复核") % {"title": locked.title})
    if by.pk == locked.drafted_by_id:
        raise NotAllowed(_("起草人不能复核自己的草案，请另一人复核"))
    _refuse_obstacles(locked, _("不能复核"))
    locked.state = State.CHECKED
    locked.checked_by, locked.checked_at = by, clock.now()
    locked.save(update_fields=["state", "checked_by", "checked_at"])
    record("checked", locked, by)
    return locked


@transaction.atomic
def adopt_plan(*, version: PlanVersion, by: User) -> PlanVersion:
    """Put a checked version in force from its day. It can never be edited again.

    Raises NotAllowed for its drafter and its checker, and Refused.
    """
    locked = held(version)
    if locked.state != State.CHECKED:
        raise Refused(_("“%(title)s”还没有复核，不能采用") % {"title": locked.title})
    if by.pk in (locked.drafted_by_id, locked.checked_by_id):
        raise NotAllowed(_("起草人和复核人不能采用同一份政策，请第三人采用"))
    _refuse_obstacles(locked, _("不能采用"))
    sign_adoption(locked, by, clock.now())
    record("adopted", locked, by, valid_from=locked.valid_from.isoformat())
    return locked


def sign_adoption(version: PlanVersion, by: User, at: datetime) -> None:
    """Store the adoption. Raises Refused when another version begins on the same day."""
    if PlanVersion.objects.filter(
        area=version.area,
        scheme=version.scheme,
        valid_from=version.valid_from,
        state=State.ADOPTED,
    ).exists():
        raise Refused(
            _("%(day)s 起已有采用的版本：请退回草案，改起执行日") % {"day": version.valid_from},
            field="valid_from",
        )
    version.state = State.ADOPTED
    version.adopted_by, version.adopted_at = by, at
    version.save()
    compiled.forget(version.area)


def _submitted(version: PlanVersion) -> bool:
    return version.state == State.DRAFT and version.submitted_at is not None


def _refuse_obstacles(version: PlanVersion, act: str) -> None:
    if found := obstacles(version):
        words = {"act": act, "what": found[0].short, "remedy": found[0].remedy}
        raise Refused(_("%(act)s：%(what)s。%(remedy)s") % words)
