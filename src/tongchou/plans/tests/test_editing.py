"""Changing one number in a text leaves the rest of it as it was."""

from datetime import date

import pytest

from tongchou.core.policy import Cite, Number, load_policy, policy_files
from tongchou.plans.editing import Assumption, Quotation, set_heading, set_number
from tongchou.plans.readiness import UNSUPPORTED
from tongchou.platform.refusal import Refused

TEXT = next(p for p in policy_files() if p.match("441700/resident/*")).read_text("utf-8")
LEVEL3 = "tiers.basic.rate.level3"
NOTICE = Quotation("岭海县通知", "第二条", "三级医院报销提高到62%：见附表")


def number(text: str, path: str) -> Number:
    plan = load_policy(text, source="test")
    return next(n for n in plan.document.numbers() if n.path == path)


def changed_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line not in TEXT.splitlines()]


def test_a_quoted_number_brings_its_document_and_clause() -> None:
    text = set_number(TEXT, path=LEVEL3, kind="rate", value="62", evidence=NOTICE)
    found = number(text, LEVEL3)
    assert found.value == 6200 and found.assumed is None
    assert found.cite == Cite(NOTICE.document, NOTICE.clause, NOTICE.words)
    assert len(changed_lines(text)) == 3  # the number, a document, a clause
    again = set_number(
        text, path="tiers.basic.rate.level2", kind="rate", value="76.5%", evidence=NOTICE
    )
    assert number(again, "tiers.basic.rate.level2").value == 7650
    assert len(changed_lines(again)) == 4  # the clause is there already


def test_words_of_a_listed_clause_are_not_listed_again() -> None:
    old = number(TEXT, LEVEL3).cite
    assert old is not None
    quotation = Quotation(old.document, old.clause, "三级医院报销提高到60%")
    text = set_number(TEXT, path=LEVEL3, kind="rate", value="60", evidence=quotation)
    assert number(text, LEVEL3) == number(TEXT, LEVEL3)


@pytest.mark.parametrize(
    ("path", "kind", "value", "expected"),
    [
        ("tiers.basic.deductible.level1", "money", "1,250.5", 125_050),
        ("tiers.basic.cap", "money", "不设", None),
        ("tiers.critical_illness.bands.1.from", "money", "70000", 7_000_000),
        ("tiers.critical_illness.identity.destitute.bands.0.from", "money", "下调90%", 150_000),
        ("tiers.critical_illness.identity.destitute.bands.0.rate", "rate", "提高5个百分点", 6500),
        ("tiers.critical_illness.includes_deductible", "switch", "否", 0),
    ],
)
def test_each_kind_of_number_can_be_set(
    path: str, kind: str, value: str, expected: int | None
) -> None:
    text = set_number(TEXT, path=path, kind=kind, value=value, evidence=Assumption("试"))
    found = number(text, path)
    assert (found.value, found.assumed) == (expected, "试")
    assert len(changed_lines(text)) == 1


def test_no_evidence_yet_is_marked_as_unfinished() -> None:
    text = set_number(TEXT, path=LEVEL3, kind="rate", value="62", evidence=None)
    assert number(text, LEVEL3).assumed == UNSUPPORTED


@pytest.mark.parametrize(
    ("path", "kind", "value", "field"),
    [
        ("tiers.basic.rate.community", "rate", "80", "path"),
        ("tiers.critical_illness.bands.7.rate", "rate", "80", "path"),
        (LEVEL3, "rate", "六成", "value"),
        (LEVEL3, "rate", "62.123", "value"),
        ("tiers.basic.cap", "money", "十万", "value"),
        ("tiers.basic.cap", "money", "-1", "value"),
    ],
)
def test_what_cannot_be_set_says_where(path: str, kind: str, value: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        set_number(TEXT, path=path, kind=kind, value=value, evidence=NOTICE)
    assert refused.value.field == field


def test_the_heading_moves_title_and_day_only() -> None:
    text = set_heading(TEXT, title="居民待遇: 2027", valid_from=date(2027, 1, 1))
    plan = load_policy(text, source="test")
    assert (plan.title, plan.valid_from) == ("居民待遇: 2027", date(2027, 1, 1))
    assert len(changed_lines(text)) == 2
    assert "# 一直执行到下一个方案" in text
