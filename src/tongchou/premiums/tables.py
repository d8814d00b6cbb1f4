"""The lists: persons of a year by how they stand, payments, refunds, the people of a subsidy."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.core.rosters.words import category_word
from tongchou.payouts.models import Payable
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery
from tongchou.premiums import access, queries
from tongchou.premiums.models import Payment, Refund, SubsidyLine

RULES = {"window": _("缴费期内"), "newborn": _("新生儿补缴"), "recognised": _("新认定补缴")}
KINDS = (
    ("paid", _("已缴费")),
    ("exempt", _("免缴")),
    ("both", _("缴费又免缴")),
    ("neither", _("既未缴费也未免缴")),
    ("waived", _("签了承诺书")),
)
YEARS_BACK = 6


def year_choices() -> list[tuple[str, str]]:
    last = clock.today().year + 1
    return [(str(year), str(year)) for year in range(last, last - YEARS_BACK, -1)]


def asked_year(request: Any) -> int:
    """Return the year that the address asks for, or this one."""
    text = request.GET.get("year", "")
    return int(text) if text in dict(year_choices()) else clock.today().year


def person_url(person: Person) -> str:
    return reverse("premiums:person", args=[person.psn_no])


def _by_person(prefix: str) -> Any:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        paths = (f"{prefix}name__startswith", f"{prefix}id_no", f"{prefix}psn_no")
        asked = Q()
        for path in paths:
            asked |= Q(**{path: text})
        return rows.filter(asked)

    return narrow


def _same(rows: QuerySet[Any], _value: str) -> QuerySet[Any]:
    """Leave the rows as they are: the query's year already made them."""
    return rows


def _standing(person: Any) -> list[Tag]:
    tags = []
    if person.paid:
        tags.append(Tag(_("已缴费")))
    if person.exempt:
        tags.append(Tag(_("免缴"), "accent"))
    if person.waived:
        tags.append(Tag(_("承诺书")))
    return tags or [Tag(queries.REASONS[person.reason], "doubt")]


class PersonList(ListPage):
    """Who should have paid or be exempt in a year, and how he stands: no line without a reason."""

    right = "premiums.view"
    name = "premium-persons"
    title = _("缴费和免缴")
    noun = _("人员")
    unit = _("人")
    default_sort = "name"
    empty_text = _("这一年还没有登记参保、缴费或免缴。")
    columns = (
        Column(name="name", label=_("姓名"), link=person_url, sort="name", phone=1),
        Column(name="id_no", label=_("证件号码"), kind="masked"),
        Column(name="town", label=_("镇街"), sort="town", phone=3),
        Column(name="paid_on", label=_("缴费日期"), kind="day", sort="paid_on"),
        Column(name="fen", label=_("缴费（元）"), kind="money", sort="fen", total="fen", phone=2),
        Column(
            name="ground",
            label=_("免缴依据"),
            value=lambda row: category_word(row.ground) if row.ground else "",
        ),
        Column(name="standing", label=_("情况或原因"), kind="tag", value=_standing, phone=4),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_by_person(""),
            placeholder=_("姓名、身份证号、人员编号"),
        ),
        ChoiceQuery(name="year", label=_("年度"), filter=_same, choices=year_choices),
        ChoiceQuery(
            name="what",
            label=_("情况"),
            filter=queries.of_kind,
            choices=[*KINDS, *queries.REASONS.items()],
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith"),
    )

    def queryset(self, user: Any) -> QuerySet[Person]:
        return queries.persons_of_year(user.area_code, asked_year(self.request))


def _payment_state(payment: Payment) -> Tag:
    if payment.struck_at is not None:
        return Tag(_("已更正"))
    return Tag(RULES[payment.rule], "")


def _by_struck(rows: QuerySet[Payment], value: str) -> QuerySet[Payment]:
    return rows.filter(struck_at__isnull=value != "struck")


class PaymentList(ListPage):
    right = "premiums.view"
    name = "premium-payments"
    title = _("个人缴费")
    noun = _("缴费")
    default_sort = "-paid_on"
    template_name = "premiums/payments.html"
    empty_text = _("收到税务的缴费文件以后，每一笔会排在这里。")
    columns = (
        Column(name="paid_on", label=_("缴费日期"), kind="day", sort="paid_on"),
        Column(
            name="name",
            label=_("姓名"),
            value="person.name",
            link=lambda row: person_url(row.person),
            phone=1,
        ),
        Column(name="town", label=_("镇街"), value="person.town", phone=3),
        Column(name="year", label=_("年度"), value=lambda row: str(row.year), sort="year"),
        Column(name="receipt", label=_("税票号"), kind="code"),
        Column(name="fen", label=_("金额（元）"), kind="money", sort="fen", total="fen", phone=2),
        Column(name="batch", label=_("文件"), value="batch.name", shown=False),
        Column(name="state", label=_("依据"), kind="tag", value=_payment_state, phone=4),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_by_person("person__"),
            placeholder=_("姓名、身份证号、人员编号"),
        ),
        ChoiceQuery(name="year", label=_("年度"), lookup="year", choices=year_choices),
        DayQuery(name="day", label=_("缴费日期"), lookup="paid_on"),
        TextQuery(name="receipt", label=_("税票号"), lookup="receipt", more=True),
        ChoiceQuery(
            name="struck",
            label=_("更正"),
            filter=_by_struck,
            choices=[("stands", _("未更正")), ("struck", _("已更正"))],
            more=True,
        ),
    )

    def queryset(self, user: Any) -> QuerySet[Payment]:
        return access.payments_of(user)

    def extra(self) -> dict[str, Any]:
        return {"may_edit": user_of(self.request).may("premiums.edit")}


def refund_tag(refund: Refund, payout: str) -> Tag:
    """Return how far a refund is: of an approved one, how far its money is."""
    if refund.state != Refund.State.APPROVED or not payout:
        kind = "accent" if refund.state == Refund.State.PROPOSED else "plain"
        return Tag(refund.get_state_display(), kind)
    kind = {"bounced": "late", "paid": "plain"}.get(payout, "accent")
    return Tag(Payable.State(payout).label, kind)


def _by_progress(rows: QuerySet[Refund], value: str) -> QuerySet[Refund]:
    if value in Refund.State.values:
        return rows.filter(state=value)
    payouts = queries.payouts_of(rows)
    if value == "open":
        open_ones = [pk for pk, state in payouts.items() if state != queries.PAID_BACK]
        return rows.filter(Q(state="proposed") | Q(pk__in=open_ones))
    return rows.filter(pk__in=[pk for pk, state in payouts.items() if state == value])


class RefundList(ListPage):
    right = "premiums.view"
    name = "premium-refunds"
    title = _("退费")
    noun = _("退费")
    default_sort = "-proposed_at"
    empty_text = _("比对出应退的人，或在人员页上提出退费以后，会排在这里。")
    columns = (
        Column(name="proposed_at", label=_("提出"), kind="time", sort="proposed_at"),
        Column(
            name="name",
            label=_("姓名"),
            value="payment.person.name",
            link=lambda row: reverse("premiums:refund", args=[row.pk]),
            phone=1,
        ),
        Column(name="town", label=_("镇街"), value="payment.person.town", phone=3),
        Column(
            name="year",
            label=_("年度"),
            value=lambda row: str(row.payment.year),
            sort="payment__year",
        ),
        Column(name="code", label=_("类别"), sort="code"),
        Column(name="category", label=_("身份"), value=lambda row: category_word(row.category)),
        Column(name="recognised_on", label=_("认定"), kind="day", sort="recognised_on"),
        Column(name="fen", label=_("退费（元）"), kind="money", sort="fen", total="fen", phone=2),
        Column(
            name="state",
            label=_("状态"),
            kind="tag",
            value=lambda row: refund_tag(row, queries.payouts_of([row]).get(row.pk, "")),
            phone=4,
        ),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_by_person("payment__person__"),
            placeholder=_("姓名、身份证号、人员编号"),
        ),
        ChoiceQuery(name="year", label=_("年度"), lookup="payment__year", choices=year_choices),
        ChoiceQuery(
            name="state",
            label=_("状态"),
            filter=_by_progress,
            choices=[
                ("open", _("未办完")),
                *Refund.State.choices,
                ("bounced", _("退汇")),
                ("paid", _("已到账")),
            ],
        ),
        ChoiceQuery(
            name="code", label=_("类别"), lookup="code", choices=[("E2a", "E2a"), ("E2b", "E2b")]
        ),
    )

    def queryset(self, user: Any) -> QuerySet[Refund]:
        return access.refunds_of(user)


class SubsidyLines(ListPage):
    """The people of one run."""

    right = "premiums.view"
    name = "premium-subsidy"
    title = _("资助明细")
    noun = _("资助")
    unit = _("人")
    default_sort = "name"
    template_name = "premiums/lines.html"
    columns = (
        Column(
            name="name",
            label=_("姓名"),
            value="person.name",
            link=lambda row: person_url(row.person),
            sort="person__name",
            phone=1,
        ),
        Column(name="id_no", label=_("证件号码"), kind="masked", value="person.id_no"),
        Column(name="town", label=_("镇街"), value="person.town", sort="person__town", phone=3),
        Column(
            name="category",
            label=_("身份"),
            value=lambda row: category_word(row.category),
            sort="category",
            phone=4,
        ),
        Column(name="fen", label=_("资助（元）"), kind="money", sort="fen", total="fen", phone=2),
    )
    fields = (
        TextQuery(name="person", label=_("姓名"), lookup="person__name__startswith"),
        TextQuery(name="town", label=_("镇街"), lookup="person__town__startswith"),
    )

    def queryset(self, user: Any) -> QuerySet[SubsidyLine]:
        run = access.access_run(user, self.kwargs["pk"])
        return access.lines_of(user).filter(run=run)

    def extra(self) -> dict[str, Any]:
        return {"run": access.access_run(user_of(self.request), self.kwargs["pk"])}
