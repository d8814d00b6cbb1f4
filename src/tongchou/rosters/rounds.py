"""三步走: a month's runs one after another, each beside the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongchou.rosters import lists
from tongchou.rosters.models import Run, RunFinding

FIXED, NEW = "fixed", "new"


@dataclass(frozen=True, slots=True)
class Round:
    """A run in its place. `fixed`, `new`, `still`: findings beside the run before; 0 of the first.

    The findings of lists themselves (L) are no persons' and are not counted.
    """

    number: int
    run: Run
    found: int
    fixed: int
    new: int
    still: int


def rounds_of(runs: Sequence[Run]) -> list[Round]:
    """Return the runs of a month, in order, as rounds."""
    keys: dict[int, set[str]] = {run.pk: set() for run in runs}
    rows = RunFinding.objects.filter(run__in=runs).exclude(code__startswith="L")
    for pk, key in rows.values_list("run_id", "key"):
        keys[pk].add(key)
    found, before = [], None
    for number, run in enumerate(runs, 1):
        now = keys[run.pk]
        then = now if before is None else before
        found.append(
            Round(number, run, len(now), len(then - now), len(now - then),
                  len(now & then) if before is not None else 0)
        )  # fmt: skip
        before = now
    return found


def before(run: Run) -> Run | None:
    """Return the run of the same month that was made last before."""
    same = Run.objects.filter(area=run.area, month=run.month, made_at__lt=run.made_at)
    return same.order_by("-made_at", "-pk").first()


def differences(run: Run) -> Iterator[dict[str, Any]]:
    """Yield what was put right since the run before, then what is new."""
    last = before(run)
    if last is None:
        return
    mine = run.findings.exclude(code__startswith="L")
    theirs = last.findings.exclude(code__startswith="L")
    gone = theirs.exclude(key__in=mine.values("key"))
    fresh = mine.exclude(key__in=theirs.values("key"))
    pack = lists.pack_of(run.area)
    for what, rows in ((FIXED, gone), (NEW, fresh)):
        for one in rows.order_by("town", "code", "key"):
            yield {
                "what": what,
                "word": _("办好了") if what == FIXED else _("新出现"),
                "town": one.town,
                "name": one.name or one.subject,
                "class": f"{one.code} {pack.class_of(one.code).name}",
                "sources": "、".join(one.sources),
                "facts": one.facts,
                "key": one.key,
            }
