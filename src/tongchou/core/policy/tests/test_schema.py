"""What is wrong with a document is said with its place, the fault and what was expected."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tongchou.core.policy import PolicyError, load_policy
from tongchou.core.policy.tests.make import assumed, bands, document, plan_of, text_of

Content = dict[str, Any]


def basic(content: Content) -> Content:
    found: Content = content["tiers"]["basic"]
    return found


def critical(content: Content) -> Content:
    found: Content = content["tiers"]["critical_illness"]
    return found


def put(part: Callable[[Content], Content], key: str, value: Any) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        part(content)[key] = value

    return change


def drop(part: Callable[[Content], Content], key: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        del part(content)[key]

    return change


def whole(content: Content) -> Content:
    return content


def rate_of(content: Content) -> Content:
    found: Content = basic(content)["rate"]["level3"]
    return found


def helped(**row: Any) -> Callable[[Content], None]:
    return put(critical, "identity", {"destitute": row})


CITED = {"value": "60%", "clause": "one"}
FAULTS: list[tuple[str, Callable[[Content], None], str, str]] = [
    ("a head unknown", put(whole, "colour", "red"), "colour", "不认识"),
    ("no title", drop(whole, "title"), "title", "文字"),
    ("no such scheme", put(whole, "scheme", "all"), "scheme", "resident"),
    ("a date that is none", put(whole, "valid_from", "2019-02-30"), "valid_from", "日期"),
    ("ends at its start", put(whole, "valid_to", date(2019, 1, 1)), "valid_to", "不晚于"),
    ("judged on a whim", put(whole, "judged_on", "birthday"), "judged_on", "admission"),
    ("tiers as a list", put(whole, "tiers", []), "tiers", "一个列表"),
    ("a tier unknown", put(lambda c: c["tiers"], "lottery", {}), "tiers.lottery", "没有这一层"),
    ("no basic tier", drop(lambda c: c["tiers"], "basic"), "tiers.basic", "没有基本层"),
    ("an order with gaps", put(whole, "identities", {"order": ["orphan"]}), "identities.order",
     "恰好写一次"),
    ("a row for an unknown identity",
     put(whole, "identities", {"same_row": {"rich": {"row": "orphan", "assumed": "x"}}}),
     "identities.same_row.rich", "之一"),
    ("a same row without ground",
     put(whole, "identities", {"same_row": {"orphan": {"row": "destitute"}}}),
     "identities.same_row.orphan", "没有依据"),
    ("visits unknown", put(basic, "visits", ["dentist"]), "tiers.basic.visits", "就医类别"),
    ("pays on moonlight", put(basic, "pays_on", "moon"), "tiers.basic.pays_on", "claim"),
    ("basic on self-pay", put(basic, "pays_on", "self_pay"), "tiers.basic.pays_on", "claim"),
    ("a later tier per claim", put(critical, "pays_on", "claim"), "tiers.critical_illness.pays_on",
     "按次支付"),
    ("overflow without a cap before it", put(critical, "pays_on", "overflow"),
     "tiers.critical_illness.entry", "从哪里进入"),
    ("no rate", drop(basic, "rate"), "tiers.basic.rate", "没有支付比例"),
    ("no deductible", drop(basic, "deductible"), "tiers.basic.deductible", "没有起付线"),
    ("other levels than the rates", put(basic, "deductible", {"level2": assumed("1.00")}),
     "tiers.basic.deductible", "级别不一致"),
    ("a level unknown", put(basic, "rate", {"level7": assumed("60%")}), "tiers.basic.rate.level7",
     "level1"),
    ("a resident plan by status", put(basic, "rate", {"active": {"level3": assumed("60%")}}),
     "tiers.basic.rate", "在职退休"),
    ("a number without ground", put(basic, "cap", {"value": "1.00"}), "tiers.basic.cap",
     "没有依据"),
    ("an empty reason", put(basic, "cap", {"value": "1.00", "assumed": " "}),
     "tiers.basic.cap.assumed", "理由"),
    ("a clause unknown", put(rate_of, "clause", "two"), "tiers.basic.rate.level3.clause",
     "没有条款"),
    ("words that the clause has not", lambda c: rate_of(c).update(CITED, words="比例99%"),
     "tiers.basic.rate.level3.words", "比例99%"),
    ("a rate over 100%", put(rate_of, "value", "100.01%"), "tiers.basic.rate.level3.value", "100%"),
    ("a rate as a bare number", put(rate_of, "value", 60), "tiers.basic.rate.level3.value",
     "百分比"),
    ("money as a bare number", put(basic, "cap", {"value": 100, "assumed": "x"}),
     "tiers.basic.cap.value", "元"),
    ("money with three decimals", put(basic, "cap", assumed("1.001")), "tiers.basic.cap.value",
     "元"),
    ("negative money", put(basic, "cap", assumed("-1.00")), "tiers.basic.cap.value", "0 到"),
    ("money that would overflow", put(basic, "cap", assumed("99999999999999.00")),
     "tiers.basic.cap.value", "一千亿"),
    ("no limit as deductible", put(basic, "deductible", assumed("不设")), "tiers.basic.deductible",
     "起付线"),
    ("no bands", drop(critical, "bands"), "tiers.critical_illness.bands", "没有分段"),
    ("bands as a mapping", put(critical, "bands", {}), "tiers.critical_illness.bands", "列表"),
    ("bands out of order", put(critical, "bands", bands((200, 5000), (100, 6000))),
     "tiers.critical_illness.bands.1.from", "不高于"),
    ("two bands from one start", put(critical, "bands", bands((200, 5000), (200, 6000))),
     "tiers.critical_illness.bands.1.from", "不重不漏"),
    ("seven bands", put(critical, "bands", bands(*((i, 100) for i in range(7)))),
     "tiers.critical_illness.bands", "最多 6 段"),
    ("a band with a stranger", put(critical, "bands", [{"from": assumed("0.00"), "to": "1.00"}]),
     "tiers.critical_illness.bands.0.to", "不认识"),
    ("a switch neither yes nor no", put(critical, "includes_deductible", assumed("也许")),
     "tiers.critical_illness.includes_deductible.value", "是"),
    ("an identity unknown", put(critical, "identity", {"rich": {}}),
     "tiers.critical_illness.identity.rich", "之一"),
    ("lowered without a start", put(basic, "cap", {"change": "下调80%", "assumed": "x"}),
     "tiers.basic.cap.change", "没有可比"),
    ("a wording unknown", helped(cap={"change": "翻倍", "assumed": "x"}),
     "tiers.critical_illness.identity.destitute.cap.change", "翻倍"),
    ("lowered by more than all", helped(cap={"change": "下调101%", "assumed": "x"}),
     "tiers.critical_illness.identity.destitute.cap.change", "下调101%"),
    ("raised over 100%",
     helped(bands=[{"from": assumed("0.00"), "rate": {"change": "提高50个百分点",
                                                      "assumed": "x"}}]),
     "tiers.critical_illness.identity.destitute.bands.0.rate.change", "超过 100%"),
    ("a rise in percent that does not say how it is read",
     helped(bands=[{"from": assumed("0.00"), "rate": {"change": "提高10%", "clause": "one"}}]),
     "tiers.critical_illness.identity.destitute.bands.0.rate", "百分点"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "path", "words"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_named_with_its_place(
    fault: Callable[[Content], None], path: str, words: str
) -> None:
    content = document()
    fault(content)
    with pytest.raises(PolicyError) as error:
        plan_of(content)
    found = {p.path: f"{p.message} {p.expected}" for p in error.value.problems}
    assert path in found, found
    assert words in found[path]
    assert str(error.value).startswith("test.yaml：")


def test_the_document_they_all_start_from_is_good() -> None:
    assert plan_of(document()).tiers == ("basic", "critical_illness")


def test_all_faults_are_told_at_once() -> None:
    content = document(scheme="all", valid_from="never")
    basic(content)["rate"]["level3"]["value"] = "600%"
    with pytest.raises(PolicyError) as error:
        plan_of(content)
    assert {p.path for p in error.value.problems} >= {
        "scheme",
        "valid_from",
        "tiers.basic.rate.level3.value",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("area: [", "合格的 YAML"),
        ("", "空的"),
        ("- 1", "一个列表"),
        (text_of(document()) + "title: 又一次\n", "“title”写了两次"),
    ],
)
def test_text_that_is_no_document(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        load_policy(text, source="test.yaml")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("下调80%", 300_000),
        ("起付标准下调70%", 450_000),
        ("取消起付线", 0),
        ("增加500元", 1_550_000),
    ],
)
def test_a_relative_wording_keeps_its_words_and_its_value(change: str, value: int) -> None:
    content = document()
    helped(bands=[{"from": {"change": change, "assumed": "x"}, "rate": assumed("80%")}])(content)
    plan = plan_of(content)
    path = "tiers.critical_illness.identity.destitute.bands.0.from"
    [number] = [n for n in plan.document.numbers() if n.path == path]
    assert (number.value, number.wording) == (value, change)
