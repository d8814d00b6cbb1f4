"""Links, and the lines of personal accounts, as lists."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.core.sharing import load_relations
from tongchou.funds.models import AccountMove, Entry
from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.numbering.services import display_number
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View
from tongchou.sharing import access, queries
from tongchou.sharing.models import AccountLink

LIVE, LATER, ENDED, STRUCK = "live", "later", "ended", "struck"
STATES = [(LIVE, _("生效")), (LATER, _("未到开始日")), (ENDED, _("已解除")), (STRUCK, _("已更正"))]
_OF_A_BILL = (Entry.Kind.SETTLEMENT, Entry.Kind.REVERSAL)


def state_of(link: AccountLink) -> str:
    today = clock.today()
    if link.struck_at is not None:
        return STRUCK
    if link.end is not None and link.end <= today:
        return ENDED
    return LIVE if link.start <= today else LATER


def state_tag(link: AccountLink) -> Tag:
    state = state_of(link)
    return Tag(dict(STATES)[state], "accent" if state == LIVE else "plain")


def relation_tags(link: AccountLink) -> list[Tag]:
    """The relation in words, and that its rule has no source yet."""
    rule = load_relations().get(link.relation)
    if rule is None:
        return [Tag(link.relation)]
    return [Tag(rule.words), *([Tag(_("待确认"), "doubt")] if rule.assumed else [])]


def link_url(link: AccountLink) -> str:
    return reverse("sharing:link", args=[link.pk])


def _either(rows: QuerySet[AccountLink], text: str) -> QuerySet[AccountLink]:
    found = people.matching(Person.objects.all(), text).values("pk")
    return rows.filter(Q(owner__in=found) | Q(member__in=found))


def _by_state(rows: QuerySet[AccountLink], value: str) -> QuerySet[AccountLink]:
    today = clock.today()
    if value == STRUCK:
        return rows.filter(struck_at__isnull=False)
    if value == LIVE:
        return queries.in_force(rows, today)
    rows = rows.filter(struck_at=None)
    return rows.filter(end__lte=today) if value == ENDED else rows.filter(start__gt=today)


class LinkList(ListPage):
    """Who pays for whom."""

    right = "sharing.view"
    name = "account-links"
    title = _("家庭共济")
    noun = _("绑定")
    unit = _("条")
    default_sort = "-start"
    default_view = "live"
    template_name = "sharing/list.html"
    empty_text = _("在职工的人员页上绑定亲属以后，会排在这里。")
    columns = (
        Column(
            name="owner",
            label=_("账户本人"),
            value="owner.name",
            sort="owner__name",
            phone=1,
            link=link_url,
        ),
        Column(
            name="member", label=_("共济亲属"), value="member.name", sort="member__name", phone=3
        ),
        Column(name="relation", label=_("关系"), kind="tag", value=relation_tags, sort="relation"),
        Column(name="town", label=_("镇街"), value="owner.town", sort="owner__town"),
        Column(name="source", label=_("来源")),
        Column(name="start", label=_("从"), kind="day", sort="start"),
        Column(name="end", label=_("到（不含）"), kind="day", sort="end"),
        Column(name="state", label=_("状态"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("人员"),
            filter=_either,
            placeholder=_("姓名、首字母、证件号、卡号"),
        ),
        ChoiceQuery(
            name="relation",
            label=_("关系"),
            lookup="relation",
            choices=lambda: [(one.code, one.words) for one in load_relations().values()],
        ),
        ChoiceQuery(name="state", label=_("状态"), filter=_by_state, choices=STATES),
    )
    views = (
        View(name="live", label=_("生效"), params={"state": LIVE}),
        View(name="ended", label=_("已解除"), params={"state": ENDED}),
    )

    def queryset(self, user: Any) -> QuerySet[AccountLink]:
        return access.links_of(user)


def what_of(move: AccountMove) -> str:
    """What kind of entry moved the account."""
    return move.entry.get_kind_display() if move.entry else gettext("启用明细前的余额")


def paid_for(move: AccountMove) -> str:
    """Whose bill it was: the owner's own, or a relative's by name."""
    if move.for_person is None:
        return ""
    own = move.for_person_id == move.person_id
    return gettext("本人") if own else move.for_person.name


def number_of(move: AccountMove) -> str | None:
    return display_number(move.entry.pk, move.entry.area) if move.entry else None


def reason_url(move: AccountMove) -> str:
    """Where the amount opens to its reason: the bill, or the voucher for who may see the books."""
    if move.entry is None:
        return ""
    of_a_bill = move.entry.kind in _OF_A_BILL
    if not of_a_bill and not getattr(move, "books", False):
        return ""
    try:
        return reverse("bills:statement" if of_a_bill else "funds:entry", args=[move.entry.pk])
    except NoReverseMatch:
        return ""


def _owner(rows: QuerySet[AccountMove], text: str) -> QuerySet[AccountMove]:
    # With the lines of records that were found to be the same person's: the balance has them too.
    found = people.matching(Person.objects.all(), text).values("pk")
    return rows.filter(Q(person__in=found) | Q(person__merged_into__in=found))


def _by_way(rows: QuerySet[AccountMove], value: str) -> QuerySet[AccountMove]:
    if value == "in":
        return rows.filter(for_person=None)
    own = Q(for_person=F("person"))
    return rows.filter(own) if value == "own" else rows.filter(~own, for_person__isnull=False)


class MoveList(ListPage):
    """What went into personal accounts and out of them; each line opens its bill or voucher."""

    right = "sharing.view"
    name = "account-moves"
    title = _("个人账户收支")
    noun = _("个人账户收支")
    unit = _("笔")
    default_sort = "-at"
    empty_text = _("划入个人账户、用个人账户结算以后，会排在这里。")
    columns = (
        # Keys are given in the order of time; there is no other index over all accounts.
        Column(name="at", label=_("时间"), kind="time", sort="id", phone=4),
        Column(name="person", label=_("账户本人"), value="person.name", phone=1),
        Column(name="what", label=_("种类"), value=what_of),
        Column(name="for", label=_("为谁支付"), value=paid_for, phone=3),
        Column(
            name="amount", label=_("金额"), kind="money", sort="amount", total="amount", phone=2
        ),
        Column(name="number", label=_("凭证"), kind="code", value=number_of, link=reason_url),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("账户本人"),
            filter=_owner,
            placeholder=_("姓名、首字母、证件号、卡号"),
        ),
        DayQuery(name="day", label=_("日期"), lookup="day"),
        ChoiceQuery(
            name="way",
            label=_("收支"),
            filter=_by_way,
            choices=[("in", _("划入")), ("own", _("本人使用")), ("shared", _("亲属使用"))],
        ),
    )
    views = (View(name="shared", label=_("亲属使用"), params={"way": "shared"}),)

    def queryset(self, user: Any) -> QuerySet[AccountMove]:
        return access.moves_of(user)
