"""Simulated hospitals send their accounts of the month; one has faults planted, told in TRUTH."""

import base64
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

from tongchou.core.money import format_yuan
from tongchou.demo.hospital import Hospital
from tongchou.exchange.statement_file import FileRow
from tongchou.platform import clock
from tongchou.platform.numbering.services import wire_number
from tongchou.providers.models import Institution
from tongchou.settlement.queries import reconciling

FAULTY = "东平镇卫生院"
STRAY = 124_000  # fen: a bill that the hospital has and the bureau has not
MORE = 3_600  # fen: by which one of its bills is dearer than ours
# What reconciling must find: kind of difference -> rows.
TRUTH = {"theirs": 1, "ours": 1, "amount": 1}
_FEWEST = 3  # bills with a fund's money that the faults are planted among


def period() -> tuple[date, date]:
    """Return the month so far without today, or on the first of a month the month before."""
    yesterday = clock.today() - timedelta(days=1)
    return yesterday.replace(day=1), yesterday


def send(hospital: Hospital) -> None:
    """Have the detail compared (9101, 3202), then the totals (3201). Raises Refusal, OSError.

    A hospital's own books are what the ledger says, but for the faults of one.
    """
    first, last = period()
    rows = books(hospital, first, last)
    sums = {
        "clr_type": None, "setl_optins": hospital.area,
        "stmt_begndate": str(first), "stmt_enddate": str(last),
        "medfee_sumamt": format_yuan(sum(row.total for row in rows)),
        "fund_pay_sumamt": format_yuan(sum(row.fund for row in rows)),
    }  # fmt: skip
    packed = base64.b64encode(_file(rows)).decode()
    sent = hospital.send("9101", {"fsUploadIn": {"in": packed, "filename": "detail.zip"}})
    hospital.send("3202", {"data": {**sums, "file_qury_no": sent["file_qury_no"]}})
    account = format_yuan(sum(row.account for row in rows))
    count = sum(-1 if row.refund else 1 for row in rows)
    hospital.send("3201", {"data": {**sums, "acct_pay": account, "fixmedins_setl_cnt": count}})


def books(hospital: Hospital, first: date, last: date) -> list[FileRow]:
    """Return what the hospital lists for these days."""
    institution = Institution.objects.get(code=hospital.code)
    rows = [_listed(one) for one in reconciling.posted(institution.pk, first, last)]
    bills = [row for row in rows if not row.refund and row.fund]
    if hospital.name != FAULTY or len(bills) < _FEWEST:
        return rows
    left_out, dearer = bills[0], bills[1]
    rows.remove(left_out)
    rows[rows.index(dearer)] = replace(dearer, total=dearer.total + MORE)
    stray = replace(bills[2], setl_id=f"{bills[2].setl_id[:-8]}99999999", total=STRAY, fund=0)
    return [*rows, replace(stray, account=0)]


def _listed(one: reconciling.Posted) -> FileRow:
    return FileRow(
        setl_id=wire_number(one.number, one.area), mdtrt_id=one.mdtrt_id, psn_no=one.psn_no,
        total=one.total, fund=one.fund, account=one.account, refund=one.original is not None,
    )  # fmt: skip


def _file(rows: list[FileRow]) -> bytes:
    lines = [
        "\t".join((
            row.setl_id, row.mdtrt_id, row.psn_no, format_yuan(row.total), format_yuan(row.fund),
            format_yuan(row.account), "1" if row.refund else "0",
        ))
        for row in rows
    ]  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("detail.txt", "\n".join(lines))
    return out.getvalue()
