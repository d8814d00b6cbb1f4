"""What was done with a version, from the trail, in words."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tongchou.plans.models import PlanVersion
from tongchou.plans.verbs import VERBS
from tongchou.platform.trail.models import Act


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    text: str
    actor: str
    detail: str


def history(version: PlanVersion) -> list[Step]:
    """Return the acts on `version`, the latest first."""
    acts = Act.objects.filter(object_type="plan_version", object_id=str(version.pk))
    return [
        Step(act.at, str(VERBS.get(act.verb, act.verb)), act.actor, _detail(json.loads(act.data)))
        for act in acts.order_by("-at", "-pk")
    ]


def _detail(data: dict[str, str]) -> str:
    if reason := data.get("reason"):
        return reason
    if label := data.get("label"):
        return _("%(label)s 改为 %(value)s") % {"label": label, "value": data["value"]}
    if day := data.get("valid_from"):
        return _("%(day)s 起执行") % {"day": day}
    return ""
