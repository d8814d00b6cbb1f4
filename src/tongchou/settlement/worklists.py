"""What lies with the bureau's people: requests for reversal, manual claims, by their clocks."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View
from tongchou.platform.ui.templatetags.tc import deadline
from tongchou.settlement import access
from tongchou.settlement.labels import VISIT_LABELS
from tongchou.settlement.models import ManualClaim, ReversalRequest
from tongchou.settlement.tables import number_of

OVERDUE = "overdue"


def _clock(due: Any, began: Any) -> Tag:
    drawn = deadline(due, began)
    return Tag(drawn["text"], "late" if drawn["kind"] == "late" else "plain")


def claim_clock(claim: ManualClaim) -> Tag | None:
    """Return what is left of the time limit while the claim is open."""
    if claim.state in (ManualClaim.State.FILED, ManualClaim.State.REVIEWED):
        return _clock(claim.due_at, claim.filed_at)
    return None


def request_clock(request: ReversalRequest) -> Tag | None:
    if request.state == ReversalRequest.State.PROPOSED:
        return _clock(request.due_at, request.proposed_at)
    return None


def claim_url(claim: ManualClaim) -> str:
    return reverse("bills:manual", args=[claim.pk])


def request_url(request: ReversalRequest) -> str:
    return reverse("bills:reversal", args=[request.pk])


def _claims_in(rows: QuerySet[ManualClaim], value: str) -> QuerySet[ManualClaim]:
    states = ManualClaim.State
    if value == OVERDUE:
        return rows.filter(state__in=[states.FILED, states.REVIEWED], due_at__lt=clock.now())
    return rows.filter(state=value)


def _claims_of_person(rows: QuerySet[ManualClaim], text: str) -> QuerySet[ManualClaim]:
    return rows.filter(person__in=people.matching(Person.objects.all(), text))


class ManualList(ListPage):
    right = "bills.view"
    name = "manual-claims"
    title = _("零星报销")
    noun = _("零星报销")
    unit = _("件")
    default_sort = "due"
    template_name = "settlement/manual_list.html"
    empty_text = _("没有联网结算的票据，在窗口受理后就在这里。")
    columns = (
        Column(name="invoice", label=_("票据号"), kind="code", link=claim_url, phone=3),
        Column(name="person", label=_("姓名"), value="person.name", phone=1),
        Column(name="place", label=_("就医机构"), value="institution_name"),
        Column(
            name="visit",
            label=_("就医类别"),
            value=lambda c: str(VISIT_LABELS.get(c.visit_kind, "")),
        ),
        Column(name="total", label=_("总费用"), kind="money", sort="total", total="total", phone=2),
        Column(name="filed_by", label=_("受理人"), value="filed_by.name"),
        Column(name="filed", label=_("受理"), kind="time", value="filed_at", sort="filed_at"),
        Column(name="due", label=_("到期"), kind="time", value="due_at", sort="due_at"),
        Column(name="left", label=_("时限"), kind="tag", value=claim_clock, phone=4),
        Column(name="state", label=_("状态"), value=lambda c: c.get_state_display()),
    )
    fields = (
        ChoiceQuery(
            name="state",
            label=_("状态"),
            filter=_claims_in,
            choices=[*ManualClaim.State.choices, (OVERDUE, _("已超时"))],
        ),
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_claims_of_person,
            placeholder=_("姓名、身份证、社保卡号"),
        ),
        TextQuery(name="invoice", label=_("票据号"), lookup="invoice__startswith"),
    )
    views = (
        View(name="filed", label=_("待复核"), params={"state": "filed"}),
        View(name="reviewed", label=_("待审批"), params={"state": "reviewed"}),
        View(name="overdue", label=_("已超时"), params={"state": OVERDUE}),
        View(name="settled", label=_("已结算"), params={"state": "settled"}),
        View(name="refused", label=_("不予报销"), params={"state": "refused"}),
    )

    def queryset(self, user: Any) -> QuerySet[ManualClaim]:
        return access.claims_of(user).select_related("person", "filed_by")

    def extra(self) -> dict[str, Any]:
        return {"may_file": self.request.user.may("manual.file")}  # type: ignore[union-attr]


class ReversalList(ListPage):
    right = "bills.view"
    name = "reversals"
    title = _("冲正申请")
    noun = _("冲正申请")
    unit = _("件")
    default_view, default_sort = "proposed", "due"
    empty_text = _("经办岗在结算单上申请冲正后，这里等另一人复核。")
    columns = (
        Column(
            name="number",
            label=_("结算单"),
            kind="code",
            value=lambda r: number_of(r.settlement),
            link=request_url,
            phone=3,
        ),
        Column(name="person", label=_("姓名"), value="settlement.person.name", phone=1),
        Column(
            name="fund",
            label=_("退回基金"),
            kind="money",
            value="settlement.fund_total",
            sort="settlement__fund_total",
            phone=2,
        ),
        Column(name="reason", label=_("理由")),
        Column(name="proposed_by", label=_("申请人"), value="proposed_by.name"),
        Column(
            name="proposed", label=_("提出"), kind="time", value="proposed_at", sort="proposed_at"
        ),
        Column(name="due", label=_("到期"), kind="time", value="due_at", sort="due_at"),
        Column(name="left", label=_("时限"), kind="tag", value=request_clock, phone=4),
        Column(name="state", label=_("状态"), value=lambda r: r.get_state_display()),
    )
    fields = (
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=ReversalRequest.State.choices
        ),
    )
    views = (
        View(name="proposed", label=_("待复核"), params={"state": "proposed"}),
        View(name="done", label=_("已冲正"), params={"state": "done"}),
        View(name="refused", label=_("不同意"), params={"state": "refused"}),
    )

    def queryset(self, user: Any) -> QuerySet[ReversalRequest]:
        return access.requests_of(user).select_related(
            "settlement__person", "proposed_by", "reviewed_by"
        )
