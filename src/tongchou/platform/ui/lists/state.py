"""What the address says of a list: conditions, order, page, columns, density."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.platform.ui.lists.columns import Column
from tongchou.platform.ui.lists.queries import Query, Rows, Unreadable

DENSITIES = {"compact": _("紧凑"), "": _("默认"), "loose": _("宽松")}


@dataclass(slots=True)
class Asked:
    """One condition with what the address asks of it."""

    query: Query
    raw: tuple[str, ...]
    value: Any = None
    error: str = ""
    options: Sequence[tuple[str, str | Promise]] = field(default=())


@dataclass(slots=True)
class State:
    """The address, read once; `link` writes the next one."""

    data: QueryDict
    asked: list[Asked]
    shown: list[Column]
    sort: str
    page: int
    density: str

    @property
    def errors(self) -> bool:
        return any(one.error for one in self.asked)

    @property
    def conditions(self) -> list[Asked]:
        return [one for one in self.asked if one.value is not None]

    @property
    def condition_words(self) -> str:
        return "，".join(one.query.describe(one.value) for one in self.conditions)

    @property
    def has_more(self) -> bool:
        return any(one.query.more for one in self.asked)

    @property
    def more_open(self) -> bool:
        return any(one.query.more and any(one.raw) for one in self.asked)

    @property
    def picked_columns(self) -> list[str]:
        return self.data.getlist("col")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the choice of columns leaves as it is."""
        return [(n, v) for n, vs in self.data.lists() if n not in ("col", "page") for v in vs]

    def narrowed(self, rows: Rows, *, but: Query | None = None) -> Rows:
        """Return `rows` with every condition but one applied."""
        for one in self.conditions:
            if one.query is not but:
                rows = one.query.apply(rows, one.value)
        return rows

    def link(self, **changes: str | None) -> str:
        """Return the address with `changes`; any change of what is asked starts at page 1."""
        data = self.data.copy()
        data.pop("page", None)
        for name, value in changes.items():
            if value is None or value == "":
                data.pop(name, None)
            else:
                data[name] = value
        return f"?{data.urlencode()}"

    def without(self, query: Query | None = None) -> str:
        """Return the address without one condition, or without all of them.

        It is never empty: an empty address means the default view.
        """
        dropped = [query] if query else [one.query for one in self.asked]
        names = [name for one in dropped for name in one.params]
        return self.link(sort=self.sort, **dict.fromkeys(names))

    @property
    def asked_text(self) -> str:
        """The conditions alone as a query string, by which views are compared and saved."""
        data = QueryDict(mutable=True)
        for one in self.conditions:
            for name, raw in zip(one.query.params, one.raw, strict=True):
                if raw:
                    data[name] = raw
        return data.urlencode()


def read_state(
    data: QueryDict, *, fields: Sequence[Query], columns: Sequence[Column], default_sort: str
) -> State:
    """Read the address; whatever it names that does not exist is left out."""
    picked = data.getlist("col")
    shown = [c for c in columns if (c.name in picked if picked else c.shown)]
    sortable = {c.name for c in columns if c.sort}
    sort = data.get("sort", "")
    density = data.get("density", "")
    page = data.get("page", "1")
    return State(
        data=data,
        asked=[_ask(query, data) for query in fields],
        shown=shown or [c for c in columns if c.shown],
        sort=sort if sort.lstrip("-") in sortable else default_sort,
        page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
        density=density if density in DENSITIES else "",
    )


def _ask(query: Query, data: QueryDict) -> Asked:
    asked = Asked(query, tuple(data.get(name, "") for name in query.params))
    if hasattr(query, "options"):
        asked.options = query.options()
    try:
        asked.value = query.read(data)
    except Unreadable as wrong:
        asked.error = str(wrong)
    return asked
