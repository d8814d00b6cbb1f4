"""Who may share an employee's personal account, from which day: `sharing/relations.yaml`.

The file is read whole before it is refused, so that its author hears of every fault at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import tongchou
from tongchou.core.yamls import load as load_yaml

RELATIONS = ("spouse", "parent", "child", "kin")  # what the database has room for
_KEYS = {"code", "words", "from", "cite", "assumed"}


class SharingError(ValueError):
    """A file that cannot be used; `problems`: each as `where: what is wrong`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Relation(NamedTuple):
    """A relative of the account's owner. `assumed`: the day or the words have no source here."""

    code: str
    words: str
    since: date
    cite: str
    assumed: bool


def folder_of_rules() -> Path:
    package = Path(tongchou.__file__).parent
    inside = package / "_data" / "sharing"
    return inside if inside.is_dir() else package.parents[1] / "sharing"


@lru_cache(maxsize=8)
def load_relations(folder: Path | None = None) -> Mapping[str, Relation]:
    """Return the relations by code. Raises SharingError."""
    path = (folder or folder_of_rules()) / "relations.yaml"
    try:
        tree = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SharingError([f"{path.name}: 读不了（{error}）"]) from None
    if problems := list(_problems(tree)):
        raise SharingError(problems)
    rows = tree["relations"]
    return {
        row["code"]: Relation(
            row["code"], row["words"], row["from"], row["cite"], bool(row.get("assumed"))
        )
        for row in rows
    }


def _problems(tree: Any) -> Iterator[str]:
    rows = tree.get("relations") if isinstance(tree, dict) else None
    if not isinstance(rows, list) or not rows:
        yield "relations: 没有"
        return
    seen = set()
    for at, row in enumerate(rows):
        where = f"relations.{at}"
        if not isinstance(row, dict):
            yield f"{where}: 应为键和值"
            continue
        yield from (f"{where}.{key}: 不认识" for key in row if key not in _KEYS)
        code = row.get("code")
        if code not in RELATIONS or code in seen:
            yield f"{where}.code: 应为 {'、'.join(RELATIONS)} 之一，各一行"
        seen.add(code)
        if not isinstance(row.get("from"), date):
            yield f"{where}.from: 不是日期"
        yield from (f"{where}.{name}: 没有" for name in ("words", "cite") if not row.get(name))
