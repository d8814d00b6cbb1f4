"""Persons in the search of the top bar."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.core.identity import mask_id_number
from tongchou.people import access, queries
from tongchou.platform.ui.search import Hit, Searcher

ID_DIGITS = 15  # so much of a number is no chance


def find(user: Any, text: str, limit: int) -> Iterator[Hit]:
    found = queries.matching(access.persons_for(user), text).order_by("name", "psn_no")
    whole = len(text) >= ID_DIGITS and any(c.isdigit() for c in text)
    for person in found[:limit]:
        yield Hit(
            label=person.name,
            note=f"{mask_id_number(person.id_no)} {person.town} {person.village}".strip(),
            url=reverse("people:person", args=[person.psn_no]),
            exact=whole,
        )


SEARCHER = Searcher(label=_("人员"), right="people.view", find=find)
