"""`tongchou bench rosters`: how right and how fast lists are compared with the register."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tongchou.commands.figures import Figure, as_table
from tongchou.demo.rosters import Built, build
from tongchou.demo.rosters.again import in_review, keys_of, send_again, send_changes
from tongchou.demo.rosters.scoring import Score, by_class, score

MONTH = "2019-06"


@click.command()
@click.option("--persons", default=800_000, show_default=True, help="登记人数。")
@click.option("--seeds", default=1, show_default=True, help="几个种子，从 1 起。")
@click.option("--dirt", default=1, show_default=True, help="差错率的倍数。")
@click.option("--dir", "folder", metavar="DIR", type=click.Path(path_type=Path), help="保留数据。")
def rosters(persons: int, seeds: int, dirt: int, folder: Path | None) -> None:
    """测量名单比对：错连、召回、误报未参保、用时、内存、重跑不变。"""
    scores, seconds, peaks = [], [], []
    kept, changed = [], []
    for seed in range(1, seeds + 1):
        with _place(folder, seed) as place:
            built = build(place, persons, MONTH, seed=seed, dirt=dirt)
            took, peak = _reconcile(place)
            again = _bytes(place)
            _reconcile(place)
            if again != _bytes(place):
                click.echo(f"种子 {seed}：重跑的结果不同", err=True)
                sys.exit(1)
            one = score(place, MONTH)
            click.echo(_line(seed, built, one, took), err=True)
            click.echo(_by_class(place), err=True)
            scores.append(one)
            kept.append(_kept(place, seed))
            changed.append(_changed(place, seed))
            seconds.append(took)
            peaks.append(float(peak))
    figures = [*_figures(scores, seconds, peaks, dirt)]
    figures.append(Figure("重发的月份问题不变的", tuple(kept), "%", 99.9))
    figures.append(Figure("变动名单到问题", tuple(changed), "秒", 300, at_most=True))
    click.echo(as_table(figures))


class _place:
    """A folder for one seed: kept under the one given, or gone afterwards."""

    def __init__(self, folder: Path | None, seed: int) -> None:
        self._kept = folder / f"seed-{seed}" if folder else None

    def __enter__(self) -> Path:
        if self._kept is not None:
            self._kept.mkdir(parents=True, exist_ok=True)
            return self._kept
        self._gone = TemporaryDirectory()
        return Path(self._gone.name)

    def __exit__(self, *_: object) -> None:
        if self._kept is None:
            self._gone.cleanup()


def _reconcile(place: Path) -> tuple[float, int]:
    """Run the month as a program of its own; return seconds and its peak memory in MiB.

    Linux counts to a child's ru_maxrss what its parent had when it started it, here the county
    that was built; VmHWM is of the program alone.
    """
    program = (
        "import sys; from tongchou.commands.main import tongchou;"
        "sys.argv = ['tongchou', 'reconcile', '--month', sys.argv[1], '--dir', sys.argv[2]];"
        "tongchou(standalone_mode=False);"
        "status = open('/proc/self/status').read();"
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, MONTH, str(place)],
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began, int(done.stdout.split()[-1])


def _by_class(place: Path) -> str:
    """Return what was found of each class beside the truth, in words."""
    rows = by_class(place, MONTH)
    words = (f"{code} {true}（漏 {missed} 误 {more}）" for code, true, missed, more in rows)
    return "  各类：" + "，".join(words)


def _kept(place: Path, seed: int) -> float:
    """Send the month's lists again in another order and dress; return the share of keys kept."""
    with TemporaryDirectory() as name:
        again = Path(name)
        send_again(place, again, MONTH, seed=seed)
        _reconcile(again)
        before, after = (keys_of(one, MONTH) for one in (place, again))
    return len(before & after) / len(before) * 100 if before else 100.0


def _changed(place: Path, seed: int) -> float:
    """Add a day's changes to the month; return the seconds until all who are added are found.

    Whose row waits at the review desk is not lost: another of his household has his name.
    """
    path, added = send_changes(place, MONTH, seed=seed)
    try:
        took, _peak = _reconcile(place)
        found = {key.split("|")[1] for key in keys_of(place, MONTH) if key.startswith(("F4|", "E"))}
        if missed := added - found - in_review(place, MONTH, path.name):
            click.echo(f"种子 {seed}：变动名单新增的 {len(missed)} 人没有发现", err=True)
            sys.exit(1)
    finally:
        path.unlink()
    return took


def _bytes(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((place / "out" / MONTH).iterdir())}


def _line(seed: int, built: Built, one: Score, took: float) -> str:
    return (
        f"种子 {seed}：{built.persons:,} 人 {one.rows:,} 行，自动 {one.auto:,} 错 {one.wrong}，"
        f"待审 {one.review:,}（首选对 {one.right_first:,}），漏 {one.false_none}；"
        f"问题 {one.findings:,} 漏 {one.findings_missed} 误 {one.findings_false}；{took:.1f} 秒"
    )


def _figures(
    scores: list[Score], seconds: list[float], peaks: list[float], dirt: int
) -> Iterator[Figure]:
    worst = 0 if dirt == 1 else 5
    yield Figure("自动错连", tuple(float(s.wrong) for s in scores), "行", worst, at_most=True)
    recall = tuple(s.recall * 100 for s in scores)
    yield Figure("含待审的召回", recall, "%", 99.6 if dirt == 1 else None)
    none = tuple(s.false_none / s.rows * 100 for s in scores)
    yield Figure("误报未参保", none, "% 行", 0.15 if dirt == 1 else None, at_most=True)
    yield Figure("六份表到试运行", tuple(seconds), "秒", 30, at_most=True)
    yield Figure("内存峰值", tuple(peaks), "MiB", 1024, at_most=True)
