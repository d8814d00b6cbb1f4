"""Comparisons as an Excel file: a summary, the changes, and a sheet for each dimension."""

import tempfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.ui.format import yuan
from tongchou.platform.ui.lists.export import neutral

Report = dict[str, Any]


class _Sheet:
    """One sheet, written from the top; text never becomes a formula."""

    def __init__(self, book: Any, name: str, heads: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._count = book.add_format({"num_format": "#,##0"})
        self._line = 0
        bold = book.add_format({"bold": True, "bottom": 1})
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, 1, 26)
        self._sheet.set_column(2, len(heads), 16)
        for at, head in enumerate(heads):
            self._sheet.write_string(0, at, head, bold)

    def row(self, *texts: str, fen: Sequence[int] = (), counts: Sequence[int] = ()) -> None:
        """Write texts, then counts, then amounts in yuan."""
        self._line += 1
        at = 0
        for text in texts:
            self._sheet.write_string(self._line, at, neutral(text))
            at += 1
        for number in counts:
            self._sheet.write_number(self._line, at, number, self._count)
            at += 1
        for amount in fen:
            self._sheet.write_number(self._line, at, yuan(amount), self._money)
            at += 1


def as_file(reports: Sequence[Report]) -> FileResponse:
    """Return the reports, all of one policy and year, as a download."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    book = xlsxwriter.Workbook(spool, {"in_memory": True})
    _summary(book, reports)
    _changes(book, reports)
    for at, dimension in enumerate(reports[0]["by"]):
        _dimension(book, reports, at, dimension)
    book.close()
    spool.seek(0)
    name = _("测算") + f"-{reports[0]['scheme']}-{reports[0]['year']}-{clock.today():%Y%m%d}.xlsx"
    return FileResponse(spool, as_attachment=True, filename=name)


def _summary(book: Any, reports: Sequence[Report]) -> None:
    amounts = [_("现行（元）"), _("改后（元）"), _("差（元）")]
    sheet = _Sheet(book, _("汇总"), [_("方案"), _("项目"), _("基金"), *amounts])
    for one in reports:
        for paid in (one["fund"], *one["tiers"]):
            fen = (paid["before"], paid["after"], paid["difference"])
            sheet.row(one["name"], paid["label"], paid["fund"], fen=fen)
    people = _Sheet(
        book, _("得益受损"),
        [_("方案"), _("项目"), _("人数"), _("金额（元）")],
    )  # fmt: skip
    for one in reports:
        moved = one["moved"]
        people.row(one["name"], _("少付"), counts=[moved["better"]], fen=[moved["gained"]])
        people.row(one["name"], _("多付"), counts=[moved["worse"]], fen=[moved["lost"]])
        people.row(one["name"], _("不变"), counts=[moved["same"]])
        for each in one["classes"]:
            if each["label"] != _("不变"):
                people.row(one["name"], each["label"], counts=[each["people"]])
    ground = _Sheet(book, _("依据"), [_("项目"), _("内容")])
    first = reports[0]
    ground.row(_("政策"), first["title"])
    ground.row(
        _("结算单"),
        _("%(year)s 年，%(n)s 笔") % {"year": first["year"], "n": f"{first['bills']:,}"},
    )
    ground.row(_("数据到"), first["copied_at"])
    ground.row(_("现行方案编号"), first["plan_before"])
    for one in reports:
        ground.row(_("方案编号 %(name)s") % {"name": one["name"]}, one["plan_after"])
    ground.row(_("假定"), _("就医行为不变：同样的结算单，同样的先后"))


def _changes(book: Any, reports: Sequence[Report]) -> None:
    heads = [_("方案"), _("数"), _("路径"), _("现行"), _("改后")]
    sheet = _Sheet(book, _("改动"), heads)
    for one in reports:
        for change in one["changes"]:
            sheet.row(
                one["name"], change["label"], change["path"],
                change["before"] or "—", change["after"] or "—",
            )  # fmt: skip


def _dimension(book: Any, reports: Sequence[Report], at: int, dimension: Report) -> None:
    many = _("人数") if dimension["of_people"] else _("笔数")
    amounts = [_("现行（元）"), _("改后（元）"), _("差（元）")]
    sheet = _Sheet(book, dimension["name"], [_("方案"), dimension["name"], many, *amounts])
    for one in reports:
        for row in one["by"][at]["rows"]:
            fen = (row["before"], row["after"], row["difference"])
            sheet.row(one["name"], row["label"], counts=[row["many"]], fen=fen)
