"""2401-2405: a stay from admission to discharge."""

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

ADMISSION = (
    C("insutype", 6),
    C("coner_name", 50),
    C("tel", 50),
    C("mdtrt_cert_type", 3),
    C("mdtrt_cert_no", 50),
    C("ipt_no", 30),
    C("medrcdno", 30),
    C("atddr_no", 30),
    C("chfpdr_name", 50),
    C("adm_diag_dscr", 200),
    C("adm_dept_codg", 30),
    C("adm_dept_name", 100),
    C("adm_bed", 30),
    C("dscg_maindiag_code", 20),
    C("dscg_maindiag_name", 300),
    C("main_cond_dscr", 1000),
    C("dise_codg", 30),
    C("dise_name", 500),
    C("oprn_oprt_code", 30),
    C("oprn_oprt_name", 500),
    C("fpsc_no", 50),
    C("matn_type", 6),
    C("birctrl_type", 6),
    C("latechb_flag", 3),
    N("geso_val", 2),
    N("fetts", 3),
    N("fetus_cnt", 3),
    C("pret_flag", 3),
    T("birctrl_matn_date"),
    C("dise_type_code", 3),
    C("exp_content", 4000),
)
_KEPT = (
    "coner_name", "tel", "medrcdno", "chfpdr_name", "adm_diag_dscr", "adm_dept_codg", "adm_bed",
    "dscg_maindiag_code", "dscg_maindiag_name", "main_cond_dscr", "oprn_oprt_code",
    "oprn_oprt_name", "fpsc_no", "matn_type", "birctrl_type", "latechb_flag", "geso_val", "fetts",
    "fetus_cnt", "pret_flag", "birctrl_matn_date", "dise_type_code", "exp_content",
)  # fmt: skip
_DISCHARGE_KEPT = (
    "oprn_oprt_code", "oprn_oprt_name", "fpsc_no", "matn_type", "birctrl_type", "latechb_flag",
    "geso_val", "fetts", "fetus_cnt", "pret_flag", "birctrl_matn_date", "cop_flag",
    "dscg_dept_codg", "dscg_dept_name", "dscg_bed", "dscg_way", "die_date", "exp_content",
)  # fmt: skip


def admit(call: Call, given: Given) -> dict[str, Any]:
    """Return the new mdtrt_id."""
    row = given["mdtrtinfo"]
    call.noted.psn_no = row["psn_no"]
    visit = visits.register(
        actor=call.actor,
        mdtrt_id=new_mdtrt_id(call),
        institution=call.institution,
        psn_no=row["psn_no"],
        kind=_stay(row["med_type"]),
        med_type=row["med_type"],
        begun_at=row["begntime"],
        insutype=row["insutype"],
        particulars=particulars(row, given["diseinfo"], _KEPT),
    )
    return wrapped("result", {"mdtrt_id": visit.mdtrt_id, "psn_no": row["psn_no"]})


def _stay(med_type: str) -> str:
    kind = kind_of(med_type)
    if kind != "inpatient":
        raise Refused(
            _("医疗类别 %(code)s 不是住院，请用 2201 登记") % {"code": med_type}, field="med_type"
        )
    return kind


def discharge(call: Call, given: Given) -> None:
    row = given["dscginfo"]
    visits.discharge(
        actor=call.actor,
        visit=held(call, row),
        ended_at=row["endtime"],
        particulars=particulars(row, given["diseinfo"], _DISCHARGE_KEPT),
    )


def edit(call: Call, given: Given) -> None:
    """Change what was said at admission; the day and the scheme stand: cancel to change those."""
    row = given["adminfo"]
    visits.describe(
        actor=call.actor,
        visit=held(call, row),
        kind=_stay(row["med_type"]) if row["med_type"] else None,
        med_type=row["med_type"],
        particulars=particulars(row, given["diseinfo"], _KEPT),
    )


def cancel(call: Call, given: Given) -> None:
    visits.cancel(actor=call.actor, visit=held(call, given["data"]))


def undo_discharge(call: Call, given: Given) -> None:
    visits.undo_discharge(actor=call.actor, visit=held(call, given["data"]))


TRANSACTIONS = {
    "2401": Transaction(
        (
            Node(
                "mdtrtinfo",
                (
                    C("psn_no", 30, required=True),
                    T("begntime", required=True),
                    C("med_type", 6, required=True),
                    *ADMISSION,
                ),
            ),
            DIAGNOSES,
        ),
        write(admit),
        numbered=True,
    ),
    "2402": Transaction(
        (
            Node(
                "dscginfo",
                (
                    *VISIT_KEY,
                    T("endtime", required=True),
                    C("insutype", 6),
                    C("dise_codg", 30),
                    C("dise_name", 500),
                    C("oprn_oprt_code", 30),
                    C("oprn_oprt_name", 500),
                    C("fpsc_no", 50),
                    C("matn_type", 6),
                    C("birctrl_type", 6),
                    C("latechb_flag", 3),
                    N("geso_val", 2),
                    N("fetts", 3),
                    N("fetus_cnt", 3),
                    C("pret_flag", 3),
                    T("birctrl_matn_date"),
                    C("cop_flag", 3),
                    C("dscg_dept_codg", 30),
                    C("dscg_dept_name", 100),
                    C("dscg_bed", 30),
                    C("dscg_way", 3, codes=("1", "2", "3", "4", "5", "9")),
                    T("die_date"),
                    C("exp_content", 4000),
                ),
            ),
            DIAGNOSES,
        ),
        write(discharge),
    ),
    "2403": Transaction(
        (Node("adminfo", (*VISIT_KEY, C("med_type", 6), *ADMISSION)), DIAGNOSES),
        write(edit),
    ),
    "2404": Transaction((Node("data", VISIT_KEY),), write(cancel)),
    "2405": Transaction((Node("data", VISIT_KEY),), write(undo_discharge)),
}
