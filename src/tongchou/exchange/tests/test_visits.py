"""Persons looked up; stays and visits from registration to their end."""

from datetime import date, timedelta
from typing import Any

import pytest

from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import admission, admit, fee, make_hospital, registration
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_id_number, make_person
from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.platform.trail.models import Act
from tongchou.providers import services as providers
from tongchou.providers.models import Agreement
from tongchou.providers.tests.make import make_doctor
from tongchou.settlement.models import Visit

# --- 1101 ------------------------------------------------------------------------------------


def look_up(hospital: Hospital, kind: str, number: str, **more: str) -> Any:
    data = {"mdtrt_cert_type": kind, "mdtrt_cert_no": number, **more}
    return hospital.ok("1101", {"data": data})


def test_person_with_everything(hospital: Hospital) -> None:
    person = make_person(
        name="梁秀英", identities=["destitute"], start=date(2019, 1, 1), birth=date(1960, 6, 12)
    )
    output = look_up(hospital, "02", person.id_no)
    base = output["baseinfo"]
    assert base == {
        "psn_no": person.psn_no,
        "psn_cert_type": "01",
        "certno": person.id_no,
        "psn_name": "梁秀英",
        "gend": "2",
        "naty": "01",
        "brdy": "1960-06-12",
        "age": clock.today().year - 1960 - ((clock.today().month, clock.today().day) < (6, 12)),
        "exp_content": None,
    }
    assert output["insuinfo"] == [
        {
            "balc": "0.00",
            "insutype": "390",
            "psn_type": output["insuinfo"][0]["psn_type"],
            "psn_insu_stas": "1",
            "psn_insu_date": "2019-01-01",
            "paus_insu_date": None,
            "cvlserv_flag": "0",
            "insuplc_admdvs": "441700",
            "emp_name": None,
        }
    ]
    assert output["idetinfo"] == [
        {
            "psn_idet_type": "L01",
            "psn_type_lv": None,
            "memo": "特困人员",
            "begntime": "2019-01-01 00:00:00",
            "endtime": None,
        }
    ]


def test_person_is_found_by_every_certificate(hospital: Hospital) -> None:
    person = make_person(card="C12345678", voucher="token-1")
    old = person.id_no
    people.change_id(
        actor="test",
        person=person,
        id_no=make_id_number(birth=date(1960, 6, 13)),
        start=date(2020, 1, 1),
        source="户籍",
    )
    person.refresh_from_db()
    for kind, number in (("01", "token-1"), ("02", person.id_no), ("02", old), ("03", "C12345678")):
        assert look_up(hospital, kind, number)["baseinfo"]["certno"] == person.id_no


def test_ended_facts_say_so(hospital: Hospital) -> None:
    person = make_person(identities=["low_income"], start=date(2019, 1, 1), end=date(2020, 3, 1))
    output = look_up(hospital, "02", person.id_no)
    assert output["insuinfo"][0]["psn_insu_stas"] == "3"
    assert output["insuinfo"][0]["paus_insu_date"] == "2020-03-01"
    # The last second that belongs to it, so that an interval test that includes ends is right.
    assert output["idetinfo"][0]["endtime"] == "2020-02-29 23:59:59"


def test_person_without_identity_has_an_empty_list(hospital: Hospital, person: Person) -> None:
    assert look_up(hospital, "02", person.id_no)["idetinfo"] == []


def test_person_not_found_or_of_another_name(hospital: Hospital, person: Person) -> None:
    def node(**more: str) -> dict[str, Any]:
        return {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no, **more}}

    assert "没有查到参保人" in hospital.refused("1101", node(mdtrt_cert_no="1"))
    assert "姓名与证件登记的不同" in hospital.refused("1101", node(psn_name="李四"))
    assert hospital.ok("1101", node(psn_name=f" {person.name} "))
    assert "字段 mdtrt_cert_type：没有取值 09" in hospital.refused(
        "1101", node(mdtrt_cert_type="09")
    )


# --- 2401-2405 -------------------------------------------------------------------------------


def test_admission(hospital: Hospital, person: Person) -> None:
    output = hospital.ok("2401", admission(hospital, person))
    visit = Visit.objects.get()
    assert output["mdtrt_id"] == output["result"]["mdtrt_id"] == visit.mdtrt_id
    assert len(visit.mdtrt_id) == 22
    assert (visit.kind, visit.state, visit.med_type) == ("inpatient", "open", "21")
    assert (visit.insutype, visit.doctor_code) == ("390", hospital.doctor)
    assert visit.diagnoses[0]["diag_code"] == "J18.900"
    assert visit.details["chfpdr_name"] == "许文强"
    act = Act.objects.get(verb="settlement.visit.registered")
    assert act.actor == f"{hospital.institution.code}:0001"


def test_one_stay_at_a_time(hospital: Hospital, person: Person) -> None:
    other = make_hospital(name="北津镇卫生院")
    admit(other, person)
    # The other hospital's name is not this one's business.
    reason = hospital.refused("2401", admission(hospital, person))
    assert reason == "当日已在其他机构住院，请先核对"
    assert "已在本机构住院" in other.refused("2401", admission(other, person))
    assert Visit.objects.count() == 1


def test_outpatient_visit_during_a_stay_is_possible(hospital: Hospital, person: Person) -> None:
    admit(hospital, person)
    hospital.ok("2201", registration(hospital, person))


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"psn_no": "4417009"}, "没有人员编号 4417009，请用 1101 重新获取"),
        ({"insutype": "310"}, "没有参保，请核对"),
        ({"insutype": "510"}, "险种 510 不在本系统结算"),
        ({"begntime": "2099-01-01"}, "就诊日期 2099-01-01 晚于今天，请核对"),
        ({"begntime": "2018-12-31"}, "在 2018-12-31 没有协议，请联系医保局"),
        ({"atddr_no": "D441700999999"}, "医师 D441700999999 不在本机构登记"),
        ({"med_type": "11"}, "医疗类别 11 不是住院，请用 2201 登记"),
        ({"med_type": "61"}, "医疗类别 61 照护保险不在本系统结算"),
        ({"med_type": "??"}, "医疗类别 ?? 不在本系统结算"),
        ({"begntime": None}, "字段 begntime：没有填写，这是必填项"),
    ],
)
def test_admission_refused(
    hospital: Hospital, person: Person, over: dict[str, Any], reason: str
) -> None:
    assert reason in hospital.refused("2401", admission(hospital, person, **over))
    assert not Visit.objects.exists()


def test_enrolment_gate(hospital: Hospital) -> None:
    ended = make_person(start=date(2019, 1, 1), end=date(2020, 1, 1))
    assert "没有参保" in hospital.refused("2401", admission(hospital, ended))
    # A stay is judged at its end: one may be admitted the day before the enrolment begins.
    begins = make_person(start=clock.today())
    yesterday = str(clock.today() - timedelta(days=1))
    hospital.ok("2401", admission(hospital, begins, begntime=yesterday))
    assert "没有参保" in hospital.refused(
        "2201", registration(hospital, begins, begntime=yesterday)
    )


def test_the_dead_are_not_admitted(hospital: Hospital, person: Person) -> None:
    people.record_death(
        actor="test", person=person, died_on=clock.today() - timedelta(days=2), source="殡仪馆"
    )
    assert "已登记死亡" in hospital.refused("2401", admission(hospital, person))


def test_agreement_gate(area: Area, person: Person) -> None:
    hospital = make_hospital()
    providers.change_agreement(
        actor="test",
        institution=hospital.institution,
        state=Agreement.State.SUSPENDED,
        start=clock.today(),
        reason="挂床住院",
    )
    assert "已停止结算：挂床住院。请联系医保局" in hospital.refused(
        "2401", admission(hospital, person)
    )
    yesterday = str(clock.today() - timedelta(days=1))
    hospital.ok("2401", admission(hospital, person, begntime=yesterday))


def test_doctor_gate(hospital: Hospital, person: Person) -> None:
    suspended = make_doctor(hospital.institution, suspended_from=date(2020, 1, 1))
    elsewhere = make_hospital(name="北津镇卫生院").doctor
    reason = hospital.refused("2401", admission(hospital, person, atddr_no=suspended.code))
    assert "自 2020-01-01 停权：测试暂停。请更正医师" in reason
    reason = hospital.refused("2401", admission(hospital, person, atddr_no=elsewhere))
    assert "不在本机构登记" in reason


def test_discharge_and_back(hospital: Hospital, person: Person) -> None:
    key = {"mdtrt_id": admit(hospital, person), "psn_no": person.psn_no}
    end = f"{clock.today()} 16:00:00"
    assert "还没有办理出院" in hospital.refused("2405", {"data": key})
    too_early = {**key, "endtime": "2019-01-01"}
    assert "出院早于入院" in hospital.refused("2402", {"dscginfo": too_early})
    hospital.ok("2402", {"dscginfo": {**key, "endtime": end, "dscg_way": "1"}})
    visit = Visit.objects.get()
    assert visit.state == "discharged" and visit.ended_at is not None
    assert visit.details["dscg_way"] == "1"
    assert "已办理出院" in hospital.refused("2402", {"dscginfo": {**key, "endtime": end}})
    hospital.ok("2405", {"data": key})
    opened = Visit.objects.get()
    assert (opened.state, opened.ended_at) == ("open", None)


def test_discharge_is_not_undone_into_a_second_stay(hospital: Hospital, person: Person) -> None:
    key = {"mdtrt_id": admit(hospital, person), "psn_no": person.psn_no}
    hospital.ok("2402", {"dscginfo": {**key, "endtime": str(clock.today())}})
    other = make_hospital(name="北津镇卫生院")
    admit(other, person)
    assert "其他机构住院" in hospital.refused("2405", {"data": key})


def test_edit_keeps_what_is_not_sent(hospital: Hospital, person: Person) -> None:
    key = {"mdtrt_id": admit(hospital, person), "psn_no": person.psn_no}
    hospital.ok("2403", {"adminfo": {**key, "adm_bed": "12"}})
    visit = Visit.objects.get()
    assert visit.details["adm_bed"] == "12"
    assert (visit.doctor_code, visit.number) == (hospital.doctor, "Z001")


def test_cancelled_admission(hospital: Hospital, person: Person) -> None:
    key = {"mdtrt_id": admit(hospital, person), "psn_no": person.psn_no}
    item = make_item()
    hospital.ok("2301", {"feedetail": [fee(key["mdtrt_id"], person, item.code)]})
    assert "请先撤销明细" in hospital.refused("2404", {"data": key})
    hospital.ok("2302", {"data": [{**key, "feedetl_sn": "0000"}]})
    hospital.ok("2404", {"data": key})
    assert Visit.objects.get().state == "cancelled"
    assert "就诊已撤销" in hospital.refused("2404", {"data": key})
    admit(hospital, person)


def test_a_visit_is_its_own_hospitals_and_persons(hospital: Hospital, person: Person) -> None:
    mdtrt_id, other = admit(hospital, person), make_hospital(name="北津镇卫生院")
    key = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no}
    strange = {"mdtrt_id": "4417002019010100000001", "psn_no": person.psn_no}
    # Another's visit reads as one that does not exist.
    assert other.refused("2404", {"data": key}) == f"本机构没有就诊 {mdtrt_id}，请先登记"
    assert "本机构没有就诊" in other.refused("2404", {"data": strange})
    wrong = {**key, "psn_no": make_person().psn_no}
    assert "人员编号与就诊登记的不同" in hospital.refused("2404", {"data": wrong})


# --- 2201-2203 -------------------------------------------------------------------------------


def test_outpatient_visit(hospital: Hospital, person: Person) -> None:
    output = hospital.ok("2201", registration(hospital, person))
    visit = Visit.objects.get()
    assert output["data"] == {
        "mdtrt_id": visit.mdtrt_id, "psn_no": person.psn_no, "ipt_otp_no": "M001",
    }  # fmt: skip
    assert (visit.kind, visit.med_type) == ("outpatient", "11")
    key = {"mdtrt_id": visit.mdtrt_id, "psn_no": person.psn_no}
    described = {
        "mdtrtinfo": {**key, "med_type": "140104", "dise_codg": "M03900", "dise_name": "高血压"},
        "diseinfo": [{"diag_type": "1", "diag_code": "I10.x00", "diag_srt_no": 1}],
    }
    for infno in ("2203A", "2203"):
        hospital.ok(infno, described)
        visit.refresh_from_db()
        assert (visit.kind, visit.disease_code) == ("chronic_outpatient", "M03900")
    stay = {"mdtrtinfo": {**key, "med_type": "21"}}
    assert "请用 2401 登记" in hospital.refused("2203A", stay)
    hospital.ok("2202", {"data": {**key, "ipt_otp_no": "M001"}})
    visit.refresh_from_db()
    assert visit.state == "cancelled"
