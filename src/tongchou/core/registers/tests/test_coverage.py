"""The population beside the insured: the rate to the hundredth, each once, reasons, sameness."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.identity import check_character
from tongchou.core.matching import COLUMNS, Pin, Registry
from tongchou.core.registers.coverage import Counted, Stands, Told, cover, rate
from tongchou.core.registers.pack import population_rules
from tongchou.core.registers.population import judge, open_population
from tongchou.core.sheets import SheetRefused, streams

RULES = population_rules()
DAY = date(2019, 6, 30)
HEADINGS = ("姓名", "公民身份号码", "乡镇", "村居", "备注")
Person = tuple[str, str, str, str, str]


def number(at: int, birth: date = date(1960, 1, 1)) -> str:
    day = birth + timedelta(days=at // 400)
    first = f"990000{day:%Y%m%d}{at % 400 + 1:03d}"
    return first + check_character(first)


def name(at: int) -> str:
    signs = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
    return signs[at % 20] + signs[at // 20 % 20] + signs[at // 400 % 20]


def person(at: int, note: str = "") -> Person:
    return (name(at), number(at), "平冈镇" if at % 2 else "北津镇", "大坪村", note)


def content(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode("gb18030")


def registry(persons: Sequence[int]) -> Registry:
    columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
    for at in persons:
        who, id_no, town, village, _note = person(at)
        row = (f"P{at}", id_no, who, "1", "", town, village, "")
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return Registry.of_table(pa.table(columns))


def run(
    rows: Sequence[Sequence[str]], registered: Sequence[int], insured: Sequence[int],
    told: Sequence[Told] = (), others: Sequence[Stands] = (), pins: Sequence[Pin] = (),
) -> list[Counted]:  # fmt: skip
    stands = [Stands(f"P{at}", "here", False) for at in insured]
    people = open_population(RULES, "人口.csv", content(rows))
    found = cover(registry(registered), people, [stands, others], told, DAY, pins=pins)
    return [one for some in found.counted(7) for one in some]


def outcomes(found: Sequence[Counted]) -> dict[str, int]:
    return dict(Counter(one.outcome for one in found))


def test_huzhou_s_rate_to_the_hundredth() -> None:
    """HZ: 98.95%, of 2,000 registered 1,979 insured; numerator, denominator and list in one."""
    everyone = range(2000)
    found = run([person(at) for at in everyone], everyone, range(21, 2000))
    insured = [one for one in found if not one.outcome]
    assert (len(insured), len(found)) == (1979, 2000)
    assert rate(len(insured), len(found)) == 9895
    assert {one.person_no for one in found if one.outcome} == {f"P{at}" for at in range(21)}


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_rate_is_the_nearest_ten_thousandth(part: int, whole: int) -> None:
    found = rate(part, whole)
    assert abs(found * whole - part * 10_000) * 2 <= whole


def test_each_is_once_and_has_one_outcome() -> None:
    rows = [person(at) for at in range(10)] + [person(3), person(3)]
    found = run(rows, range(8), range(5))
    assert len(found) == 10
    assert sum(one.repeats for one in found) == 2
    assert outcomes(found) == {"": 5, "E1": 5}


@pytest.mark.parametrize(
    ("note", "code"),
    [("现役", "E8"), ("省外参保", "E4"), ("在外地职工参保", "E5"), ("死亡", "D"), ("", "E1")],
)
def test_a_note_says_why(note: str, code: str) -> None:
    (found,) = run([person(1, note)], [1], [])
    assert found.outcome == code


@pytest.mark.parametrize(
    ("enrolled", "dead", "code"),
    [
        ("here", False, ""),
        ("elsewhere", False, "E4"),
        ("employee", False, "E5"),
        ("none", True, "D"),
        ("here", True, "D"),
    ],
)
def test_the_register_says_why(enrolled: str, dead: bool, code: str) -> None:
    (found,) = run([person(1)], [1], [], others=[Stands("P1", enrolled, dead)])
    assert found.outcome == code


def test_another_list_counts_only_where_number_and_name_agree() -> None:
    who, id_no, *_rest = person(5)
    assert outcomes(run([person(5)], [1], [], told=[Told(id_no, who, "elsewhere")])) == {"E4": 1}
    assert outcomes(run([person(5)], [1], [], told=[Told(id_no, "某某", "elsewhere")])) == {"E1": 1}


def test_whom_the_rules_cannot_settle_is_not_uninsured() -> None:
    who, id_no, *rest = person(7)
    row = ("某" + who[1:], id_no, *rest)
    (found,) = run([row], [7], [7])
    assert (found.outcome, found.person_no) == ("?", "")
    assert '"P7"' in found.candidates
    (settled,) = run([row], [7], [7], pins=[Pin(found.subject, "P7", True)])
    assert (settled.outcome, settled.subject) == ("", "P7")
    (nobody,) = run([row], [7], [7], pins=[Pin(found.subject, "P7", False)])
    assert nobody.outcome == "E1"


def test_age_is_in_whole_years() -> None:
    born = date(1959, 6, 30)
    rows = [(name(at), number(at, day), "平冈镇", "", "") for at, day in
            enumerate([born, born + timedelta(days=1)])]  # fmt: skip
    assert [one.age for one in run(rows, [], [])] == [60, 59]


def test_run_again_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [person(at, "现役" if at % 9 == 0 else "") for at in range(300)]
    first = run(rows, range(0, 300, 2), range(0, 300, 4))
    assert first == run(rows, range(0, 300, 2), range(0, 300, 4))
    # A long file is read as a stream, and says the same.
    monkeypatch.setattr(streams, "_SMALL", 100)
    assert first == run(rows, range(0, 300, 2), range(0, 300, 4))


def test_the_gates_see_rows_and_bad_numbers() -> None:
    rows = [person(1), ("某某", "44172119560612002", "平冈镇", "", "")]
    judged = judge(open_population(RULES, "2019年6月人口.csv", content(rows)), "2019-06")
    assert (judged.now.rows, judged.bad, judged.now.says) == (2, 1, "2019-06")
    assert judged.now.categories == {"平冈": 2}


def test_a_long_file_without_headings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_SMALL", 10)
    with pytest.raises(SheetRefused, match="找不到表头"):
        open_population(RULES, "人口.csv", "序号,内容\n1,2\n".encode() * 9)
