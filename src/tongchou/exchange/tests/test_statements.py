"""Totals and bills of a hospital against the ledger (3201, 3202; P10)."""

import base64
import io
import zipfile
from typing import Any

import pytest

from tongchou.exchange import reconcile
from tongchou.exchange.models import Statement
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import make_hospital, reversal, settle_stay
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock

pytestmark = pytest.mark.usefixtures("county")


def totals(total: str, fund: str, count: int, **over: Any) -> dict[str, Any]:
    row = {
        "insutype": "390",
        "clr_type": "21",
        "setl_optins": "441700",
        "stmt_begndate": str(clock.today()),
        "stmt_enddate": f"{clock.today()} 23:59:59",
        "medfee_sumamt": total,
        "fund_pay_sumamt": fund,
        "acct_pay": "0.00",
        "fixmedins_setl_cnt": count,
        "refd_setl_flag": "0",
    }
    return {"data": {**row, **over}}


def test_equal_and_not_equal(hospital: Hospital, person: Person) -> None:
    settle_stay(hospital, person, "50000.00")
    output = hospital.ok("3201", totals("50000.00", "32832.00", 1))
    assert output["stmtinfo"] == {
        "setl_optins": "441700", "stmt_rslt": "0", "stmt_rslt_dscr": "相符",
    }  # fmt: skip
    answer = hospital.ok("3201", totals("50000.01", "32832.00", 2))["stmtinfo"]
    assert answer["stmt_rslt"] == "1"
    assert answer["stmt_rslt_dscr"] == (
        "不符。总费用：机构 50000.01，本地 50000.00，差 0.01；笔数：机构 2，本地 1"
    )
    kept = Statement.objects.order_by("pk")
    assert [statement.equal for statement in kept] == [True, False]
    assert (kept[1].claimed_total, kept[1].our_total) == (5_000_001, 5_000_000)


def test_refunds_set_off_or_apart(hospital: Hospital, person: Person) -> None:
    settle_stay(hospital, person, "50000.00")
    # (1,000 - 700) x 60%, and 60% of the 820 left: the year is over 15,000 already
    hospital.ok("2305", reversal(settle_stay(hospital, person, "1000.00")))
    for node in (
        totals("51000.00", "33504.00", 2),
        totals("50000.00", "32832.00", 1),
        totals("50000.00", "32832.00", 1, refd_setl_flag=None),
        totals("-1000.00", "-672.00", 1, refd_setl_flag="1"),
        totals("1000.00", "672.00", 1, refd_setl_flag="1"),
        totals("0", "0", 0, insutype="310"),
        totals("0", "0", 0, clr_type="11"),
        totals("0", "0", 0, stmt_begndate="2020-01-01", stmt_enddate="2020-01-31"),
        totals("50000.00", "32832.00", 1, insutype=None, clr_type=None),
    ):
        assert hospital.ok("3201", node)["stmtinfo"]["stmt_rslt"] == "0", node
    assert hospital.ok("3201", totals("-1000", "-672", 1))["stmtinfo"]["stmt_rslt"] == "1"


def test_only_the_hospitals_own_bills_count(hospital: Hospital, person: Person) -> None:
    settle_stay(make_hospital(name="北津镇卫生院"), person, "50000.00")
    assert hospital.ok("3201", totals("0", "0", 0))["stmtinfo"]["stmt_rslt"] == "0"


def test_bad_period(hospital: Hospital) -> None:
    late = totals("0", "0", 0, stmt_enddate="2020-01-01")
    assert "对账结束早于开始" in hospital.refused("3201", late)
    assert "清算类别请用" in hospital.refused("3201", totals("0", "0", 0, clr_type="99"))


def line(info: dict[str, Any], refund: str = "0", **over: str) -> str:
    row = {**info, **over}
    names = (
        "setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay",
    )  # fmt: skip
    return "\t".join([*(row[name] for name in names), refund])


def packed(*lines: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("detail.txt", "\n".join(lines))
    return out.getvalue()


def compare(
    hospital: Hospital, content: bytes, total: str, fund: str
) -> tuple[dict[str, Any], list[list[str]]]:
    """Upload, compare, fetch the result; return stmtinfo and the result's rows."""
    encoded = base64.b64encode(content).decode()
    sent = hospital.ok("9101", {"fsUploadIn": {"in": encoded, "filename": "detail.zip"}})
    node = totals(total, fund, 1, file_qury_no=sent["file_qury_no"], cash_payamt="0")
    output = hospital.ok("3202", node)
    made = output["fileinfo"]
    fetched = hospital.ok("9102", {"fsDownloadIn": {"file_qury_no": made["file_qury_no"]}})
    assert fetched["filename"] == made["filename"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(fetched["out"]))) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    return output["stmtinfo"], [row.split("\t") for row in text.splitlines()]


def test_detail_equal(hospital: Hospital, person: Person) -> None:
    info = settle_stay(hospital, person, "50000.00")
    stated, rows = compare(hospital, packed(line(info)), "50000", "32832")
    assert stated["stmt_rslt"] == "0"
    assert rows == [
        [person.psn_no, info["mdtrt_id"], info["setl_id"], info["medins_setl_id"], "0", "0", "",
         "50000.00", "32832.00", "0.00"]
    ]  # fmt: skip
    with_content = packed(line(info) + "\t{}")
    assert compare(hospital, with_content, "50000", "32832")[0]["stmt_rslt"] == "0"


def test_detail_finds_each_fault(hospital: Hospital, person: Person) -> None:
    right = settle_stay(hospital, person, "50000.00")
    wrong = settle_stay(hospital, person, "1000.00")
    absent = settle_stay(hospital, make_person(), "2000.00")
    taken_back = settle_stay(hospital, make_person(), "3000.00")
    twin = hospital.ok("2305", reversal(taken_back))["setlinfo"]
    set_off = settle_stay(hospital, make_person(), "4000.00")
    hospital.ok("2305", reversal(set_off))
    content = packed(
        line(right),
        line(right),
        line(wrong, fund_pay_sumamt="0.01", psn_no="1"),
        line(wrong, setl_id="9" * 22),
        line(taken_back),
        line(twin, refund="1"),
    )
    stated, rows = compare(hospital, content, "0", "0")
    assert stated["stmt_rslt"] == "1"
    assert stated["stmt_rslt_dscr"] == "4 笔不符，见结果文件；报文的合计与文件各行合计不等"
    assert [(row[2], row[4], row[6]) for row in rows] == [
        (right["setl_id"], "0", ""),
        (right["setl_id"], "1", "文件里重复"),
        (wrong["setl_id"], "1", "人员编号、基金支付不同"),
        ("9" * 22, "1", "本地没有这笔结算"),
        (taken_back["setl_id"], "0", ""),
        (twin["setl_id"], "0", ""),
        (absent["setl_id"], "1", "机构没有这笔结算"),
    ]
    kept = Statement.objects.get(kind="detail")
    assert len(kept.differences) == 4 and not kept.equal
    assert [(one["kind"], one["count"]) for one in kept.by_kind] == [
        ("theirs", 1), ("ours", 1), ("amount", 1), ("repeated", 1),
    ]  # fmt: skip
    assert [row.difference for row in reconcile.kinds_of(kept)] == [100000, -200000, 0, 5000000]
    assert reconcile.unexplained(kept) == -10_200_000  # the message says 0, its lines 102,000.00


def test_a_reversal_on_one_side_is_told_as_such(hospital: Hospital, person: Person) -> None:
    here = settle_stay(hospital, person, "50000.00")
    hospital.ok("2305", reversal(here))  # and the hospital lists the bill alone
    there = settle_stay(hospital, make_person(), "3000.00")
    content = packed(line(here), line(there), line(there, refund="1"))
    _stated, rows = compare(hospital, content, "50000", "32832")
    assert [(row[4], row[6]) for row in rows] == [
        ("0", ""), ("0", ""), ("1", "机构已退费，本地没有冲正"), ("1", "本地已冲正，机构没有退费"),
    ]  # fmt: skip
    kept = Statement.objects.get(kind="detail")
    (kind,) = reconcile.kinds_of(kept)
    # 3,000 taken back there alone; 50,000 here alone
    assert (kind.kind, kind.count, kind.theirs, kind.ours) == ("reversed", 2, -300000, -5000000)
    assert kept.total_difference == 5000000 - 300000 == kind.difference
    assert reconcile.unexplained(kept) == 0


def test_refund_under_the_number_of_its_bill(hospital: Hospital, person: Person) -> None:
    info = settle_stay(hospital, person, "50000.00")
    hospital.ok("2305", reversal(info))
    content = packed(line(info), line(info, refund="1"))
    stated, rows = compare(hospital, content, "100000", "65664")
    assert [row[4] for row in rows] == ["0", "0"]
    assert stated["stmt_rslt"] == "0"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no zip", "不是可读的 zip"),
        (packed("a\tb"), "第 1 行：应有 7 或 8 列，这里有 2 列"),
        (packed("1\t1\t1\tx\t0\t0\t0"), "第 1 行："),
        (packed("1\t1\t1\t0\t0\t0\t5"), "退费标志应是 0 或 1"),
        (packed("1\t\t1\t0\t0\t0\t0"), "应是 30 位以内的字母数字"),
        (packed("").replace(b"PK\x01\x02", b"PK\x01\x03"), "不是可读的 zip"),
    ],
)
def test_unreadable_files(hospital: Hospital, content: bytes, reason: str) -> None:
    encoded = base64.b64encode(content).decode()
    sent = hospital.ok("9101", {"fsUploadIn": {"in": encoded, "filename": "x"}})
    node = totals("0", "0", 1, file_qury_no=sent["file_qury_no"])
    assert reason in hospital.refused("3202", node)


def test_bytes_may_come_as_numbers(hospital: Hospital) -> None:
    sent = hospital.ok("9101", {"fsUploadIn": {"in": [80, 75, -1, 255], "filename": "x"}})
    key = {"fsDownloadIn": {"file_qury_no": sent["file_qury_no"]}}
    assert base64.b64decode(hospital.ok("9102", key)["out"]) == b"PK\xff\xff"
    assert "没有文件" in make_hospital(name="北津镇卫生院").refused("9102", key)
    wrong = {"fsUploadIn": {"in": "???", "filename": "x"}}
    assert "字段 in：应是 base64" in hospital.refused("9101", wrong)
