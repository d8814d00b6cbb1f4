"""How a command stops when it cannot go on: one message on standard error, and its exit code."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

BAD_INPUT = 2


def stop(message: str, code: int = BAD_INPUT) -> NoReturn:
    """Say why on standard error and exit."""
    click.echo(message, err=True)
    sys.exit(code)


def system_problem(error: OSError) -> str:
    """Return what the operating system refused, with the remedy."""
    reasons = {
        FileNotFoundError: "没有这个文件或文件夹，请核对路径",
        PermissionError: "没有读写的权限，请换一个位置或请管理员开通",
        IsADirectoryError: "是文件夹，请写文件的名字",
    }
    reason = reasons.get(type(error), error.strerror or str(error))
    if error.strerror and not error.strerror.isascii():
        reason = error.strerror  # already said in words
    return f"{error.filename}: {reason}" if error.filename else reason
