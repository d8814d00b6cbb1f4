"""The option `--plan AREA-SCHEME` of commands that price claims by the shipped policies."""

from __future__ import annotations

from tongchou.commands.stopping import stop
from tongchou.core.policy import Plan, PlanBook, PolicyError, shipped_documents


def plan_named(name: str) -> tuple[PlanBook, str, str]:
    """Return the shipped plans, and the area and scheme that `name` is. Exits with 2."""
    book, _texts, area, scheme = plan_and_texts(name)
    return book, area, scheme


def plan_and_texts(name: str) -> tuple[PlanBook, dict[str, str], str, str]:
    """As `plan_named`, with the policies' documents by plan_id."""
    try:
        shelf = shipped_documents()
    except PolicyError as error:
        stop(f"--plan: {error}")
    area, _, scheme = name.partition("-")
    known = sorted({f"{plan.area}-{plan.scheme}" for plan, _text in shelf})
    if name not in known:
        stop(f"--plan: 没有 {name} 的政策，可用 {'、'.join(known)}")
    texts = {plan.plan_id: text for plan, text in shelf}
    return PlanBook(plan for plan, _text in shelf), texts, area, scheme


def assumed_words(plan: Plan) -> str:
    """Say which numbers of the plan nobody's document gives, and how to allow them."""
    head = (
        f"--plan: {plan.area}-{plan.scheme} 自 {plan.valid_from} 起的政策有 "
        f"{len(plan.assumed)} 处待确认，加 --allow-assumed 才使用："
    )
    rows = [f"  {n.path} = {n.value} {n.label}：{n.reason}" for n in plan.assumed]
    return "\n".join([head, *rows])
