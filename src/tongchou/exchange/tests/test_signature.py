"""Who may speak: header signature, time, nonce, body signature (interface A.0, formats.md 3)."""

import pytest

from tongchou.exchange.signature import body_signature, header_signature
from tongchou.exchange.tests.client import GatewayClient
from tongchou.exchange.tests.hospital import Hospital, read
from tongchou.exchange.tests.make import make_hospital
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.models import Area

DICTIONARY = {"data": {"type": "insutype"}}


def now(seconds: int = 0) -> str:
    return str(int(clock.now().timestamp()) + seconds)


def test_known_values() -> None:
    # printf '1700000000secretn11700000000' | sha256sum
    assert (
        header_signature("1700000000", "secret", "n1")
        == "7e37e62f08a4f78590eda5031e2d64ce5e7ee0ced8ea1af5d88373c268c3ac18"
    )
    assert len(body_signature(b"{}", "secret")) == 64


def test_signed_message_is_answered(hospital: Hospital) -> None:
    response = hospital.post(hospital.body("1901", DICTIONARY))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert read(response)["infcode"] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"token": "wrong"}, "签名不符"),
        ({"x-tif-signature": "0" * 64}, "签名不符"),
        ({"x-tif-signature": "é"}, "签名不符"),
        ({"x-tif-paasid": "nobody"}, "签名不符"),
        ({"x-tif-signature": ""}, "签名不全"),
        ({"x-tif-nonce": ""}, "签名不全"),
        ({"nonce": "n" * 65}, "64 个可见字符"),
        ({"timestamp": "yesterday"}, "Unix 秒"),
        ({"timestamp": "٣"}, "Unix 秒"),
    ],
)
def test_wrong_signature_is_401(hospital: Hospital, change: dict[str, str], reason: str) -> None:
    response = hospital.post(hospital.body("1901", DICTIONARY), **change)
    assert response.status_code == 401
    answer = read(response)
    assert answer["infcode"] == -1
    assert reason in answer["err_msg"]


@pytest.mark.parametrize(("seconds", "status"), [(-299, 200), (299, 200), (-302, 401), (302, 401)])
def test_time_may_differ_by_five_minutes(hospital: Hospital, seconds: int, status: int) -> None:
    response = hospital.post(hospital.body("1901", DICTIONARY), timestamp=now(seconds))
    assert response.status_code == status


def test_nonce_opens_one_message(hospital: Hospital) -> None:
    assert hospital.post(hospital.body("1901", DICTIONARY), nonce="once").status_code == 200
    again = hospital.post(hospital.body("1901", DICTIONARY), nonce="once")
    assert again.status_code == 401
    assert "x-tif-nonce 已用过" in read(again)["err_msg"]


def test_refused_message_uses_its_nonce_up(hospital: Hospital) -> None:
    refused = hospital.post(hospital.body("1901", {"data": {"type": "?"}}), nonce="once")
    assert refused.status_code == 200 and read(refused)["infcode"] == -1
    assert hospital.post(hospital.body("1901", DICTIONARY), nonce="once").status_code == 401


def test_nonces_of_two_institutions_are_apart(hospital: Hospital) -> None:
    other = make_hospital(name="北津镇卫生院")
    for one in (hospital, other):
        assert one.post(one.body("1901", DICTIONARY), nonce="same").status_code == 200


def test_body_signature_where_the_agreement_asks(area: Area) -> None:
    hospital = make_hospital(body_signature_required=True)
    body = hospital.body("1901", DICTIONARY)
    assert hospital.post(body).status_code == 200
    missing = hospital.post(body, **{"x-body-signature": ""})
    assert missing.status_code == 401 and "x-body-signature" in read(missing)["err_msg"]
    wrong = hospital.post(body + b" ", **{"x-body-signature": body_signature(body, "other")})
    assert wrong.status_code == 401


def test_body_signature_is_checked_when_present(hospital: Hospital) -> None:
    body = hospital.body("1901", DICTIONARY)
    token = hospital.institution.token
    assert (
        hospital.post(body, **{"x-body-signature": body_signature(body, token)}).status_code == 200
    )
    tampered = body.replace(b"insutype", b"med_type")
    signed = {"x-body-signature": body_signature(body, token)}
    assert hospital.post(tampered, **signed).status_code == 401


def test_sign_in_and_out(hospital: Hospital) -> None:
    desk = {"signIn": {"opter_no": "0001", "mac": "00-16-EA-AE-3C-40", "ip": "10.0.0.8"}}
    output = hospital.ok("9001", desk)
    assert len(output["sign_no"]) == 22 and output["signinoutb"]["sign_no"] == output["sign_no"]
    assert output["sign_time"].startswith(str(clock.today()))
    hospital.sign_no = output["sign_no"]
    hospital.ok("1901", DICTIONARY)
    hospital.ok("9002", {"signOut": {"sign_no": hospital.sign_no, "opter_no": "0001"}})
    assert "签到流水号无效" in hospital.refused("1901", DICTIONARY)
    assert "已签退" in hospital.refused("9002", {"signOut": {"sign_no": hospital.sign_no}})


def test_sign_in_of_another_institution_does_not_hold(hospital: Hospital) -> None:
    other = make_hospital(name="北津镇卫生院")
    hospital.sign_no = other.ok("9001", {"signIn": {"opter_no": "1"}})["sign_no"]
    assert "签到流水号无效" in hospital.refused("1901", DICTIONARY)


def test_area_may_require_sign_in(hospital: Hospital, area: Area) -> None:
    area.sign_in_required = True
    area.save()
    assert "须带签到流水" in hospital.refused("1901", DICTIONARY)
    hospital.sign_no = hospital.ok("9001", {"signIn": {"opter_no": "1"}})["sign_no"]
    hospital.ok("1901", DICTIONARY)


def test_gateway_asks_no_person_to_sign_in(area: Area, person: Person) -> None:
    """No session, no CSRF token, no redirect to the sign-in page: an envelope."""
    response = GatewayClient(enforce_csrf_checks=True).post("/fsi/api", b"{}", "application/json")
    assert response.status_code == 401
    assert not response.cookies
    assert read(response)["infcode"] == -1  # type: ignore[arg-type]
