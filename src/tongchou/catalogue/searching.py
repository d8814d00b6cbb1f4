"""Items in the search of the top bar."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.catalogue import queries
from tongchou.platform.ui.search import Hit, Searcher


def find(user: Any, text: str, limit: int) -> Iterator[Hit]:
    for item in queries.search(text, limit=limit):
        url = reverse("catalogue:item", args=[item.code])
        yield Hit(label=item.name, note=item.code, url=url, exact=item.code == text.upper())


SEARCHER = Searcher(label=_("目录"), right="catalogue.view", find=find)
