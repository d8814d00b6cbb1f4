"""The program's entry: lists commands without loading them, passes Django's through."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from tongchou.commands import main as program

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def test_help_lists_every_command_and_loads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise AssertionError(f"{name} was imported")

    monkeypatch.setattr("tongchou.commands.main.importlib.import_module", fail)
    shown = CliRunner().invoke(program.tongchou, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in program.COMMANDS)


@pytest.mark.parametrize("name", list(program.COMMANDS))
def test_each_command_present_is_a_click_command_of_its_name(name: str) -> None:
    if importlib.util.find_spec(f"tongchou.commands.{name}") is None:
        pytest.skip("not in this version")
    command = program.tongchou.get_command(click.Context(program.tongchou), name)
    assert command is not None
    assert command.name == name


def test_a_command_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program.COMMANDS, "absent", "没有装")
    shown = CliRunner().invoke(program.tongchou, ["absent"])
    assert shown.exit_code == 2
    assert "这个版本里没有 absent 命令" in shown.output


def test_a_missing_library_is_not_mistaken_for_a_missing_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tongchou.commands.settle", None)
    monkeypatch.setattr("tongchou.commands.main.importlib.import_module", _needs_a_library)
    with pytest.raises(ModuleNotFoundError, match="library"):
        program.tongchou.get_command(click.Context(program.tongchou), "settle")


def _needs_a_library(name: str) -> None:
    raise ModuleNotFoundError("No module named 'library'", name="library")


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    done = run("nonsense")
    assert done.returncode == 2
    assert b"nonsense" in done.stderr


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout.decode().strip() == f"tongchou {version('tongchou')}"


def test_manage_passes_options_through_to_django(run: Run) -> None:
    done = run("manage", "migrate", "--help")
    assert done.returncode == 0
    assert b"usage: tongchou manage migrate" in done.stdout
    assert b"--fake-initial" in done.stdout
