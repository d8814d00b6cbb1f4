"""The lists of bills and of a bill's fee lines."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, ExtractHour
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from tongchou.catalogue.codes import CHARGE_LABELS
from tongchou.catalogue.words import level_in_words, price_in_words
from tongchou.people import queries as people
from tongchou.people.labels import IDENTITY_LABELS
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.numbering.services import display_number
from tongchou.platform.ui.lists import (
    AmountQuery,
    BatchAction,
    ChoiceQuery,
    Column,
    DayQuery,
    ListPage,
    Tag,
    TextQuery,
    View,
)
from tongchou.providers import queries as providers
from tongchou.providers.models import Institution
from tongchou.settlement import access
from tongchou.settlement.labels import LEVEL_LABELS, SCHEME_LABELS, VISIT_LABELS
from tongchou.settlement.models import FeeLine, ManualClaim, Settlement

Bills = QuerySet[Settlement]
OUT_OF_AREA_STAY = "out_inpatient"
MOST_PRINTED = 20


def number_of(bill: Settlement) -> str:
    return display_number(bill.pk, bill.area)


def short_number(bill: Settlement) -> str:
    """Return the running number of the day, as people at one desk call it: 000417."""
    return number_of(bill).rpartition("-")[2]


def bill_url(bill: Settlement) -> str:
    return reverse("bills:statement", args=[bill.pk])


def reversed_now() -> Exists:
    """Whether a reversal names the bill."""
    twins = Settlement.objects.filter(original=OuterRef("pk"), kind=Settlement.Kind.REVERSAL)
    return Exists(twins)


def with_standing(bills: Bills) -> Bills:
    """Add `is_reversed`, whether a reversal names the bill, and `counter_place`, where a bill of
    the counter arose."""
    claims = ManualClaim.objects.filter(settlement=OuterRef("pk"))
    return bills.annotate(
        is_reversed=reversed_now(), counter_place=Subquery(claims.values("institution_name")[:1])
    )


def state_tag(bill: Any) -> Tag:
    if bill.kind != Settlement.Kind.SETTLE:
        return Tag(bill.get_kind_display())
    if bill.is_reversed:
        return Tag(_("已冲正"))
    return Tag(_("待确认"), "doubt") if bill.has_assumed else Tag(_("已结算"))


def _by_state(rows: Bills, value: str) -> Bills:
    kinds = Settlement.Kind
    if value == "bills":
        return rows.filter(kind=kinds.SETTLE)
    if value == "assumed":
        return rows.filter(has_assumed=True, kind=kinds.SETTLE)
    if value == "reversal":
        return rows.filter(kind=kinds.REVERSAL)
    if value == "adjustment":
        return rows.filter(kind=kinds.ADJUSTMENT)
    if value == "both":
        return rows.filter(Q(reversed_now()) | Q(kind=kinds.REVERSAL))
    standing = Q(reversed_now())
    return rows.filter(standing if value == "reversed" else ~standing, kind=kinds.SETTLE)


def _by_hour(rows: Bills, value: str) -> Bills:
    return rows.annotate(hour=ExtractHour("settled_at")).filter(hour=int(value))


def _by_visit(rows: Bills, value: str) -> Bills:
    if value == OUT_OF_AREA_STAY:
        return rows.filter(visit_kind="inpatient", out_of_area=True)
    return rows.filter(visit_kind=value)


def _by_person(rows: Bills, text: str) -> Bills:
    return rows.filter(person__in=people.matching(Person.objects.all(), text))


def _by_institution(rows: Bills, text: str) -> Bills:
    return rows.filter(institution__in=providers.matching(Institution.objects.all(), text))


def _by_identity(rows: Bills, value: str) -> Bills:
    rows = rows.annotate(identities_text=Cast("identities", TextField()))
    return rows.filter(identities_text__contains=f'"{value}"')


def _today() -> str:
    return clock.today().isoformat()


def _month_ago() -> str:
    return (clock.today() - timedelta(days=30)).isoformat()


def place_of(bill: Any) -> str:
    """Return where the bill arose; for a bill of the counter as the claim says."""
    return bill.institution.name if bill.institution else bill.counter_place or ""


def print_selected(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponseBase:
    """Lead to one document with the statements of the selection; printing them is counted there."""
    chosen = [str(pk) for pk in rows.values_list("pk", flat=True)[: MOST_PRINTED + 1]]
    address = f"{reverse('bills:print-many')}?{urlencode({'n': chosen}, doseq=True)}"
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(address)
    return redirect(address)


class BillList(ListPage):
    right = "bills.view"
    name = "bills"
    title = _("结算单")
    noun = _("结算单")
    default_view, default_sort = "today", "-time"
    fresh = "settled_at"
    template_name = "settlement/list.html"
    empty_text = _("医院联网结算，或零星报销审批后，结算单就在这里。")
    columns = (
        Column(name="time", label=_("时间"), kind="time", value="settled_at", sort="settled_at"),
        Column(
            name="number", label=_("单号"), kind="code", value=short_number, link=bill_url, phone=3
        ),
        Column(name="person", label=_("姓名"), value="person.name", phone=1),
        Column(name="institution", label=_("机构"), value=place_of),
        Column(name="level", label=_("级别"), value=lambda b: str(LEVEL_LABELS.get(b.level, ""))),
        Column(name="total", label=_("总费用"), kind="money", sort="total", total="total", phone=2),
        Column(name="basic", label=_("基本"), kind="money", total="basic"),
        Column(name="supplement", label=_("高额补充"), kind="money", total="supplement"),
        Column(name="critical_illness", label=_("大病"), kind="money", total="critical_illness"),
        Column(name="medical_aid", label=_("救助"), kind="money", total="medical_aid"),
        Column(
            name="fund_total",
            label=_("基金"),
            kind="money",
            sort="fund_total",
            total="fund_total",
            shown=False,
        ),
        Column(
            name="person_pays",
            label=_("个人"),
            kind="money",
            sort="person_pays",
            total="person_pays",
        ),
        Column(
            name="visit",
            label=_("就医类别"),
            value=lambda b: str(VISIT_LABELS.get(b.visit_kind, "")),
            shown=False,
        ),
        Column(
            name="channel", label=_("渠道"), value=lambda b: b.get_channel_display(), shown=False
        ),
        Column(name="state", label=_("状态"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        DayQuery(name="day", label=_("结算日期"), lookup="settled_at", moment=True),
        TextQuery(
            name="institution",
            label=_("机构"),
            filter=_by_institution,
            placeholder=_("全部机构，名称或编码"),
        ),
        ChoiceQuery(
            name="scheme", label=_("险种"), lookup="scheme", choices=list(SCHEME_LABELS.items())
        ),
        ChoiceQuery(
            name="visit",
            label=_("就医类别"),
            filter=_by_visit,
            choices=[*VISIT_LABELS.items(), (OUT_OF_AREA_STAY, _("市外住院"))],
        ),
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_by_person,
            placeholder=_("姓名、身份证、社保卡号"),
        ),
        AmountQuery(name="amount", label=_("总费用"), lookup="total"),
        ChoiceQuery(
            name="identity",
            label=_("身份"),
            filter=_by_identity,
            choices=list(IDENTITY_LABELS.items()),
        ),
        ChoiceQuery(
            name="state",
            label=_("状态"),
            filter=_by_state,
            choices=[
                ("bills", _("结算，含已冲正")),
                ("settled", _("已结算")),
                ("assumed", _("含待确认")),
                ("reversed", _("已冲正")),
                ("reversal", _("冲正")),
                ("both", _("冲正与被冲正")),
                ("adjustment", _("重算差额")),
            ],
        ),
        ChoiceQuery(
            name="hour",
            label=_("时段"),
            filter=_by_hour,
            choices=[(str(h), f"{h}:00 – {h}:59") for h in range(24)],
            more=True,
        ),
        ChoiceQuery(
            name="channel",
            label=_("渠道"),
            lookup="channel",
            choices=Settlement.Channel.choices,
            more=True,
        ),
        TextQuery(name="invoice", label=_("票据号"), lookup="invoice__startswith", more=True),
    )
    views = (
        View(name="today", label=_("今日全部"), params={"day_from": _today, "day_to": _today}),
        View(
            name="large",
            label=_("大额 5 万以上"),
            params={"day_from": _month_ago, "amount_min": "50000.00"},
        ),
        View(
            name="assumed",
            label=_("含待确认"),
            params={"day_from": _month_ago, "state": "assumed"},
        ),
        View(
            name="reversed",
            label=_("冲正与被冲正"),
            params={"day_from": _month_ago, "state": "both"},
        ),
        View(
            name="outside",
            label=_("市外住院"),
            params={"day_from": _month_ago, "visit": OUT_OF_AREA_STAY},
        ),
    )
    batch = (
        BatchAction(
            name="print",
            label=_("打印结算单"),
            right="bills.print",
            run=print_selected,
            icon="printer",
        ),
    )

    def queryset(self, user: Any) -> Bills:
        bills = with_standing(access.bills_of(user)).select_related("person", "institution")
        return bills.defer("lines", "state_before", "state_after")

    def extra(self) -> dict[str, Any]:
        user = user_of(self.request)
        return {"may_file": user.may("manual.file"), "bureau": user.institution_code is None}


def _count(line: FeeLine) -> str:
    whole, part = divmod(abs(line.count), 10_000)
    text = f"{whole:,}.{part:04d}".rstrip("0").rstrip(".")
    return f"−{text}" if line.count < 0 else text


class FeeLineList(ListPage):
    """The fee lines of one bill."""

    right = "bills.view"
    name = "fee-lines"
    title = _("费用明细")
    noun = _("明细")
    unit = _("条")
    default_sort = "at"
    template_name = "settlement/lines.html"
    empty_text = _("零星报销按票据汇总受理，没有逐条明细；冲正以后，明细不再属于原单。")
    columns = (
        Column(name="at", label=_("时间"), kind="time", sort="at"),
        Column(name="code", label=_("编码"), kind="code", value="item_code"),
        Column(name="item", label=_("名称"), value="item_name", sort="item_name", phone=1),
        Column(
            name="charge",
            label=_("收费类别"),
            value=lambda line: str(CHARGE_LABELS.get(line.charge_type, line.charge_type)),
            phone=3,
        ),
        Column(name="level", label=_("类别"), value=lambda line: level_in_words(line.level)),
        Column(name="count", label=_("数量"), value=_count),
        Column(name="price", label=_("单价"), value=lambda line: price_in_words(line.price)),
        Column(
            name="amount", label=_("金额"), kind="money", sort="amount", total="amount", phone=2
        ),
        Column(name="own_pay", label=_("全自费"), kind="money", total="own_pay"),
        Column(name="over_limit", label=_("超限价"), kind="money", total="over_limit"),
        Column(name="first_self_pay", label=_("先行自付"), kind="money", total="first_self_pay"),
        Column(
            name="in_scope", label=_("政策范围内"), kind="money", sort="in_scope", total="in_scope"
        ),
        Column(name="doctor", label=_("医师"), kind="code", value="doctor_code", shown=False),
    )
    fields = (
        TextQuery(name="item", label=_("名称"), lookup="item_name__contains"),
        ChoiceQuery(
            name="charge",
            label=_("收费类别"),
            lookup="charge_type",
            choices=list(CHARGE_LABELS.items()),
        ),
        ChoiceQuery(
            name="level",
            label=_("类别"),
            lookup="level",
            choices=[("01", _("甲类")), ("02", _("乙类")), ("03", _("丙类"))],
        ),
        AmountQuery(name="amount", label=_("金额"), lookup="amount"),
    )

    @cached_property
    def found(self) -> tuple[Settlement, QuerySet[FeeLine]]:
        return access.lines_of(self.request.user, self.kwargs["number"])  # type: ignore[arg-type]

    def queryset(self, user: Any) -> QuerySet[FeeLine]:
        return self.found[1]

    def extra(self) -> dict[str, Any]:
        bill = self.found[0]
        return {"bill": bill, "number": number_of(bill), "short": short_number(bill)}
