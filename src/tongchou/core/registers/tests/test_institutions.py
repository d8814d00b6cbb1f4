"""Institutions beside the registers: total and exclusive classes, links, a run that repeats."""

from collections import Counter

import pytest

from tongchou.core.lists import Past
from tongchou.core.registers.findings import Frame, states_of
from tongchou.core.registers.linking import Found, Pin, find_in
from tongchou.core.registers.pack import institution_rules, packs_folder, population_rules
from tongchou.core.registers.tests.make import (
    DAY,
    RULES,
    codes,
    credit_code,
    entry,
    holder,
    register,
    row,
    run,
)

CLINIC = holder()
DRUGS = holder(
    code="P44170000002", name="康泰大药房", kind="pharmacy", credit_code=credit_code(2),
    licence_no="YP2", services=frozenset({"retail"}),
)  # fmt: skip
PUBLIC = holder(
    code="H44170000001", name="岭海县人民医院", kind="hospital", credit_code=credit_code(3, "12"),
    licence_no="PDY3", services=frozenset({"inpatient", "outpatient"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "group"),
    [(RULES, "X"), (RULES, "N"), (RULES, "S"), (RULES, "G"), (population_rules(), "P")],
)
def test_the_table_is_total_and_exclusive(rules, group: str) -> None:  # type: ignore[no-untyped-def]
    table = rules.tables[group]
    reached: Counter[str] = Counter()
    for state in table.combinations():
        holding = [one for one in table.classes if one.holds(state)]
        assert holding[0] is table.outcome(state)
        reached[table.outcome(state).name] += 1
    assert set(reached) == {one.name for one in table.classes}


@pytest.mark.parametrize("rules", [RULES, population_rules()])
def test_a_class_says_what_to_do_and_when_it_closes(rules) -> None:  # type: ignore[no-untyped-def]
    for code in [*rules.codes(), *rules.list_classes]:
        one = rules.class_of(code)
        assert one.name and one.action and one.closes
        assert one.deadline > 0 or one.watch or one.at_once
    for name, number in rules.parameters.items():
        assert number.cite or number.assumed, name


def test_in_order_nothing_is_found() -> None:
    found = run([CLINIC, DRUGS, PUBLIC], [row(CLINIC), row(PUBLIC, scope="内科门诊、住院")],
                [row(CLINIC), row(DRUGS)])  # fmt: skip
    assert codes(found) == []
    assert found.incomplete == frozenset()


@pytest.mark.parametrize(
    ("health", "market", "code"),
    [
        ({"status": "注销"}, {}, "R1"),
        ({}, {"status": "吊销，未注销"}, "R1"),
        (None, None, "R2"),
        (None, {}, "R6"),
        ({}, None, "R6"),
        ({"until": "2019-05-31"}, {}, "R3"),
        ({"name": "石湾口腔门诊部"}, {"name": "石湾口腔门诊部"}, "R4"),
        ({"address": "北津镇港口路1号"}, {"address": "北津镇港口路1号"}, "R4"),
    ],
)
def test_one_thing_wrong_is_one_finding(health, market, code: str) -> None:  # type: ignore[no-untyped-def]
    some = [[] if told is None else [row(CLINIC, **told)] for told in (health, market)]
    others = [row(holder(name="别家", credit_code=credit_code(9), licence_no="9", address="别处"))]
    found = run([CLINIC], [*some[0], *others], [*some[1], *others])
    assert codes(found) == [code]
    (finding,) = [one for one in found.findings if one.code == code]
    assert finding.key == f"{code}|{CLINIC.code}"
    assert finding.sources == ("health", "market")


def test_an_agreement_beyond_the_licence() -> None:
    one = holder(services=frozenset({"outpatient", "inpatient"}))
    found = run([one], [row(one)], [row(one, scope="")])
    assert codes(found) == ["R5"]
    assert "协议有而许可没有：住院" in found.findings[0].facts


def test_who_is_registered_elsewhere_is_not_sought() -> None:
    assert codes(run([PUBLIC], [row(PUBLIC, scope="门诊住院")], [row(CLINIC)])) == []
    assert codes(run([DRUGS], [row(CLINIC)], [row(DRUGS)])) == []


def test_without_an_agreement_nothing_is_found_but_its_row_is_told() -> None:
    one = holder(running=False)
    found = run([one], [row(one)], [row(one)])
    assert codes(found) == []
    (free,) = found.findings
    assert (free.code, free.subject, free.sources) == ("G1", one.credit_code, ("health", "market"))


def test_a_name_alone_is_for_a_person_s_eye() -> None:
    one = holder(credit_code="", licence_no="")
    rows = [row(CLINIC)]
    found = run([one], rows, rows)
    assert codes(found) == []
    (candidate,) = found.found["health"][one.code].candidates
    assert candidate.key == CLINIC.credit_code
    pinned = run(
        [one], rows, rows, pins=[Pin(r, one.code, candidate.key, True) for r in RULES.offices]
    )
    assert pinned.found["market"][one.code].rule == "pinned"
    never = run(
        [one], rows, rows, pins=[Pin(r, one.code, candidate.key, False) for r in RULES.offices]
    )
    assert codes(never) == ["R2"]


def test_two_codes_in_order_that_differ_are_two_organisations() -> None:
    other = holder(credit_code=credit_code(7), licence_no="", name="石湾梁氏口腔诊所二店")
    rows = register("health", row(other)).entries
    one = holder(licence_no="")
    assert find_in(rows, [one], (), 10)[one.code].rule == "unknown"


def test_a_licence_number_does_not_beat_two_codes_that_differ() -> None:
    """An office wrote the number of one institution beside another: nobody is linked by it."""
    other = holder(credit_code=credit_code(7), name="别家诊所", address="别处")
    rows = register("health", row(other)).entries
    assert find_in(rows, [CLINIC], (), 60)[CLINIC.code].rule == "unknown"
    unknown = holder(credit_code="")
    assert find_in(rows, [unknown], (), 60)[CLINIC.code].rule == "licence_no"


def test_of_a_code_twice_the_open_row_holds() -> None:
    rows = register("health", row(CLINIC), row(CLINIC, status="注销")).entries
    found = find_in(rows, [CLINIC], (), 60)[CLINIC.code].entry
    assert found is not None and found.status == "open"


def test_a_register_that_has_not_come_says_nothing() -> None:
    found = run([CLINIC], [], [], lists=[register("market", row(DRUGS))])
    assert codes(found) == []
    assert found.incomplete == {"health"}
    past = [[Past(f"R2|{CLINIC.code}", ("health", "market"))]]
    held = run([CLINIC], [], [], lists=[register("market", row(CLINIC))], past=past)
    assert held.compared.count("held") == 1


def test_a_shrunken_register_clears_nobody_until_it_is_released() -> None:
    many = [
        holder(code=f"H{n}", credit_code=credit_code(n), licence_no=str(n)) for n in range(1, 41)
    ]
    whole = register("health", *map(row, many))
    earlier = [whole.judged("2019-05").now]
    small = [register("health", *map(row, many[:20])), register("market", *map(row, many))]
    found = run(many, [], [], lists=small, earlier=earlier)
    assert [one.code for one in found.findings if one.code[0] == "L"] == ["L4"]
    assert "R6" not in codes(found)
    let = run(many, [], [], lists=small, earlier=earlier, released=frozenset({"health"}))
    assert codes(let).count("R6") == 20


def test_run_again_it_is_the_same() -> None:
    rows = [row(CLINIC, status="注销"), row(PUBLIC)]
    first, second = (run([CLINIC, PUBLIC], rows, [row(CLINIC)]) for _ in range(2))
    assert first == second
    turned = run([PUBLIC, CLINIC], rows, [row(CLINIC)])
    assert (turned.run_id, turned.findings) == (first.run_id, first.findings)


def test_a_state_of_every_institution_is_one_of_the_table() -> None:
    for status in ("正常", "注销", ""):
        for until in ("2018-01-01", "2030", ""):
            one = entry(status=status, until=until)
            found = {"health": Found(one, "credit_code"), "market": Found(None, "unknown")}
            for group, state in states_of(Frame(RULES, DAY), CLINIC, found).items():
                assert set(state) == set(RULES.tables[group].states)
                assert RULES.tables[group].outcome(state).group == group


def test_the_rules_are_read_from_their_folder() -> None:
    assert institution_rules(packs_folder()).version == RULES.version
