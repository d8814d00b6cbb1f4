"""`tongchou bench whatif`: how soon a moved number redraws, at the bills of a county."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from tongchou.commands.figures import Figure, as_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tongchou.core.simulation import Part
    from tongchou.insight.whatif.years import Loaded

_TARGET_MILLISECONDS = 300.0
_PARTS = 32  # as many files as a county's copy has
_NUMBER = "tiers.basic.rate.level3"


@click.command()
@click.option("--bills", default=1_000_000, show_default=True, help="副本里的单据重复到多少笔。")
@click.option("--repeat", default=9, show_default=True, help="测几轮，取中位。")
def whatif(bills: int, repeat: int) -> None:
    """测量试算改动：从改一个数到新的结果写成网页；用已有的数据副本（TONGCHOU_DIR）。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    import django

    django.setup()
    from tongchou.insight.whatif import years
    from tongchou.insight.whatif.views import trying
    from tongchou.plans.models import PlanVersion

    version = PlanVersion.objects.filter(state="adopted", scheme="resident").first()
    stocks = years.stock(version.area) if version else []
    stock = next((one for one in stocks if one.scheme == "resident"), None)
    if version is None or stock is None:
        raise click.ClickException("没有居民医保的数据副本。请先运行 tongchou export")
    large = _repeated(years.loaded(version.area, stock.year, "resident"), bills)
    years.keep_for(large)
    click.echo(f"{sum(part.claims for part in large.parts):,} 笔", err=True)
    asked = {"plan": str(version.pk), "year": str(stock.year), "at": _NUMBER}
    figures = [
        Figure(
            "试算重画", _rounds(trying.effect, asked, repeat), "毫秒", _TARGET_MILLISECONDS, True
        ),
        Figure("每动一步的图", _rounds(trying.steps, asked, repeat), "毫秒"),
    ]
    click.echo(as_table(figures))


def _repeated(of: Loaded, bills: int) -> Loaded:
    """Return the year with its bills over and over, in parts of the size that files have."""
    whole = [part for part in of.parts if part.claims]
    once = sum(part.claims for part in whole)
    if not once:
        raise click.ClickException("数据副本里没有单据")
    times = -(-bills // once)
    return replace(of, parts=list(_parts(whole, times)))


def _parts(whole: list[Part], times: int) -> Iterator[Part]:
    import numpy as np

    each = -(-times // max(_PARTS // len(whole), 1))
    for part in whole:
        for done in range(0, times, each):
            now = min(each, times - done)
            starts = [part.start[1:] + n * part.claims for n in range(now)]
            own: list[Any] = [part.kind, part.in_scope, part.cell, part.group, part.person]
            columns: list[Any] = [np.tile(column, now) for column in own]
            start = np.concatenate([part.start[:1], *starts])
            if part.opened is not None:
                columns += [np.tile(part.opened, now), part.openings]
            yield type(part)(start, *columns)


def _rounds(view: Callable[..., object], asked: dict[str, str], repeat: int) -> tuple[float, ...]:
    """Return the milliseconds of answers to another value each; the first only compiles."""
    from django.test import RequestFactory

    from tongchou.platform.accounts.models import User
    from tongchou.platform.authority.roles import RIGHTS

    roles = [role for role, rights in RIGHTS.items() if "whatif.run" in rights]
    user = User.objects.filter(role__in=roles).first()
    if user is None:
        raise click.ClickException("没有可以试算的用户")
    found = []
    for at in range(repeat + 1):
        request = RequestFactory().post("/", {**asked, f"n.{_NUMBER}": str(61 + at)})
        request.user = user
        began = time.perf_counter()
        view(request)
        found.append((time.perf_counter() - began) * 1000)
    return tuple(found[1:])
