"""What is open in the office, over all contexts: what it is, and who may take its next step."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongchou.arrears import queries as arrears
from tongchou.payouts import queries as payouts
from tongchou.people import queries as people
from tongchou.plans import queries as plans
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.pooling import queries as pooling
from tongchou.premiums import queries as premiums
from tongchou.registers import worklists as registers
from tongchou.rosters import worklists as rosters
from tongchou.settlement.labels import SCHEME_LABELS
from tongchou.settlement.queries import bills
from tongchou.transitions import queries as transitions

# The articles give no limit for reading a policy draft; the bureau sets its own.
DAYS_FOR_A_DRAFT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One open thing. `amount` in fen, None where it is not about money; `due_at` None: no limit.

    It waits for whoever holds `right` and is not in `acted`, or for the one user `only`.
    """

    kind: str
    what: str
    about: str
    step: str
    url: str
    began_at: datetime
    right: str
    amount: int | None = None
    due_at: datetime | None = None
    acted: tuple[int, ...] = ()
    only: int | None = None
    began_by: int | None = None

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < clock.now()

    @property
    def due_today(self) -> bool:
        return self.due_at is not None and not self.late and self.due_at.date() <= clock.today()

    def waits_for(self, user: User) -> bool:
        if not user.of_bureau or not user.may(self.right):
            return False
        return user.pk == self.only if self.only is not None else user.pk not in self.acted


def open_tasks(area: str) -> list[Task]:
    """Return every open task of the area, the nearest limit first, those without limit last."""
    return _in_order(task for source, _rights in _SOURCES for task in source(area))


def tasks_for(user: User) -> list[Task]:
    """Return what waits for `user`; asks nothing of work that the user's post has no part in."""
    if not user.of_bureau:
        return []
    sources = [source for source, rights in _SOURCES if any(map(user.may, rights))]
    found = (task for source in sources for task in source(user.area_code))
    return _in_order(task for task in found if task.waits_for(user))


def _in_order(tasks: Iterable[Task]) -> list[Task]:
    last = clock.now() + timedelta(days=36500)
    return sorted(tasks, key=lambda task: (task.due_at or last, task.began_at))


def _of_bills(area: str) -> Iterator[Task]:
    words = {
        "manual_review": (_("复核零星报销"), _("复核")),
        "manual_approval": (_("审批零星报销"), _("审批")),
        "reversal": (_("复核冲正"), _("复核")),
    }
    for work in bills.open_work(area):
        what, step = words[work.kind]
        yield Task(
            kind=work.kind, what=what, about=f"{work.person}，{work.number}", step=step,
            amount=work.amount, began_at=work.began_at, due_at=work.due_at, url=work.url,
            right=work.right, acted=work.acted, began_by=work.acted[0],
        )  # fmt: skip


def _of_plans(area: str) -> Iterator[Task]:
    for version in plans.waiting(area):
        kind, right, what, step = _step_of(version)
        sent = version.submitted_at
        drafter = version.drafted_by_id
        yield Task(
            kind=kind,
            what=what,
            about=version.title,
            step=step,
            began_at=sent or version.drafted_at,
            due_at=sent + timedelta(days=DAYS_FOR_A_DRAFT) if sent else None,
            url=reverse("plans:version", args=[version.pk]),
            right=right,
            acted=tuple(pk for pk in (drafter, version.checked_by_id) if pk),
            only=None if sent else drafter,
            began_by=drafter,
        )


def _step_of(version: PlanVersion) -> tuple[str, str, str, str]:
    if version.state == PlanVersion.State.CHECKED:
        return "plan_adoption", "plans.adopt", _("采用政策草案"), _("采用")
    if version.submitted_at is not None:
        return "plan_check", "plans.check", _("复核政策草案"), _("复核")
    return "plan_draft", "plans.draft", _("起草政策"), _("送审")


def _of_lists(area: str) -> Iterator[Task]:
    """Lists are worked on by the hundred: a line for each step, which opens to its rows."""
    yield from _of_works(rosters.open_work(area))


def _of_registers(area: str) -> Iterator[Task]:
    yield from _of_works(registers.open_work(area))


def _of_works(works: Iterable[rosters.Work]) -> Iterator[Task]:
    for work in works:
        words = _LIST_STEPS[work.kind]
        yield Task(
            kind=work.kind,
            what=str(words[0]),
            about=_("%(n)s 件") % {"n": f"{work.count:,}"},
            step=work.step or str(words[1]),
            url=work.url,
            began_at=work.began_at,
            due_at=work.due_at,
            right=work.right,
            acted=work.acted,
        )


def _of_merges(area: str) -> Iterator[Task]:
    for one in people.waiting_merges(area):
        yield Task(
            kind="merge_confirm",
            what=_("确认并档"),
            about=f"{one.keep.name}，{one.keep.town}",
            step=_("确认"),
            url=reverse("people:merge", args=[one.pk]),
            began_at=one.proposed_at,
            right="people.merge_confirm",
            acted=(one.proposed_by_id,),
            began_by=one.proposed_by_id,
        )


def _of_arrears(area: str) -> Iterator[Task]:
    for one in arrears.waiting(area):
        reviewing = one.state == one.State.PROPOSED
        yield Task(
            kind="arrear_review" if reviewing else "arrear_release",
            what=_("复核待遇补差") if reviewing else _("放行待遇补差"),
            about=one.person_year.person.name,
            step=_("复核") if reviewing else _("放行"),
            amount=one.total,
            url=reverse("arrears:arrear", args=[one.pk]),
            began_at=one.proposed_at,
            right="arrears.review" if reviewing else "arrears.release",
            acted=tuple(pk for pk in (one.proposed_by_id, one.reviewed_by_id) if pk),
            began_by=one.proposed_by_id,
        )


def _of_refunds(area: str) -> Iterator[Task]:
    for one in premiums.waiting_refunds(area):
        yield Task(
            kind="refund_approval",
            what=_("批准退费"),
            about=one.payment.person.name,
            step=_("批准"),
            amount=one.fen,
            url=reverse("premiums:refund", args=[one.pk]),
            began_at=one.proposed_at,
            right="premiums.review",
            acted=(one.proposed_by_id,),
            began_by=one.proposed_by_id,
        )


def _of_subsidies(area: str) -> Iterator[Task]:
    for one in premiums.waiting_subsidies(area):
        reviewing = one.state == one.State.PROPOSED
        yield Task(
            kind="subsidy_review" if reviewing else "subsidy_release",
            what=_("复核资助参保") if reviewing else _("放行资助参保"),
            about=_("%(n)s 人") % {"n": f"{one.persons:,}"},
            step=_("复核") if reviewing else _("放行"),
            amount=one.fen,
            url=reverse("premiums:subsidy", args=[one.pk]),
            began_at=one.proposed_at,
            right="premiums.review" if reviewing else "premiums.release",
            acted=tuple(pk for pk in (one.proposed_by_id, one.reviewed_by_id) if pk),
            began_by=one.proposed_by_id,
        )


def _of_collecting(area: str) -> Iterator[Task]:
    for batch, years, total in arrears.open_batches(area):
        reviewing = batch.state == batch.State.PROPOSED
        yield Task(
            kind="collect_review" if reviewing else "collect_release",
            what=_("复核集中补算") if reviewing else _("放行集中补算"),
            about=_("%(month)s，%(n)s 人年") % {"month": batch.month, "n": f"{years:,}"},
            step=_("复核") if reviewing else _("放行"),
            amount=total,
            url=reverse("arrears:batch", args=[batch.pk]),
            began_at=batch.proposed_at,
            right="arrears.review" if reviewing else "arrears.release",
            acted=tuple(pk for pk in (batch.proposed_by_id, batch.reviewed_by_id) if pk),
            began_by=batch.proposed_by_id,
        )


def _of_payouts(area: str) -> Iterator[Task]:
    for batch in payouts.open_batches(area):
        approving = batch.state == batch.State.PROPOSED
        yield Task(
            kind="payout_approve" if approving else "payout_send",
            what=_("审批代发批次") if approving else _("送银行代发"),
            about=_("%(n)s 笔") % {"n": f"{batch.count:,}"},
            step=_("审批") if approving else _("送银行"),
            amount=batch.total,
            url=reverse("payouts:batch", args=[batch.pk]),
            began_at=batch.made_at,
            right="payouts.approve" if approving else "payouts.send",
            acted=(batch.made_by_id,) if approving else (),
            began_by=batch.made_by_id,
        )


def _of_bounced(area: str) -> Iterator[Task]:
    back = payouts.bounced(area)
    if back.count and back.since:
        yield Task(
            kind="payout_bounced",
            what=_("更正退汇账户"),
            about=_("%(n)s 笔") % {"n": f"{back.count:,}"},
            step=_("更正账户"),
            amount=back.total,
            url=f"{reverse('payouts:payables')}?state=bounced",
            began_at=back.since,
            right="payouts.accounts",
        )


def _of_pools(area: str) -> Iterator[Task]:
    for change in pooling.waiting_changes(area):
        yield Task(
            kind="pooling_change",
            what=_("确认统筹层次变更"),
            about=f"{SCHEME_LABELS[change.scheme]}，{change.pool.name}",
            step=_("确认"),
            url=reverse("pooling:change", args=[change.pk]),
            began_at=change.proposed_at,
            right="pooling.confirm",
            acted=(change.proposed_by_id,),
            began_by=change.proposed_by_id,
        )
    for row in pooling.waiting_remittances(area):
        yield Task(
            kind="remittance",
            what=_("复核上解下拨"),
            about=f"{row.get_kind_display()}，{row.fund.name}",
            step=_("复核"),
            amount=row.fen,
            url=reverse("pooling:remittance", args=[row.pk]),
            began_at=row.proposed_at,
            right="pooling.confirm",
            acted=(row.proposed_by_id,),
            began_by=row.proposed_by_id,
        )


def _of_transitions(area: str) -> Iterator[Task]:
    for one in transitions.waiting(area):
        acted = tuple(pk for pk in (one.received_by_id, one.tried_by_id) if pk)
        yield Task(
            kind="transition",
            what=_("确认制度并轨"),
            about=one.title,
            step=_("确认"),
            url=reverse("transitions:transition", args=[one.pk]),
            began_at=one.tried_at or one.received_at,
            right="transitions.accept",
            acted=acted,
            began_by=one.received_by_id,
        )


_LIST_STEPS = {
    "roster_receive": (_lazy("接收名单"), _lazy("接收")),
    "roster_release": (_lazy("放行名单检查"), _lazy("放行")),
    "roster_late": (_lazy("督办超期的名单案件"), _lazy("督办")),
    "roster_decide": (_lazy("核定疑似同一人"), _lazy("核定")),
    "roster_issue": (_lazy("下发比对结果"), _lazy("下发")),
    "roster_handle": (_lazy("核实名单问题"), _lazy("核实整改")),
    "roster_recognise": (_lazy("审核困难申请"), _lazy("审核")),
    "roster_review": (_lazy("复核名单整改"), _lazy("复核")),
    "register_receive": (_lazy("接收登记数据"), _lazy("接收")),
    "register_decide": (_lazy("核定登记所指"), _lazy("核定")),
    "register_issue": (_lazy("下发登记比对结果"), _lazy("下发")),
    "register_handle": (_lazy("核实登记问题"), _lazy("核实处理")),
    "register_review": (_lazy("复核登记问题"), _lazy("复核")),
}


# Each source of work with the rights that its steps take.
_SOURCES: tuple[tuple[Callable[[str], Iterator[Task]], tuple[str, ...]], ...] = (
    (_of_bills, ("manual.review", "manual.approve", "reversal.review")),
    (_of_merges, ("people.merge_confirm",)),
    (_of_arrears, ("arrears.review", "arrears.release")),
    (_of_refunds, ("premiums.review",)),
    (_of_subsidies, ("premiums.review", "premiums.release")),
    (_of_collecting, ("arrears.review", "arrears.release")),
    (_of_payouts, ("payouts.approve", "payouts.send")),
    (_of_bounced, ("payouts.accounts",)),
    (_of_pools, ("pooling.confirm",)),
    (_of_transitions, ("transitions.accept",)),
    (_of_plans, ("plans.draft", "plans.check", "plans.adopt")),
    (
        _of_registers,
        (
            "registers.receive",
            "registers.handle",
            "registers.explain",
            "registers.issue",
            "registers.review",
        ),
    ),
    (
        _of_lists,
        (
            "rosters.receive",
            "rosters.decide",
            "rosters.issue",
            "rosters.handle",
            "rosters.review",
            "rosters.oversee",
            "rosters.recognise",
        ),
    ),
)
