"""The lists of partner areas and of what was agreed with them."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.partners import access, queries
from tongchou.partners.kinds import COMMON
from tongchou.partners.models import STANDS, Agreement, Partner
from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View

IN_FORCE, SOON, TO_COME, OVER, STRUCK = "in_force", "soon", "to_come", "over", "struck"
STATES = [
    (IN_FORCE, _("执行中")),
    (SOON, _("90 天内到期")),
    (TO_COME, _("尚未开始")),
    (OVER, _("已到期或终止")),
    (STRUCK, _("已更正作废")),
]


def _by_state(rows: QuerySet[Agreement], value: str) -> QuerySet[Agreement]:
    today = clock.today()
    if value == SOON:
        return queries.expiring(rows, today)
    if value == IN_FORCE:
        return queries.in_force(rows, today)
    if value == TO_COME:
        return rows.filter(STANDS, start__gt=today)
    return rows.exclude(STANDS) if value == STRUCK else rows.filter(STANDS, end__lte=today)


def state_tags(agreement: Any) -> list[Tag]:
    """Return what it is today; `soon` is set by queries.with_days_left."""
    today = clock.today()
    if agreement.struck_at is not None:
        return [Tag(_("已更正作废"), "plain")]
    if agreement.start > today:
        return [Tag(_("尚未开始"), "plain")]
    if agreement.on(today):
        days = (agreement.end - today).days if agreement.soon else 0
        left = Tag(_("还有 %(n)s 天到期") % {"n": days}, "accent")
        return [Tag(_("执行中")), left] if agreement.soon else [Tag(_("执行中"))]
    return [Tag(_("提前终止") if agreement.ended_at else _("已到期"), "plain")]


def _partner_matching(rows: QuerySet[Agreement], text: str) -> QuerySet[Agreement]:
    return rows.filter(Q(partner__name__contains=text) | Q(partner__code__startswith=text))


def _matching(rows: QuerySet[Partner], text: str) -> QuerySet[Partner]:
    return rows.filter(Q(name__contains=text) | Q(code__startswith=text) | Q(office__contains=text))


class AgreementList(ListPage):
    right = "partners.view"
    name = "partner-agreements"
    title = _("合作协议")
    noun = _("合作协议")
    unit = _("份")
    default_sort = "-start"
    template_name = "partners/agreements.html"
    empty_text = _("请先登记合作统筹区，再在它的页上登记协议。")
    columns = (
        Column(
            name="partner",
            label=_("合作统筹区"),
            value="partner.name",
            sort="partner__code",
            link=lambda a: reverse("partners:partner", args=[a.partner.code]),
            phone=1,
        ),
        Column(name="kind", label=_("合作事项"), sort="kind", phone=3),
        Column(
            name="number",
            label=_("协议号"),
            kind="code",
            sort="number",
            link=lambda a: reverse("partners:agreement", args=[a.pk]),
        ),
        Column(name="start", label=_("从"), kind="day", sort="start"),
        Column(name="end", label=_("到（不含）"), kind="day", sort="end", phone=2),
        Column(name="by", label=_("登记人"), value="recorded_by.name"),
        Column(name="state", label=_("状态"), kind="tag", value=state_tags, phone=4),
    )
    fields = (
        TextQuery(
            name="partner", label=_("地区"), filter=_partner_matching,
            placeholder=_("名称、代码"),
        ),
        ChoiceQuery(name="state", label=_("状态"), filter=_by_state, choices=STATES),
        TextQuery(name="kind", label=_("合作事项"), lookup="kind__contains", placeholder=COMMON[0]),
        DayQuery(name="end", label=_("到（不含）"), lookup="end", more=True),
    )  # fmt: skip
    views = (
        View(name="soon", label=_("90 天内到期"), params={"state": SOON}),
        View(name="in_force", label=_("执行中"), params={"state": IN_FORCE}),
    )

    def queryset(self, user: Any) -> QuerySet[Agreement]:
        return queries.with_days_left(access.agreements_of(user), clock.today())


def _soon_tag(partner: Any) -> Tag | None:
    ending = [one for one in partner.now if one.soon]
    return Tag(_("%(n)s 项快到期") % {"n": len(ending)}, "accent") if ending else None


class PartnerList(ListPage):
    right = "partners.view"
    name = "partners"
    title = _("合作统筹区")
    noun = _("合作统筹区")
    unit = _("个地区")
    default_sort = "code"
    template_name = "partners/list.html"
    empty_text = _("请先登记合作统筹区。")
    columns = (
        Column(
            name="code",
            label=_("区划代码"),
            kind="code",
            sort="code",
            link=lambda p: reverse("partners:partner", args=[p.code]),
            phone=3,
        ),
        Column(
            name="name",
            label=_("名称"),
            sort="name",
            link=lambda p: reverse("partners:partner", args=[p.code]),
            phone=1,
        ),
        Column(name="office", label=_("对方单位"), sort="office"),
        Column(
            name="kinds",
            label=_("执行中的事项"),
            value=lambda p: "、".join(one.kind for one in p.now),
            phone=2,
        ),
        Column(name="contact", label=_("联系人")),
        Column(name="phone", label=_("联系电话"), kind="code"),
        Column(name="soon", label=_("到期"), kind="tag", value=_soon_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="partner",
            label=_("地区"),
            filter=_matching,
            placeholder=_("名称、代码、单位"),
        ),
    )

    def queryset(self, user: Any) -> QuerySet[Partner]:
        now = queries.in_force(queries.with_days_left(access.agreements_of(user), clock.today()),
                               clock.today())  # fmt: skip
        return access.partners_of(user).prefetch_related(
            Prefetch("agreements", now.order_by("kind"), to_attr="now")
        )

    def extra(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "may_edit": user.may("partners.edit"),
            "soon": queries.expiring(access.agreements_of(user), clock.today()).count(),
        }
