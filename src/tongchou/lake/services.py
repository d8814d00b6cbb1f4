"""The lake's verbs: exported, replayed, queried. Each leaves a trace."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.lake import export as exporting
from tongchou.lake import querying, replaying, reports
from tongchou.lake.manifest import LakeDamaged, NoLake, read_manifest
from tongchou.lake.models import Replay, ReplayDifference
from tongchou.lake.reading import open_year
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

Progress = Callable[[int, int | None, str], None]
MOST_OF_A_QUERY = 4000  # characters kept in the trail


def lake_root() -> Path:
    """Return where this installation's lake is."""
    return Path(settings.LAKE)


def export_area(*, area: str, actor: str, progress: Progress) -> exporting.Exported:
    """Bring the lake up to the books. Raises Refused: the copy differs, or files are damaged."""
    try:
        done = exporting.export(lake_root(), area, say=lambda words: progress(0, None, words))
    except (exporting.CopyDiffers, LakeDamaged) as wrong:
        raise Refused(str(wrong)) from wrong
    with transaction.atomic():
        _record("lake.exported", area, actor, {"settlements": done.settlements, "read": done.read})
    return done


def replay_year(*, area: str, year: int, scheme: str, actor: str, progress: Progress) -> Replay:
    """Fold a year of the lake again and keep what differs. Raises Refused."""
    began, started_at = time.monotonic(), clock.now()
    counted = 0

    def done(bills: int) -> None:
        nonlocal counted
        counted += bills
        progress(counted, opened.bills, f"{area}-{scheme} {year}")

    try:
        copied_at = datetime.fromisoformat(read_manifest(lake_root()).written_at)
        opened = open_year(lake_root(), area, year, scheme)
        found = replaying.replay(opened, threads=os.cpu_count() or 1, done=done)
    except (NoLake, LakeDamaged) as wrong:
        raise Refused(str(wrong)) from wrong
    seconds = Decimal(f"{time.monotonic() - began:.1f}")
    with transaction.atomic():
        kept = Replay.objects.create(
            area=area, year=year, scheme=scheme, copied_at=copied_at, started_at=started_at,
            seconds=seconds, bills=found.bills, years=found.years, different=found.different,
            asked_by=actor,
        )  # fmt: skip
        ReplayDifference.objects.bulk_create(
            ReplayDifference(
                replay=kept,
                settlement_id=one.settlement,
                posted=list(one.posted),
                recomputed=list(one.recomputed),
            )
            for one in found.differences
        )
        _record(
            "lake.replayed", area, actor,
            {"year": year, "scheme": scheme, "bills": found.bills, "different": found.different},
        )  # fmt: skip
    return kept


def query(*, by: User, sql: str) -> pa.Table:
    """Return the rows of one SELECT over the user's area.

    Raises NotAllowed, and Refused for what is no reading query; both are in the trail.
    """
    if not by.may("lake.query"):
        _refused(by, sql, "right")
        raise NotAllowed(_("您的岗位不能查询数据副本"))
    identify = by.may("lake.identify")
    try:
        with querying.opened(lake_root(), by.area_code, identify=identify) as db:
            rows = querying.run(db, sql)
    except (querying.QueryRefused, NoLake, LakeDamaged) as wrong:
        _refused(by, sql, str(wrong))
        raise Refused(str(wrong)) from wrong
    with transaction.atomic():
        _record(
            "lake.queried", by.area_code, by.login,
            {"sql": sql[:MOST_OF_A_QUERY], "rows": rows.num_rows, "identify": identify},
        )  # fmt: skip
    return rows


def report(*, by: User, name: str, year: int) -> reports.Made:
    """Make a report of the user's area. Raises NotAllowed, Refused."""
    if not by.may("lake.query"):
        raise NotAllowed(_("您的岗位不能查询数据副本"))
    try:
        return reports.make(lake_root(), by.area_code, reports.report_named(name), year)
    except (reports.NoReport, NoLake, LakeDamaged) as wrong:
        raise Refused(str(wrong)) from wrong


def bills_behind(*, by: User, made: reports.Made, row: reports.Row) -> reports.Behind:
    """Return the bills behind a row of a report; who looked is in the trail. Raises Refused."""
    try:
        found = reports.behind(lake_root(), by.area_code, made, row)
    except (NoLake, LakeDamaged) as wrong:
        raise Refused(str(wrong)) from wrong
    keys = {key.name: row[key.name] for key in made.report.keys}
    data = {"report": made.report.name, "year": made.year, "row": keys, "rows": found.many}
    with transaction.atomic():
        _record("lake.opened", by.area_code, by.login, data)
    return found


def record_report_taken(*, by: User, made: reports.Made) -> None:
    """Note that the report was taken away as a file."""
    data: dict[str, object] = {"report": made.report.name, "year": made.year, "copy": made.copy}
    with transaction.atomic():
        _record("lake.reported", by.area_code, by.login, data)


def years_held(area: str) -> list[int]:
    """Return the years that the copy holds of an area, the newest first; none without a copy."""
    try:
        partitions = read_manifest(lake_root()).partitions
    except (NoLake, LakeDamaged):
        return []
    return sorted({key[1] for key in partitions if key[0] == area and key[1]}, reverse=True)


def _refused(by: User, sql: str, why: str) -> None:
    with transaction.atomic():
        _record(
            "lake.refused", by.area_code, by.login, {"sql": sql[:MOST_OF_A_QUERY], "why": why[:500]}
        )


def _record(verb: str, area: str, actor: str, data: dict[str, object]) -> None:
    trail.record(actor=actor, verb=verb, object_type="lake", object_id=area, area=area, data=data)
