"""One row: what is accepted, and how each wrong field is named."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.core.claims import BadInput, ClaimRow, ReverseRow, parse_row
from tongchou.core.claims.rows import FIELDS, REVERSE
from tongchou.core.policy import IDENTITIES, LEVELS, STATUSES, VISITS

Make = Callable[..., dict[str, Any]]


def test_a_good_claim(claim: Make) -> None:
    row = parse_row(claim(status="retired", identity=["orphan", "disabled"], in_scope="12.3"))
    assert isinstance(row, ClaimRow)
    assert (row.claim_id, row.person, row.settled_on) == ("c1", "p1", date(2019, 3, 1))
    assert (row.claim.visit, row.claim.level, row.claim.out_of_area) == (
        "inpatient",
        "level3",
        False,
    )
    assert (row.claim.status, row.claim.identities) == ("retired", ("orphan", "disabled"))
    assert (row.claim.total, row.claim.in_scope) == (1_234_567, 1_230)


def test_columns_of_others_are_ignored(claim: Make) -> None:
    assert parse_row(claim(name="梁秀英", diagnosis="I10.x05")) == parse_row(claim())


def test_absent_status_and_null_are_the_same(claim: Make) -> None:
    assert parse_row(claim() | {"status": None, "reverse": None}) == parse_row(claim())


def test_in_scope_may_be_nothing_or_all(claim: Make) -> None:
    for in_scope in ("0", "12345.67"):
        assert isinstance(parse_row(claim(in_scope=in_scope)), ClaimRow)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"claim_id": None}, "claim_id", "缺少"),
        ({"claim_id": "  "}, "claim_id", "是空的"),
        ({"claim_id": "c\n1"}, "claim_id", "c\\n1 里有换行"),
        ({"claim_id": 7}, "claim_id", '如 "7"'),
        ({"person": None}, "person", "缺少"),
        ({"person": ["p1"]}, "person", "文本"),
        ({"settled_at": None}, "settled_at", "缺少"),
        ({"settled_at": "2019-03-01"}, "settled_at", "2019-03-01T09:30:00"),
        ({"settled_at": "2019-03-01 09:30:00"}, "settled_at", "应写成"),
        ({"settled_at": "2019-03-01T09:30:00Z"}, "settled_at", "应写成"),
        ({"settled_at": "2019-03-01T09:30:00.5"}, "settled_at", "应写成"),
        ({"settled_at": "２019-03-01T09:30:00"}, "settled_at", "应写成"),
        ({"settled_at": "2019-02-29T09:30:00"}, "settled_at", "没有 2019-02-29"),
        ({"settled_at": "2019-03-01T24:00:00"}, "settled_at", "没有"),
        ({"settled_at": 20190301}, "settled_at", "应写成"),
        ({"visit": "surgery"}, "visit", "inpatient、chronic_outpatient、outpatient、pharmacy"),
        ({"visit": None}, "visit", "缺少"),
        ({"level": "level4"}, "level", "没有 level4 这个值"),
        ({"level": 3}, "level", "没有 3 这个值"),
        ({"level": ["level3"]}, "level", "可用 community"),
        ({"out_of_area": "false"}, "out_of_area", "应为 true 或 false，这里是 false"),
        ({"out_of_area": 0}, "out_of_area", "应为 true 或 false"),
        ({"out_of_area": None}, "out_of_area", "缺少"),
        ({"status": "working"}, "status", "active、retired"),
        ({"status": ""}, "status", "active、retired"),
        ({"identity": None}, "identity", "空列表"),
        ({"identity": "destitute"}, "identity", "应为列表"),
        ({"identity": ["destitute", "poor"]}, "identity", "没有 poor 这个身份"),
        ({"identity": [["destitute"]]}, "identity", "这个身份"),
        ({"total": None}, "total", "缺少"),
        ({"total": 12345.67}, "total", "这里是 12345.67"),
        ({"total": 12345}, "total", "带引号"),
        ({"total": True}, "total", "带引号"),
        ({"total": ["1.00"]}, "total", "带引号"),
        ({"in_scope": "12345.68"}, "in_scope", "大于 total"),
        ({"in_scope": "-0.01"}, "in_scope", "小于 0"),
        ({"in_scope": "-0.00"}, "in_scope", "小于 0"),
        ({"total": "10000000000.01"}, "total", "超过 100 亿元"),
        ({"in_scope": "1.234"}, "in_scope", "最多两位小数"),
        ({"in_scope": "1,234.00"}, "in_scope", "最多两位小数"),
        ({"in_scope": "1e3"}, "in_scope", "最多两位小数"),
        ({"in_scope": "１２"}, "in_scope", "最多两位小数"),
        ({"in_scope": "+1.00"}, "in_scope", "最多两位小数"),
        ({"in_scope": " 1.00"}, "in_scope", "最多两位小数"),
        ({"in_scope": "1."}, "in_scope", "最多两位小数"),
        ({"in_scope": ""}, "in_scope", "最多两位小数"),
        ({"in_scope": "NaN"}, "in_scope", "最多两位小数"),
        ({"reverse": "c0"}, "reverse", "冲正行只写 reverse，这一行还写了 claim_id、person"),
    ],
)
def test_a_wrong_field_is_named_with_its_remedy(
    claim: Make, changes: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(BadInput) as raised:
        parse_row(claim(**changes))
    assert raised.value.field == field
    assert reason in raised.value.reason
    assert raised.value.reason


def test_a_reversal_names_its_claim() -> None:
    assert parse_row({"reverse": "c1"}) == ReverseRow("c1")
    assert parse_row({"reverse": "c1", "claim_id": None, "identity": []}) == ReverseRow("c1")


@pytest.mark.parametrize("wrong", ["", " ", 7, ["c1"], {}])
def test_a_reversal_of_no_text_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput) as raised:
        parse_row({"reverse": wrong})
    assert raised.value.field == "reverse"


def test_a_long_wrong_value_is_cut_in_the_message(claim: Make) -> None:
    with pytest.raises(BadInput) as raised:
        parse_row(claim(level="x" * 10_000))
    assert len(str(raised.value)) < 200


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
VALUES = ANYTHING | st.sampled_from([*VISITS, *LEVELS, *STATUSES, "12.30", "2019-03-01T09:30:00"])


# The machine may be busy: only what is found counts here, not how fast.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from((*FIELDS, REVERSE, "other")), VALUES))
def test_any_record_is_a_row_or_names_a_field(record: dict[str, object]) -> None:
    try:
        parse_row(record)
    except BadInput as bad:
        assert bad.field in (*FIELDS, REVERSE)
        assert "\n" not in bad.reason


@given(
    total=st.integers(0, 10**11),
    share=st.fractions(0, 1),
    identities=st.lists(st.sampled_from(IDENTITIES)),
    day=st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
)
def test_every_well_formed_claim_is_read_to_the_fen(
    total: int, share: Any, identities: list[str], day: Any
) -> None:
    in_scope = int(total * share)
    record: dict[str, object] = {
        "claim_id": "c", "person": "p", "settled_at": day.isoformat(), "visit": "outpatient",
        "level": "community", "out_of_area": True, "identity": identities,
        "total": f"{total // 100}.{total % 100:02d}",
        "in_scope": f"{in_scope // 100}.{in_scope % 100:02d}",
    }  # fmt: skip
    row = parse_row(record)
    assert isinstance(row, ClaimRow)
    assert (row.claim.total, row.claim.in_scope) == (total, in_scope)
    assert row.settled_on == day.date()
    assert row.claim.identities == tuple(identities)
