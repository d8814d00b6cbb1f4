"""The program's entry: lists commands without loading them, passes Django's through."""

import importlib.util
import subprocess
from collections.abc import Callable
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from tongchou.commands.bench import BENCHMARKS, bench
from tongchou.commands.lazy import LazyGroup
from tongchou.commands.main import COMMANDS, tongchou

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def test_help_lists_every_command_and_loads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise AssertionError(f"{name} was imported")

    monkeypatch.setattr("tongchou.commands.lazy.importlib.import_module", fail)
    shown = CliRunner().invoke(tongchou, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in COMMANDS)


@pytest.mark.parametrize(
    ("group", "name"),
    [(tongchou, name) for name in COMMANDS] + [(bench, name) for name in BENCHMARKS],
)
def test_each_command_present_is_a_click_command_of_its_name(group: LazyGroup, name: str) -> None:
    if importlib.util.find_spec(group.prefix + name) is None:
        pytest.skip("not in this version")
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.name == name


def test_a_command_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "absent", "没有装")
    shown = CliRunner().invoke(tongchou, ["absent"])
    assert shown.exit_code == 2
    assert "这个版本里没有 absent 命令" in shown.output


def test_a_missing_library_is_not_mistaken_for_a_missing_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tongchou.commands.lazy.importlib.import_module", _needs_a_library)
    with pytest.raises(ModuleNotFoundError, match="library"):
        tongchou.get_command(click.Context(tongchou), "settle")


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
