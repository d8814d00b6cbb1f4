"""The list of persons."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.people import access, queries
from tongchou.people.labels import IDENTITY_LABELS, SEX_LABELS, STATUS_LABELS
from tongchou.people.models import Enrolment, Fact, Identity, Person
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View

NONE = "none"


def _in_force(model: type[Fact]) -> QuerySet[Any]:
    today = clock.today()
    return model._default_manager.filter(
        Q(end=None) | Q(end__gt=today), start__lte=today, struck_at=None
    )


def _by_scheme(rows: QuerySet[Person], value: str) -> QuerySet[Person]:
    if value == NONE:
        return rows.exclude(pk__in=_in_force(Enrolment).values("person_id"))
    scheme, _sep, status = value.partition(":")
    found = _in_force(Enrolment).filter(scheme=scheme)
    return rows.filter(
        pk__in=(found.filter(status=status) if status else found).values("person_id")
    )


def _by_identity(rows: QuerySet[Person], value: str) -> QuerySet[Person]:
    found = _in_force(Identity)
    if value != "any":
        found = found.filter(kind=value)
    return rows.filter(pk__in=found.values("person_id"))


def _scheme(person: Any) -> str:
    if not person.enrolled_now:
        return str(_("未参保"))
    enrolment = person.enrolled_now[0]
    status = STATUS_LABELS.get(enrolment.status)
    scheme = enrolment.get_scheme_display()
    return f"{scheme} {status}" if status else scheme


def _tags(person: Any) -> list[Tag]:
    tags = [Tag(IDENTITY_LABELS.get(i.kind, i.kind), "plain") for i in person.helped_now]
    return [Tag(_("已死亡")), *tags] if person.died_on else tags


class PersonList(ListPage):
    right = "people.view"
    name = "people"
    title = _("参保与人员")
    noun = _("人员")
    unit = _("人")
    default_sort = "name"
    template_name = "people/list.html"
    empty_text = _("请先登记人员，或从名单导入。")
    columns = (
        Column(
            name="name",
            label=_("姓名"),
            sort="name",
            link=lambda p: reverse("people:person", args=[p.psn_no]),
            phone=1,
        ),
        Column(name="id_no", label=_("证件号码"), kind="masked", phone=3),
        Column(name="sex", label=_("性别"), value=lambda p: str(SEX_LABELS.get(p.sex, ""))),
        Column(name="birth", label=_("出生日期"), kind="day", sort="birth"),
        Column(name="scheme", label=_("参保"), value=_scheme, phone=2),
        Column(name="town", label=_("镇街"), sort="town"),
        Column(name="village", label=_("村居"), sort="village"),
        Column(name="employer", label=_("单位"), shown=False),
        Column(name="psn_no", label=_("人员编号"), kind="code", shown=False),
        Column(name="helped", label=_("身份"), kind="tag", value=_tags, phone=4),
    )
    fields = (
        TextQuery(
            name="person",
            label=_("人员"),
            filter=queries.matching,
            placeholder=_("姓名、首字母、证件号、卡号"),
        ),
        ChoiceQuery(
            name="scheme",
            label=_("参保"),
            filter=_by_scheme,
            choices=[
                ("resident", _("城乡居民")),
                ("employee", _("城镇职工")),
                ("employee:active", _("职工在职")),
                ("employee:retired", _("职工退休")),
                (NONE, _("今天未参保")),
            ],
        ),
        ChoiceQuery(
            name="identity",
            label=_("身份"),
            filter=_by_identity,
            choices=[("any", _("任一困难身份")), *IDENTITY_LABELS.items()],
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith"),
    )
    views = (
        View(name="helped", label=_("困难群众"), params={"identity": "any"}),
        View(name="none", label=_("今天未参保"), params={"scheme": NONE}),
    )

    def queryset(self, user: Any) -> QuerySet[Person]:
        return access.persons_for(user).prefetch_related(
            Prefetch("enrolments", _in_force(Enrolment), to_attr="enrolled_now"),
            Prefetch("identities", _in_force(Identity), to_attr="helped_now"),
        )

    def extra(self) -> dict[str, Any]:
        user = user_of(self.request)
        return {"may_edit": user.may("people.edit"), "may_merge": user.may("people.merge")}
