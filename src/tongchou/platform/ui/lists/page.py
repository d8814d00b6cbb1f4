"""`ListPage`: query area, views, table with sums, batch bar, file, empty states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.platform import clock
from tongchou.platform.authority.gates import AccessMixin
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.ui import services
from tongchou.platform.ui.lists.columns import Column
from tongchou.platform.ui.lists.export import ROWS_LIMIT, xlsx_response
from tongchou.platform.ui.lists.queries import Query, Rows
from tongchou.platform.ui.lists.state import DENSITIES, State, read_state
from tongchou.platform.ui.models import SavedView

MANY = 100_000  # beyond this nobody reads on: sums stay whole, rows are cut at LISTED
LISTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view defined in the program: conditions by parameter, a function where a day moves."""

    name: str
    label: str | Promise
    params: Mapping[str, str | Callable[[], str]]

    def data(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, value in self.params.items():
            data[name] = value() if callable(value) else value
        return data


@dataclass(frozen=True, slots=True)
class Failure:
    label: str
    reason: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch did: `done` rows, and each one not done with its reason."""

    done: int
    failures: Sequence[Failure] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAction:
    """An act on the selected rows; `run(request, rows)` returns an outcome or its own answer."""

    name: str
    label: str | Promise
    right: str
    run: Callable[[HttpRequest, QuerySet[Any]], BatchOutcome | HttpResponseBase]
    icon: str = ""


@dataclass(slots=True)
class Line:
    pk: str
    url: str
    cells: list[tuple[Column, Any]]
    sums: str


@dataclass(slots=True)
class Chip:
    label: str | Promise
    url: str
    count: int
    here: bool
    saved_id: int | None = None


@dataclass(slots=True)
class Totals:
    rows: int = 0
    page: dict[str, int] = field(default_factory=dict)
    all: dict[str, int] = field(default_factory=dict)


class ListPage(AccessMixin):
    """A list. Subclasses declare; see the package's docstring for an example."""

    name: str
    title: str | Promise
    noun: str | Promise
    unit: str | Promise = gettext_lazy("笔")
    columns: Sequence[Column]
    fields: Sequence[Query] = ()
    views: Sequence[View] = ()
    batch: Sequence[BatchAction] = ()
    default_view = ""
    default_sort = ""
    per_page = 20
    export_right = ""  # by default whoever may see the list may take it away
    fresh = ""  # datetime path of when a row came: shows the bar of new rows
    empty_text: str | Promise = ""  # what to do when there is nothing at all yet
    template_name = "ui/list/page.html"

    def queryset(self, user: Any) -> Rows:
        """Return the rows this user may see (from the context's access.py), with select_related."""
        raise NotImplementedError

    def row_url(self, row: Any) -> str:
        """Return where Enter opens the row; by default its first linked column."""
        links = [column.link(row) for column in self.columns if column.link]
        return links[0] if links else ""

    def extra(self) -> dict[str, Any]:
        """Return what the page's own template needs besides."""
        return {}

    @cached_property
    def state(self) -> State:
        return read_state(
            self.request.GET,
            fields=self.fields,
            columns=self.columns,
            default_sort=self.default_sort,
        )

    @cached_property
    def base(self) -> Rows:
        return self.queryset(self.request.user)

    @cached_property
    def rows(self) -> Rows:
        """All rows that the address asks for, in order."""
        if self.state.errors:
            return self.base.none()
        paths = {column.name: column.sort for column in self.columns}
        name = self.state.sort.lstrip("-")
        rows = self.state.narrowed(self.base)
        if not name:
            return rows
        path = F(paths[name])
        down = self.state.sort.startswith("-")
        return rows.order_by(
            path.desc(nulls_last=True) if down else path.asc(nulls_last=True),
            "-pk" if down else "pk",
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET and self.default_view:
            view = next(v for v in self.views if v.name == self.default_view)
            return redirect(f"{request.path}?{view.data().urlencode()}")
        if "fresh" in request.GET:
            return self.newer(request)
        if request.GET.get("export") == "xlsx":
            return self.export(self.rows)
        return self.answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.POST.get("op", "")
        if wanted == "save-view":
            services.save_view(
                user=request.user,
                page=self.name,
                name=request.POST.get("name", ""),
                query=self.state.asked_text,
            )
            return redirect(request.get_full_path())
        if wanted == "drop-view":
            services.drop_view(user=request.user, page=self.name, pk=request.POST.get("id", ""))
            return redirect(request.get_full_path())
        if wanted == "export":
            return self.export(self.selected())
        action = next((a for a in self.batch_of(request.user) if a.name == wanted), None)
        if action is None:
            raise NotAllowed(_("您的岗位不能办这一项。请联系本单位系统管理员"))
        outcome = action.run(request, self.selected())
        if isinstance(outcome, HttpResponseBase):
            return outcome
        return self.answer(outcome=outcome, action=action)

    def answer(self, **extra: Any) -> HttpResponse:
        htmx = getattr(self.request, "htmx", None)
        part = htmx and not htmx.history_restore_request and htmx.target == "tc-list"
        template = "ui/list/body.html" if part else self.template_name
        return render(self.request, template, self.context() | extra)

    def batch_of(self, user: Any) -> list[BatchAction]:
        return [action for action in self.batch if user.may(action.right)]

    def may_export(self) -> bool:
        return not self.export_right or self.request.user.may(self.export_right)  # type: ignore[union-attr]

    def selected(self) -> Rows:
        """Return the ticked rows, or all that the address asks for."""
        if self.request.POST.get("all") == "1":
            return self.rows
        picked = self.request.POST.getlist("pick")
        if not 0 < len(picked) <= self.per_page:
            raise Refused(_("没有选中任何一行。请先勾选"))
        try:
            return self.rows.filter(pk__in=picked)
        except ValueError as error:
            raise Refused(_("选中的行已不在列表里。请刷新后再选")) from error

    def export(self, rows: Rows) -> HttpResponseBase:
        if not self.may_export():
            raise NotAllowed(_("您的岗位不能导出。请联系本单位系统管理员"))
        if rows[ROWS_LIMIT:].exists():
            raise Refused(_("一个文件放不下。请缩小查询条件后再导出"))
        return xlsx_response(str(self.title), self.state.shown, rows.iterator(chunk_size=2000))

    def newer(self, request: HttpRequest) -> HttpResponseBase:
        """Say how many rows came since the page was drawn; the page itself does not move."""
        try:
            since = datetime.fromisoformat(request.GET["fresh"])
        except ValueError:
            return HttpResponse(status=204)
        data = request.GET.copy()
        del data["fresh"]
        count = self.rows.filter(**{f"{self.fresh}__gt": since}).count() if self.fresh else 0
        if not count:
            return HttpResponse(status=204)
        context = {"count": count, "since": since, "page": self, "url": f"?{data.urlencode()}"}
        return render(request, "ui/list/newer.html", context)

    def context(self) -> dict[str, Any]:
        totals = self.totals()
        listed = min(totals.rows, LISTED) if totals.rows > MANY else totals.rows
        last_page = max(-(-listed // self.per_page), 1)
        page = min(self.state.page, last_page)
        first = (page - 1) * self.per_page
        found = list(self.rows[first : min(first + self.per_page, listed)])
        lines = [self.line(row) for row in found]
        summed = [c for c in self.columns if c.total]
        totals.page = {c.name: sum(c.read(row) or 0 for row in found) for c in summed}
        return {
            "page": self,
            "state": self.state,
            "heads": [(c, self.sort_link(c)) for c in self.state.shown],
            "lines": lines,
            "totals": totals,
            "page_sums": self.sum_cells(totals.page),
            "all_sums": [(c, c.html(totals.all[c.name])) for c in summed],
            "selectable": bool(lines) and (self.may_export() or self.batch_of(self.request.user)),
            "actions": self.batch_of(self.request.user),
            "chips": self.chips(),
            "first": first + 1 if lines else 0,
            "last": first + len(lines),
            "previous": self.page_link(page - 1) if page > 1 else "",
            "next": self.page_link(page + 1) if page < last_page else "",
            "capped": LISTED if totals.rows > MANY else 0,
            "choices": [(c, c in self.state.shown) for c in self.columns],
            "density": (DENSITIES[self.state.density], self.density_link()),
            "nearest": None if lines else self.nearest(),
            "drawn_at": clock.now().isoformat(),
            **self.extra(),
        }

    def totals(self) -> Totals:
        sums = {f"sum_{c.name}": Sum(c.total) for c in self.columns if c.total}
        found = self.rows.order_by().aggregate(rows=Count("pk"), **sums)
        return Totals(
            rows=found["rows"],
            all={c.name: found[f"sum_{c.name}"] or 0 for c in self.columns if c.total},
        )

    def line(self, row: Any) -> Line:
        sums = ",".join(f"{c.name}:{c.read(row) or 0}" for c in self.columns if c.total)
        cells = [(c, c.cell(row)) for c in self.state.shown]
        return Line(str(row.pk), self.row_url(row), cells, sums)

    def sum_cells(self, sums: dict[str, int]) -> list[tuple[Column, Any]]:
        """Return the sum row's cells; a row of words only has none."""
        if not any(c.total for c in self.state.shown):
            return []
        return [(c, c.html(sums[c.name]) if c.total else "") for c in self.state.shown]

    def sort_link(self, column: Column) -> tuple[str, str]:
        """Return the head's address and the present direction, "" where it is not sorted."""
        if not column.sort:
            return "", ""
        up, down = column.name, f"-{column.name}"
        direction = {up: "ascending", down: "descending"}.get(self.state.sort, "")
        if not direction:
            return self.state.link(sort=down if column.numeric else up), ""
        return self.state.link(sort=up if self.state.sort == down else down), direction

    def page_link(self, page: int) -> str:
        return f"{self.state.link()}&page={page}"

    def density_link(self) -> str:
        order = list(DENSITIES)
        following = order[(order.index(self.state.density) + 1) % len(order)]
        return self.state.link(density=following, sort=self.state.sort)

    def chips(self) -> list[Chip]:
        """Return the views with their counts; a view that no longer reads is left out."""
        saved = SavedView.objects.filter(user=self.request.user, page=self.name)  # type: ignore[misc]
        offered: list[tuple[str | Promise, QueryDict, int | None]]
        offered = [(v.label, v.data(), None) for v in self.views]
        offered += [(s.name, QueryDict(s.query, mutable=True), s.pk) for s in saved]
        chips = []
        for label, data, pk in offered:
            state = read_state(data, fields=self.fields, columns=self.columns, default_sort="")
            if not state.errors:
                count = state.narrowed(self.base).order_by().count()
                here = state.asked_text == self.state.asked_text
                chips.append(Chip(label, f"?{data.urlencode() or 'sort='}", count, here, pk))
        return chips

    def nearest(self) -> dict[str, Any] | None:
        """Return which one condition to drop so that the fewest rows appear, if any."""
        best: dict[str, Any] | None = None
        for one in self.state.conditions:
            count = self.state.narrowed(self.base, but=one.query).order_by().count()
            if count and (best is None or count < best["count"]):
                url = self.state.without(one.query)
                best = {"label": one.query.label, "count": count, "url": url}
        return best
