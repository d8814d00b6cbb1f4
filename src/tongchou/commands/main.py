"""The program `tongchou`: one command a module, imported when it is called.

Only what a command needs is loaded, so `tongchou settle` starts without Django.
"""

from __future__ import annotations

import importlib
import sys

import click

# Name: what it does. Each lives in tongchou.commands.<name> as a click command of that name.
COMMANDS = {
    "demo": "建一个演示县并打开网页",
    "serve": "启动服务",
    "settle": "结算一个文件里的费用",
    "bench": "测量速度",
    "manage": "运行 Django 管理命令",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when called, not when listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"tongchou.commands.{cmd_name}"
        try:
            command = getattr(importlib.import_module(module), cmd_name)
        except ModuleNotFoundError as missing:
            if missing.name != module:
                raise
            raise click.UsageError(f"这个版本里没有 {cmd_name} 命令", ctx) from None
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, name="tongchou")
@click.version_option(package_name="tongchou", message="%(prog)s %(version)s")
def tongchou() -> None:
    """统筹：一个统筹区的医疗保障。"""


def main() -> None:
    """Run the program; what the installed `tongchou` script calls."""
    sys.exit(tongchou(prog_name="tongchou"))
