"""统计报表: the bureau's named figures of a year, each with its formula and its bills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.lake import reports, services
from tongchou.lake.reports import Figure, Key, Made, Row
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.ui import format as fmt
from tongchou.platform.ui.lists import Column
from tongchou.platform.ui.lists.export import xlsx_response
from tongchou.platform.ui.templatetags.tc import money, signed
from tongchou.settlement.labels import VISIT_LABELS

OF_ROW = "|"  # between the keys of a row in the address


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it; `url` opens the bills behind it."""

    keys: list[str]
    cells: list[tuple[Figure, Any]]
    url: str
    here: bool


@right_required("lake.query")
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """One report of one year; beneath it the bills of the row that the address opens."""
    user = user_of(request)
    years = services.years_held(user.area_code)
    if not years:
        can_export = user.may("lake.export")
        return render(request, "insight/no_reports.html", {"can_export": can_export})
    made = _made(request, user, years)
    context = {
        "made": made,
        "title": _said(made.report.title),
        "about": _said(made.report.about),
        "tabs": _tabs(made),
        "years": years,
        "columns": _columns(made),
        "lines": [_line(made, row, request) for row in made.rows],
        "whole": _cells(made, made.whole) if made.whole else [],
        "differences": _differences(made),
        "formulas": [(_said(f.label), _said(f.formula)) for f in made.report.figures],
        "copied_at": datetime.fromisoformat(made.copied_at) if made.copied_at else None,
        "file_url": _url(made, "insight:reports-file"),
        "spare_keys": made.report.keys[1:],
    }
    return render(request, "insight/reports.html", context | _opened(request, user, made))


@right_required("lake.query")
@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """The report as an Excel file; taking it away leaves a trace."""
    user = user_of(request)
    made = _made(request, user, services.years_held(user.area_code))
    services.record_report_taken(by=user, made=made)
    rows = [*made.rows, *([made.whole] if made.whole else [])]
    return xlsx_response(f"{_said(made.report.title)}-{made.year}", _of_file(made), rows)


def _made(request: HttpRequest, user: User, years: Sequence[int]) -> Made:
    """Return the report asked for, by default the first of the newest year. Raises Refused."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    newest = years[0] if years else 0
    name = request.GET.get("name") or next(iter(reports.reports()))
    return services.report(by=user, name=name, year=year or newest)


def _tabs(made: Made) -> list[tuple[str, str, bool]]:
    return [
        (_said(one.title), _query(name=name, year=made.year), name == made.report.name)
        for name, one in reports.reports().items()
    ]


def _columns(made: Made) -> list[tuple[str, bool]]:
    """Return the heads, and which stand right."""
    keys = [(_said(key.label), False) for key in made.report.keys]
    return keys + [(_said(figure.label), True) for figure in made.report.figures]


def _line(made: Made, row: Row, request: HttpRequest) -> Line:
    name = _name(made, row)
    return Line(
        [_key(key, row[key.name]) for key in made.report.keys],
        _cells(made, row),
        _opens(made, row, user_of(request)),
        request.GET.get("row") == name,
    )


def _opens(made: Made, row: Row, user: User) -> str:
    """Return where a row opens: to its bills, or in the books of its fund for who may see them."""
    if not made.report.of_books:
        return _query(name=made.report.name, year=made.year, row=_name(made, row)) + "#behind"
    on = min(date(made.year, 12, 31), clock.today())
    asked = urlencode({"on": on.isoformat(), "fund": row["fund"], "span": "year"})
    return f"{reverse('funds:trial-balance')}?{asked}" if user.may("funds.view") else ""


def _name(made: Made, row: Row) -> str:
    return OF_ROW.join(str(row[key.name]) for key in made.report.keys)


def _cells(made: Made, row: Row) -> list[tuple[Figure, Any]]:
    return [(figure, _written(figure, row.get(figure.name))) for figure in made.report.figures]


def _written(figure: Figure, value: Any) -> str | SafeString:
    if figure.kind == "unheld":
        return _("副本里没有")
    if figure.kind == "surplus" and value is not None and value < 0:
        return format_html('<b class="tc-red">{}</b>', money(value))
    if figure.kind in ("money", "surplus") or value is None:
        return money(value)
    return fmt.percent(value) if figure.kind == "percent" else f"{value:,}"


def _differences(made: Made) -> list[tuple[str, str]]:
    """Return by how much the total is not its parts."""
    return [
        (
            _said(figure.label),
            signed(made.differences[figure.name])
            if figure.kind == "money"
            else f"{made.differences[figure.name]:+,}",
        )
        for figure in made.report.figures
        if figure.name in made.differences
    ]


def _opened(request: HttpRequest, user: User, made: Made) -> dict[str, Any]:
    """Return the bills behind the row of the address; nothing for a row that is not there."""
    wanted = request.GET.get("row")
    row = next((one for one in made.rows if _name(made, one) == wanted), None)
    if row is None or made.report.of_books:
        return {}
    found = services.bills_behind(by=user, made=made, row=row)
    figure = next(f for f in made.report.figures if f.name == made.report.figure)
    bills = [
        {
            **one,
            "visit": VISIT_LABELS[one["visit"]],
            "place": one["name"] or one["institution"],
            "url": "" if made.generated else reverse("bills:statement", args=[one["settlement"]]),
        }
        for one in found.rows
    ]
    of = "，".join(_key(key, row[key.name]) for key in made.report.keys)
    return {"behind": found, "bills": bills, "of": of, "of_figure": _said(figure.label)}


_FILE_KINDS: dict[str, Literal["text", "count", "money", "percent"]] = {
    "count": "count",
    "money": "money",
    "surplus": "money",
    "percent": "percent",
    "unheld": "text",
}


def _of_file(made: Made) -> list[Column]:
    first = made.report.keys[0].name
    keys = [
        Column(name=key.name, label=_said(key.label), value=_reader(key, total=key.name == first))
        for key in made.report.keys
    ]
    return keys + [
        Column(
            name=figure.name,
            label=_said(figure.label),
            kind=_FILE_KINDS[figure.kind],
            value=_figure_reader(figure),
        )
        for figure in made.report.figures
    ]


def _reader(key: Key, *, total: bool) -> Any:
    """Return what reads a key of a row; the total has none."""

    def read(row: Row) -> str:
        if key.name in row:
            return _key(key, row[key.name])
        return _("合计") if total else ""

    return read


def _figure_reader(figure: Figure) -> Any:
    if figure.kind == "unheld":
        return lambda _row: _("副本里没有")
    return lambda row: row.get(figure.name)


def _key(key: Key, value: Any) -> str:
    words = key.values.get(value)
    return _said(words) if words else str(value)


def _said(words: reports.Words) -> str:
    return words.said(get_language() or "zh")


def _query(**values: Any) -> str:
    return f"?{urlencode(values)}"


def _url(made: Made, name: str) -> str:
    return reverse(name) + _query(name=made.report.name, year=made.year)
