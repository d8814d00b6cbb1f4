"""Simulated hospitals: they send bills over HTTP, seeded, while the pages are looked at.

Most of it goes well. Now and then a total is wrong, an item unknown, a doctor suspended, a bill
sent twice, or a settlement taken back, as it is at any window.
"""

import logging
import random
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import connection

from tongchou.demo import items, words
from tongchou.demo import parameters as p
from tongchou.demo.hospital import Hospital, Refusal
from tongchou.demo.persons import CAST
from tongchou.people.models import Enrolment
from tongchou.platform import clock

PAUSE = 1.2  # seconds between two bills
_log = logging.getLogger(__name__)
_BY_CODE = {s.code: s for s in items.samples()}


def start(cast: dict[str, Any], stop: threading.Event) -> threading.Thread:
    """Send bills in a thread of its own until `stop` is set."""
    hospitals = _hospitals(cast)
    doctors = {i["code"]: i["doctors"] for i in cast["institutions"]}
    patients = _patients({one["psn_no"] for one in cast["persons"]})
    thread = threading.Thread(
        target=_run, args=(hospitals, doctors, patients, stop), name="hospitals", daemon=True
    )
    thread.start()
    return thread


def _hospitals(cast: dict[str, Any]) -> list[Hospital]:
    return [
        Hospital(cast["gateway"], i["code"], i["name"], i["area"], i["paasid"], i["token"])
        for i in cast["institutions"]
        if i["kind"] == "hospital" and i["area"] == p.AREA and i["billing_open"]
    ]


def _patients(cast_numbers: set[str]) -> list[tuple[str, str, str]]:
    """Return (ID number, person number, insutype) of residents outside the cast."""
    today = clock.today()
    found = (
        Enrolment.objects.filter(scheme="resident", struck_at=None, start__lte=today)
        .exclude(end__lte=today)
        .exclude(person__psn_no__in=cast_numbers)
        .order_by("person_id")
        .values_list("person__id_no", "person__psn_no")[:4000]
    )
    rows = [(id_no, psn_no, "390") for id_no, psn_no in found]
    connection.close()
    return rows


def _run(
    hospitals: list[Hospital],
    doctors: dict[str, list[dict[str, Any]]],
    patients: list[tuple[str, str, str]],
    stop: threading.Event,
) -> None:
    chance = random.Random(p.SEED + clock.now().toordinal())
    assert len(CAST) < len(patients) or patients
    for hospital in hospitals:
        try:
            hospital.sign_in()
        except (OSError, Refusal) as error:
            _log.warning("%s: %s", hospital.name, error)
    while not stop.wait(PAUSE * chance.uniform(0.4, 1.8)):
        hospital = chance.choice(hospitals)
        try:
            stay(chance, hospital, doctors[hospital.code], chance.choice(patients))
        except Refusal:
            continue  # it is in the monitor, with its reason
        except OSError as error:
            _log.warning("%s: %s", hospital.name, error)


def stay(
    chance: random.Random,
    hospital: Hospital,
    doctors: list[dict[str, Any]],
    patient: tuple[str, str, str],
) -> Any:
    """One stay from the window to the settlement; returns the settlement's output."""
    id_no, psn_no, insutype = patient
    hospital.send("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": id_no}})
    days = chance.randint(2, 9)
    begun, now = clock.now() - timedelta(days=days), clock.now()
    trouble = chance.random()
    doctor = chance.choice([d for d in doctors if d["suspended"] == (trouble < 0.02)] or doctors)
    code, name = chance.choice(words.DIAGNOSES)
    common = {"psn_no": psn_no, "insutype": insutype}
    identified = {"mdtrt_cert_type": "02", "mdtrt_cert_no": id_no}
    admitted = hospital.send("2401", {
        "mdtrtinfo": {
            **common, **identified, "begntime": f"{begun:%Y-%m-%d %H:%M:%S}", "med_type": "21",
            "ipt_no": f"ZY{chance.randrange(10**8):08d}", "atddr_no": doctor["code"],
            "chfpdr_name": doctor["name"], "adm_dept_codg": "A03", "adm_dept_name": "内科",
            "dscg_maindiag_code": code, "dscg_maindiag_name": name,
        },
        "diseinfo": [_diagnosis(psn_no, doctor, code, name, f"{begun:%Y-%m-%d %H:%M:%S}")],
    })  # fmt: skip
    mdtrt_id = admitted["result"]["mdtrt_id"]
    lines = _lines(chance, mdtrt_id, psn_no, doctor, f"{begun:%Y-%m-%d %H:%M:%S}")
    if trouble > 0.98:
        # The desk corrects the code and sends again.
        with suppress(Refusal):
            hospital.send("2301", {"feedetail": [{**lines[0], "med_list_codg": "X0000"}]})
    hospital.send("2301", {"feedetail": lines})
    hospital.send("2402", {
        "dscginfo": {**common, "mdtrt_id": mdtrt_id, "endtime": f"{now:%Y-%m-%d %H:%M:%S}",
                     "dscg_dept_codg": "A03", "dscg_dept_name": "内科", "dscg_way": "1"},
        "diseinfo": [_diagnosis(psn_no, doctor, code, name, f"{now:%Y-%m-%d %H:%M:%S}")],
    })  # fmt: skip
    total = sum(_fen(line["det_item_fee_sumamt"]) for line in lines)
    bill = {**common, **identified, "mdtrt_id": mdtrt_id, "psn_setlway": "01",
            "acct_used_flag": "0", "mid_setl_flag": "0", "med_type": "21"}  # fmt: skip
    if 0.02 < trouble < 0.05:
        # The desk finds the missing line and sends the right total.
        with suppress(Refusal):
            hospital.send("2304", {"data": {**bill, "medfee_sumamt": _yuan(total + 100)}})
    bill["medfee_sumamt"] = _yuan(total)
    hospital.send("2303", {"data": bill})
    body = hospital.message("2304", {"data": bill})
    settled = hospital.read(hospital.post("2304", body))
    if 0.05 < trouble < 0.09:
        hospital.post("2304", body)  # the answer was lost on the way: the same bytes again
    if 0.09 < trouble < 0.12:
        setl_id = settled["setlinfo"]["setl_id"]
        hospital.send(
            "2305", {"data": {"setl_id": setl_id, "mdtrt_id": mdtrt_id, "psn_no": psn_no}}
        )
    return settled


def _diagnosis(
    psn_no: str, doctor: dict[str, Any], code: str, name: str, at: str
) -> dict[str, Any]:
    return {
        "psn_no": psn_no, "diag_type": "1", "maindiag_flag": "1", "diag_srt_no": "1",
        "diag_code": code, "diag_name": name, "diag_dept": "内科", "dise_dor_no": doctor["code"],
        "dise_dor_name": doctor["name"], "diag_time": at,
    }  # fmt: skip


def _lines(
    chance: random.Random, mdtrt_id: str, psn_no: str, doctor: dict[str, Any], at: str
) -> list[dict[str, Any]]:
    found = []
    chosen = chance.sample(list(_BY_CODE.values()), chance.randint(6, 14))
    for n, sample in enumerate(chosen, 1):
        count = chance.randint(1, 6) if sample.price < 500 * items.YUAN else 1
        fen = sample.price * count // 10_000
        found.append({
            "feedetl_sn": f"{n:04d}", "mdtrt_id": mdtrt_id, "psn_no": psn_no, "med_type": "21",
            "fee_ocur_time": at, "med_list_codg": sample.code, "medins_list_codg": sample.code,
            "det_item_fee_sumamt": _yuan(fen), "cnt": f"{count}.0000",
            "pric": f"{sample.price // items.YUAN}.{sample.price % items.YUAN:06d}",
            "bilg_dept_codg": "A03", "bilg_dept_name": "内科", "bilg_dr_codg": doctor["code"],
            "bilg_dr_name": doctor["name"], "hosp_appr_flag": "0",
        })  # fmt: skip
    return found


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(text: str) -> int:
    return int(text.replace(".", ""))
