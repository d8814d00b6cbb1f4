"""The page on which numbers are moved, and what it fetches while they move."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget

from tongchou.core.policy import Plan
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif import years
from tongchou.insight.whatif.access import reforms_of
from tongchou.insight.whatif.desk import Desk, Folded, desk_of, versions_of
from tongchou.insight.whatif.editor import editor
from tongchou.insight.whatif.examples import examples
from tongchou.insight.whatif.links import bills_url
from tongchou.insight.whatif.steps import steps_of
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused


@right_required("whatif.run")
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """The policy's numbers as fields beside what they would have cost."""
    user = user_of(request)
    context: dict[str, Any] = {"may_export": user.may("lake.export")}
    desk = desk_of(user, request.GET)
    if desk is not None:
        context |= {
            "desk": desk,
            "versions": versions_of(user),
            "tiers": editor(desk.plan, desk.fields),
            "kept": reforms_of(user, desk.version.scheme),
            "own": desk.reform is not None and desk.reform.owner_id == user.pk,
        }
        if desk.stock is not None:
            years.warm(desk.area, desk.stock.year, desk.version.scheme, desk.plan)
    return render(request, "whatif/page.html", context)


@right_required("whatif.run")
@require_POST
def effect(request: HttpRequest) -> HttpResponseBase:
    """What the fields as they are would have cost; refused with the path and the reason."""
    desk = _desk(request)
    try:
        after = desk.after()
        found = desk.fold([after])
    except NotAllowed:
        raise
    except Refused as refused:
        return _refused(request, desk, refused)
    context = _effect(desk, after, found) | {
        "may_draft": desk.ours and user_of(request).may("plans.draft")
    }
    return render(request, "whatif/parts/effect.html", context)


@right_required("whatif.run")
@require_POST
def steps(request: HttpRequest) -> HttpResponseBase:
    """What each step of the number that was moved last would have cost."""
    desk = _desk(request)
    try:
        found = steps_of(desk)
    except Refused:
        found = None  # the effect beside it says why
    return render(request, "whatif/parts/steps.html", {"steps": found})


def _desk(request: HttpRequest) -> Desk:
    desk = desk_of(user_of(request), request.POST)
    if desk is None:
        raise Refused(_("本统筹区没有执行中的政策，没有可试的数"))
    return desk


def _refused(request: HttpRequest, desk: Desk, refused: Refused) -> HttpResponse:
    """Say what is wrong above the old figures, which stay."""
    labels = {number.path: number.label for number in desk.plan.document.numbers()}
    problems = [
        (problem.path, labels.get(problem.path, ""), problem.message, problem.expected)
        for problem in getattr(refused, "problems", ())
    ]
    context = {"problems": problems, "reason": refused.reason, "desk": desk}
    answer = render(request, "whatif/parts/refused.html", context, status=422)
    return retarget(answer, "#whatif-wrong")


def _effect(desk: Desk, after: Plan, found: Folded) -> dict[str, Any]:
    comparison, of = found.comparison, found.of
    dimension, name = effects.chosen(comparison, desk.dimension)
    whole = effects.effect(comparison, desk.version.scheme)
    rows = effects.lines(comparison, of, dimension)
    return {
        "desk": desk,
        "effect": whole,
        "seconds": found.seconds,
        "changes": desk.changes(after),
        "dimensions": effects.offered(comparison),
        "dimension": dimension,
        "dimension_name": name,
        "of_people": effects.of_people(dimension),
        "wide": effects.is_counted(dimension),
        "bills_more": sum(row.more for row in rows),
        "bills_less": sum(row.less for row in rows),
        "rows": [(row, bills_url(desk, dimension, row.code)) for row in rows],
        "all_url": bills_url(desk),
        "rows_chart": effects.lines_chart(rows),
        "classes_chart": effects.classes_chart(whole),
        # Whether the policy as it is gives what the books paid: other versions may have held.
        "ledger": sum(of.spent),
        "ledger_difference": whole.fund.before - sum(of.spent),
        "examples": examples(found),
    }
