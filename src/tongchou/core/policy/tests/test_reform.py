"""Reforms: a path moves the number it names and what is worded by it, nothing else."""

from typing import Any

import pytest

from tongchou.core.policy import PolicyError, load_policy, policy_files
from tongchou.core.policy.diff import diff
from tongchou.core.policy.document import Number
from tongchou.core.policy.plan import Plan
from tongchou.core.policy.reform import apply_reform, read_reform, reform_of, reform_to_tree

TEXTS = {"/".join(path.parts[-3:]): path.read_text("utf-8") for path in policy_files()}
YANGJIANG, WENSHANG = TEXTS["441700/resident/2019.yaml"], TEXTS["370830/resident/2020.yaml"]
EMPLOYEES = TEXTS["441700/employee/2019.yaml"]


def reformed(text: str, *changes: dict[str, Any]) -> Plan:
    reform = reform_of({"name": "试", "changes": list(changes)}, source="r.yaml")
    return apply_reform(text, reform, source="p.yaml")


def moved(text: str, *changes: dict[str, Any]) -> dict[str, str | None]:
    before = load_policy(text, source="p.yaml")
    found = diff(before, reformed(text, *changes))
    return {change.path: change.after for change in found if change.before != change.after}


def refused(text: str, *changes: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyError) as error:
        reformed(text, *changes)
    return [f"{p.path}：{p.message}" for p in error.value.problems]


def all_numbers() -> list[tuple[str, Number]]:
    return [
        (name, number)
        for name, text in TEXTS.items()
        for number in load_policy(text, source=name).document.numbers()
        if number.kind != "switch"
    ]


@pytest.mark.parametrize(
    ("name", "number"), [pytest.param(*one, id=f"{one[0]}:{one[1].path}") for one in all_numbers()]
)
def test_every_number_of_every_policy_can_be_moved_alone(name: str, number: Number) -> None:
    """What else moves is worded by it: a row of an identity or a visit, in the same place."""
    if number.kind == "rate":
        change = {"set": "1" if number.value else "2"}
    else:
        change = {"add": "0.01"} if number.value is not None else {"set": "900000000.00"}
    found = moved(TEXTS[name], {"path": number.path, **change})
    assert number.path in found
    for other in set(found) - {number.path}:
        assert other.rsplit(".", 1)[-1] == number.path.rsplit(".", 1)[-1]
        wording = {n.path: n.wording for n in numbers_of(name)}[other]
        assert wording, f"{other} 没有按别的数写，却跟着变了"


def numbers_of(name: str) -> list[Number]:
    return list(load_policy(TEXTS[name], source=name).document.numbers())


@pytest.mark.parametrize("name", TEXTS)
def test_moving_nothing_changes_nothing(name: str) -> None:
    """Setting each number to what it is, all at once, pays every claim as before."""
    changes = [
        {"path": n.path, "set": n.text.replace(",", "")}
        for n in numbers_of(name)
        if n.kind != "switch"
    ]
    before, after = load_policy(TEXTS[name], source=name), reformed(TEXTS[name], *changes)
    assert [row[1:6] for row in before.rows.values()] == [row[1:6] for row in after.rows.values()]
    assert not diff(before, after)


def test_what_is_worded_by_a_number_moves_with_it() -> None:
    assert moved(YANGJIANG, {"path": "tiers.critical_illness.bands.0.from", "set": "12000"}) == {
        "tiers.critical_illness.bands.0.from": "12,000.00",
        "tiers.critical_illness.identity.destitute.bands.0.from": "2,400.00",  # 下调80%
        "tiers.critical_illness.identity.registered_poor.bands.0.from": "3,600.00",  # 下调70%
    }


def test_a_table_and_a_pattern_name_all_that_are_there() -> None:
    assert moved(YANGJIANG, {"path": "tiers.basic.rate", "add_points": "5"}) == {
        "tiers.basic.rate.level1": "95%",
        "tiers.basic.rate.level2": "80%",
        "tiers.basic.rate.level3": "65%",
        "tiers.basic.rate.out_of_area": "65%",
    }
    path = "tiers.critical_illness.bands.*.rate"
    assert set(moved(YANGJIANG, {"path": path, "add_points": 2.5}).values()) == {"62.5%", "72.5%"}


def test_changes_build_on_each_other() -> None:
    twice = [{"path": "tiers.basic.deductible.level2", "add": "-100.00"}] * 2
    assert moved(YANGJIANG, *twice) == {"tiers.basic.deductible.level2": "200.00"}


def test_an_identity_gets_a_row_of_its_own() -> None:
    path = "tiers.basic.identity.destitute.deductible.level3"
    plan = reformed(YANGJIANG, {"path": path, "set": "0"})
    helped = {row: of.deductibles[0] for row, of in plan.rows.items() if row[3] == "destitute"}
    assert {row[1]: fen for row, fen in helped.items()} == {
        "level1": 20_000, "level2": 40_000, "level3": 0, "out_of_area": 90_000,
    }  # fmt: skip
    everyone = plan.rows["inpatient", "level3", None, None]
    assert everyone.deductibles[0] == 70_000


def test_a_row_of_an_identity_does_not_move_a_visit_with_numbers_of_its_own() -> None:
    path = "tiers.basic.identity.registered_poor.deductible.level2"
    plan = reformed(WENSHANG, {"path": path, "set": "0"})
    chronic = plan.rows["chronic_outpatient", "level2", None, "registered_poor"]
    assert chronic.deductibles[0] == 50_000
    assert plan.rows["inpatient", "level2", None, "registered_poor"].deductibles[0] == 0


def test_one_number_for_all_levels_becomes_one_for_each() -> None:
    found = moved(EMPLOYEES, {"path": "tiers.basic.deductible.level2", "set": "300"})
    assert found["tiers.basic.deductible.level2"] == "300.00"
    plan = reformed(EMPLOYEES, {"path": "tiers.basic.deductible.level2", "set": "300"})
    taken = {row[1]: of.deductibles[0] for row, of in plan.rows.items() if row[2] == "active"}
    assert taken == {"community": 0, "level1": 0, "level2": 30_000, "level3": 0}


def test_a_limit_can_be_taken_away_and_set() -> None:
    assert moved(YANGJIANG, {"path": "tiers.basic.cap", "set": "不设"}) == {
        "tiers.basic.cap": "不设"
    }
    cap = "tiers.critical_illness.identity.destitute.cap"
    assert refused(YANGJIANG, {"path": cap, "add": "1"}) == [f"{cap}：本来不设，不能加减"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"path": "tiers.basic.rate.level9", "set": "62"}, "tiers.basic.rate.level9：没有这个数"),
        ({"path": "nothing", "set": "62"}, "nothing：没有这个数"),
        (
            {"path": "tiers.basic.rate.level1", "add_points": 15},
            "tiers.basic.rate.level1：改后是 105.00%，不在 0% 到 100% 之间",
        ),
        (
            {"path": "tiers.basic.deductible.level1", "add": "-200.01"},
            "tiers.basic.deductible.level1：改后是 -0.01，小于 0",
        ),
        (
            {"path": "tiers.critical_illness.bands.1.from", "set": "15000"},
            "tiers.critical_illness.bands.1.from：不高于上一段的起点",
        ),
        (
            {"path": "tiers.basic.deductible.level1", "set": "不设"},
            "tiers.basic.deductible.level1：起付线写了不设",
        ),
        (
            {"path": "tiers.basic.cap", "set": "很多"},
            "tiers.basic.cap：“很多”不是金额，请写成元，最多两位小数，如 12.30",
        ),
        (
            {"path": "tiers.basic.cap", "add_points": "5"},
            "tiers.basic.cap：是金额，不能按百分点加减",
        ),
        (
            {"path": "tiers.basic.rate.level1", "add": "5"},
            "tiers.basic.rate.level1：是比例，加减请写 add_points（百分点）",
        ),
        (
            {"path": "tiers.basic.rate.level1", "set": "六成"},
            "tiers.basic.rate.level1：“六成”不是百分比",
        ),
    ],
)
def test_what_no_policy_could_say_is_refused_with_its_path(
    change: dict[str, Any], said: str
) -> None:
    assert refused(YANGJIANG, change) == [said]


def test_a_row_that_follows_another_is_named_in_the_refusal() -> None:
    path = "tiers.critical_illness.identity.orphan.bands.0.rate"
    with pytest.raises(
        PolicyError, match=r"特困的那一行（orphan 与它相同），如 identity\.destitute"
    ):
        reformed(YANGJIANG, {"path": path, "set": "90"})


def test_all_wrong_paths_are_told_at_once() -> None:
    wrong = [{"path": f"tiers.basic.rate.{n}", "set": "1"} for n in ("one", "two")]
    assert len(refused(YANGJIANG, *wrong)) == 2


def test_the_document_of_a_reform() -> None:
    text = """
name: 二级降 100
why: 引导到二级医院
changes:
  - {path: tiers.basic.deductible.level2, add: "-100.00"}
  - {path: tiers.basic.rate.level3, set: 62}
"""
    reform = read_reform(text, source="r.yaml")
    assert (reform.name, reform.why) == ("二级降 100", "引导到二级医院")
    assert reform_of(reform_to_tree(reform), source="again") == reform


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("- a", "全文"),
        ("{", "第 1 行"),
        ("{changes: [{path: a, set: 1}]}", "name"),
        ("{name: x}", "changes"),
        ("{name: x, changes: []}", "changes"),
        ("{name: x, changes: [{set: 1}]}", "changes.0.path"),
        ("{name: x, changes: [{path: a}]}", "changes.0"),
        ("{name: x, changes: [{path: a, set: 1, add: 2}]}", "changes.0"),
        ("{name: x, changes: [{path: a, set: [1]}]}", "changes.0.set"),
        ("{name: x, code: y, changes: [{path: a, set: 1}]}", "code"),
    ],
)
def test_a_reform_that_is_none_is_told_where(text: str, path: str) -> None:
    with pytest.raises(PolicyError) as error:
        read_reform(text, source="r.yaml")
    assert path in [problem.path for problem in error.value.problems]
