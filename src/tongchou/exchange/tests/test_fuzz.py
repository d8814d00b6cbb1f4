"""No input crashes the gateway (P20): always an envelope, never a 5xx, only documented statuses."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.exchange.tests.hospital import Hospital, read
from tongchou.exchange.tests.make import admission, fee, registration
from tongchou.exchange.transactions import OFFERED
from tongchou.people.models import Person

STATUSES = (200, 401, 413)
TRIES = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["0000", "-1", "1e9", "2026-11-22", "\x00", "١", "９", "NaN", "0" * 500])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def check(hospital: Hospital, body: bytes) -> None:
    response = hospital.post(body)
    assert response.status_code in STATUSES
    answer = read(response)
    assert "系统错误" not in (answer["err_msg"] or ""), answer["err_msg"]


@TRIES
@given(body=st.binary(max_size=300))
def test_bytes(hospital: Hospital, body: bytes) -> None:
    check(hospital, body)


@TRIES
@given(message=JSON)
def test_json(hospital: Hospital, message: Any) -> None:
    check(hospital, json.dumps(message).encode())


@TRIES
@given(data=st.data())
def test_input_of_every_transaction(hospital: Hospital, data: st.DataObject) -> None:
    infno = data.draw(st.sampled_from(sorted(OFFERED)))
    node = {
        node.name: data.draw(
            JSON | st.fixed_dictionaries({}, optional={f.name: JSON for f in node.fields})
        )
        for node in OFFERED[infno].nodes
    }
    check(hospital, hospital.body(infno, node))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path] + [p for key, child in children for p in places(child, (*path, key))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@TRIES
@given(data=st.data())
def test_valid_messages_with_one_wrong_place(
    hospital: Hospital, person: Person, data: st.DataObject
) -> None:
    valid = {
        "2401": admission(hospital, person),
        "2201": registration(hospital, person),
        "2301": {"feedetail": [fee("1", person, "X")]},
        "9001": {"signIn": {"opter_no": "1", "mac": "1", "ip": "1"}},
        "9101": {"fsUploadIn": {"in": [1, -1], "filename": "a", "fixmedins_code": "1"}},
        "2304": {"data": {"psn_no": person.psn_no, "mdtrt_id": "1", "medfee_sumamt": "1.00"}},
        "2305": {"data": {"psn_no": person.psn_no, "mdtrt_id": "1", "setl_id": "²" * 22}},
        "3201": {
            "data": {
                "stmt_begndate": "2026-11-01", "stmt_enddate": "2026-11-22", "medfee_sumamt": 1,
                "fund_pay_sumamt": 1, "fixmedins_setl_cnt": 1,
            }
        },
    }  # fmt: skip
    infno = data.draw(st.sampled_from(sorted(valid)))
    message = hospital.envelope(infno, valid[infno])
    where = data.draw(st.sampled_from(places(message)[1:]))
    check(hospital, json.dumps(put(message, where, data.draw(JSON))).encode())


@TRIES
@given(
    header=st.sampled_from(
        ["timestamp", "nonce", "x-tif-signature", "x-tif-paasid", "x-body-signature"]
    ),
    value=st.text(max_size=80),
)
def test_headers(hospital: Hospital, header: str, value: str) -> None:
    # What a server hands on of a header is latin-1 without line ends.
    text = value.encode("utf-8", "replace").decode("latin-1").replace("\n", "").replace("\r", "")
    response = hospital.post(
        hospital.body("1901", {"data": {"type": "insutype"}}), **{header: text}
    )
    assert response.status_code in STATUSES
    read(response)


def test_base64_outside_ascii(hospital: Hospital) -> None:
    wrong = {"fsUploadIn": {"in": "\x80", "filename": "x"}}
    assert "应是 base64" in hospital.refused("9101", wrong)


@pytest.mark.parametrize("path", ["/fsi/api/%00", "/fsi/api//", "/fsi/api/../x", "/fsi/api/é"])
def test_paths(hospital: Hospital, path: str) -> None:
    response = hospital.post(hospital.body("1901", {"data": {"type": "insutype"}}), path)
    assert response.status_code == 200
    read(response)
