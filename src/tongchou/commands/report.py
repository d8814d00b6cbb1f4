"""`tongchou report`: the bureau's named figures of a year, out of the lake."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from tongchou.commands.figures import in_columns
from tongchou.commands.installation import folder_option, use_installation
from tongchou.commands.rows import open_rows, write_rows
from tongchou.commands.staging import staged
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.money import format_yuan
from tongchou.lake.manifest import LakeDamaged, NoLake, read_manifest
from tongchou.lake.reports import Figure, Made, NoReport, make, report_named, reports

_LANGUAGE = "zh"


@click.command()
@click.argument("name", required=False)
@click.option("--year", type=click.IntRange(1900, 2999), help="医保年度。")
@click.option("--area", metavar="CODE", help="统筹区；数据副本里只有一个时可省略。")
@click.option(
    "--lake", metavar="DIR", type=click.Path(path_type=Path),
    help="数据副本的文件夹；默认 TONGCHOU_LAKE，或安装文件夹下的 lake。",
)  # fmt: skip
@folder_option
@click.option(
    "-o", "--out", metavar="FILE", type=click.Path(path_type=Path),
    help="另写文件，按后缀写 .jsonl、.csv、.parquet 或 .xlsx；金额是整数分。",
)  # fmt: skip
def report(
    *,
    name: str | None,
    year: int | None,
    area: str | None,
    lake: Path | None,
    folder: Path | None,
    out: Path | None,
) -> None:
    """从数据副本做一张报表，写明副本时间、口径和与各项之和的差。不写名字则列出有哪些。"""
    if name is None:
        for one in reports().values():
            click.echo(f"{one.name:<18}{one.title.said(_LANGUAGE)}：{one.about.said(_LANGUAGE)}")
        return
    if year is None:
        stop("--year: 请写明哪一年")
    open_rows(out)
    try:
        root = lake or _own_lake(folder)
        made = make(root, _area(root, area), report_named(name), year)
        if out is not None:
            with staged(out, sys.stdout.buffer) as file:
                write_rows(_as_rows(made), out, file)
    except (NoReport, NoLake, LakeDamaged) as wrong:
        stop(str(wrong))
    except OSError as error:
        stop(system_problem(error))
    click.echo(_words(made))


def _own_lake(folder: Path | None) -> Path:
    use_installation(folder)
    from tongchou.lake.services import lake_root

    return lake_root()


def _area(root: Path, area: str | None) -> str:
    known = sorted({key[0] for key in read_manifest(root).partitions})
    if area is None and len(known) == 1:
        return known[0]
    if area in known:
        return area
    stop(f"--area: 请写明统筹区，有的是：{'、'.join(known) or '还没有'}")


def _as_rows(made: Made) -> pa.Table:
    """Return the rows, and the total below them with empty keys."""
    names = [*(key.name for key in made.report.keys), *(f.name for f in _held(made))]
    rows = [*made.rows, *([made.whole] if made.whole else [])]
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


def _held(made: Made) -> list[Figure]:
    return [figure for figure in made.report.figures if figure.kind != "unheld"]


def _words(made: Made) -> str:
    report = made.report
    said = [
        f"{report.title.said(_LANGUAGE)}，{made.year} 年{'（虚构数据）' if made.generated else ''}",
        report.about.said(_LANGUAGE),
        "",
        in_columns(_lines(made), numbers_from=len(report.keys)) if made.rows else "没有这样的支付",
        "",
        *(f"{f.label.said(_LANGUAGE)}＝{f.formula.said(_LANGUAGE)}" for f in report.figures),
        f"数据副本 {made.copied_at}，指纹 {made.copy}；报表 {report.name} {report.version}",
    ]
    return "\n".join(said)


def _lines(made: Made) -> list[tuple[str, ...]]:
    report = made.report
    columns: tuple[Any, ...] = (*report.keys, *report.figures)
    lines = [tuple(column.label.said(_LANGUAGE) for column in columns)]
    for row in made.rows:
        keys = [_key(one, row[one.name]) for one in report.keys]
        lines.append((*keys, *(_figure(f, row.get(f.name)) for f in report.figures)))
    empty = ("",) * (len(report.keys) - 1)
    if made.whole is not None:
        whole = made.whole
        lines.append(("合计", *empty, *(_figure(f, whole.get(f.name)) for f in report.figures)))
    if made.differences:
        shown = [
            _figure(f, made.differences[f.name]) if f.name in made.differences else ""
            for f in report.figures
        ]
        lines.append(("合计比各项之和多", *empty, *shown))
    return lines


def _key(key: Any, value: Any) -> str:
    words = key.values.get(value)
    return words.said(_LANGUAGE) if words else str(value)


def _figure(figure: Figure, value: Any) -> str:
    if figure.kind == "unheld":
        return "没有"
    if value is None:
        return "—"
    if figure.kind in ("money", "surplus"):
        return format_yuan(value)
    if figure.kind == "percent":
        sign, (whole, rest) = "-" if value < 0 else "", divmod(abs(value), 100)
        return f"{sign}{whole}.{rest:02d}%"
    return f"{value:,}"
