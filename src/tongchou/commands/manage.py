"""`tongchou manage`: Django's own management commands, under this project's settings."""

from __future__ import annotations

import os

import click


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """运行 Django 管理命令，如 tongchou manage migrate。"""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    execute_from_command_line(["tongchou manage", *arguments])
