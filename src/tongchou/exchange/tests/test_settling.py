"""Priced, settled, reversed over the interface: every field, every identity."""

import json
from datetime import date
from typing import Any

import pytest

from tongchou.catalogue.tests.make import make_item
from tongchou.core.money import parse_yuan
from tongchou.core.policy import STATE_WIDTH
from tongchou.exchange import mapping
from tongchou.exchange.tests.hospital import Hospital, read
from tongchou.exchange.tests.make import (
    admission,
    admit,
    bill,
    charge,
    fee,
    make_hospital,
    registration,
    reversal,
    settle_stay,
    stay_charged,
)
from tongchou.funds import services as funds
from tongchou.funds.queries import personal_balance
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.settlement.models import Answer, Charge, PersonYear, Settlement
from tongchou.settlement.services.openings import set_opening
from tongchou.sharing.tests.make import make_link, make_owner

pytestmark = pytest.mark.usefixtures("county")


def fen(text: str) -> int:
    return parse_yuan(text)


def check_identities(output: dict[str, Any]) -> None:
    """interface.md A.3, on what was said (independent of the code that asserts them inside)."""
    info, detail = output["setlinfo"], output["setldetail"]
    assert fen(info["medfee_sumamt"]) == sum(
        fen(info[n])
        for n in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    )
    funds_of = (
        "hifp_pay",
        "cvlserv_pay",
        "hifes_pay",
        "hifmi_pay",
        "hifob_pay",
        "maf_pay",
        "oth_pay",
    )
    assert fen(info["fund_pay_sumamt"]) == sum(fen(info[n]) for n in funds_of)
    assert fen(info["fund_pay_sumamt"]) == sum(
        fen(row["fund_payamt"]) for row in detail if row["fund_pay_type"] != "310200"
    )
    assert fen(info["medfee_sumamt"]) == sum(
        fen(info[n]) for n in ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
    )
    assert fen(info["psn_part_amt"]) == sum(
        fen(info[n]) for n in ("acct_pay", "acct_mulaid_pay", "psn_cash_pay")
    )


def test_stay_from_pre_settlement_to_settlement(hospital: Hospital) -> None:
    person = make_person(name="梁秀英", birth=date(1960, 6, 12))
    mdtrt_id = stay_charged(hospital, person, "50000.00")
    quoted = hospital.ok("2303", bill(mdtrt_id, person, "50000.00"))
    assert quoted["setlinfo"]["setl_id"] is None
    assert not Settlement.objects.exists()
    output = hospital.ok("2304", bill(mdtrt_id, person, "50000", invono="FP001"))
    check_identities(output)
    info = output["setlinfo"]
    settlement = Settlement.objects.get()
    assert info == {
        "psn_no": person.psn_no,
        "psn_name": "梁秀英",
        "psn_cert_type": "01",
        "certno": person.id_no,
        "gend": "2",
        "naty": "01",
        "brdy": "1960-06-12",
        "age": info["age"],
        "insutype": "390",
        "psn_type": info["psn_type"],
        "cvlserv_flag": "0",
        "mdtrt_id": mdtrt_id,
        "setl_id": f"441700{settlement.pk:016d}",
        "setl_time": info["setl_time"],
        "mdtrt_cert_type": "02",
        "med_type": "21",
        "medins_setl_id": settlement.msgid,
        "clr_optins": "441700",
        "clr_way": None,
        "clr_type": "21",
        "medfee_sumamt": "50000.00",
        "fulamt_ownpay_amt": "0.00",
        "overlmt_selfpay": "0.00",
        "preselfpay_amt": "0.00",
        "inscp_scp_amt": "50000.00",
        "act_pay_dedc": "700.00",
        # (50,000 - 700) x 60%; then 60% of what of 20,420 lies over 15,000
        "hifp_pay": "29580.00",
        "hifmi_pay": "3252.00",
        "cvlserv_pay": "0.00",
        "hifes_pay": "0.00",
        "hifob_pay": "0.00",
        "maf_pay": "0.00",
        "oth_pay": "0.00",
        "pool_prop_selfpay": "0.6000",
        "fund_pay_sumamt": "32832.00",
        "hosp_part_amt": "0.00",
        "psn_part_amt": "17168.00",
        "acct_pay": "0.00",
        "psn_cash_pay": "17168.00",
        "acct_mulaid_pay": "0.00",
        "balc": "0.00",
    }
    assert settlement.invoice == "FP001"
    same = set(info) - {"setl_id", "setl_time", "medins_setl_id"}
    assert {n: quoted["setlinfo"][n] for n in same} == {n: info[n] for n in same}


def test_rows_of_setldetail_carry_the_lines(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "50000.00")
    output = hospital.ok("2304", bill(mdtrt_id, person, "50000.00"))
    rows = {row["fund_pay_type"]: row for row in output["setldetail"]}
    assert rows["390100"]["fund_payamt"] == "29580.00"
    assert rows["390200"]["fund_payamt"] == "3252.00"
    assert rows["390100"]["fund_pay_type_name"] == "城乡居民基本医疗保险基金"
    stored = Settlement.objects.get().lines
    assert [line for row in output["setldetail"] for line in json.loads(row["setl_proc_info"])] == (
        stored
    )
    assert all(len(row["setl_proc_info"]) <= 4000 for row in output["setldetail"])


def test_resend_of_a_settlement(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "3000.00")
    body = hospital.body("2304", bill(mdtrt_id, person, "3000.00"))
    first = hospital.post(body)
    assert read(first)["infcode"] == 0
    assert hospital.post(body).content == first.content
    other = body.replace(b'"invono": ""', b'"invono": "1"')
    assert "已用于另一内容" in read(hospital.post(other))["err_msg"]
    assert Settlement.objects.count() == 1
    again = hospital.refused("2304", bill(mdtrt_id, person, "3000.00"))
    assert "已经结算" in again


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"medfee_sumamt": "3000.01"}, "总费用 3000.01 与已上传明细合计 3000.00 不等"),
        ({"psn_no": "1"}, "人员编号与就诊登记的不同"),
        ({"mdtrt_id": "1"}, "就诊 1"),
        ({"insutype": "310"}, "险种"),
        ({"med_type": "14"}, "医疗类别 14 与就诊信息的 21 不同"),
        ({"inscp_scp_amt": "2999.00"}, "inscp_scp_amt 2999.00 与明细合计 3000.00 不等"),
    ],
)
def test_settlement_refused(
    hospital: Hospital, person: Person, over: dict[str, Any], reason: str
) -> None:
    mdtrt_id = stay_charged(hospital, person, "3000.00")
    before = Answer.objects.count()
    node = {"data": {**bill(mdtrt_id, person, "3000.00")["data"], **over}}
    assert reason in hospital.refused("2304", node)
    assert not Settlement.objects.exists()
    assert Answer.objects.count() == before
    filled = bill(
        mdtrt_id, person, "3000.00", fulamt_ownpay_amt="0.00", inscp_scp_amt=3000, med_type="21"
    )
    hospital.ok("2304", filled)


def test_a_stay_is_not_settled_as_an_outpatient(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "3000.00")
    for infno in ("2206", "2207"):
        reason = hospital.refused(infno, bill(mdtrt_id, person, "3000.00"))
        assert f"不能用交易 {infno} 结算" in reason


def test_no_line_is_changed_once_settled(hospital: Hospital, person: Person) -> None:
    info = settle_stay(hospital, person, "3000.00")
    key = {"mdtrt_id": info["mdtrt_id"], "psn_no": person.psn_no}
    assert "已经结算" in hospital.refused("2302", {"data": {**key, "feedetl_sn": "1"}})
    assert "没有可撤销" in hospital.refused("2302", {"data": {**key, "feedetl_sn": "0000"}})
    assert "已经结算" in hospital.refused("2404", {"data": key})
    assert "已经结算" in hospital.refused("2405", {"data": key})
    hospital.ok("2305", reversal(info))
    hospital.ok("2302", {"data": {**key, "feedetl_sn": "0000"}})


def test_reversal_is_the_exact_negative(hospital: Hospital, person: Person) -> None:
    info = settle_stay(hospital, person, "50000.00")
    output = hospital.ok("2305", reversal(info))
    check_identities(output)
    twin = output["setlinfo"]
    amounts = [n for n, v in info.items() if isinstance(v, str) and v.endswith((".00",))]
    for name in (n for n in amounts if n != "balc"):
        assert fen(twin[name]) == -fen(info[name])
    assert twin["setl_id"] != info["setl_id"]
    assert Charge.objects.get().settlement_id is None
    assert "已经撤销" in hospital.refused("2305", reversal(info))
    again = hospital.ok("2304", bill(info["mdtrt_id"], person, "50000.00"))["setlinfo"]
    assert again["fund_pay_sumamt"] == info["fund_pay_sumamt"]


def test_reversal_names_what_stands_in_the_way(hospital: Hospital, person: Person) -> None:
    other = make_hospital(name="北津镇卫生院", level="level1")
    first = settle_stay(hospital, person, "3000.00")
    settle_stay(other, person, "4000.00")
    reason = hospital.refused("2305", reversal(first))
    assert "不能撤销" in reason and "其他机构" in reason and "北津" not in reason
    assert "没有这笔结算" in other.refused("2305", reversal(first))


def test_outpatient_visit_without_benefit_is_the_persons(
    hospital: Hospital, person: Person
) -> None:
    mdtrt_id = hospital.ok("2201", registration(hospital, person))["mdtrt_id"]
    charge(hospital, person, mdtrt_id, "80.50", infno="2204")
    quoted = hospital.ok("2206", bill(mdtrt_id, person, "80.50", med_type="11"))
    output = hospital.ok("2207", bill(mdtrt_id, person, "80.50", med_type="11"))
    check_identities(output)
    assert output["setlinfo"]["psn_cash_pay"] == "80.50"
    assert output["setlinfo"]["clr_type"] == "11"
    assert quoted["setldetail"] == output["setldetail"]
    hospital.ok("2208", reversal(output["setlinfo"]))


def test_pharmacy(person: Person) -> None:
    """A pharmacy registers, charges without a doctor and settles; a stay it cannot have."""
    pharmacy = make_hospital(name="岭海大药房", kind="pharmacy", level="community")
    mdtrt_id = pharmacy.ok("2201", registration(pharmacy, person, atddr_no=None))["mdtrt_id"]
    charge(pharmacy, person, mdtrt_id, "35.00", infno="2204")
    output = pharmacy.ok("2207", bill(mdtrt_id, person, "35.00", med_type="41"))
    check_identities(output)
    assert (output["setlinfo"]["med_type"], output["setlinfo"]["clr_type"]) == ("41", "41")
    reason = pharmacy.refused("2401", admission(pharmacy, person))
    assert "医疗类别 21 不能在这类机构登记" in reason


def test_interim_settlement_of_a_stay(hospital: Hospital, person: Person) -> None:
    """The stay goes on, its next lines are settled apart, and the year counts both."""
    mdtrt_id = admit(hospital, person)
    charge(hospital, person, mdtrt_id, "30000.00")
    hospital.ok("2304", bill(mdtrt_id, person, "30000.00", mid_setl_flag="1"))
    more = fee(mdtrt_id, person, make_item().code, "later", cnt=1, pric=500,
               det_item_fee_sumamt=500)  # fmt: skip
    hospital.ok("2301", {"feedetail": [more]})
    end = {"mdtrt_id": mdtrt_id, "psn_no": person.psn_no, "endtime": str(clock.today())}
    hospital.ok("2402", {"dscginfo": end})
    hospital.ok("2304", bill(mdtrt_id, person, "500.00"))
    assert Charge.objects.filter(visit__mdtrt_id=mdtrt_id).count() == 2
    late = {**more, "feedetl_sn": "too late"}
    assert "已经结算" in hospital.refused("2301", {"feedetail": [late]})


def test_employee_pays_from_the_account(hospital: Hospital) -> None:
    person = make_person(scheme="employee", status="active")
    funds.credit_personal_account(area="441700", person_id=person.pk, fen=10_000, actor="test")
    mdtrt_id = hospital.ok("2201", registration(hospital, person, insutype="310"))["mdtrt_id"]
    charge(hospital, person, mdtrt_id, "80.50", infno="2204")
    asked = bill(mdtrt_id, person, "80.50", insutype="310", acct_used_flag="1")
    output = hospital.ok("2207", asked)
    check_identities(output)
    info = output["setlinfo"]
    assert (info["acct_pay"], info["psn_cash_pay"], info["balc"]) == ("80.50", "0.00", "19.50")
    assert [r["fund_payamt"] for r in output["setldetail"] if r["fund_pay_type"] == "310200"] == [
        "80.50"
    ]
    assert (
        hospital.ok("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}})[
            "insuinfo"
        ][0]["balc"]
        == "19.50"
    )


def test_a_relatives_account_pays_in_a_field_of_its_own(hospital: Hospital) -> None:
    """A resident has no account; what a relative's pays is acct_mulaid_pay, in a quote too."""
    parent, child = make_owner(5000), make_person(scheme="resident")
    make_link(parent, child)
    mdtrt_id = stay_charged(hospital, child, "800.00")
    asked = bill(mdtrt_id, child, "800.00", acct_used_flag="1")
    for infno in ("2303", "2304"):
        output = hospital.ok(infno, asked)
        check_identities(output)
        info = output["setlinfo"]
        told = [info[name] for name in ("acct_pay", "acct_mulaid_pay", "balc")]
        assert told == ["0.00", "50.00", "0.00"]
    assert [r["fund_payamt"] for r in output["setldetail"] if r["fund_pay_type"] == "310200"] == [
        "50.00"
    ]
    back = hospital.ok("2305", reversal(info))
    check_identities(back)
    assert back["setlinfo"]["acct_mulaid_pay"] == "-50.00"
    assert personal_balance(parent.pk) == 5000


def test_entitlement(hospital: Hospital, person: Person) -> None:
    rows = hospital.ok("2001", {"data": {"psn_no": person.psn_no, "med_type": "21"}})["trtinfo"]
    assert [row["trt_enjymnt_flag"] for row in rows if row["trt_chk_type"] == "99"] == ["1", "1"]
    paid = {row["fund_pay_type"]: row["trt_enjymnt_flag"] for row in rows if row["fund_pay_type"]}
    assert paid["390100"] == "1" and mapping.PAID["resident", "supplement"].fund_pay_type in paid
    outpatient = {"psn_no": person.psn_no, "med_type": "11"}
    rows = hospital.ok("2001", {"data": outpatient})["trtinfo"]
    assert {row["trt_enjymnt_flag"] for row in rows if row["fund_pay_type"]} == {"0"}
    gone = make_person(start=date(2019, 1, 1), end=date(2020, 1, 1))
    rows = hospital.ok("2001", {"data": {"psn_no": gone.psn_no}})["trtinfo"]
    assert rows[0]["trt_enjymnt_flag"] == "0" and "没有参保" in rows[0]["trt_chk_rslt"]


def test_settlement_can_be_looked_up(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "50000.00")
    settled = hospital.ok("2304", bill(mdtrt_id, person, "50000.00"))
    key = {name: settled["setlinfo"][name] for name in ("setl_id", "psn_no", "mdtrt_id")}
    found = hospital.ok("5203", {"data": key})
    assert found["setlinfo"].pop("refd_setl_flag") == "0"
    assert found == settled
    hospital.ok("2305", {"data": key})
    assert hospital.ok("5203", {"data": key})["setlinfo"]["refd_setl_flag"] == "1"
    other = make_hospital(name="北津镇卫生院")
    assert "没有这笔结算" in other.refused("5203", {"data": key})


def test_accumulators(hospital: Hospital, person: Person) -> None:
    settle_stay(hospital, person, "50000.00")
    gone = settle_stay(hospital, person, "1000.00")
    hospital.ok("2305", reversal(gone))
    rows = hospital.ok("5206", {"data": {"psn_no": person.psn_no}})["cuminfo"]
    assert {row["cum_ym"] for row in rows} == {f"{clock.today():%Y%m}"}
    sums = {row["cum_type_code"]: row["cum"] for row in rows}
    assert (sums["LMEDFEE"], sums["LBASIC"], sums["LHIFMI"]) == ("50000.00", "29580.00", "3252.00")
    assert rows[0]["insutype"] == "390"


def test_accumulators_begin_with_what_another_system_had_paid(
    hospital: Hospital, person: Person
) -> None:
    year = clock.today().year
    state = [0] * STATE_WIDTH
    state[0:2] = [900_000, 540_000]  # basic: base, paid
    set_opening(actor="test", person=person, scheme="resident", year=year, state=state, source="旧")
    settle_stay(hospital, person, "50000.00")
    rows = hospital.ok("5206", {"data": {"psn_no": person.psn_no}})["cuminfo"]
    paid = [row["cum"] for row in rows if row["cum_type_code"] == "LBASIC"]
    bill = Settlement.objects.get()
    assert rows[0]["cum_ym"] == f"{year}01" and paid[0].startswith("5400" if len(paid) > 1 else "")
    assert sum(map(parse_yuan, paid)) == 540_000 + bill.basic
    held = PersonYear.objects.get().state
    assert sum(map(parse_yuan, paid)) == held[1]  # what the ledger itself counts


# --- 2601 ------------------------------------------------------------------------------------


def undo(psn_no: str, msgid: str, infno: str) -> dict[str, Any]:
    return {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": infno}}


def test_settlement_is_taken_back_by_its_message(hospital: Hospital, person: Person) -> None:
    settle_stay(hospital, person, "3000.00")
    msgid = Settlement.objects.get().msgid
    assert msgid is not None
    node = undo(person.psn_no, msgid, "2304")
    hospital.ok("2601", node)
    assert Settlement.objects.filter(kind="reversal").count() == 1
    # Again, under a new number: nothing more happens and the answer is the same.
    hospital.ok("2601", node)
    assert Settlement.objects.count() == 2
    other = make_hospital(name="北津镇卫生院")
    assert "没有受理过" in other.refused("2601", node)
    assert "没有受理过" in hospital.refused("2601", undo(person.psn_no, msgid, "2207"))


def test_resend_of_an_undoing_gets_the_same_bytes(hospital: Hospital, person: Person) -> None:
    settle_stay(hospital, person, "3000.00")
    msgid = Settlement.objects.get().msgid
    assert msgid is not None
    body = hospital.body("2601", undo(person.psn_no, msgid, "2304"))
    first = hospital.post(body)
    assert read(first)["infcode"] == 0
    assert hospital.post(body).content == first.content


def test_registrations_and_fees_are_taken_back(hospital: Hospital, person: Person) -> None:
    admitted = hospital.envelope("2401", admission(hospital, person))
    mdtrt_id = read(hospital.post(json.dumps(admitted).encode()))["output"]["mdtrt_id"]
    charge(hospital, person, mdtrt_id, "10.00", "20.00")
    uploaded = Answer.objects.get(infno="2301").msgid
    back = undo(person.psn_no, admitted["msgid"], "2401")
    assert "请先撤销明细" in hospital.refused("2601", back)
    for _ in range(2):
        hospital.ok("2601", undo(person.psn_no, uploaded, "2301"))
    for _ in range(2):
        hospital.ok("2601", back)
    admit(hospital, person)


def test_discharge_is_taken_back(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "3000.00")
    msgid = Answer.objects.get(infno="2402").msgid
    for _ in range(2):
        hospital.ok("2601", undo(person.psn_no, msgid, "2402"))
    assert Charge.objects.get().visit.state == "open"
    hospital.ok("2304", bill(mdtrt_id, person, "3000.00"))


def test_what_has_no_undoing_says_so(hospital: Hospital, person: Person) -> None:
    hospital.ok("9001", {"signIn": {"opter_no": "1"}})
    msgid = Answer.objects.get(infno="9001").msgid
    assert "交易 9001 不能冲正" in hospital.refused("2601", undo("", msgid, "9001"))
