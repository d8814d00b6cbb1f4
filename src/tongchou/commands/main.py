"""The program `tongchou`: one command a module, imported when it is called.

Only what a command needs is loaded, so `tongchou settle` starts without Django.
"""

from __future__ import annotations

import click

from tongchou.commands.lazy import LazyGroup

COMMANDS = {
    "demo": "建一个演示县并打开网页",
    "serve": "启动服务",
    "export": "把账导出成数据副本",
    "replay": "整年重算，与账核对",
    "query": "用 SQL 查询数据副本",
    "report": "从数据副本做统计报表",
    "settle": "结算一个文件里的费用",
    "simulate": "用一年的费用测算政策改动",
    "reconcile": "比对一个月的困难群众名单",
    "night": "做名单的每晚巡查",
    "bench": "测量速度",
    "manage": "运行 Django 管理命令",
}


@click.command(cls=LazyGroup, name="tongchou", members=COMMANDS, prefix="tongchou.commands.")
@click.version_option(package_name="tongchou", message="%(prog)s %(version)s")
def tongchou() -> None:
    """统筹：一个统筹区的医疗保障。"""


def main() -> None:
    """Run the program; what the installed `tongchou` script calls."""
    tongchou(prog_name="tongchou")
