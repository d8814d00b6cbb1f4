"""The lists of the catalogue: items with today's terms, diseases, uploaded files."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.catalogue import access, queries
from tongchou.catalogue.codes import CHARGE_LABELS, LIST_LABELS
from tongchou.catalogue.models import Disease, ImportFile, Item, ItemTerm
from tongchou.catalogue.words import price_in_words
from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View

NO_TERMS = "none"


def _in_force() -> QuerySet[ItemTerm]:
    today = clock.today()
    return ItemTerm.objects.filter(Q(end=None) | Q(end__gt=today), start__lte=today)


def _by_level(rows: QuerySet[Item], value: str) -> QuerySet[Item]:
    if value == NO_TERMS:
        return rows.exclude(pk__in=_in_force().values("item_id"))
    return rows.filter(pk__in=_in_force().filter(level=value).values("item_id"))


def _term(item: Any) -> ItemTerm | None:
    return item.terms_now[0] if item.terms_now else None


def _level_tag(item: Any) -> Tag:
    term = _term(item)
    return Tag(term.get_level_display()) if term else Tag(_("今天不可收费"), "plain")


class ItemList(ListPage):
    right = "catalogue.view"
    name = "items"
    title = _("项目目录")
    noun = _("项目")
    unit = _("项")
    default_sort = "code"
    template_name = "catalogue/list.html"
    empty_text = _("请先导入项目目录。")
    columns = (
        Column(
            name="code",
            label=_("编码"),
            kind="code",
            sort="code",
            link=lambda i: reverse("catalogue:item", args=[i.code]),
            phone=3,
        ),
        Column(name="name", label=_("名称"), sort="name", phone=1),
        Column(
            name="list_type",
            label=_("目录类别"),
            value=lambda i: str(LIST_LABELS[i.list_type]),
            sort="list_type",
        ),
        Column(
            name="charge_type",
            label=_("收费类别"),
            value=lambda i: str(CHARGE_LABELS.get(i.charge_type, i.charge_type)),
            shown=False,
        ),
        Column(name="unit", label=_("单位")),
        Column(
            name="share",
            label=_("先行自付"),
            kind="percent",
            value=lambda i: i.terms_now[0].first_self_pay if i.terms_now else None,
        ),
        Column(
            name="ceiling",
            label=_("限价（元）"),
            value=lambda i: price_in_words(i.terms_now[0].ceiling) if i.terms_now else "",
            phone=2,
        ),
        Column(
            name="since",
            label=_("条件自"),
            kind="day",
            value=lambda i: i.terms_now[0].start if i.terms_now else None,
        ),
        Column(name="level", label=_("类别"), kind="tag", value=_level_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="item",
            label=_("项目"),
            filter=queries.matching,
            placeholder=_("编码、名称、首字母"),
        ),
        ChoiceQuery(
            name="list",
            label=_("目录"),
            lookup="list_type",
            choices=list(LIST_LABELS.items()),
        ),
        ChoiceQuery(
            name="level",
            label=_("类别"),
            filter=_by_level,
            choices=[*ItemTerm.Level.choices, (NO_TERMS, _("今天不可收费"))],
        ),
        ChoiceQuery(
            name="charge",
            label=_("收费类别"),
            lookup="charge_type",
            choices=list(CHARGE_LABELS.items()),
            more=True,
        ),
    )
    views = (View(name="none", label=_("今天不可收费"), params={"level": NO_TERMS}),)

    def queryset(self, user: Any) -> QuerySet[Item]:
        return access.items_for(user).prefetch_related(
            Prefetch("terms", _in_force(), to_attr="terms_now")
        )

    def extra(self) -> dict[str, Any]:
        return {"may_import": self.request.user.may("catalogue.import"), "kind": "items"}  # type: ignore[union-attr]


class DiseaseList(ListPage):
    right = "catalogue.view"
    name = "diseases"
    title = _("病种目录")
    noun = _("病种")
    unit = _("种")
    default_sort = "code"
    template_name = "catalogue/list.html"
    empty_text = _("请先导入病种目录。")
    columns = (
        Column(name="code", label=_("编码"), kind="code", sort="code", phone=3),
        Column(name="name", label=_("名称"), sort="name", phone=1),
        Column(name="kind", label=_("种类"), value=lambda d: d.get_kind_display(), phone=2),
        Column(name="start", label=_("从"), kind="day", sort="start"),
        Column(name="end", label=_("到（不含）"), kind="day", sort="end"),
    )
    fields = (
        TextQuery(name="disease", label=_("病种"), filter=queries.diseases_matching),
        ChoiceQuery(name="kind", label=_("种类"), lookup="kind", choices=Disease.Kind.choices),
    )
    views = (View(name="chronic", label=_("门诊慢特病"), params={"kind": "chronic"}),)

    def queryset(self, user: Any) -> QuerySet[Disease]:
        return access.diseases_for(user)

    def extra(self) -> dict[str, Any]:
        return {"may_import": self.request.user.may("catalogue.import"), "kind": "diseases"}  # type: ignore[union-attr]


class ImportList(ListPage):
    right = "catalogue.import"
    name = "imports"
    title = _("目录文件")
    noun = _("文件")
    unit = _("个")
    default_sort = "-at"
    template_name = "catalogue/imports.html"
    empty_text = _("请先上传目录文件。")
    columns = (
        Column(
            name="name",
            label=_("文件"),
            link=lambda f: reverse("catalogue:import", args=[f.pk]),
            phone=1,
        ),
        Column(name="kind", label=_("种类"), value=lambda f: f.get_kind_display()),
        Column(name="source", label=_("依据"), phone=3),
        Column(name="rows", label=_("行数"), kind="count", sort="rows", phone=2),
        Column(name="problems", label=_("有问题"), kind="count", value=lambda f: len(f.problems)),
        Column(name="by", label=_("上传人"), value="uploaded_by"),
        Column(
            name="at", label=_("上传时间"), kind="time", value="uploaded_at", sort="uploaded_at"
        ),
        Column(
            name="state",
            label=_("状态"),
            kind="tag",
            value=lambda f: Tag(
                f.get_state_display(), "accent" if f.state == ImportFile.State.STAGED else ""
            ),
            phone=4,
        ),
    )
    fields = (
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=ImportFile.State.choices
        ),
        ChoiceQuery(name="kind", label=_("种类"), lookup="kind", choices=ImportFile.Kind.choices),
    )

    def queryset(self, user: Any) -> QuerySet[ImportFile]:
        return access.imports_for(user).defer("content", "changes")
