"""One message number is one act, for ever (P1; formats.md 3)."""

import json
from typing import Any

import pytest

from tongchou.exchange.models import Nonce
from tongchou.exchange.tests.hospital import Hospital, read
from tongchou.exchange.tests.make import admission, make_hospital
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform.trail.models import Act
from tongchou.settlement.models import Answer, Visit


def test_same_body_gets_the_same_bytes(hospital: Hospital, person: Person) -> None:
    body = hospital.body("2401", admission(hospital, person))
    first = hospital.post(body)
    assert read(first)["infcode"] == 0
    acts = Act.objects.count()
    for _ in range(3):
        again = hospital.post(body)
        assert (again.status_code, again.content) == (200, first.content)
    assert Visit.objects.count() == Answer.objects.count() == 1
    assert Act.objects.count() == acts


def test_same_message_with_its_own_nonce_again(hospital: Hospital, person: Person) -> None:
    body = hospital.body("2401", admission(hospital, person))
    first = hospital.post(body, nonce="one")
    assert hospital.post(body, nonce="one").content == first.content


def test_resend_is_answered_after_signing_out(hospital: Hospital, person: Person) -> None:
    hospital.sign_no = hospital.ok("9001", {"signIn": {"opter_no": "1"}})["sign_no"]
    body = hospital.body("2401", admission(hospital, person))
    first = hospital.post(body)
    hospital.ok("9002", {"signOut": {"sign_no": hospital.sign_no}})
    assert hospital.post(body).content == first.content


def test_other_body_is_refused(hospital: Hospital, person: Person) -> None:
    message = hospital.envelope("2401", admission(hospital, person))
    first = hospital.post(json.dumps(message).encode())
    # One more space is another body: what was signed and stored is bytes.
    other = hospital.post(json.dumps(message).encode() + b" ")
    answer = read(other)
    assert other.status_code == 200
    assert answer["err_msg"] == f"报文号 {message['msgid']} 已用于另一内容，请换新的报文号"
    assert answer["output"] is None
    assert read(first)["infcode"] == 0
    assert Visit.objects.count() == 1


def test_another_institution_is_told_nothing(hospital: Hospital, person: Person) -> None:
    other = make_hospital(name="北津镇卫生院")
    message = hospital.envelope("2401", admission(hospital, person))
    hospital.post(json.dumps(message).encode())
    theirs = other.envelope("2401", admission(other, make_person()), msgid=message["msgid"])
    answer = read(other.post(json.dumps(theirs).encode()))
    assert answer["err_msg"] == "报文号已被使用，请换新的报文号"
    assert answer["output"] is None


def test_refused_stores_nothing_and_may_be_corrected(hospital: Hospital, person: Person) -> None:
    node = admission(hospital, person)
    wrong: dict[str, Any] = {**node, "mdtrtinfo": {**node["mdtrtinfo"], "psn_no": "1"}}
    message = hospital.envelope("2401", wrong)
    assert read(hospital.post(json.dumps(message).encode()))["infcode"] == -1
    assert not Answer.objects.exists() and not Visit.objects.exists()
    message["input"] = node
    assert read(hospital.post(json.dumps(message).encode()))["infcode"] == 0


def test_queries_are_not_stored(hospital: Hospital, person: Person) -> None:
    node = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}}
    body = hospital.body("1101", node)
    first, second = hospital.post(body), hospital.post(body)
    assert first.content != second.content
    assert read(first)["output"] == read(second)["output"]
    assert not Answer.objects.exists()


def test_used_nonce_on_another_message(hospital: Hospital, person: Person) -> None:
    hospital.post(hospital.body("2401", admission(hospital, person)), nonce="one")
    other = hospital.body("2401", admission(hospital, make_person()))
    response = hospital.post(other, nonce="one")
    assert response.status_code == 401
    assert Visit.objects.count() == 1
    assert hospital.post(other, nonce="two").status_code == 200
    assert Visit.objects.count() == 2


def test_nonce_and_act_stand_together(
    hospital: Hospital, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure after the act takes the act, its nonce and its answer back together."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    body = hospital.body("2401", admission(hospital, person))
    with monkeypatch.context() as patch:
        patch.setattr("tongchou.settlement.services.answers.keep", fail)
        assert "系统错误" in read(hospital.post(body, nonce="one"))["err_msg"]
    assert not Visit.objects.exists() and not Nonce.objects.exists()
    assert read(hospital.post(body, nonce="one"))["infcode"] == 0
