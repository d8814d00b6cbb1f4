"""A county that can be talked to, and the nodes that hospitals send."""

from datetime import date
from typing import Any

from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.hospital import Hospital
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.providers.tests.make import make_doctor, make_institution

AREA = "441700"


def make_area(*, sign_in_required: bool = False) -> Area:
    return Area.objects.create(
        code=AREA,
        name="岭海县",
        office="岭海县医疗保障局",
        demonstration=True,
        self_paid_visits=["outpatient", "pharmacy"],
        sign_in_required=sign_in_required,
    )


def make_hospital(
    *,
    level: str = "level3",
    name: str = "岭海县人民医院",
    kind: str = "hospital",
    agreement_from: date | None = date(2019, 1, 1),
    body_signature_required: bool = False,
) -> Hospital:
    """Return a hospital with one registered doctor."""
    institution = make_institution(
        level=level,
        name=name,
        kind=kind,
        agreement_from=agreement_from,
        body_signature_required=body_signature_required,
    )
    return Hospital(institution, doctor=make_doctor(institution).code)


def admission(hospital: Hospital, person: Person, **over: Any) -> dict[str, Any]:
    """The input of 2401."""
    row = {
        "psn_no": person.psn_no,
        "insutype": "390",
        "begntime": f"{clock.today()} 08:30:00",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": person.id_no,
        "med_type": "21",
        "ipt_no": "Z001",
        "atddr_no": hospital.doctor,
        "chfpdr_name": "许文强",
        "adm_dept_name": "内科",
    }
    diagnosis = {
        "diag_type": "1",
        "maindiag_flag": "1",
        "diag_srt_no": "1",
        "diag_code": "J18.900",
        "diag_name": "肺炎",
        "diag_time": f"{clock.today()} 09:00",
    }
    return {"mdtrtinfo": {**row, **over}, "diseinfo": [diagnosis]}


def registration(hospital: Hospital, person: Person, **over: Any) -> dict[str, Any]:
    """The input of 2201."""
    row = {
        "psn_no": person.psn_no,
        "insutype": "390",
        "begntime": f"{clock.today()}",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": person.id_no,
        "ipt_otp_no": "M001",
        "atddr_no": hospital.doctor,
        "dept_name": "内科",
    }
    return {"data": {**row, **over}}


def admit(hospital: Hospital, person: Person, **over: Any) -> str:
    """Admit and return the mdtrt_id."""
    return str(hospital.ok("2401", admission(hospital, person, **over))["result"]["mdtrt_id"])


def fee(mdtrt_id: str, person: Person, code: str, sn: str = "1", **over: Any) -> dict[str, Any]:
    """One line of feedetail: 2 at 15 yuan."""
    row = {
        "feedetl_sn": sn,
        "mdtrt_id": mdtrt_id,
        "psn_no": person.psn_no,
        "fee_ocur_time": f"{clock.today()} 10:00:00",
        "med_list_codg": code,
        "det_item_fee_sumamt": "30.00",
        "cnt": 2,
        "pric": "15",
    }
    return {**row, **over}


def charge(
    hospital: Hospital, person: Person, mdtrt_id: str, *amounts: str, infno: str = "2301"
) -> None:
    """Upload a class A line of each amount (yuan)."""
    rows = [
        fee(mdtrt_id, person, make_item().code, f"{n}", cnt="1", pric=amount,
            det_item_fee_sumamt=amount)
        for n, amount in enumerate(amounts, 1)
    ]  # fmt: skip
    hospital.ok(infno, {"feedetail": rows})


def bill(mdtrt_id: str, person: Person, total: str, **over: Any) -> dict[str, Any]:
    """The input of 2206, 2207, 2303, 2304."""
    row = {
        "psn_no": person.psn_no,
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": person.id_no,
        "medfee_sumamt": total,
        "psn_setlway": "01",
        "mdtrt_id": mdtrt_id,
        "acct_used_flag": "0",
        "insutype": "390",
        "invono": "",
    }
    return {"data": {**row, **over}}


def stay_charged(hospital: Hospital, person: Person, total: str, **over: Any) -> str:
    """A discharged stay with one class A line; return its mdtrt_id."""
    mdtrt_id = admit(hospital, person, **over)
    charge(hospital, person, mdtrt_id, total)
    ended = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no, "endtime": str(clock.today())}
    hospital.ok("2402", {"dscginfo": ended})
    return mdtrt_id


def settle_stay(hospital: Hospital, person: Person, total: str, **over: Any) -> dict[str, Any]:
    """Settle a new stay; return setlinfo."""
    mdtrt_id = stay_charged(hospital, person, total, **over)
    output = hospital.ok(
        "2304", bill(mdtrt_id, person, total, insutype=over.get("insutype", "390"))
    )
    info: dict[str, Any] = output["setlinfo"]
    return info


def reversal(info: dict[str, Any]) -> dict[str, Any]:
    """The input of 2208, 2305."""
    return {"data": {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}}
