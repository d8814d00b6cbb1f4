"""What is owed to persons and what they owe back, as lists."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.payouts import access
from tongchou.payouts.checking import account_on, instead_of, why_not
from tongchou.payouts.models import Payable, Receivable
from tongchou.payouts.services.batching import SENDABLE
from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View

OPEN = "open"
_TAGS = {"waiting": "plain", "batched": "plain", "sent": "accent", "paid": "accent"}


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    own = Q(person__name__startswith=text) | Q(person__psn_no=text)
    return rows.filter(own | Q(person__merged_into__psn_no=text))


def _by_state(rows: QuerySet[Payable], value: str) -> QuerySet[Payable]:
    return rows.filter(state__in=Payable.OPEN) if value == OPEN else rows.filter(state=value)


def person_url(row: Payable | Receivable) -> str:
    return reverse("people:person", args=[row.person.psn_no])


def state_tag(row: Payable) -> Tag:
    return Tag(row.get_state_display(), _TAGS.get(row.state, "plain"))


def account_of(row: Payable) -> str:
    """The account that would take it today, by its bank and last digits; whose, if another's."""
    account = account_on(row.payee, clock.today())
    shown = f"{account.bank} …{account.number[-4:]}" if account else ""
    return "；".join(filter(None, (shown, instead_of(row))))


def what_lacks(row: Payable) -> str:
    """Why it waits: what its account lacks today, and what the bank said last."""
    if row.state not in SENDABLE:
        return ""
    today = clock.today()
    back = sorted((p for p in row.payments.all() if p.state == "bounced"), key=lambda p: p.pk)
    said = str(_("银行：%(why)s") % {"why": back[-1].why}) if back else ""
    return "；".join(filter(None, (said, why_not(row, today, account_on(row.payee, today)))))


class PayableList(ListPage):
    """What is owed to persons; the queue of what has come back is one of its views."""

    right = "payouts.view"
    name = "payables"
    title = _("应付个人")
    noun = _("应付个人")
    unit = _("笔")
    default_sort = "created_at"
    default_view = "open"
    empty_text = _("零星报销审批、待遇补差放行、退费以后，应付给个人的会排在这里。")
    columns = (
        Column(name="created_at", label=_("登记"), kind="time", sort="created_at"),
        Column(
            name="kind",
            label=_("种类"),
            value=lambda row: row.get_kind_display(),
            sort="kind",
            phone=3,
        ),
        Column(name="name", label=_("姓名"), value="person.name", link=person_url, phone=1),
        Column(name="town", label=_("镇街"), value="person.town", sort="person__town"),
        Column(name="reason", label=_("事由")),
        Column(name="total", label=_("金额"), kind="money", sort="total", total="total", phone=2),
        Column(name="account", label=_("社保卡账户"), value=account_of),
        Column(name="lacks", label=_("为什么等"), value=what_lacks),
        Column(name="state", label=_("状态"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="person", label=_("姓名"), filter=_by_person, placeholder=_("姓名、人员编号")
        ),
        ChoiceQuery(
            name="state",
            label=_("状态"),
            filter=_by_state,
            choices=[(OPEN, _("未付清")), *Payable.State.choices],
        ),
        ChoiceQuery(name="kind", label=_("种类"), lookup="kind", choices=Payable.Kind.choices),
        TextQuery(name="town", label=_("镇街"), lookup="person__town__startswith"),
        DayQuery(name="day", label=_("登记"), lookup="created_at", moment=True, more=True),
    )
    views = (
        View(name="open", label=_("未付清"), params={"state": OPEN}),
        View(name="waiting", label=_("待代发"), params={"state": "waiting"}),
        View(name="bounced", label=_("退汇"), params={"state": "bounced"}),
        View(name="sent", label=_("已送银行"), params={"state": "sent"}),
        View(name="paid", label=_("已到账"), params={"state": "paid"}),
    )

    def queryset(self, user: Any) -> QuerySet[Payable]:
        return access.payables_of(user)


def _returned(row: Receivable) -> Tag:
    return Tag(row.get_state_display(), "accent" if row.entry_id else "plain")


class ReceivableList(ListPage):
    """What persons owe back; finance records what has come in."""

    right = "payouts.view"
    name = "receivables"
    title = _("应收回")
    noun = _("应收回")
    unit = _("笔")
    default_sort = "created_at"
    default_view = "open"
    empty_text = _("多付的待遇、已付又冲正的报销，要收回的会排在这里。")
    columns = (
        Column(name="created_at", label=_("登记"), kind="time", sort="created_at"),
        Column(
            name="kind",
            label=_("种类"),
            value=lambda row: row.get_kind_display(),
            sort="kind",
            phone=3,
        ),
        Column(
            name="name",
            label=_("姓名"),
            value="person.name",
            link=lambda row: reverse("payouts:receivable", args=[row.pk]),
            phone=1,
        ),
        Column(name="town", label=_("镇街"), value="person.town", sort="person__town"),
        Column(name="reason", label=_("事由")),
        Column(name="total", label=_("金额"), kind="money", sort="total", total="total", phone=2),
        Column(name="evidence", label=_("收款凭据")),
        Column(name="returned_at", label=_("收回"), kind="time", sort="returned_at"),
        Column(name="state", label=_("状态"), kind="tag", value=_returned, phone=4),
    )
    fields = (
        TextQuery(
            name="person", label=_("姓名"), filter=_by_person, placeholder=_("姓名、人员编号")
        ),
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=Receivable.State.choices
        ),
    )
    views = (
        View(name="open", label=_("待收回"), params={"state": "open"}),
        View(name="returned", label=_("已收回"), params={"state": "returned"}),
    )

    def queryset(self, user: Any) -> QuerySet[Receivable]:
        return access.receivables_of(user)
