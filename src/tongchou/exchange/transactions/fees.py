"""2204, 2205, 2301, 2302: fee lines uploaded and withdrawn."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.exchange.accepting import write
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, N, Node, T, Values
from tongchou.exchange.transactions.registering import held
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import FeeLine, Visit
from tongchou.settlement.services import lines
from tongchou.settlement.services.lines import Line

ALL = "0000"
REFUSED_BY_HOSPITAL = "2"  # hosp_appr_flag: the hospital's own review did not agree

_KEPT = (
    "dise_codg", "rxno", "rx_circ_flag", "medins_list_codg", "sin_dos_dscr", "used_frqu_dscr",
    "medc_way_dscr", "bilg_dept_codg", "bilg_dept_name", "bilg_dr_name", "acord_dept_codg",
    "acord_dept_name", "orders_dr_name", "tcmdrug_used_way", "etip_flag", "etip_hosp_code",
    "dscg_tkdrug_flag", "matn_fee_flag", "drord_no", "memo", "exp_content",
)  # fmt: skip
FEES = Node(
    "feedetail",
    (
        C("feedetl_sn", 30, required=True),
        C("init_feedetl_sn", 30),
        C("mdtrt_id", 30, required=True),
        C("psn_no", 30, required=True),
        C("chrg_bchno", 30),
        T("fee_ocur_time", required=True),
        C("med_list_codg", 50, required=True),
        N("det_item_fee_sumamt", 16, 2, required=True),
        N("cnt", 16, 4, required=True),
        N("pric", 16, 6, required=True),
        C("bilg_dr_codg", 30),
        C("orders_dr_code", 30),
        C("hosp_appr_flag", 3, codes=("0", "1", "2")),
        C("med_type", 6),
        N("prd_days", 4, 2),
        C("dise_codg", 30),
        C("rxno", 30),
        C("rx_circ_flag", 3),
        C("medins_list_codg", 150),
        C("sin_dos_dscr", 200),
        C("used_frqu_dscr", 200),
        C("medc_way_dscr", 200),
        C("bilg_dept_codg", 30),
        C("bilg_dept_name", 100),
        C("bilg_dr_name", 50),
        C("acord_dept_codg", 30),
        C("acord_dept_name", 100),
        C("orders_dr_name", 50),
        C("tcmdrug_used_way", 6),
        C("etip_flag", 3),
        C("etip_hosp_code", 30),
        C("dscg_tkdrug_flag", 3),
        C("matn_fee_flag", 6),
        C("drord_no", 30),
        C("memo", 500),
        C("exp_content", 4000),
    ),
    many=True,
)


def upload(call: Call, given: Given) -> dict[str, Any]:
    """Return result[]: each line with its terms and the four parts of its amount."""
    rows = given["feedetail"]
    visit = held(call, rows[0])
    for row in rows:
        if (row["mdtrt_id"], row["psn_no"]) != (rows[0]["mdtrt_id"], rows[0]["psn_no"]):
            raise Refused(
                _("明细 %(sn)s 属于另一次就诊，请分开上传") % {"sn": row["feedetl_sn"]},
                field="mdtrt_id",
            )
    _pass_kind(call, visit)
    stored = lines.upload(actor=call.actor, visit=visit, lines=[_line(row) for row in rows])
    call.noted.amount = sum(line.amount for line in stored)
    return {"result": [_result(line) for line in stored]}


def _pass_kind(call: Call, visit: Visit) -> None:
    wanted = "2301" if visit.kind == "inpatient" else "2204"
    if call.infno != wanted:
        raise Refused(_("本次就诊的费用请用 %(code)s 上传") % {"code": wanted}, field="mdtrt_id")


def _line(row: Values) -> Line:
    return Line(
        sn=row["feedetl_sn"],
        at=row["fee_ocur_time"],
        code=row["med_list_codg"],
        count=row["cnt"],
        price=row["pric"],
        amount=row["det_item_fee_sumamt"],
        batch=row["chrg_bchno"] or "",
        returns_sn=row["init_feedetl_sn"] or "",
        doctors=tuple(filter(None, (row["orders_dr_code"], row["bilg_dr_codg"]))),
        refused=row["hosp_appr_flag"] == REFUSED_BY_HOSPITAL,
        details={name: row[name] for name in _KEPT if row[name] is not None},
    )


def _result(line: FeeLine) -> dict[str, Any]:
    refused = bool(line.details.get("refused"))
    return {
        "feedetl_sn": line.feedetl_sn,
        "det_item_fee_sumamt": format_yuan(line.amount),
        "cnt": decimal_text(line.count, 4),
        "pric": decimal_text(line.price, 6),
        "pric_uplmt_amt": None if line.ceiling is None else decimal_text(line.ceiling, 6),
        "selfpay_prop": decimal_text(10_000 if refused else line.first_self_pay_rate, 4),
        "fulamt_ownpay_amt": format_yuan(line.own_pay),
        "overlmt_amt": format_yuan(line.over_limit),
        "preselfpay_amt": format_yuan(line.first_self_pay),
        "inscp_scp_amt": format_yuan(line.in_scope),
        "chrgitm_lv": line.level,
        "med_chrgitm_type": line.charge_type,
        # Flags that the catalogue does not hold.
        "bas_medn_flag": None,
        "hi_nego_drug_flag": None,
        "chld_medc_flag": None,
        "list_sp_item_flag": None,
        "lmt_used_flag": None,
        "drt_reim_flag": None,
        "memo": None,
    }


def decimal_text(value: int, places: int) -> str:
    """Return an integer of `places` decimals as text: (15_000000, 6) -> "15.000000"."""
    whole, rest = divmod(abs(value), 10**places)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{places}d}"


def withdraw(call: Call, given: Given) -> None:
    """Delete unsettled lines by number or by batch; "0000" is all."""
    rows = given["data"]
    visit = held(call, rows[0])
    sns = [row["feedetl_sn"] for row in rows if row["feedetl_sn"]]
    batch = rows[0]["chrg_bchno"]
    if ALL in (*sns, batch):
        lines.withdraw(actor=call.actor, visit=visit)
    elif sns:
        lines.withdraw(actor=call.actor, visit=visit, sns=sns)
    elif batch:
        lines.withdraw(actor=call.actor, visit=visit, batch=batch)
    else:
        raise Refused(_("请写明要撤销的明细流水号，全部撤销请填 0000"), field="feedetl_sn")


_UPLOAD = Transaction((FEES,), write(upload))
_WITHDRAW = Transaction(
    (
        Node(
            "data",
            (
                C("mdtrt_id", 30, required=True),
                C("psn_no", 30, required=True),
                C("feedetl_sn", 30),
                C("chrg_bchno", 30),
            ),
            many=True,
        ),
    ),
    write(withdraw),
)

TRANSACTIONS = {"2204": _UPLOAD, "2205": _WITHDRAW, "2301": _UPLOAD, "2302": _WITHDRAW}
