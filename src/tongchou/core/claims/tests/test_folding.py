"""The fold: worked cases to the fen, years, versions, reversals."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.core.claims import AssumedNumbersRefused, Fold, Row, RowError, settle_rows
from tongchou.core.money import format_yuan, parse_yuan
from tongchou.core.policy import TIERS, PlanBook, shipped_policies

Make = Callable[..., dict[str, Any]]
MakeFold = Callable[..., Fold]

CASES = json.loads((Path(__file__).parent / "settlement_vectors.json").read_text(encoding="utf-8"))


def run(fold: Fold, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers, with errors as the output shows them."""
    rows = [Row(number, record) for number, record in enumerate(records, 1)]
    answers = settle_rows(rows, fold)
    return [one.as_answer() if isinstance(one, RowError) else one for one in answers]


def amounts(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "claim_id"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['what']}")
def test_worked_cases_to_the_fen(case: dict[str, Any], fold: MakeFold) -> None:
    answers = run(fold(case["plan"]), case["claims"])
    for answer, expected in zip(answers, case["expect"], strict=True):
        paid = dict.fromkeys(TIERS, "0.00") | answer["pays"]
        wanted = dict.fromkeys(TIERS, "0.00") | expected["pays"]
        assert paid == wanted
        for field in ("claim_id", "deductible", "fund_total", "person_pays"):
            assert answer[field] == expected[field]


def test_an_answer_has_the_fields_of_the_format(claim: Make, fold: MakeFold) -> None:
    [answer] = run(fold(), [claim(in_scope="10000.00")])
    assert list(answer) == [
        "claim_id", "total", "in_scope", "deductible", "pays", "fund_total", "person_pays",
        "plan_id", "lines",
    ]  # fmt: skip
    assert (answer["total"], answer["in_scope"]) == ("12345.67", "10000.00")
    plan = PlanBook(shipped_policies()).for_date("441700", "resident", date(2019, 3, 1))
    assert answer["plan_id"] == plan.plan_id
    assert tuple(answer["pays"]) == plan.tiers
    assert answer["lines"]
    for line in answer["lines"]:
        assert {"tier", "kind", "from", "to", "amount", "rate", "pay", "cite", "assumed"} <= set(
            line
        )


def test_funds_and_person_pay_the_bill(claim: Make, fold: MakeFold) -> None:
    records = [claim(claim_id=str(n), total=f"{n}0000.01", in_scope=f"{n}0000.00") for n in
               range(1, 9)]  # fmt: skip
    for record, answer in zip(records, run(fold(), records), strict=True):
        paid = sum(parse_yuan(pay) for pay in answer["pays"].values())
        assert paid == parse_yuan(answer["fund_total"])
        assert paid + parse_yuan(answer["person_pays"]) == parse_yuan(record["total"])


def test_a_new_year_and_another_person_begin_from_nothing(claim: Make, fold: MakeFold) -> None:
    big = {"total": "300000.00", "in_scope": "300000.00"}
    first, again, next_year, other = run(
        fold(),
        [
            claim(claim_id="c1", settled_at="2019-12-31T23:59:59", **big),
            claim(claim_id="c2", settled_at="2019-12-31T23:59:59", **big),
            claim(claim_id="c3", settled_at="2020-01-01T00:00:00", **big),
            claim(claim_id="c4", settled_at="2019-12-31T23:59:59", person="p2", **big),
        ],
    )
    assert amounts(first) != amounts(again)
    assert amounts(first) == amounts(next_year) == amounts(other)


def test_persons_may_be_interleaved(claim: Make, fold: MakeFold) -> None:
    def bills(person: str) -> list[dict[str, Any]]:
        return [
            claim(claim_id=f"{person}{n}", person=person, total="90000.00", in_scope="90000.00")
            for n in range(3)
        ]

    apart = run(fold(), bills("a") + bills("b"))
    mixed = run(fold(), [one for pair in zip(bills("a"), bills("b"), strict=True) for one in pair])
    assert mixed[0::2] + mixed[1::2] == apart


def test_a_day_before_any_plan_is_refused(claim: Make, fold: MakeFold) -> None:
    bad, good = run(fold(), [claim(settled_at="2018-12-31T23:59:59"), claim(claim_id="c2")])
    assert (bad["row"], bad["field"]) == (1, "settled_at")
    assert bad["error"]
    assert good["claim_id"] == "c2"


@pytest.mark.parametrize(
    ("plan", "changes", "field"),
    [
        ("441700-resident", {"level": "community"}, "level"),
        ("441700-resident", {"status": "active"}, "status"),
        ("441700-employee", {}, "status"),
        ("441700-employee", {"status": "active", "out_of_area": True}, "out_of_area"),
    ],
)
def test_what_the_plan_refuses_is_a_bad_row(
    claim: Make, fold: MakeFold, plan: str, changes: dict[str, Any], field: str
) -> None:
    [bad] = run(fold(plan), [claim(**changes)])
    assert (bad["row"], bad["field"]) == (1, field)
    assert bad["error"]


def test_assumed_numbers_need_leave(claim: Make, fold: MakeFold) -> None:
    with pytest.raises(AssumedNumbersRefused) as raised:
        run(fold(allow_assumed=False), [claim()])
    assert raised.value.assumed
    assert all(number.path and number.reason for number in raised.value.assumed)


def test_a_claim_id_is_used_once_even_by_a_refused_row(claim: Make, fold: MakeFold) -> None:
    answers = run(
        fold(),
        [claim(), claim(person="p2"), claim(claim_id="c2", level="x"), claim(claim_id="c2")],
    )
    assert "error" not in answers[0]
    assert [(bad["row"], bad["field"]) for bad in answers[1:]] == [
        (2, "claim_id"),
        (3, "level"),
        (4, "claim_id"),
    ]
    assert "重复" in answers[1]["error"]


def test_a_reversal_is_the_exact_negative(claim: Make, fold: MakeFold) -> None:
    settled, reversal = run(fold(), [claim(), {"reverse": "c1"}])
    assert reversal == {
        "claim_id": "c1",
        "reversed": True,
        "pays": {tier: format_yuan(-parse_yuan(pay)) for tier, pay in settled["pays"].items()},
        "fund_total": f"-{settled['fund_total']}",
        "person_pays": f"-{settled['person_pays']}",
    }
    assert reversal["pays"]["supplement"] == "0.00"


def test_a_reversal_names_the_claims_in_its_way(claim: Make, fold: MakeFold) -> None:
    records = [claim(claim_id=f"c{n}") for n in range(1, 5)]
    records[2]["person"] = "p2"
    blocked = run(fold(), [*records, {"reverse": "c1"}])[-1]
    assert (blocked["row"], blocked["field"]) == (5, "reverse")
    assert "c2、c4" in blocked["error"]
    assert "c3" not in blocked["error"]


def test_many_claims_in_the_way_are_counted(claim: Make, fold: MakeFold) -> None:
    records = [claim(claim_id=f"c{n}") for n in range(31)]
    blocked = run(fold(), [*records, {"reverse": "c0"}])[-1]
    assert "c20 等 30 笔" in blocked["error"]
    assert "c21" not in blocked["error"]


def test_claims_of_another_year_are_not_in_the_way(claim: Make, fold: MakeFold) -> None:
    late = claim(claim_id="c2", settled_at="2020-01-01T00:00:00")
    assert run(fold(), [claim(), late, {"reverse": "c1"}])[-1]["reversed"] is True


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([{"reverse": "c9"}], "前面没有结算过 c9"),
        ([{"claim_id": "c9"}, {"reverse": "c9"}], "第 1 行有误"),
    ],
)
def test_only_a_settled_claim_can_be_reversed(
    fold: MakeFold, records: list[dict[str, Any]], why: str
) -> None:
    assert why in run(fold(), records)[-1]["error"]


def test_a_claim_is_reversed_once(claim: Make, fold: MakeFold) -> None:
    again = run(fold(), [claim(), {"reverse": "c1"}, {"reverse": "c1"}])[-1]
    assert "已经冲正过" in again["error"]


def test_an_id_repeated_in_error_can_still_be_reversed(claim: Make, fold: MakeFold) -> None:
    assert run(fold(), [claim(), claim(), {"reverse": "c1"}])[-1]["reversed"] is True


def test_after_reversals_the_year_is_as_if_the_bills_never_were(
    claim: Make, fold: MakeFold
) -> None:
    def bill(number: int) -> dict[str, Any]:
        return claim(claim_id=f"c{number}", total="99999.99", in_scope="99999.99")

    taken_back = [bill(1), bill(2), bill(3), {"reverse": "c3"}, {"reverse": "c2"}, bill(4)]
    assert run(fold(), taken_back)[-1] == run(fold(), [bill(1), bill(4)])[-1]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_year_with_reversals_pays_what_its_standing_bills_pay(data: st.DataObject) -> None:
    standing: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    for number in range(data.draw(st.integers(1, 12))):
        if data.draw(st.booleans()) and standing:
            records.append({"reverse": standing.pop()["claim_id"]})
            continue
        fen = data.draw(st.integers(0, 40_000_000))
        record = {
            "claim_id": f"c{number}", "person": "p", "settled_at": "2019-06-01T10:00:00",
            "visit": "inpatient", "level": data.draw(st.sampled_from(["level1", "level3"])),
            "out_of_area": False, "identity": ["destitute"] if data.draw(st.booleans()) else [],
            "total": format_yuan(fen), "in_scope": format_yuan(fen),
        }  # fmt: skip
        standing.append(record)
        records.append(record)
    book = PlanBook(shipped_policies())
    answers = run(Fold(book, "441700", "resident", allow_assumed=True), records)
    alone = run(Fold(book, "441700", "resident", allow_assumed=True), standing)
    assert not any("error" in answer for answer in answers)
    assert sum(map(_funds, answers)) == sum(map(_funds, alone))


def _funds(answer: dict[str, Any]) -> int:
    text = answer["fund_total"]
    return -parse_yuan(text[1:]) if text.startswith("-") else parse_yuan(text)
