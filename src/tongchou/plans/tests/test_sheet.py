"""Every number of every shipped policy has its place, and every clause knows its numbers."""

from collections import Counter
from pathlib import Path

import pytest

from tongchou.core.policy import Plan, load_policy, policy_files
from tongchou.plans.editing import set_number
from tongchou.plans.sheet import Sheet, make_sheet


def plan_of(path: Path) -> Plan:
    return load_policy(path.read_text("utf-8"), source=path.name)


def placed(sheet: Sheet) -> Counter[str]:
    found: Counter[str] = Counter()
    for section in sheet.sections:
        places = [*section.heads, *(place for row in section.rows for place in row.places)]
        cells = [*(place.cell for place in places if place.cell), *section.rest]
        found.update(cell.path for cell in cells)
    return found


@pytest.mark.parametrize("path", policy_files(), ids=lambda p: "-".join(p.parts[-3:]))
def test_every_number_stands_once(path: Path) -> None:
    plan = plan_of(path)
    counted = placed(make_sheet(plan))
    assert set(counted) == {number.path for number in plan.document.numbers()}
    assert max(counted.values()) == 1


@pytest.mark.parametrize("path", policy_files(), ids=lambda p: "-".join(p.parts[-3:]))
def test_every_row_is_as_wide_as_its_head(path: Path) -> None:
    for section in make_sheet(plan_of(path)).sections:
        held: list[int] = []  # rows for which a place from above still holds its columns
        for row in section.rows:
            held = [rows - 1 for rows in held if rows > 1]
            own = sum(place.columns for place in row.places)
            assert 1 + own + len(held) == len(section.heads), row.label
            held += [place.rows for place in row.places if place.rows > 1]


def test_a_clause_knows_the_numbers_that_rest_on_it() -> None:
    plan = plan_of(next(p for p in policy_files() if p.match("441700/resident/*")))
    sheet = make_sheet(plan)
    assert [len(clause.paths) for clause in sheet.clauses] == [7, 3, 4, 6]
    assert [clause.mark for clause in sheet.clauses] == ["①", "②", "③", "④"]


def test_a_changed_number_shows_what_stood_before() -> None:
    path = next(p for p in policy_files() if p.match("441700/resident/*"))
    text = set_number(
        path.read_text("utf-8"),
        path="tiers.critical_illness.bands.0.from",
        kind="money",
        value="13000",
        evidence=None,
    )
    sheet = make_sheet(load_policy(text, source="draft"), plan_of(path))
    changed = {c.path: (c.before.text, c.text) for c in sheet.cells.values() if c.before}
    assert changed["tiers.critical_illness.bands.0.from"] == ("15,000.00", "13,000.00")
    # What the document words as 下调80% moves with it.
    helped = "tiers.critical_illness.identity.destitute.bands.0.from"
    assert changed[helped] == ("3,000.00", "2,600.00") and len(changed) == 3
    assert sheet.first_change is not None and sheet.first_change.unsupported
