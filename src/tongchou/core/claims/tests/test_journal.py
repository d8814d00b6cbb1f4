"""The journal gives back what it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.claims.journal import Journal

NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=20), st.data())
def test_records_come_back_in_any_order_between_appends(
    records: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    journal = Journal(3)
    for count, record in enumerate(records):
        assert journal.append(*record) == count
        asked = data.draw(st.integers(0, count))
        assert journal[asked] == records[asked]


@pytest.mark.parametrize("number", [-1, 1])
def test_a_record_that_is_not_there_is_refused(number: int) -> None:
    journal = Journal(1)
    journal.append(7)
    with pytest.raises(IndexError):
        journal[number]
