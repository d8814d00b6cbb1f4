"""回头看: what was closed and has come back, by class, town and source."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.casework import queries as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, TextQuery, View
from tongchou.platform.ui.lists.queries import Rows, Unreadable
from tongchou.rosters import access
from tongchou.rosters.casework import KIND
from tongchou.rosters.tables import CODES, by_person, class_words, state_tag

DAYS, MOST_DAYS = 30, 3650


@dataclass(frozen=True, slots=True)
class Line:
    """Of a class, a town or a source: what was closed, and how much of it came back."""

    name: str
    closed: int
    back: int
    url: str = ""

    @property
    def share(self) -> int:
        """In ten-thousandths, half up."""
        return (self.back * 20_000 + self.closed) // (2 * self.closed) if self.closed else 0


class DaysQuery(TextQuery):
    """So many days at least since it was closed."""

    def read(self, data: QueryDict) -> str | None:
        text = super().read(data)
        if text is not None and not (text.isascii() and text.isdigit() and int(text) <= MOST_DAYS):
            raise Unreadable(_t("请写天数，0 到 %(most)s") % {"most": MOST_DAYS})
        return text

    def describe(self, value: str) -> str:
        return _t("销号至少 %(n)s 天") % {"n": value}


def _by_days(rows: Rows, text: str) -> Rows:
    day = clock.today() - timedelta(days=int(text))
    return rows.filter(steps__verb="closed", steps__at__date__lte=day).distinct()


def _of_source(rows: Rows, text: str) -> Rows:
    """Narrow to those that rest on a source; lists of words are read here, not by the database."""
    found = [pk for pk, sources in rows.values_list("pk", "sources") if text in sources]
    return rows.filter(pk__in=found)


class LookBack(ListPage):
    right = "rosters.view"
    name = "roster-lookback"
    title = _("回头看")
    noun = _("复发的案件")
    unit = _("件")
    default_sort = "-closed"
    default_view = "default"
    template_name = "rosters/lookback.html"
    empty_text = _("销号以后又出现的问题排在这里。")
    columns = (
        Column(
            name="name",
            label=_("姓名"),
            value=lambda c: c.subject_name or c.subject,
            link=lambda c: reverse("rosters:case", args=[c.pk]),
            phone=1,
        ),
        Column(name="code", label=_("类别"), value=class_words, sort="code", phone=3),
        Column(name="place", label=_("镇街"), sort="place", phone=2),
        Column(name="sources", label=_("来源"), value=lambda c: "、".join(c.sources)),
        Column(name="round", label=_("轮次"), kind="count", sort="round"),
        Column(name="closed", label=_("最近变动"), kind="time", value="moved_at", sort="moved_at"),
        Column(name="state", label=_("环节"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        DaysQuery(
            name="days", label=_("销号至少几天"), filter=_by_days, placeholder=str(DAYS), most=4
        ),
        ChoiceQuery(name="code", label=_("类别"), lookup="code", choices=CODES),
        TextQuery(name="place", label=_("镇街"), lookup="place__startswith"),
        TextQuery(name="source", label=_("来源"), filter=_of_source),
        TextQuery(name="person", label=_("姓名"), filter=by_person),
    )
    views = (
        View(name="default", label=_("30 天前销号的"), params={"days": str(DAYS)}),
        View(name="quarter", label=_("90 天前销号的"), params={"days": "90"}),
    )

    def queryset(self, user: Any) -> QuerySet[Case]:
        mine = access.cases_for(user)
        area = user.area_code
        back = casework.come_back(area, KIND, days=0, today=clock.today())
        return mine.filter(pk__in=back.values("pk"))

    def extra(self) -> dict[str, Any]:
        days = next((int(one.value) for one in self.state.conditions if one.query.name == "days"),
                    DAYS)  # fmt: skip
        return lines_of(user_of(self.request).area_code, days)


def lines_of(area: str, days: int) -> dict[str, Any]:
    """Return what was closed so many days ago and came back: in all, by class, town, source."""
    today = clock.today()
    closed = casework.closed_before(area, KIND, today - timedelta(days=days))
    back = casework.come_back(area, KIND, days=days, today=today)
    first, again = _counted(closed), _counted(back)
    words = dict(CODES)
    ways = {
        "by_class": ("code", first[0], again[0], words),
        "by_town": ("place", first[1], again[1], {}),
        "by_source": ("source", first[2], again[2], {}),
    }
    shown = {way: _lines(days, *told) for way, told in ways.items()}
    return {"days": days, "all": Line("", closed.count(), back.count()), **shown}


def _counted(cases: QuerySet[Case]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    by_code, by_place, by_source = Counter[str](), Counter[str](), Counter[str]()
    for code, place, sources in cases.values_list("code", "place", "sources"):
        by_code[code] += 1
        by_place[place] += 1
        by_source.update(sources or [""])
    return by_code, by_place, by_source


def _lines(
    days: int, param: str, closed: Counter[str], back: Counter[str], words: dict[str, str]
) -> Iterable[Line]:
    order = sorted(closed, key=lambda name: (-back[name], -closed[name], name))
    for name in order:
        asked = QueryDict(mutable=True)
        asked.update({"days": str(days), param: name})
        yield Line(words.get(name, name), closed[name], back[name], f"?{asked.urlencode()}")
