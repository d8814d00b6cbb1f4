"""What registrations have in common: their particulars, diagnoses, and the held visit."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.exchange import mapping
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, N, Node, T, Values, moment_text
from tongchou.platform.numbering.services import wire_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import Visit
from tongchou.settlement.services import visits
from tongchou.settlement.services.visits import Particulars

DIAGNOSES = Node(
    "diseinfo",
    (
        C("psn_no", 30),
        C("diag_type", 3, codes=("1", "2", "3")),
        C("maindiag_flag", 3),
        N("diag_srt_no", 2),
        C("diag_code", 20),
        C("diag_name", 100),
        C("adm_cond", 500),
        C("diag_dept", 50),
        C("dise_dor_no", 30),
        C("dise_dor_name", 50),
        T("diag_time"),
        C("vali_flag", 3),
    ),
    many=True,
    required=False,
)
VISIT_KEY = (C("mdtrt_id", 30, required=True), C("psn_no", 30, required=True))


def kind_of(med_type: str) -> str:
    """Return the kind of visit of a national med_type. Raises Refused."""
    kind = mapping.VISIT_OF_MED_TYPE.get(med_type)
    if kind is None:
        name = mapping.NOT_SETTLED_MED_TYPES.get(med_type)
        raise Refused(
            _("医疗类别 %(code)s %(name)s不在本系统结算，请核对")
            % {"code": med_type, "name": name or ""},
            field="med_type",
        )
    return kind


def new_mdtrt_id(call: Call) -> str:
    return wire_number(call.number, call.area)


def held(call: Call, row: Values) -> Visit:
    """Return the visit that `row` names, locked. Raises Refused."""
    call.noted.psn_no = row["psn_no"] or ""
    return visits.hold(
        mdtrt_id=row["mdtrt_id"],
        institution_id=call.institution.institution_id,
        psn_no=row["psn_no"],
    )


def particulars(row: Values, diagnoses: list[Values], kept: tuple[str, ...]) -> Particulars:
    """Return what `row` (of any registration) says of a visit; `kept` go to its details."""
    return Particulars(
        number=row.get("ipt_otp_no") or row.get("ipt_no"),
        cert_type=row.get("mdtrt_cert_type"),
        cert_no=row.get("mdtrt_cert_no"),
        doctor_code=row.get("atddr_no"),
        department=row.get("dept_name") or row.get("adm_dept_name"),
        disease_code=row.get("dise_codg") or row.get("dscg_maindiag_code"),
        disease_name=row.get("dise_name") or row.get("dscg_maindiag_name"),
        diagnoses=[_plain(d) for d in diagnoses] or None,
        details=_plain({name: row.get(name) for name in kept}),
    )


def _plain(values: Values) -> dict[str, Any]:
    """Drop what was not sent; times become text, as JSON has it."""
    return {
        name: value if isinstance(value, str | int) else moment_text(value)
        for name, value in values.items()
        if value is not None
    }
