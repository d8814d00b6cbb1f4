"""The database refuses what the services would, whoever writes."""

import pytest
from django.db import DatabaseError

from tongchou.catalogue.tests.make import make_item
from tongchou.platform.db.tests.attack import change_row, refused_overlap

pytestmark = pytest.mark.django_db


def test_one_term_of_an_item_a_day() -> None:
    refused_overlap(make_item().terms.get())


@pytest.mark.parametrize(
    "changes", [{"first_self_pay": 10_001}, {"first_self_pay": -1}, {"ceiling": -1}]
)
def test_malformed_terms(changes: dict[str, int]) -> None:
    term = make_item().terms.get()
    with pytest.raises(DatabaseError, match=r"item_term_(share|ceiling)"):
        change_row(term, **changes)
