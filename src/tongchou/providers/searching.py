"""Institutions in the search of the top bar."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.ui.search import Hit, Searcher
from tongchou.providers import access, queries


def find(user: Any, text: str, limit: int) -> Iterator[Hit]:
    found = queries.matching(access.institutions_for(user), text).order_by("code")
    for institution in found[:limit]:
        yield Hit(
            label=institution.name,
            note=f"{institution.code} {institution.get_level_display()} {institution.town}".strip(),
            url=reverse("providers:institution", args=[institution.code]),
            exact=institution.code == text.upper(),
        )


SEARCHER = Searcher(label=_("定点机构"), right="providers.view", find=find)
