"""What the documents point at is there, and they name nothing of anyone's machine."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tongchou.commands.bench import BENCHMARKS
from tongchou.commands.main import COMMANDS

from .blocks import DOCS, PAGES, ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_PATH = re.compile(r"`((?:src|docs|policies|tests|\.ci)/[^`*<>\s]*)`")
MAKE = re.compile(r"^(?:make )([\w-]+)|`make ([\w-]+)", re.M)
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users|var/lib)/|\bC:\\")
MOST_PICTURE_BYTES = 250 * 1024


def each_page() -> list[object]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES]


@pytest.mark.parametrize("page", each_page())
def test_links_and_paths_resolve(page: Path) -> None:
    text = page.read_text("utf-8")
    linked = [found.split("#")[0] for found in LINK.findall(text) if "://" not in found]
    gone = [name for name in linked if name and not (page.parent / name).exists()]
    gone += [name for name in CODE_PATH.findall(text) if not (ROOT / name).exists()]
    assert gone == []


@pytest.mark.parametrize("page", each_page())
def test_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    rules = re.findall(r"^([\w -]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    targets = {target for rule in rules for target in rule.split()}
    assert {a or b for a, b in MAKE.findall(text)} <= targets
    assert set(re.findall(r"(?:^|`)tongchou ([a-z]+)", text, re.M)) <= set(COMMANDS)
    assert set(re.findall(r"tongchou manage (\w+)", text)) <= set(get_commands())
    assert set(re.findall(r"tongchou bench (\w+)", text)) <= set(BENCHMARKS)


@pytest.mark.parametrize("page", each_page())
def test_no_path_of_a_machine(page: Path) -> None:
    assert OF_A_MACHINE.findall(page.read_text("utf-8")) == []


def test_every_guide_is_reached_from_both_readmes() -> None:
    guides = {f"docs/{path.name}" for path in DOCS.glob("*.md")}
    for name in ("README.md", "README.zh-CN.md"):
        assert guides <= set(LINK.findall((ROOT / name).read_text("utf-8"))), name


def test_pictures_are_small_and_shown() -> None:
    pages = "".join(page.read_text("utf-8") for page in PAGES)
    pictures = list((DOCS / "images").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size <= MOST_PICTURE_BYTES, picture.name
        assert f"docs/images/{picture.name}" in pages, picture.name
