"""`tongchou bench replay`: how fast a ledger is proved: folded again, its trail, its books."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import click

from tongchou.commands.figures import Figure, as_table


@click.command()
@click.option(
    "--database",
    metavar="URL",
    help="哪个数据库的账；默认 TONGCHOU_DATABASE_URL。可用测过接口的数据库。",
)
@click.option("--repeat", default=3, show_default=True, help="测几轮，取中位。")
def replay(database: str | None, repeat: int) -> None:
    """测量重放：今年的单据重新结算，核对留痕和账簿。"""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
    if database:
        os.environ["TONGCHOU_DATABASE_URL"] = database
    import django

    django.setup()
    from tongchou.platform import clock
    from tongchou.platform.authority.models import Area
    from tongchou.settlement.models import Settlement

    bills = Settlement.objects.filter(person_year__year=clock.today().year).count()
    if not bills:
        raise click.ClickException("账上没有今年的单据。请先用 tongchou bench gateway 建一个")
    areas = list(Area.objects.values_list("code", flat=True))
    figures = [_figure(what, run, repeat) for what, run in _proofs(areas)]
    click.echo(f"今年 {bills:,} 笔", err=True)
    click.echo(as_table(figures))


def _proofs(areas: list[str]) -> list[tuple[str, Callable[[], tuple[int, bool]]]]:
    """Return what is proved, each a function giving (rows looked at, sound)."""
    from tongchou.funds.models import Posting
    from tongchou.funds.verify import verify_books
    from tongchou.platform import clock
    from tongchou.platform.trail.verify import verify
    from tongchou.settlement.queries.replay import replay as fold_again

    def folds() -> tuple[int, bool]:
        found = [fold_again(area, clock.today().year) for area in areas]
        return sum(one.bills for one in found), not any(one.differences for one in found)

    def trail() -> tuple[int, bool]:
        report = verify()
        return report.rows, report.sound

    def books() -> tuple[int, bool]:
        return Posting.objects.count(), not any(verify_books(area) for area in areas)

    return [("重放，单据", folds), ("留痕，行", trail), ("账簿，分录", books)]


def _figure(what: str, run: Callable[[], tuple[int, bool]], repeat: int) -> Figure:
    paces = []
    for _ in range(repeat):
        began = time.perf_counter()
        rows, sound = run()
        paces.append(rows / (time.perf_counter() - began))
        if not sound:
            click.echo(f"{what}：不符", err=True)
            sys.exit(1)
    return Figure(what, tuple(paces), "每秒")
