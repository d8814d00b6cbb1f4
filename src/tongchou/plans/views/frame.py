"""What the pages of one version share: its head, tabs, buttons and the rail."""

from typing import Any, cast

from django.http import HttpRequest

from tongchou.core.policy import Plan, diff
from tongchou.plans import hooks, queries
from tongchou.plans.access import access_version
from tongchou.plans.cases import Worked, work_cases
from tongchou.plans.compiled import compiled
from tongchou.plans.effect import effect
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import assumed, obstacles, unsupported
from tongchou.plans.standing import standing
from tongchou.platform import clock
from tongchou.platform.accounts.models import User


class Frame:
    """A version as `request`'s user looks at it."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.user = cast(User, request.user)
        self.version = access_version(self.user, pk)
        self.plan: Plan = compiled(self.version)
        self.worked: Worked = work_cases(self.plan, self.version.cases)
        self.others = [
            v
            for v in queries.versions(self.user.area_code, self.version.scheme)
            if v.area == self.version.area
            and (v.state != PlanVersion.State.WITHDRAWN or v.pk == self.version.pk)
        ]
        self.obstacles = obstacles(self.version, self.worked)
        self.current = queries.version_in_force(
            self.version.area, self.version.scheme, clock.today()
        )
        self.pair = self._pair()

    def _pair(self) -> tuple[PlanVersion, PlanVersion] | None:
        """Return (earlier, later) to be compared: a draft with what it revises, or the reverse."""
        if self.version.revises is not None:
            return self.version.revises, self.version
        drafts = [v for v in self.others if v.revises_id == self.version.pk]
        return (self.version, drafts[0]) if drafts else None

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """Return the values of a page's template; `tab` names the open tab."""
        changes = diff(compiled(self.pair[0]), compiled(self.pair[1])) if self.pair else []
        return {
            "version": self.version,
            "plan": self.plan,
            "tab": tab,
            "standing": standing(self.user, self.version, self.obstacles),
            "obstacles": self.obstacles,
            "unsupported": unsupported(self.plan),
            "assumed": assumed(self.plan),
            "worked": self.worked,
            "in_force": self.current is not None and self.current.pk == self.version.pk,
            "current": self.current,
            "pair": self.pair,
            "changes": changes,
            "effect": effect(self.version, changes),
            "versions": self.others,
            "may_try": self.user.may("whatif.run"),
            "reports": hooks.reports(self.version),
            **more,
        }
