"""From a tried reform to a draft that others check and adopt, its figures frozen beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import Number, Plan, laid_over, named_by
from tongchou.core.policy import Reform as Overlay
from tongchou.core.policy.schema import parse
from tongchou.insight.whatif.desk import Desk
from tongchou.insight.whatif.models import Brief
from tongchou.insight.whatif.moves import reformed, written
from tongchou.insight.whatif.report import report
from tongchou.plans import editing
from tongchou.plans import queries as plans
from tongchou.plans import services as versions
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import obstacles
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail


@dataclass(frozen=True, slots=True)
class Sent:
    """The draft; `held` is what keeps it from being checked yet, or empty."""

    version: PlanVersion
    brief: Brief
    held: str


def send_to_check(
    *, by: User, desk: Desk, overlay: Overlay, title: str, valid_from: date, cases_follow: bool
) -> Sent:
    """Make a draft of the desk's policy with the reform in it, freeze its report, and submit it.

    With `cases_follow` the worked cases expect what the draft answers. A draft that may not be
    submitted yet stays with its drafter. Raises Refused, DocumentRefused.
    """
    after = reformed(desk.plan, desk.version.document, overlay)
    if not overlay.moves:
        raise Refused(_("没有改动。请先在表里改一个数"), field="changes")
    measured = report(desk, after, desk.fold([after]), name=overlay.name, why=overlay.why)
    with transaction.atomic():
        draft = versions.revise_plan(
            by=by, revises=desk.version, title=title, valid_from=valid_from, note=overlay.why
        )
        text = text_of(draft.document, overlay, after)
        draft = versions.edit_text(version=draft, by=by, document=text, cases=draft.cases)
        _refuse_another(plans.compiled(draft), after)
        if cases_follow:
            draft = versions.take_results(version=draft, by=by)
        brief = _freeze(by, desk, draft, measured)
        found = obstacles(draft)
        if not found:
            draft = versions.submit_plan(version=draft, by=by)
    return Sent(draft, brief, f"{found[0].short}。{found[0].remedy}" if found else "")


def text_of(document: str, overlay: Overlay, after: Plan) -> str:
    """Return the policy's text with the reform's numbers in it, its other lines as they are.

    A number that the text has only as part of others is written out, and then the whole text anew.
    """
    ground = editing.Assumption(_("测算“%(name)s”，还没有文件") % {"name": overlay.name})
    text = document
    try:
        for number in _named(after, overlay):
            text = editing.set_number(
                text, path=number.path, kind=number.kind, value=written(number), evidence=ground
            )
    except Refused:
        tree = laid_over(parse(document, source=overlay.name), overlay)
        return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=1000)
    return text


def _named(after: Plan, overlay: Overlay) -> list[Number]:
    found: dict[str, Number] = {}
    for move in overlay.moves:
        found |= {number.path: number for number in named_by(after.document, move)}
    return list(found.values())


def _refuse_another(draft: Plan, after: Plan) -> None:
    """The draft must be the policy that was measured, to the last integer."""
    if _integers(draft) != _integers(after):
        raise Refused(_("草案和测算的不是同一份政策，没有起草。请在全文里改"), field="changes")


def _integers(plan: Plan) -> Mapping[Any, Any]:
    return {key: row[1:6] for key, row in plan.rows.items()}


def _freeze(by: User, desk: Desk, draft: PlanVersion, measured: dict[str, Any]) -> Brief:
    measured = {**measured, "plan_after": draft.plan_id}
    brief = Brief.objects.create(
        area=draft.area, name=measured["name"], version=draft, plan_before=desk.plan.plan_id,
        plan_after=draft.plan_id, report=measured, made_by=by, made_at=clock.now(),
    )  # fmt: skip
    trail.record(
        actor=by.login,
        verb="whatif.brief.drafted",
        object_type="plan_version",
        object_id=str(draft.pk),
        area=draft.area,
        data={"name": measured["name"], "difference": measured["fund"]["difference"]},
    )
    return brief
