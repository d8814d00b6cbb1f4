"""Groups of commands that are imported when called, not when listed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose member `name` is the click command `name` of the module `<prefix><name>`.

    `members` says what each does, so that help loads none of them.
    """

    def __init__(
        self, *arguments: Any, members: Mapping[str, str], prefix: str, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.members, self.prefix = members, prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.members:
            return None
        module = self.prefix + cmd_name
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
            formatter.write_dl(list(self.members.items()))
