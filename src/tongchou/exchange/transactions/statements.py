"""3201 and 3202: an institution's totals, and its bills one by one, against the ledger."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.exchange import mapping, statement_file
from tongchou.exchange.accepting import write
from tongchou.exchange.comparing import bases, both_sides, compare_rows, compare_totals, sums
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, D, N, Node, Values, moment_text
from tongchou.exchange.models import Statement
from tongchou.exchange.services import files, statements
from tongchou.exchange.services.statements import Period
from tongchou.exchange.statement_file import ResultRow
from tongchou.platform.numbering.services import wire_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.queries import reconciling
from tongchou.settlement.queries.reconciling import Totals

EQUAL, DIFFERENT = "0", "1"
MOST_DAYS = 366
MOST_KEPT = 500  # differences kept with the statement; the file holds all


def total(call: Call, given: Given) -> dict[str, Any]:
    """Return stmtinfo: setl_optins, stmt_rslt, stmt_rslt_dscr."""
    row = given["data"]
    settled, refunded = reconciling.totals(
        call.institution.institution_id, row["stmt_begndate"], row["stmt_enddate"], **_scope(row)
    )
    claimed = Totals(
        count=row["fixmedins_setl_cnt"],
        total=row["medfee_sumamt"],
        fund=row["fund_pay_sumamt"],
        account=row["acct_pay"] or 0,
    )
    compared = compare_totals(claimed, bases(settled, refunded, row["refd_setl_flag"]))
    statements.keep(
        actor=call.actor,
        institution=call.institution,
        kind=Statement.Kind.TOTAL,
        period=_period(row),
        at=call.at,
        claimed=claimed,
        ours=compared.ours,
        equal=compared.equal,
        differences=[] if compared.equal else [{"memo": compared.words}],
    )
    return {
        "stmtinfo": {
            "setl_optins": row["setl_optins"] or call.area,
            "stmt_rslt": EQUAL if compared.equal else DIFFERENT,
            "stmt_rslt_dscr": compared.words,
        }
    }


def detail(call: Call, given: Given) -> dict[str, Any]:
    """Return fileinfo of the result file, and stmtinfo."""
    row = given["data"]
    uploaded = files.fetch(institution=call.institution, number=row["file_qury_no"], at=call.at)
    theirs = statement_file.read(bytes(uploaded.content))
    institution_id, first, last = (
        call.institution.institution_id, row["stmt_begndate"], row["stmt_enddate"],
    )  # fmt: skip
    ours = reconciling.posted(institution_id, first, last, **_scope(row))
    results = compare_rows(theirs, ours)
    claimed = Totals(
        count=len(theirs) if row["fixmedins_setl_cnt"] is None else row["fixmedins_setl_cnt"],
        total=row["medfee_sumamt"],
        fund=row["fund_pay_sumamt"],
        account=sum(r.account for r in theirs),
    )
    wrong = [r for r in results if not r.equal]
    words = _words(claimed, wrong, sum(r.total for r in theirs), sum(r.fund for r in theirs))
    made = files.keep(
        institution=call.institution,
        number=wire_number(call.number, call.area),
        name=f"{call.institution.code}_{first:%Y%m%d}_{last:%Y%m%d}_result.zip",
        content=statement_file.write(results),
        at=call.at,
    )
    settled, refunded = reconciling.totals(institution_id, first, last, **_scope(row))
    statements.keep(
        actor=call.actor,
        institution=call.institution,
        kind=Statement.Kind.DETAIL,
        period=_period(row),
        at=call.at,
        claimed=claimed,
        ours=bases(settled, refunded, None)[0],
        equal=not words,
        differences=[_plain(r) for r in wrong[:MOST_KEPT]],
        by_kind=sums(wrong),
        result_file=made,
    )
    return {
        "fileinfo": {
            "file_qury_no": made.number,
            "filename": made.name,
            "dld_endtime": moment_text(made.until),
        },
        "stmtinfo": {
            "setl_optins": row["setl_optins"] or call.area,
            "stmt_rslt": DIFFERENT if words else EQUAL,
            "stmt_rslt_dscr": words or _("相符"),
        },
    }


def _words(claimed: Totals, wrong: list[ResultRow], total: int, fund: int) -> str:
    """Return what is not equal, or nothing."""
    said = []
    if wrong:
        said.append(_("%(n)d 笔不符，见结果文件") % {"n": len(wrong)})
    if (claimed.total, claimed.fund) != (total, fund):
        said.append(_("报文的合计与文件各行合计不等"))
    return "；".join(said)


def _plain(result: ResultRow) -> dict[str, Any]:
    row = result.row
    theirs, ours = both_sides(result)
    return {
        "setl_id": row.setl_id,
        "mdtrt_id": row.mdtrt_id,
        "psn_no": row.psn_no,
        "kind": result.kind,
        "theirs": theirs,
        "ours": ours,
        "refund": row.refund,
        "memo": result.memo,
    }


def _scope(row: Values) -> dict[str, Any]:
    """Return scheme and visit kinds of the message's insutype and clr_type. Raises Refused."""
    begun, ended = row["stmt_begndate"], row["stmt_enddate"]
    if begun > ended or (ended - begun).days > MOST_DAYS:
        raise Refused(_("对账结束早于开始，或超过一年，请核对日期"), field="stmt_enddate")
    scope: dict[str, Any] = {}
    if row.get("insutype"):
        scheme = mapping.SCHEME_OF_INSUTYPE.get(row["insutype"])
        if scheme is None:
            raise Refused(_("险种请用 310 或 390"), field="insutype")
        scope["scheme"] = scheme
    if row["clr_type"]:
        kinds = [k for k, code in mapping.CLR_TYPE_OF_VISIT.items() if code == row["clr_type"]]
        if not kinds:
            raise Refused(_("清算类别请用 11、21 或 41"), field="clr_type")
        scope["visit_kinds"] = kinds
    return scope


def _period(row: Values) -> Period:
    return Period(
        row["stmt_begndate"], row["stmt_enddate"], row.get("insutype") or "", row["clr_type"] or ""
    )


_COMMON = (
    C("clr_type", 6),
    C("setl_optins", 6),
    D("stmt_begndate", required=True),
    D("stmt_enddate", required=True),
    N("medfee_sumamt", 16, 2, required=True),
    N("fund_pay_sumamt", 16, 2, required=True),
)

TRANSACTIONS = {
    "3201": Transaction(
        (
            Node(
                "data",
                (
                    *_COMMON,
                    C("insutype", 6),
                    N("acct_pay", 16, 2),
                    N("fixmedins_setl_cnt", 9, required=True),
                    C("refd_setl_flag", 3, codes=("0", "1")),
                ),
            ),
        ),
        write(total),
    ),
    "3202": Transaction(
        (
            Node(
                "data",
                (
                    *_COMMON,
                    C("file_qury_no", 30, required=True),
                    N("cash_payamt", 16, 2),
                    N("fixmedins_setl_cnt", 9),
                    C("refd_setl_flag", 3, codes=("0", "1")),
                ),
            ),
        ),
        write(detail),
        numbered=True,
    ),
}
