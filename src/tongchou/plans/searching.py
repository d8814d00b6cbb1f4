"""Clauses of the policies in force or to come, in the search of the top bar, by their words."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongchou.core.policy import Cite, Plan
from tongchou.plans import queries
from tongchou.plans.compiled import compiled
from tongchou.plans.models import PlanVersion
from tongchou.platform.ui.search import Hit, Searcher

AROUND = 24  # letters shown on each side of what was asked


def find(user: Any, text: str, limit: int) -> Iterator[Hit]:
    if text.isascii() and not text.isalpha():
        return  # a number is a person's or a document's
    found = queries.versions(user.area_code).filter(state=PlanVersion.State.ADOPTED)
    for version in found:
        plan = compiled(version)
        for name, cite in plan.document.clauses.items():
            if text in cite.words:
                where = urlencode({"at": _number_on(plan, name)})
                yield Hit(
                    label=f"{version.title} {cite.clause}",
                    note=_around(cite, text),
                    url=f"{reverse('plans:version', args=[version.pk])}?{where}",
                )


def _number_on(plan: Plan, clause: str) -> str:
    """Return the path of the first number that rests on a clause, or nothing."""
    return next((n.path for n in plan.document.numbers() if n.clause_id == clause), "")


def _around(cite: Cite, text: str) -> str:
    at = cite.words.index(text)
    start, end = max(at - AROUND, 0), at + len(text) + AROUND
    before, after = "…" if start else "", "…" if end < len(cite.words) else ""
    return f"“{before}{cite.words[start:end]}{after}”"


SEARCHER = Searcher(label=_("条款"), right="plans.view", find=find)
