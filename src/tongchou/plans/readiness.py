"""What still stands between a draft and its adoption, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.core.policy import AssumedNumber, Plan
from tongchou.plans.cases import Worked, work_cases
from tongchou.plans.compiled import compiled
from tongchou.plans.models import PlanVersion
from tongchou.platform.authority.models import Area

# The reason that a number carries while its draft has no document for it yet. Such a number can be
# tried out, never sent for checking: it is nobody's assumption, only unfinished work.
UNSUPPORTED = "草案改动，还没有依据"


@dataclass(frozen=True, slots=True)
class Obstacle:
    short: str  # on the button that it disables
    remedy: str


# What later contexts ask of a plan before it holds; they register in `AppConfig.ready`.
Check = Callable[[Plan], list[Obstacle]]
_checks: list[Check] = []


def add_check(check: Check) -> None:
    """Let `check` stand between every draft and its adoption."""
    if check not in _checks:
        _checks.append(check)


def unsupported(plan: Plan) -> list[AssumedNumber]:
    """Return the numbers of a draft that still lack their document."""
    return [number for number in plan.assumed if number.reason == UNSUPPORTED]


def assumed(plan: Plan) -> list[AssumedNumber]:
    """Return the numbers that the documents do not give and that somebody gave a reason for."""
    return [number for number in plan.assumed if number.reason != UNSUPPORTED]


def obstacles(version: PlanVersion, worked: Worked | None = None) -> list[Obstacle]:
    """Return why `version` cannot go on to be checked and adopted; empty when it can.

    `worked` is the result of its cases where the caller has it already.
    """
    plan = compiled(version)
    found: list[Obstacle] = []
    if open_numbers := unsupported(plan):
        count = len(open_numbers)
        found.append(
            Obstacle(
                _("缺 %(n)s 处依据") % {"n": count},
                _("给每个改动的数字补上文件、条款和原文，或写明假定的理由"),
            )
        )
    for check in _checks:
        found += check(plan)
    found += _of_cases(work_cases(plan, version.cases) if worked is None else worked)
    if assumed(plan) and not Area.objects.filter(pk=version.area, demonstration=True).exists():
        found.append(
            Obstacle(
                _("有 %(n)s 处待确认") % {"n": len(assumed(plan))},
                _("正式统筹区不能用待确认的数字：取得批复后录入依据"),
            )
        )
    return found


def _of_cases(worked: Worked) -> list[Obstacle]:
    if worked.problem:
        return [Obstacle(_("算例读不懂"), worked.problem)]
    if not worked.results:
        return [Obstacle(_("没有算例"), _("至少写一个算例，说明这份政策怎么算"))]
    failed = sum(not result.passed for result in worked.results)
    if failed:
        return [
            Obstacle(
                _("%(n)s 个算例不符") % {"n": failed},
                _("核对新旧结果；改动确实如此的，把算例改为新结果"),
            )
        ]
    return []
