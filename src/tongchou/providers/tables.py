"""The list of designated institutions."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View
from tongchou.providers import access, queries
from tongchou.providers.labels import CAPABILITY_LABELS
from tongchou.providers.models import Agreement, Doctor, DoctorSuspension, Institution

NO_AGREEMENT = "none"
BILLING_CLOSED = "closed"


def _in_force() -> QuerySet[Agreement]:
    today = clock.today()
    return Agreement.objects.filter(Q(end=None) | Q(end__gt=today), start__lte=today)


def _by_state(rows: QuerySet[Institution], value: str) -> QuerySet[Institution]:
    in_force = _in_force()
    if value == NO_AGREEMENT:
        return rows.exclude(pk__in=in_force.values("institution_id"))
    if value == BILLING_CLOSED:
        billing = in_force.filter(state__in=Agreement.BILLING_OPEN)
        return rows.exclude(pk__in=billing.values("institution_id"))
    return rows.filter(pk__in=in_force.filter(state=value).values("institution_id"))


def _by_capability(rows: QuerySet[Institution], value: str) -> QuerySet[Institution]:
    return rows.filter(**{value: True})


def state_tag(institution: Any) -> Tag:
    """Return today's state; `agreed_now` is set by the list's prefetch."""
    if not institution.agreed_now:
        return Tag(_("无协议"), "plain")
    agreement = institution.agreed_now[0]
    kind = "" if agreement.state == Agreement.State.ACTIVE else "plain"
    return Tag(agreement.get_state_display(), kind)


def _capabilities(institution: Institution) -> str:
    held = [str(text) for name, text in CAPABILITY_LABELS.items() if getattr(institution, name)]
    return "、".join(held)


class InstitutionList(ListPage):
    right = "providers.view"
    name = "providers"
    title = _("定点机构")
    noun = _("定点机构")
    unit = _("家")
    default_sort = "code"
    template_name = "providers/list.html"
    empty_text = _("请先登记机构。")
    columns = (
        Column(
            name="code",
            label=_("编码"),
            kind="code",
            sort="code",
            link=lambda i: reverse("providers:institution", args=[i.code]),
            phone=3,
        ),
        Column(name="name", label=_("名称"), sort="name", phone=1),
        Column(name="kind", label=_("类型"), value=lambda i: i.get_kind_display(), sort="kind"),
        Column(
            name="level", label=_("级别"), value=lambda i: i.get_level_display(), sort="level",
            phone=2,
        ),
        Column(name="town", label=_("镇街"), sort="town"),
        Column(name="capabilities", label=_("能力"), value=_capabilities),
        Column(
            name="since",
            label=_("状态自"),
            kind="day",
            value=lambda i: i.agreed_now[0].start if i.agreed_now else None,
        ),
        Column(name="state", label=_("协议"), kind="tag", value=state_tag, phone=4),
    )  # fmt: skip
    fields = (
        TextQuery(
            name="name",
            label=_("机构"),
            filter=queries.matching,
            placeholder=_("名称、首字母、编码"),
        ),
        ChoiceQuery(
            name="state",
            label=_("协议"),
            filter=_by_state,
            choices=[
                *Agreement.State.choices,
                (BILLING_CLOSED, _("不能结算")),
                (NO_AGREEMENT, _("无协议")),
            ],
        ),
        ChoiceQuery(
            name="level", label=_("级别"), lookup="level", choices=Institution.Level.choices
        ),
        ChoiceQuery(
            name="capability",
            label=_("能力"),
            filter=_by_capability,
            choices=list(CAPABILITY_LABELS.items()),
        ),
        ChoiceQuery(
            name="kind",
            label=_("类型"),
            lookup="kind",
            choices=Institution.Kind.choices,
            more=True,
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith", more=True),
    )
    views = (
        View(name="closed", label=_("不能结算"), params={"state": BILLING_CLOSED}),
        View(name="rectify", label=_("限期整改"), params={"state": Agreement.State.RECTIFY.value}),
    )

    def queryset(self, user: Any) -> QuerySet[Institution]:
        return access.institutions_for(user).prefetch_related(
            Prefetch("agreements", _in_force(), to_attr="agreed_now")
        )

    def extra(self) -> dict[str, Any]:
        return {"may_edit": self.request.user.may("providers.edit")}  # type: ignore[union-attr]


def _suspended() -> QuerySet[DoctorSuspension]:
    today = clock.today()
    return DoctorSuspension.objects.filter(Q(end=None) | Q(end__gt=today), start__lte=today)


def _by_standing(rows: QuerySet[Doctor], value: str) -> QuerySet[Doctor]:
    suspended = _suspended().values("doctor_id")
    return rows.filter(pk__in=suspended) if value == "yes" else rows.exclude(pk__in=suspended)


def _doctors_matching(rows: QuerySet[Doctor], text: str) -> QuerySet[Doctor]:
    return rows.filter(Q(name__startswith=text) | Q(code__startswith=text.upper()))


class DoctorList(ListPage):
    right = "providers.view"
    name = "doctors"
    title = _("医保医师")
    noun = _("医保医师")
    unit = _("人")
    default_sort = "code"
    columns = (
        Column(
            name="code",
            label=_("医师代码"),
            kind="code",
            sort="code",
            link=lambda d: reverse("providers:doctor", args=[d.institution.code, d.code]),
            phone=3,
        ),
        Column(name="name", label=_("姓名"), sort="name", phone=1),
        Column(
            name="institution",
            label=_("机构"),
            value="institution.name",
            sort="institution__name",
            phone=2,
        ),
        Column(name="department", label=_("科室")),
        Column(name="title", label=_("职称")),
        Column(
            name="state",
            label=_("状态"),
            kind="tag",
            value=lambda d: Tag(_("暂停中"), "plain") if d.suspended_now else None,
            phone=4,
        ),
    )
    fields = (
        TextQuery(
            name="doctor", label=_("医师"), filter=_doctors_matching, placeholder=_("姓名、代码")
        ),
        TextQuery(name="institution", label=_("机构"), lookup="institution__name__contains"),
        ChoiceQuery(
            name="suspended",
            label=_("暂停"),
            filter=_by_standing,
            choices=[("yes", _("暂停中")), ("no", _("未暂停"))],
        ),
    )
    views = (View(name="suspended", label=_("暂停中"), params={"suspended": "yes"}),)

    def queryset(self, user: Any) -> QuerySet[Doctor]:
        return (
            Doctor.objects.filter(institution__in=access.institutions_for(user))
            .select_related("institution")
            .prefetch_related(Prefetch("suspensions", _suspended(), to_attr="suspended_now"))
        )
