"""Contrast of the tokens by the WCAG formula: text 4.5, borders of fields 3."""

import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[1]
TOKENS = dict(
    re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (UI / "assets/css/tokens.css").read_text("utf-8"))
)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, back: str) -> float:
    high, low = sorted((luminance(TOKENS[front]), luminance(TOKENS[back])), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("back", ["bg", "bg-sub", "bg-hover", "ac-bg"])
@pytest.mark.parametrize("front", ["ink", "ink-2", "ink-3", "ac", "ac-ink"])
def test_text_is_readable(front: str, back: str) -> None:
    assert contrast(front, back) >= 4.5


@pytest.mark.parametrize(
    ("front", "back"),
    [("red", "bg"), ("red", "red-bg"), ("ink-zero", "bg"), ("bg", "ac"), ("bg", "ac-ink")],
)
def test_particular_pairs_are_readable(front: str, back: str) -> None:
    assert contrast(front, back) >= 4.5


def test_borders_of_fields_are_visible() -> None:
    assert contrast("ink-4", "bg") >= 3
