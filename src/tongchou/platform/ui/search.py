"""The search of the top bar. Each context says how it finds its own; a sole hit is opened.

A context registers in its `AppConfig.ready`: `search.register(Searcher(...))`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from tongchou.platform.authority.gates import signed_in

LIMIT = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: `exact` when a whole number was typed, so that it is opened at once."""

    label: str
    note: str
    url: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Searcher:
    """`find(user, text, limit)` gives only what this user may see."""

    label: str | Promise
    right: str
    find: Callable[[Any, str, int], Iterable[Hit]]


_searchers: list[Searcher] = []


def register(searcher: Searcher) -> None:
    """Add a context's searcher, in the order of the floors."""
    _searchers.append(searcher)


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    text = request.GET.get("q", "").strip()[:100]
    groups = []
    if text:
        for searcher in _searchers:
            if request.user.may(searcher.right):  # type: ignore[union-attr]
                hits = list(searcher.find(request.user, text, LIMIT))[:LIMIT]
                if hits:
                    groups.append((searcher.label, hits))
    found = [hit for _label, hits in groups for hit in hits]
    exact = [hit for hit in found if hit.exact]
    if len(exact) == 1 or len(found) == 1:
        return redirect((exact or found)[0].url)
    return render(request, "ui/search.html", {"search_text": text, "groups": groups})
