"""What a hospital's window does for one patient, from the card to the settlement.

Most of it goes well; `trouble` names what goes wrong this time, as it does at any window.
"""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tongchou.core.money import format_yuan
from tongchou.demo import costs, items, words
from tongchou.demo.hospital import Hospital, Refusal
from tongchou.platform import clock

TROUBLES = (
    "suspended_doctor",
    "unknown_item",
    "wrong_total",
    "lost_answer",
    "taken_back",
    "stays_on",
)
_STAY = {"upload": "2301", "quote": "2303", "settle": "2304", "reverse": "2305"}
_VISIT = {"upload": "2204", "quote": "2206", "settle": "2207", "reverse": "2208"}


class Patient(NamedTuple):
    psn_no: str
    id_no: str
    insutype: str

    @property
    def certificate(self) -> dict[str, str]:
        return {"mdtrt_cert_type": "02", "mdtrt_cert_no": self.id_no}


class Doctor(NamedTuple):
    code: str
    name: str
    suspended: bool


def stay(
    chance: random.Random, hospital: Hospital, patient: Patient, trouble: str = ""
) -> dict[str, Any]:
    """A stay that ends now, with the day's papers. Returns the settlement's output.

    With the trouble "stays_on" the patient is not discharged yet: there is no output, and another
    hospital that would admit the patient is refused.
    """
    doctor = _doctor(chance, hospital, trouble)
    hospital.send("1101", {"data": patient.certificate})
    now = clock.now()
    days = chance.randint(2, 9)
    begun = now - timedelta(days=days)
    diagnosis = _diagnosis(patient, doctor, chance.choice(words.DIAGNOSES), begun)
    admitted = hospital.send("2401", {
        "mdtrtinfo": {
            "psn_no": patient.psn_no, "insutype": patient.insutype, **patient.certificate,
            "begntime": _text(begun), "med_type": "21",
            "ipt_no": f"ZY{chance.randrange(10**8):08d}",
            "atddr_no": doctor.code, "chfpdr_name": doctor.name, "adm_dept_codg": "A03",
            "adm_dept_name": "内科", "dscg_maindiag_code": diagnosis["diag_code"],
            "dscg_maindiag_name": diagnosis["diag_name"],
        },
        "diseinfo": [diagnosis],
    })  # fmt: skip
    mdtrt_id = admitted["result"]["mdtrt_id"]
    lines = costs.stay_lines(chance, hospital.level, begun.date(), days)
    fees = _fees(lines, mdtrt_id, patient, doctor)
    _upload(hospital, _STAY, fees, trouble)
    if trouble == "stays_on":
        return {}
    hospital.send("2402", {
        "dscginfo": {
            "mdtrt_id": mdtrt_id, "psn_no": patient.psn_no, "insutype": patient.insutype,
            "endtime": _text(now), "dscg_dept_codg": "A03", "dscg_dept_name": "内科",
            "dscg_way": "1",
        },
        "diseinfo": [diagnosis],
    })  # fmt: skip
    bill = {**_bill(mdtrt_id, patient, lines), "acct_used_flag": "0", "mid_setl_flag": "0"}
    return _settle(hospital, _STAY, bill, trouble)


def visit(
    chance: random.Random, hospital: Hospital, patient: Patient, trouble: str = ""
) -> dict[str, Any]:
    """A visit of now, paid from the personal account. Returns the settlement's output."""
    doctor = _doctor(chance, hospital, trouble)
    hospital.send("1101", {"data": patient.certificate})
    now = clock.now()
    registered = hospital.send("2201", {
        "data": {
            "psn_no": patient.psn_no, "insutype": patient.insutype, **patient.certificate,
            "begntime": _text(now), "ipt_otp_no": f"MZ{chance.randrange(10**8):08d}",
            "atddr_no": doctor.code, "dr_name": doctor.name, "dept_code": "A03",
            "dept_name": "内科", "caty": "A03",
        }
    })  # fmt: skip
    mdtrt_id = registered["data"]["mdtrt_id"]
    diagnosis = _diagnosis(patient, doctor, chance.choice(words.DIAGNOSES), now)
    hospital.send("2203A", {
        "mdtrtinfo": {
            "mdtrt_id": mdtrt_id, "psn_no": patient.psn_no, "med_type": "11",
            "begntime": _text(now), "dise_codg": diagnosis["diag_code"],
            "dise_name": diagnosis["diag_name"],
        },
        "diseinfo": [diagnosis],
    })  # fmt: skip
    lines = costs.visit_lines(chance, now)
    batch = f"{chance.randrange(10**8):08d}"
    fees = [{**fee, "chrg_bchno": batch} for fee in _fees(lines, mdtrt_id, patient, doctor)]
    _upload(hospital, _VISIT, fees, trouble)
    bill = {
        **_bill(mdtrt_id, patient, lines), "med_type": "11", "chrg_bchno": batch,
        "acct_used_flag": "1",
    }  # fmt: skip
    return _settle(hospital, _VISIT, bill, trouble)


def _doctor(chance: random.Random, hospital: Hospital, trouble: str) -> Doctor:
    wanted = trouble == "suspended_doctor"
    found = [d for d in hospital.doctors if d["suspended"] == wanted] or hospital.doctors
    return Doctor(**chance.choice(found))


def _upload(
    hospital: Hospital, codes: dict[str, str], fees: list[dict[str, Any]], trouble: str
) -> None:
    if trouble == "unknown_item":
        with suppress(Refusal):  # the desk corrects the code and sends again
            unknown = {**fees[0], "med_list_codg": "XZ99ZZZ999Z999999999999"}
            hospital.send(codes["upload"], {"feedetail": [unknown, *fees[1:]]})
    hospital.send(codes["upload"], {"feedetail": fees})


def _settle(
    hospital: Hospital, codes: dict[str, str], bill: dict[str, Any], trouble: str
) -> dict[str, Any]:
    hospital.send(codes["quote"], {"data": bill})
    if trouble == "wrong_total":
        with suppress(Refusal):  # the desk finds what was left out
            wrong = {**bill, "medfee_sumamt": f"1{bill['medfee_sumamt']}"}
            hospital.send(codes["settle"], {"data": wrong})
    body = hospital.message(codes["settle"], {"data": bill})
    settled: dict[str, Any] = hospital.read(hospital.post(codes["settle"], body))
    if trouble == "lost_answer":
        hospital.post(codes["settle"], body)  # the same bytes again
    if trouble == "taken_back":
        info = settled["setlinfo"]
        undo = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        hospital.send(codes["reverse"], {"data": undo})
    return settled


def _bill(mdtrt_id: str, patient: Patient, lines: list[costs.Line]) -> dict[str, Any]:
    total = sum(_fen(sample, count) for sample, count, _at in lines)
    return {
        "psn_no": patient.psn_no, "insutype": patient.insutype, **patient.certificate,
        "mdtrt_id": mdtrt_id, "psn_setlway": "01", "medfee_sumamt": format_yuan(total),
    }  # fmt: skip


def _fees(
    lines: list[costs.Line], mdtrt_id: str, patient: Patient, doctor: Doctor
) -> list[dict[str, Any]]:
    return [
        {
            "feedetl_sn": f"{n:04d}", "mdtrt_id": mdtrt_id, "psn_no": patient.psn_no,
            "fee_ocur_time": _text(at), "med_list_codg": sample.code,
            "medins_list_codg": sample.code, "cnt": f"{count}.0000",
            "pric": f"{sample.price // items.YUAN}.{sample.price % items.YUAN:06d}",
            "det_item_fee_sumamt": format_yuan(_fen(sample, count)), "bilg_dept_codg": "A03",
            "bilg_dept_name": "内科", "bilg_dr_codg": doctor.code, "bilg_dr_name": doctor.name,
            "hosp_appr_flag": "0",
        }
        for n, (sample, count, at) in enumerate(lines, 1)
    ]  # fmt: skip


def _fen(sample: items.Sample, count: int) -> int:
    """Return the amount of a line; prices are whole fen."""
    return sample.price * count // (items.YUAN // 100)


def _diagnosis(
    patient: Patient, doctor: Doctor, disease: tuple[str, str], at: datetime
) -> dict[str, Any]:
    return {
        "psn_no": patient.psn_no, "diag_type": "1", "maindiag_flag": "1", "diag_srt_no": "1",
        "diag_code": disease[0], "diag_name": disease[1], "diag_dept": "内科",
        "dise_dor_no": doctor.code, "dise_dor_name": doctor.name, "diag_time": _text(at),
        "vali_flag": "1",
    }  # fmt: skip


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
