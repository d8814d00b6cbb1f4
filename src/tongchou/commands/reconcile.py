"""`tongchou reconcile`: a month's lists of helped people against the register, without pages."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.commands.staging import staged_folder
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.rosters import (
    PackError,
    load_pack,
    open_register,
    read_inputs,
    run_month,
    write_run,
)
from tongchou.core.sheets import SheetRefused


@click.command()
@click.option(
    "--month", required=True, metavar="YYYY-MM",
    help="名单所属的月份。",
)  # fmt: skip
@click.option(
    "--dir", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="文件夹：registry.csv，lists/<YYYY-MM>/<来源>.xlsx|xls|csv；结果写到 out/<YYYY-MM>/。",
)  # fmt: skip
@click.option("--area", default="", metavar="CODE", help="统筹区，用它自己的规则参数。")
def reconcile(month: str, folder: Path, area: str) -> None:
    """比对一个月的困难群众名单和参保登记，写出对应关系、问题清单和试运行摘要。

    同样的输入写出同样的字节。有误的输入写明文件、表、行、列和原因，退出码 2，不写出任何结果。
    """
    _check_month(month)
    try:
        pack = load_pack(area)
        inputs = read_inputs(folder, month, pack)
        register = open_register(folder / "registry.csv", pack)
        run = run_month(
            inputs, register.registry, register.sha256, register.known, register.standings
        )
        (folder / "out").mkdir(exist_ok=True)
        with staged_folder(folder / "out" / month) as out:
            write_run(out, inputs, run)
    except (SheetRefused, PackError) as refused:
        stop(str(refused))
    except OSError as error:
        stop(system_problem(error))
    click.echo(run.compared.words)


def _check_month(month: str) -> None:
    year, _dash, number = month.partition("-")
    good = len(year) == 4 and len(number) == 2 and (year + number).isdigit()
    if not good or not 1 <= int(number) <= 12 or year < "1900":
        stop(f"--month: 写成 YYYY-MM，如 2019-06；这里是 {month}")
