"""Links: automatic only where number and name agree, a person's word before every rule."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from tongchou.core.identity import check_character
from tongchou.core.matching import COLUMNS, Link, Pin, Registry, describe, link, provisional
from tongchou.core.sheets import Cell


def number(birth: str, sequence: int) -> str:
    first17 = f"370830{birth}{sequence:03d}"
    return first17 + check_character(first17)


FATHER, SON = number("19600302", 11), number("19880704", 13)
OTHER, NEW = number("19600302", 13), number("19880705", 13)
PEOPLE = [
    ("P1", FATHER, "王建国", "男", "1960-03-02", "南旺镇", "东村", "王建国"),
    ("P2", SON, "王伟", "男", "1988-07-04", "南旺镇", "东村", "王建国"),
    ("P3", OTHER, "王建国", "男", "1960-03-02", "次邱镇", "西村", "王建国"),
    ("P4", number("19750101", 24), "李秀英", "女", "1975-01-01", "南旺镇", "东村", "李强"),
    ("P6", number("19680719", 19), "曹慧", "男", "1968-07-19", "南旺镇", "东村", "曹慧"),
    ("P7", number("19960520", 23), "曹慧", "男", "1996-05-20", "南旺镇", "东村", "曹慧"),
    ("P8", number("19700101", 11), "张伟", "男", "1970-01-01", "南旺镇", "东村", "张大"),
    ("P9", number("19710202", 13), "张伟", "男", "1971-02-02", "南旺镇", "东村", "张二"),
    ("P5", number("19750102", 24), "李绣英", "女", "1975-01-02", "次邱镇", "西村", "李绣英"),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    rows = [dict(zip(COLUMNS, one, strict=True)) for one in PEOPLE]
    return Registry.of_table(pa.Table.from_pylist(rows), [("P2", NEW)], threads=1)


def linked(registry: Registry, *pins: Pin, **cells: Cell) -> Link:
    who = describe(cells)
    return link(registry, [who], [provisional("民政", who)], pins)[0]


@pytest.mark.parametrize(
    ("cells", "rule", "person"),
    [
        ({"name": "王伟", "id_no": SON}, "id_name", "P2"),
        ({"name": "王 伟", "id_no": f"'{SON.lower()}"}, "id_name", "P2"),
        ({"name": "王伟", "id_no": NEW}, "former_id_name", "P2"),
        ({"name": "李秀?", "id_no": PEOPLE[3][1]}, "id_variant", "P4"),
        ({"name": "王伟", "id_no": float(int(SON[:15] + "000"))}, "cut_name", "P2"),
        ({"name": "王伟", "id_no": SON[:7] + "8" + SON[8:]}, "near_name", "P2"),
    ],
)
def test_a_rule_links(
    registry: Registry, cells: Mapping[str, Cell], rule: str, person: str
) -> None:
    found = linked(registry, **cells)
    assert (found.tier, found.rule, found.person_no) == ("auto", rule, person)
    assert found.evidence


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        # The son with his father's number: both are shown, nobody is linked.
        ({"name": "王伟", "id_no": FATHER, "town": "南旺镇", "village": "东村"}, "P2"),
        (
            {"name": "王伟", "id_no": "", "town": "南旺镇", "village": "东村", "head": "王建国"},
            "P2",
        ),
        # One number among two who are called the same on the same day.
        ({"name": "王建国", "id_no": "无", "birth": "1960-03-02", "village": "西村"}, "P3"),
    ],
)
def test_what_does_not_agree_is_for_a_person_s_eye(
    registry: Registry, cells: Mapping[str, Cell], first: str
) -> None:
    found = linked(registry, **cells)
    assert (found.tier, found.person_no) == ("review", first)
    assert found.candidates[0].why


def test_the_owner_of_the_number_stands_beside_whom_the_name_means(registry: Registry) -> None:
    found = linked(registry, name="王伟", id_no=FATHER, town="南旺镇", village="东村")
    assert {one.person_no for one in found.candidates} >= {"P1", "P2"}


def test_of_two_in_a_household_who_are_called_the_same_the_number_alone_does_not_tell(
    registry: Registry,
) -> None:
    told: dict[str, Cell] = {"name": "曹慧", "id_no": PEOPLE[4][1]}
    assert linked(registry, **told).tier == "review"
    assert linked(registry, **told, birth="1968-07-19").person_no == "P6"
    assert linked(registry, **told, birth="1968年7月").tier == "auto"
    assert linked(registry, **told, birth="1968-07-19").tier == "auto"


@pytest.mark.parametrize(
    ("told", "tier"),
    [
        ({}, "auto"),
        ({"village": "东村", "head": "张大"}, "auto"),
        ({"birth": "1970-01-01", "village": "东村", "head": "张二"}, "auto"),
        ({"birth": "1970-01-02"}, "auto"),  # a slip, and nobody's of the name
        ({"birth": "1970年1月"}, "auto"),
        ({"birth": "1970年", "village": "东村", "head": "张二"}, "auto"),
        ({"birth": "1971-02-02"}, "review"),
        ({"birth": "1971年2月"}, "review"),
        ({"village": "东村", "head": "张二"}, "review"),
    ],
)
def test_a_number_looked_up_by_the_name_is_not_the_namesake_s(
    registry: Registry, told: Mapping[str, Cell], tier: str
) -> None:
    found = linked(registry, name="张伟", id_no=number("19700101", 11), **told)
    assert found.tier == tier
    if tier == "review":
        assert {one.person_no for one in found.candidates} >= {"P8", "P9"}


def test_a_surname_alone_is_the_relative_s_as_well(registry: Registry) -> None:
    assert linked(registry, name="王□", id_no=SON).tier == "review"
    assert linked(registry, name="王□", id_no=SON, birth="1988-07-04").tier == "auto"


@pytest.mark.parametrize("id_no", [float(int(SON[:15] + "000")), SON[:7] + "8" + SON[8:]])
def test_of_a_number_that_is_not_whole_a_namesake_elsewhere_is_not_meant(
    registry: Registry, id_no: Cell
) -> None:
    elsewhere = linked(registry, name="王伟", id_no=id_no, town="次邱镇", village="西村")
    assert (elsewhere.tier, elsewhere.person_no) == ("review", "P2")
    assert linked(registry, name="王伟", id_no=id_no, town="南旺镇").tier == "auto"


def test_nobody_is_found_for_a_stranger(registry: Registry) -> None:
    found = linked(registry, name="欧阳震华", id_no=number("19990909", 77))
    assert (found.tier, found.person_no, found.candidates) == ("none", "", ())


@pytest.mark.parametrize(
    ("cells", "person"),
    [
        # The form put the town before an address that begins with it; or the address is the town.
        ({"name": "王伟", "address": "南旺镇南旺镇东村村委会"}, "P2"),
        ({"name": "李绣英", "address": "汶上县次邱镇"}, "P5"),
        # No number, and a slip in the name: whoever of the village is called nearly so.
        ({"name": "王建园", "village": "西村"}, "P3"),
    ],
)
def test_without_a_number_place_and_name_say_who_it_could_be(
    registry: Registry, cells: Mapping[str, Cell], person: str
) -> None:
    found = linked(registry, **cells)
    assert (found.tier, found.person_no) == ("review", person)


def test_a_number_that_is_in_order_and_nobody_s_is_not_explained_by_a_likeness(
    registry: Registry,
) -> None:
    stranger = number("19440404", 17)
    assert linked(registry, name="王建园", id_no=stranger, village="西村").tier == "none"


def test_a_town_in_an_address_finds_the_person_and_is_no_statement_of_his_place() -> None:
    who = describe({"name": "王伟", "address": "次邱镇西村"})
    assert (who.town, who.address_town, who.village) == ("", "次邱", "西")


def test_a_pin_beats_the_rules_both_ways(registry: Registry) -> None:
    cells: dict[str, Cell] = {"name": "王伟", "id_no": SON}
    subject = provisional("民政", describe(cells))
    must = linked(registry, Pin(subject, "P4", must=True, evidence="照片"), **cells)
    assert (must.tier, must.rule, must.person_no) == ("auto", "pinned", "P4")
    never = linked(registry, Pin(subject, "P2", must=False), **cells)
    assert never.tier != "auto"
    assert "P2" not in {one.person_no for one in never.candidates}


def test_a_pin_to_somebody_who_is_gone_does_nothing(registry: Registry) -> None:
    cells: dict[str, Cell] = {"name": "王伟", "id_no": SON}
    subject = provisional("民政", describe(cells))
    assert linked(registry, Pin(subject, "P99", must=True), **cells).rule == "id_name"


def test_a_row_dressed_otherwise_keeps_its_provisional_name() -> None:
    plain = describe({"name": "王伟", "id_no": SON})
    dressed = describe({"name": "王 伟", "id_no": f" {SON[:6]} {SON[6:]}"})
    assert provisional("民政", plain) == provisional("民政", dressed)
    assert provisional("残联", plain) != provisional("民政", plain)
