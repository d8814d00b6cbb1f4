"""Every verb and kind of object that the program records has its words on the trail page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tongchou
from tongchou.platform.trail.objects import KINDS
from tongchou.platform.trail.registry import verbs

SOURCE = Path(tongchou.__file__).parent


def recorded(keyword: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of every literal given as `keyword` outside the tests."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == keyword:
                for part in ast.walk(node.value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{path.relative_to(SOURCE)}:{part.lineno}", part.value


def test_every_recorded_verb_has_words() -> None:
    used = [
        (place, text) for place, text in recorded("verb") if "." in text and not text.endswith(".")
    ]
    assert len(used) > 10
    assert [one for one in used if one[1] not in verbs()] == []


def test_every_kind_of_object_has_words() -> None:
    used = list(recorded("object_type"))
    assert len(used) > 5
    assert [one for one in used if one[1] not in KINDS] == []


@pytest.mark.parametrize("words", [verbs, lambda: {k: v.label for k, v in KINDS.items()}])
def test_words_are_words(words: object) -> None:
    assert all(str(text).strip() for text in words().values())  # type: ignore[operator]
