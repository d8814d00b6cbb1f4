"""Fee lines: split by the catalogue, returned, withdrawn, many at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.catalogue.models import Item
from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import admission, admit, fee, registration
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.providers.tests.make import make_doctor
from tongchou.settlement.models import Charge, FeeLine


@pytest.fixture
def mdtrt_id(hospital: Hospital, person: Person) -> str:
    return admit(hospital, person)


@pytest.fixture
def item(mdtrt_id: str) -> Item:
    return make_item(level="02", ceiling=12_000_000)


def upload(hospital: Hospital, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = hospital.ok("2301", {"feedetail": list(rows)})["result"]
    return result


def test_line_is_answered_with_terms_and_parts(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    row = upload(hospital, fee(mdtrt_id, person, item.code))[0]
    assert row == {
        "feedetl_sn": "1",
        "det_item_fee_sumamt": "30.00",
        "cnt": "2.0000",
        "pric": "15.000000",
        "pric_uplmt_amt": "12.000000",
        "selfpay_prop": "0.1000",
        "fulamt_ownpay_amt": "0.00",
        "overlmt_amt": "6.00",
        "preselfpay_amt": "2.40",
        "inscp_scp_amt": "21.60",
        "chrgitm_lv": "02",
        "med_chrgitm_type": "09",
        "bas_medn_flag": None,
        "hi_nego_drug_flag": None,
        "chld_medc_flag": None,
        "list_sp_item_flag": None,
        "lmt_used_flag": None,
        "drt_reim_flag": None,
        "memo": None,
    }
    line = FeeLine.objects.get()
    assert (line.item_name, line.doctor_code) == (item.name, hospital.doctor)


def test_class_c_and_what_the_hospital_refuses_is_own_pay(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    c = make_item(level="03")
    rows = upload(
        hospital,
        fee(mdtrt_id, person, c.code, "1"),
        fee(mdtrt_id, person, item.code, "2", hosp_appr_flag="2"),
        fee(mdtrt_id, person, item.code, "3", hosp_appr_flag="1"),
    )
    assert [row["fulamt_ownpay_amt"] for row in rows] == ["30.00", "30.00", "0.00"]
    assert [row["selfpay_prop"] for row in rows] == ["1.0000", "1.0000", "0.1000"]


def test_terms_are_those_of_the_fee_day(hospital: Hospital, person: Person, mdtrt_id: str) -> None:
    from tongchou.catalogue import services

    item, today = make_item(level="01"), clock.today()
    services.set_term(
        actor="test", area="441700", item=item, start=today, level="03", first_self_pay=None,
        ceiling=None, source="测试",
    )  # fmt: skip
    rows = upload(
        hospital,
        fee(mdtrt_id, person, item.code, "1", fee_ocur_time=str(today - timedelta(days=1))),
        fee(mdtrt_id, person, item.code, "2", fee_ocur_time=str(today)),
    )
    assert [row["chrgitm_lv"] for row in rows] == ["01", "03"]


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"med_list_codg": "X0"}, "明细 1：目录在"),
        ({"det_item_fee_sumamt": "30.02"}, "金额 30.02 与数量乘单价 30.00 不等"),
        ({"det_item_fee_sumamt": "-30.00"}, "不等，相差不得超过 0.01 元"),
        ({"cnt": "0"}, "明细 1：数量不能为 0"),
        ({"pric": "-15", "cnt": "-2"}, "单价不能小于 0"),
        ({"cnt": "-2", "det_item_fee_sumamt": "-30"}, "退单须同时有负的数量和原明细"),
        ({"init_feedetl_sn": "0"}, "退单须同时有负的数量和原明细"),
        ({"fee_ocur_time": "2099-01-01"}, "费用时间晚于今天"),
        ({"fee_ocur_time": "2018-12-31"}, "目录在 2018-12-31 没有编码"),
        ({"bilg_dr_codg": "D441700999999"}, "不在本机构登记"),
        ({"cnt": "2.00001"}, "第 1 行字段 cnt：最多 4 位小数"),
        ({"cnt": "two"}, "第 1 行字段 cnt：应是数值"),
        ({"pric": True}, "第 1 行字段 pric：应是数值"),
        ({"det_item_fee_sumamt": 1e300}, "最多 16 位"),
        ({"hosp_appr_flag": "7"}, "没有取值 7，请用 0、1、2"),
    ],
)
def test_line_refused(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item, over: dict[str, Any], reason: str
) -> None:
    row = fee(mdtrt_id, person, item.code, **over)
    assert reason in hospital.refused("2301", {"feedetail": [row]})
    assert not FeeLine.objects.exists()


def test_amount_may_be_a_fen_from_count_times_price(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    rows = upload(
        hospital,
        fee(mdtrt_id, person, item.code, "1", det_item_fee_sumamt="30.01"),
        fee(mdtrt_id, person, item.code, "2", det_item_fee_sumamt=29.99),
    )
    assert [row["det_item_fee_sumamt"] for row in rows] == ["30.01", "29.99"]


def test_suspended_doctor_of_a_line(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    doctor = make_doctor(hospital.institution, suspended_from=date(2020, 1, 1))
    for name in ("bilg_dr_codg", "orders_dr_code"):
        row = fee(mdtrt_id, person, item.code, **{name: doctor.code})
        assert "停权" in hospital.refused("2301", {"feedetail": [row]})


def test_somebody_must_have_ordered_it(hospital: Hospital, person: Person, area: object) -> None:
    item = make_item()
    mdtrt_id = admit(hospital, person, atddr_no=None)
    row = fee(mdtrt_id, person, item.code)
    assert "没有医师" in hospital.refused("2301", {"feedetail": [row]})
    upload(hospital, {**row, "orders_dr_code": hospital.doctor})


def test_numbers_are_used_once(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    row = fee(mdtrt_id, person, item.code)
    assert "重复" in hospital.refused("2301", {"feedetail": [row, row]})
    upload(hospital, row)
    assert "流水号已上传过" in hospital.refused("2301", {"feedetail": [row]})


def returned(row: dict[str, Any], sn: str, count: str, amount: str) -> dict[str, Any]:
    return {
        **row,
        "feedetl_sn": sn,
        "init_feedetl_sn": row["feedetl_sn"],
        "cnt": count,
        "det_item_fee_sumamt": amount,
    }


def test_whole_return_is_the_exact_negative(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    row = fee(mdtrt_id, person, item.code, cnt="1.5", pric="13.337", det_item_fee_sumamt="20.01")
    first = upload(hospital, row)[0]
    back = upload(hospital, returned(row, "2", "-1.5", "-20.01"))[0]
    for name in ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"):
        negative = back[name].removeprefix("-")
        assert negative == first[name]
    again = returned(row, "3", "-0.1", "-1.33")
    assert "退单多于原明细" in hospital.refused("2301", {"feedetail": [again]})


def test_returns_in_steps_take_back_every_part_to_the_fen(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    row = fee(mdtrt_id, person, item.code, cnt="3", pric="13.335", det_item_fee_sumamt="40.01")
    upload(hospital, row)
    upload(hospital, returned(row, "2", "-1", "-13.34"))
    uneven = returned(row, "4", "-2", "-26.66")
    assert "全部退完时金额应为 -26.67" in hospital.refused("2301", {"feedetail": [uneven]})
    upload(hospital, returned(row, "3", "-2", "-26.67"))
    sums = [
        sum(getattr(line, name) for line in FeeLine.objects.all())
        for name in ("amount", "own_pay", "over_limit", "first_self_pay", "in_scope")
    ]
    assert sums == [0, 0, 0, 0, 0]


def test_return_is_of_the_same_thing(
    hospital: Hospital, person: Person, mdtrt_id: str, item: Item
) -> None:
    row, other = fee(mdtrt_id, person, item.code), make_item()
    upload(hospital, row)
    unknown = {**returned(row, "2", "-1", "-15"), "init_feedetl_sn": "9"}
    assert "没有原明细 9" in hospital.refused("2301", {"feedetail": [unknown]})
    changed = {**returned(row, "2", "-1", "-15"), "med_list_codg": other.code}
    assert "须与原明细相同" in hospital.refused("2301", {"feedetail": [changed]})


def test_withdrawing(hospital: Hospital, person: Person, mdtrt_id: str, item: Item) -> None:
    row = fee(mdtrt_id, person, item.code)
    upload(hospital, row, fee(mdtrt_id, person, item.code, "2"))
    upload(hospital, returned(row, "3", "-1", "-15"))
    key = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no}

    def named(*sns: str) -> dict[str, Any]:
        return {"data": [{**key, "feedetl_sn": sn} for sn in sns]}

    assert "明细 1 还有退单 3" in hospital.refused("2302", named("1"))
    assert "没有费用明细 8" in hospital.refused("2302", named("8"))
    assert "请写明" in hospital.refused("2302", {"data": key})
    hospital.ok("2302", named("1", "3"))
    assert [line.feedetl_sn for line in FeeLine.objects.all()] == ["2"]
    hospital.ok("2302", named("0000"))
    assert not FeeLine.objects.exists()
    assert "没有可撤销" in hospital.refused("2302", named("0000"))


def test_outpatient_batches(hospital: Hospital, person: Person) -> None:
    item = make_item()
    mdtrt_id = hospital.ok("2201", registration(hospital, person))["mdtrt_id"]
    rows = [fee(mdtrt_id, person, item.code, str(n), chrg_bchno=f"B{n % 2}") for n in range(4)]
    assert "请用 2204 上传" in hospital.refused("2301", {"feedetail": rows})
    hospital.ok("2204", {"feedetail": rows})
    assert sorted(Charge.objects.values_list("batch", flat=True)) == ["B0", "B1"]
    key = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no}
    hospital.ok("2205", {"data": {**key, "chrg_bchno": "B0"}})
    assert FeeLine.objects.count() == 2
    hospital.ok("2205", {"data": {**key, "chrg_bchno": "0000"}})
    assert not FeeLine.objects.exists()


def statements_of_an_upload(
    hospital: Hospital, person: Person, mdtrt_id: str, codes: list[str], first: int, count: int
) -> int:
    rows = [fee(mdtrt_id, person, codes[n % 40], f"{first + n}") for n in range(count)]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        upload(hospital, *rows)
    return len(captured)


def test_130_lines_take_the_statements_of_one(
    hospital: Hospital, person: Person, mdtrt_id: str
) -> None:
    codes = [make_item().code for _ in range(40)]
    one = statements_of_an_upload(hospital, person, mdtrt_id, codes, 1, 1)
    many = statements_of_an_upload(hospital, person, mdtrt_id, codes, 1000, 130)
    assert FeeLine.objects.count() == 131
    # SQLite takes a limited number of values in one statement.
    spare = 3 if connection.vendor == "sqlite" else 0
    assert many <= one + spare
    assert one <= 24


def test_admission_takes_few_statements(hospital: Hospital, person: Person) -> None:
    with CaptureQueriesContext(connection) as captured:
        hospital.ok("2401", admission(hospital, person))
    assert len(captured) <= 26
