"""What the strict policy forbids must not be written in the first place, in any context."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3]
UI = PACKAGE / "platform" / "ui"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
ICONS = set((UI / "assets" / "icons.txt").read_text("utf-8").split())


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_there_are_templates() -> None:
    assert any(name(path).startswith("platform/ui/") for path in TEMPLATES)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"<style\b", text), "style element"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert not re.search(r"hx-on|javascript:|\bhx-vals=[\"']js:", text), "evaluated script"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    used = set(re.findall(r"{%\s*icon\s+\"([\w-]+)\"", path.read_text("utf-8")))
    assert used <= ICONS, "name it in platform/ui/assets/icons.txt"


def test_the_menus_icons_are_in_the_sprite() -> None:
    from tongchou.platform.ui.menu import BOTTOM_TABS, ENTRIES

    assert {entry.icon for entry in ENTRIES} | {icon for _n, _l, icon in BOTTOM_TABS} <= ICONS


def test_no_script_writes_markup_or_evaluates() -> None:
    for path in (UI / "assets" / "js").glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|\beval\(|new Function|cssText", text), path.name
