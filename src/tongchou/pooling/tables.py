"""The lists: changes of the level, and what went up and down."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.funds.chart import FUNDS
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View
from tongchou.pooling import access
from tongchou.pooling.models import Change, Remittance
from tongchou.settlement.labels import SCHEME_LABELS


def state_tag(change: Change) -> Tag:
    """Return what a change is today: a confirmed one waits for its day, holds, or is over."""
    spell = change.pooling
    if change.state != Change.State.CONFIRMED or spell is None:
        accent = change.state == Change.State.PROPOSED
        return Tag(change.get_state_display(), "accent" if accent else "plain")
    today = clock.today()
    if spell.start > today:
        return Tag(_("已确认，未到日子"), "plain")
    if spell.end is not None and spell.end <= today:
        return Tag(_("已由后一次接替"), "plain")
    return Tag(_("统筹中"), "accent")


def _scheme(change: Change) -> Any:
    return SCHEME_LABELS[change.scheme]


class ChangeList(ListPage):
    right = "pooling.view"
    name = "pooling"
    title = _("统筹层次")
    noun = _("统筹层次变更")
    unit = _("次")
    default_sort = "-starts_on"
    template_name = "pooling/list.html"
    empty_text = _(
        "各险种由本统筹区自己统筹。要并到市级、省级统筹，请提出变更，由另一个人确认；"
        "起统筹日以前结算的单据、个人累计和欠付款都不动。"
    )
    columns = (
        Column(
            name="scheme",
            label=_("险种"),
            value=_scheme,
            link=lambda row: reverse("pooling:change", args=[row.pk]),
            phone=1,
        ),
        Column(name="area", label=_("统筹区"), value="area.name"),
        Column(name="pool", label=_("统筹到"), value="pool.name", phone=3),
        Column(name="starts_on", label=_("起统筹"), kind="day", sort="starts_on", phone=2),
        Column(name="ground", label=_("依据")),
        Column(name="proposed_by", label=_("提出人"), value="proposed_by.name"),
        Column(name="decided_by", label=_("确认人"), value="decided_by.name"),
        Column(name="state", label=_("状态"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        ChoiceQuery(
            name="scheme", label=_("险种"), lookup="scheme", choices=list(SCHEME_LABELS.items())
        ),
        ChoiceQuery(name="state", label=_("状态"), lookup="state", choices=Change.State.choices),
        TextQuery(name="area", label=_("统筹区"), lookup="area__name__contains"),
    )

    def queryset(self, user: Any) -> QuerySet[Change]:
        return access.changes_of(user)

    def extra(self) -> dict[str, Any]:
        return {"may_propose": user_of(self.request).may("pooling.propose")}


def remittance_tag(row: Remittance) -> Tag:
    accent = row.state == Remittance.State.PROPOSED
    return Tag(row.get_state_display(), "accent" if accent else "plain")


def what_of(row: Remittance) -> str:
    words = str(row.get_kind_display())
    return str(_("冲回%(what)s") % {"what": words}) if row.corrects_id else words


def _by_area(rows: QuerySet[Remittance], text: str) -> QuerySet[Remittance]:
    named = Q(pooling__area__name__contains=text) | Q(pooling__area__code__startswith=text)
    return rows.filter(named)


class RemittanceList(ListPage):
    right = "pooling.view"
    name = "remittances"
    title = _("上解下拨")
    noun = _("上解下拨")
    unit = _("笔")
    default_sort = "-proposed_at"
    template_name = "pooling/remittances.html"
    empty_text = _("还没有上解和下拨。起统筹以后，在那一次变更的页上提出。")
    columns = (
        Column(name="proposed_at", label=_("提出"), kind="time", sort="proposed_at"),
        Column(
            name="kind",
            label=_("种类"),
            value=what_of,
            link=lambda row: reverse("pooling:remittance", args=[row.pk]),
            phone=1,
        ),
        Column(name="area", label=_("统筹区"), value="pooling.area.name", phone=3),
        Column(name="pool", label=_("统筹到"), value="pooling.pool.name"),
        Column(name="fund", label=_("基金"), value="fund.name"),
        Column(name="fen", label=_("金额（元）"), kind="money", sort="fen", phone=2),
        Column(name="ground", label=_("依据")),
        Column(name="proposed_by", label=_("提出人"), value="proposed_by.name"),
        Column(name="decided_by", label=_("复核人"), value="decided_by.name"),
        Column(name="state", label=_("状态"), kind="tag", value=remittance_tag, phone=4),
    )
    fields = (
        ChoiceQuery(name="kind", label=_("种类"), lookup="kind", choices=Remittance.Kind.choices),
        ChoiceQuery(name="fund", label=_("基金"), lookup="fund", choices=list(FUNDS.items())),
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=Remittance.State.choices
        ),
        TextQuery(name="area", label=_("统筹区"), filter=_by_area, placeholder=_("名称、代码")),
        DayQuery(name="day", label=_("提出"), lookup="proposed_at", moment=True, more=True),
    )
    views = (View(name="waiting", label=_("待复核"), params={"state": Remittance.State.PROPOSED}),)

    def queryset(self, user: Any) -> QuerySet[Remittance]:
        return access.remittances_of(user)
