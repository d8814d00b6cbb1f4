"""What both comparisons have in common when their result is written down."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tongchou.core.lists import NEW, OPEN, REOPENED, Compared, Finding, Past
from tongchou.platform import clock
from tongchou.platform.casework.models import Case
from tongchou.platform.trail import services as trail
from tongchou.registers.casework import BY_KIND
from tongchou.registers.models import RegisterFile, Run


def past_of(area: str, kind: str) -> list[list[Past]]:
    """Return what was found before: cases that are closed, then those that are not."""
    machine = BY_KIND[kind]
    rows = Case.objects.filter(area=area, kind=kind).values_list("key", "sources", "state")
    gone = (machine.closed, machine.vanished)
    closed = [Past(key, tuple(sources)) for key, sources, state in rows if state in gone]
    still = [Past(key, tuple(sources)) for key, sources, state in rows if state not in gone]
    return [closed, still] if closed or still else []


def fates_of(compared: Compared) -> dict[str, str]:
    return {key: fate for fate in (NEW, REOPENED, OPEN) for key in compared.keys[fate]}


def found_already(area: str, kind: str, month: str, run_id: str) -> Run | None:
    """Return the run of the very same inputs, if it was kept."""
    return Run.objects.filter(area=area, kind=kind, month=month, run_id=run_id).first()


def keep_run(
    *,
    area: str,
    kind: str,
    month: str,
    day: date,
    run_id: str,
    summary: dict[str, Any],
    incomplete: Sequence[str],
    files: Sequence[RegisterFile],
    actor: str,
) -> Run:
    """Write the head of a run; call it within a transaction, the rows follow."""
    run = Run.objects.create(
        area=area,
        kind=kind,
        month=month,
        day=day,
        run_id=run_id,
        summary=summary,
        incomplete=sorted(incomplete),
        files=[[file.register, file.sha256] for file in files],
        asked_by=actor,
        made_at=clock.now(),
    )
    trail.record(
        actor=actor,
        verb="registers.run.tried",
        object_type="register_run",
        object_id=str(run.pk),
        area=area,
        data={"kind": kind, "month": month, "run": run_id, "words": summary["words"]},
    )
    return run


def counts_by(findings: Sequence[Finding]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in findings:
        found[one.code] = found.get(one.code, 0) + 1
    return dict(sorted(found.items()))
