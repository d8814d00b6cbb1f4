"""2201-2203: an outpatient visit registered, taken back, described."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.exchange.accepting import write
from tongchou.exchange.contract import Given, Transaction, wrapped
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, N, Node, T
from tongchou.exchange.transactions.registering import (
    DIAGNOSES,
    VISIT_KEY,
    held,
    kind_of,
    new_mdtrt_id,
    particulars,
)
from tongchou.platform.refusal import Refused
from tongchou.settlement.services import visits

# 2201 need not say the kind of visit: 2203A does, and at a pharmacy there is one only.
UNTIL_DESCRIBED, AT_PHARMACY = "11", "41"

_KEPT = (
    "dr_name", "dept_code", "caty", "main_cond_dscr", "birctrl_type", "birctrl_matn_date",
    "matn_type", "geso_val", "exp_content",
)  # fmt: skip


def register(call: Call, given: Given) -> dict[str, Any]:
    """Return the new mdtrt_id, psn_no and ipt_otp_no."""
    row = given["data"]
    call.noted.psn_no = row["psn_no"]
    usual = AT_PHARMACY if call.institution.kind == "pharmacy" else UNTIL_DESCRIBED
    med_type = row["med_type"] or usual
    visit = visits.register(
        actor=call.actor,
        mdtrt_id=new_mdtrt_id(call),
        institution=call.institution,
        psn_no=row["psn_no"],
        kind=_outpatient(med_type),
        med_type=med_type,
        begun_at=row["begntime"],
        insutype=row["insutype"],
        particulars=particulars(row, [], _KEPT),
    )
    values = {
        "mdtrt_id": visit.mdtrt_id,
        "psn_no": row["psn_no"],
        "ipt_otp_no": visit.number or None,
    }
    return wrapped("data", values)


def _outpatient(med_type: str) -> str:
    kind = kind_of(med_type)
    if kind == "inpatient":
        raise Refused(
            _("医疗类别 %(code)s 是住院，请用 2401 登记") % {"code": med_type}, field="med_type"
        )
    return kind


def cancel(call: Call, given: Given) -> None:
    visits.cancel(actor=call.actor, visit=held(call, given["data"]))


def describe(call: Call, given: Given) -> None:
    row = given["mdtrtinfo"]
    visits.describe(
        actor=call.actor,
        visit=held(call, row),
        kind=_outpatient(row["med_type"]),
        med_type=row["med_type"],
        particulars=particulars(row, given["diseinfo"], _KEPT),
    )


_DESCRIBE = Transaction(
    (
        Node(
            "mdtrtinfo",
            (
                *VISIT_KEY,
                C("med_type", 6, required=True),
                T("begntime"),
                C("main_cond_dscr", 1000),
                C("dise_codg", 30),
                C("dise_name", 500),
                C("birctrl_type", 6),
                T("birctrl_matn_date"),
                C("matn_type", 6),
                N("geso_val", 2),
                C("exp_content", 4000),
            ),
        ),
        DIAGNOSES,
    ),
    write(describe),
)

TRANSACTIONS = {
    "2201": Transaction(
        (
            Node(
                "data",
                (
                    C("psn_no", 30, required=True),
                    T("begntime", required=True),
                    C("insutype", 6),
                    C("med_type", 6),
                    C("mdtrt_cert_type", 3),
                    C("mdtrt_cert_no", 50),
                    C("ipt_otp_no", 30),
                    C("atddr_no", 30),
                    C("dr_name", 50),
                    C("dept_code", 30),
                    C("dept_name", 100),
                    C("caty", 6),
                    C("exp_content", 4000),
                ),
            ),
        ),
        write(register),
        numbered=True,
    ),
    "2202": Transaction((Node("data", (*VISIT_KEY, C("ipt_otp_no", 30))),), write(cancel)),
    "2203": _DESCRIBE,
    "2203A": _DESCRIBE,
}
