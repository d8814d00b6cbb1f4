"""What a user can do with a version, and why not: the buttons of its pages."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import Obstacle
from tongchou.platform.accounts.models import User

State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class Standing:
    """Which acts are offered; `barred` is why the next step's button is disabled, or empty."""

    revise: bool = False
    edit: bool = False
    submit: bool = False
    check: bool = False
    adopt: bool = False
    give_back: bool = False
    withdraw: bool = False
    barred: str = ""


def standing(user: User, version: PlanVersion, obstacles: list[Obstacle]) -> Standing:
    """Return what `user` is offered on `version`; the services decide in the end."""
    drafts, checks, adopts = (user.may(f"plans.{act}") for act in ("draft", "check", "adopt"))
    blocked = obstacles[0].short if obstacles else ""
    if version.state == State.ADOPTED:
        # A member reads its pool's policies; the pool changes them.
        return Standing(revise=drafts and version.area == user.area_code)
    if version.state == State.CHECKED:
        signed = (version.drafted_by_id, version.checked_by_id)
        own = _("需第三人采用") if user.pk in signed else ""
        return Standing(
            adopt=adopts, give_back=checks or adopts, withdraw=drafts, barred=own or blocked
        )
    if version.state == State.DRAFT and version.submitted_at is not None:
        own = _("需另一人复核") if user.pk == version.drafted_by_id else ""
        return Standing(check=checks, give_back=checks, withdraw=drafts, barred=own or blocked)
    if version.state == State.DRAFT:
        mine = drafts and user.pk == version.drafted_by_id
        return Standing(edit=mine, submit=mine, withdraw=drafts, barred=blocked)
    return Standing()
