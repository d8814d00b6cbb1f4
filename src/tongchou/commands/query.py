"""`tongchou query`: SQL over the lake, by a user of the installation and within their rights."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tongchou.commands.installation import folder_option, use_installation
from tongchou.commands.rows import open_rows, write_rows
from tongchou.commands.staging import staged
from tongchou.commands.stopping import stop, system_problem


@click.command()
@click.option("--as", "login", required=True, metavar="LOGIN", help="以哪个用户查询。")
@click.option(
    "-o", "--out", default="-", metavar="FILE",
    help="结果文件，按后缀写 .jsonl、.csv、.parquet 或 .xlsx；省略则以 JSON 行写到标准输出。",
)  # fmt: skip
@folder_option
@click.argument("sql")
def query(*, login: str, out: str, folder: Path | None, sql: str) -> None:
    """用一条 SELECT 查询数据副本，例如
    tongchou query --as jihe "SELECT scheme, sum(fund_total) FROM settlements GROUP BY 1"

    密码取自 TONGCHOU_PASSWORD，没有则提示输入。查询人、语句和行数留痕；没有权限的看不到人员编号。
    """
    use_installation(folder)
    from tongchou.lake import services
    from tongchou.platform.accounts.services import check_sign_in
    from tongchou.platform.refusal import Refused

    password = os.environ.get("TONGCHOU_PASSWORD")
    password = password or click.prompt("密码", hide_input=True, err=True)
    target = None if out == "-" else Path(out)
    try:
        open_rows(target)
        user = check_sign_in(login=login, password=password, address="tongchou query")
        rows = services.query(by=user, sql=sql)
        with staged(target, sys.stdout.buffer) as file:
            write_rows(rows, target, file)
    except Refused as refused:
        stop(refused.reason)
    except BrokenPipeError:
        raise
    except OSError as error:
        stop(system_problem(error))
