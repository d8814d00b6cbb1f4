"""The envelope, the addresses, and what is not offered."""

import json

import pytest

from tongchou.exchange import addresses
from tongchou.exchange.tests.client import GatewayClient
from tongchou.exchange.tests.hospital import Hospital, read
from tongchou.exchange.transactions import OFFERED

DICTIONARY = {"data": {"type": "insutype"}}


@pytest.mark.parametrize(
    "path", ["/fsi/api", "/fsi/api/", "/fsi/api/catalogqueryservice/queryDataDic"]
)
def test_bare_base_and_own_path(hospital: Hospital, path: str) -> None:
    assert read(hospital.post(hospital.body("1901", DICTIONARY), path))["infcode"] == 0


def test_path_and_infno_must_agree(hospital: Hospital) -> None:
    path = "/fsi/api/fsiPsnInfoService/queryPsnInfo"
    answer = read(hospital.post(hospital.body("1901", DICTIONARY), path))
    assert answer["err_msg"] == "路径是交易 1101 的，报文的 infno 是 1901，请核对"


def test_unknown_path(hospital: Hospital) -> None:
    answer = read(hospital.post(hospital.body("1901", DICTIONARY), "/fsi/api/nowhere/at"))
    assert "没有这个地址" in answer["err_msg"]


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options", "head"])
def test_only_post(db: None, method: str) -> None:
    response = getattr(GatewayClient(), method)("/fsi/api")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    if method != "head":
        assert read(response)["err_msg"] == "接口只接受 POST"


def test_every_seen_code_is_answered_by_name(hospital: Hospital) -> None:
    for code in sorted(set(addresses.NAMES) - set(OFFERED)):
        reason = hospital.refused(code, {"data": {}})
        assert reason == f"交易 {code} {addresses.NAMES[code]}：本系统尚未提供"


def test_offered_codes_are_those_of_the_issue() -> None:
    assert set(OFFERED) == {
        "9001", "9002", "1101", "2001", "2201", "2202", "2203", "2203A", "2204", "2205", "2206",
        "2206A", "2207", "2207A", "2208", "2401", "2402", "2403", "2404", "2405", "2301", "2302",
        "2303", "2304", "2305", "2601", "3201", "3202", "9101", "9102", "5203", "5206", "1901",
    }  # fmt: skip
    assert set(OFFERED) <= set(addresses.NAMES)


def test_path_not_offered_answers_by_name(hospital: Hospital) -> None:
    body = hospital.body("3101", {"data": {}})
    answer = read(hospital.post(body, "/fsi/api/riskConService/beforeAnalyze"))
    assert answer["err_msg"] == "交易 3101 明细审核事前分析服务：本系统尚未提供"


def test_unknown_code(hospital: Hospital) -> None:
    assert hospital.refused("7777", {}) == "没有这个交易编号 7777"


def test_sender_must_be_the_account(hospital: Hospital) -> None:
    reason = hospital.refused("1901", DICTIONARY, fixmedins_code="H44170099999")
    assert reason == f"fixmedins_code 不是本接口账号的机构 {hospital.institution.code}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"msgid": None}, "字段 msgid：没有填写，这是必填项"),
        ({"msgid": "x" * 31}, "字段 msgid：最长 30 个字符，这里有 31 个"),
        ({"opter": "  "}, "字段 opter：没有填写，这是必填项"),
        ({"inf_time": "2019-02-30 10:00:00"}, "字段 inf_time：应是时间，如 2019-03-01 15:42:00"),
        ({"opter_name": ["x"]}, "字段 opter_name：应是文字"),
        ({"opter_name": "a\u0000b"}, "字段 opter_name：含有不能保存的字符"),
        ({"input": "text"}, "input 里没有节点 data。请按接口规范填写"),
        ({"input": {"data": "text"}}, "节点 data 应是对象。请按接口规范填写"),
        ({"input": {"data": [DICTIONARY, DICTIONARY]}}, "节点 data 有 2 行，最多 1 行。请分开上传"),
    ],
)
def test_envelope_faults_name_the_field(
    hospital: Hospital, change: dict[str, object], reason: str
) -> None:
    assert hospital.refused("1901", DICTIONARY, **change) == reason


@pytest.mark.parametrize(
    "leniency",
    [
        {"infver": "1.0"},
        {"infver": 1.0},
        {"recer_sys_code": "MBS_LOCAL"},
        {"inf_time": "2026-11-22 08:00"},
        {"inf_time": "2026-11-22"},
        {"insuplc_admdvs": None},
        {"sign_no": None},
        {"unknown_field": {"deep": [1, 2]}},
        {"input": {"data": [DICTIONARY["data"]]}},
    ],
)
def test_what_real_systems_send_is_read(hospital: Hospital, leniency: dict[str, object]) -> None:
    hospital.ok("1901", DICTIONARY, **leniency)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "报文不是 JSON"),
        (b"[]", "报文应是一个 JSON 对象"),
        (b'{"a": NaN}', "报文不支持数值 NaN"),
        (b'{"a": "\xff"}', "报文不是 UTF-8 编码（第 8 字节）"),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "报文嵌套太深"),
        (b'{"a": ' + b"[" * 100_000, "报文嵌套太深"),
        (b'{"a": ' + b"9" * 5000 + b"}", "报文有数值过长"),
    ],
)
def test_bodies_that_are_no_message(hospital: Hospital, body: bytes, reason: str) -> None:
    response = hospital.post(body)
    assert response.status_code == 200
    assert read(response)["err_msg"].startswith(reason)


def test_too_large_is_413(hospital: Hospital) -> None:
    response = hospital.post(b'{"a": "' + b"x" * (4 * 1024 * 1024) + b'"}')
    assert response.status_code == 413
    assert read(response)["err_msg"] == "报文过大，请分开上传"


def test_unexpected_failure_is_an_envelope_with_a_number(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tongchou.exchange.gateway.read_call", fail)
    response = hospital.post(hospital.body("1901", DICTIONARY))
    assert response.status_code == 200
    reason = read(response)["err_msg"]
    assert reason.startswith("系统错误，编号 E-")
    assert reason.removeprefix("系统错误，编号 ") in caplog.text


def test_database_away_is_503(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("tongchou.exchange.gateway.connection.close", lambda: None)
    monkeypatch.setattr("tongchou.exchange.gateway.read_call", fail)
    response = hospital.post(hospital.body("1901", DICTIONARY))
    assert response.status_code == 503
    assert response["Retry-After"] == "1"
    assert "稍后重发" in read(response)["err_msg"]


def test_english_speaker_before_does_not_change_the_language(hospital: Hospital) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert hospital.refused("7777", {}) == "没有这个交易编号 7777"


def test_answer_of_dictionaries(hospital: Hospital) -> None:
    rows = hospital.ok("1901", {"data": {"type": "psn_type", "parentValue": "12"}})["list"]
    assert [row["value"] for row in rows] == ["1201", "1202", "1203", "1204"]
    local = hospital.ok("1901", {"data": {"type": "psn_idet_type"}})["list"]
    assert {row["mark"] for row in local} == {"LOCAL"}
    assert "没有字典" in hospital.refused("1901", {"data": {"type": "nothing"}})


def test_body_is_compact_utf8(hospital: Hospital) -> None:
    content = hospital.post(hospital.body("7777", {})).content
    assert "没有".encode() in content
    assert json.loads(content)["infcode"] == -1
