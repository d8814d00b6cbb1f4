"""Admission, outpatient registration, fee lines."""

import pytest

from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.make import make_area, make_hospital
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.settlement.models import Visit

pytestmark = pytest.mark.django_db


def admission(person, hospital, **over):
    row = {
        "psn_no": person.psn_no,
        "insutype": "390",
        "begntime": f"{clock.today()} 08:30:00",
        "mdtrt_cert_type": "02",
        "mdtrt_cert_no": person.id_no,
        "med_type": "21",
        "ipt_no": "Z001",
        "atddr_no": hospital.doctor,
        "adm_dept_name": "内科",
        **over,
    }
    return {
        "mdtrtinfo": row,
        "diseinfo": [
            {"diag_type": "1", "diag_code": "J18.900", "diag_name": "肺炎", "maindiag_flag": "1"}
        ],
    }


def test_admission_answers_the_visit():
    make_area()
    hospital, person = make_hospital(), make_person()
    output = hospital.ok("2401", admission(person, hospital))
    visit = Visit.objects.get()
    assert output["result"]["mdtrt_id"] == visit.mdtrt_id
    assert (visit.kind, visit.insutype, visit.doctor_code) == ("inpatient", "390", hospital.doctor)


def test_second_stay_is_refused_without_naming_the_other_hospital():
    make_area()
    first, second, person = make_hospital(), make_hospital(name="北津镇卫生院"), make_person()
    first.ok("2401", admission(person, first))
    assert second.refused("2401", admission(person, second)) == "当日已在其他机构住院，请先核对"
    assert "本机构住院" in first.refused("2401", admission(person, first))
    assert Visit.objects.count() == 1


def test_upload_splits():
    make_area()
    hospital, person = make_hospital(), make_person()
    item = make_item(level="02", ceiling=12_000000)
    mdtrt_id = hospital.ok("2401", admission(person, hospital))["mdtrt_id"]
    row = {
        "feedetl_sn": "1",
        "mdtrt_id": mdtrt_id,
        "psn_no": person.psn_no,
        "fee_ocur_time": str(clock.today()),
        "med_list_codg": item.code,
        "det_item_fee_sumamt": "30.00",
        "cnt": 2,
        "pric": "15",
        "bilg_dr_codg": hospital.doctor,
    }
    out = hospital.ok("2301", {"feedetail": [row]})
    assert out["result"][0]["inscp_scp_amt"] == "21.60"
