"""`tongchou settle`: settle the claims of a file without any server."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

import click

from tongchou.commands.plans import assumed_words, plan_named
from tongchou.commands.progress import Progress
from tongchou.commands.staging import staged
from tongchou.commands.stopping import BAD_INPUT, stop, system_problem
from tongchou.core.claims import (
    AssumedNumbersRefused,
    FileRefused,
    Fold,
    Row,
    RowError,
    Sink,
    open_sink,
    read_json_lines,
    read_rows,
    settle_rows,
)

_STANDARD = "-"
_ERRORS_SHOWN = 20
_SOME_REFUSED = 1
_NO_DEVICE = 1


@click.command()
@click.option(
    "--plan",
    "plan_name",
    required=True,
    metavar="AREA-SCHEME",
    help="统筹区和险种，如 441700-resident；每笔按结算日期取当时有效的政策。",
)
@click.option("--allow-assumed", is_flag=True, help="允许使用含待确认数值的政策。")
@click.option("--keep-going", is_flag=True, help="有误的行写成错误对象，其余照常结算。")
@click.option(
    "-o",
    "--out",
    default=_STANDARD,
    metavar="FILE",
    help="结果文件，按后缀写 .jsonl、.csv 或 .parquet；省略则以 JSON 行写到标准输出。",
)
@click.argument("claims", default=_STANDARD, metavar="[FILE]")
def settle(plan_name: str, allow_assumed: bool, keep_going: bool, out: str, claims: str) -> None:
    """结算一个文件里的费用：每行一笔，按人、按年度依次累计。

    FILE 按后缀读 .jsonl、.csv 或 .parquet；省略则从标准输入读 JSON 行。有误的行在标准错误里
    写明行号、字段和原因，退出码 2，不写出任何结果。
    """
    fold = Fold(*plan_named(plan_name), allow_assumed=allow_assumed)
    target = None if out == _STANDARD else Path(out)
    try:
        with (
            staged(target, sys.stdout.buffer) as file,
            open_sink(target or Path("stdout.jsonl"), file) as sink,
            closing(_rows(claims)) as rows,
        ):
            errors = _settle_into(sink, rows, fold, keep_going=keep_going)
    except AssumedNumbersRefused as refused:
        stop(assumed_words(refused.plan))
    except FileRefused as refused:
        stop(str(refused))
    except BrokenPipeError:
        raise
    except OSError as error:
        stop(system_problem(error), BAD_INPUT if error.filename else _NO_DEVICE)
    if errors:
        click.echo(f"{errors} 行有误，已在结果里写明原因", err=True)
        sys.exit(_SOME_REFUSED)


def _rows(claims: str) -> Generator[Row, None, None]:
    try:
        if claims != _STANDARD:
            yield from read_rows(Path(claims))
            return
        if sys.stdin.isatty():
            click.echo("从标准输入读，每行一个 JSON 对象，以 Ctrl-D 结束", err=True)
        yield from read_json_lines(sys.stdin.buffer)
    except FileRefused as refused:
        raise FileRefused(f"{claims}: {refused}") from None


def _settle_into(sink: Sink, rows: Iterable[Row], fold: Fold, *, keep_going: bool) -> int:
    """Write the answers; the number of rows refused. Without keep_going a refused row ends it."""
    errors = 0
    progress = Progress("结算")
    try:
        for answer in settle_rows(rows, fold):
            progress.tick()
            if not isinstance(answer, RowError):
                sink.write(answer)
                continue
            errors += 1
            if keep_going:
                sink.write(answer.as_answer())
                continue
            progress.clear()
            click.echo(f"row {answer.row}: {answer.field}: {answer.reason}", err=True)
            if errors == _ERRORS_SHOWN:
                click.echo("有误的行不止以上这些时，改正后再结算会接着列出", err=True)
                break
    finally:
        progress.clear()
    if errors and not keep_going:
        sys.exit(BAD_INPUT)
    return errors
