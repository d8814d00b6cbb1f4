"""What the lake holds: one small file that names every other, swapped whole.

Files never change: an export writes new ones and then the manifest that names them. Whoever read
the old manifest keeps reading the old files until the export after next removes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.lake.schema import FORMAT, TABLES

NAME = "manifest.json"
_BLOCK = 1 << 20


class LakeDamaged(Exception):
    """A file of the lake is missing or is not what was written; str() names it, with the remedy."""


class NoLake(Exception):
    """There is no lake at the place, or it has not what is asked for; str() says so."""


@dataclass(frozen=True, slots=True)
class File:
    """One Parquet file. `mark` tells the state of the ledger's rows that it was made from."""

    path: str  # from the root
    rows: int
    size: int  # bytes
    sha256: str
    sums: dict[str, int]  # fen
    lowest: int = 0  # persons
    highest: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Partition:
    """An area's year in a scheme; for what is the area's own, year 0 and no scheme.

    `proof` is what the ledger said at the export: counts and sums that the files' own equal.
    """

    area: str
    year: int
    scheme: str
    source: str  # ledger, or generated
    tables: dict[str, list[File]]
    proof: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int, str]:
        return self.area, self.year, self.scheme

    def rows(self, table: str) -> int:
        return sum(file.rows for file in self.tables.get(table, ()))

    def sums(self, table: str) -> dict[str, int]:
        whole = dict.fromkeys(TABLES[table].money, 0)
        for file in self.tables.get(table, ()):
            for column, fen in file.sums.items():
                whole[column] += fen
        return whole


@dataclass(frozen=True, slots=True)
class Manifest:
    written_at: str
    partitions: dict[tuple[str, int, str], Partition]

    def files(self) -> Iterator[File]:
        for partition in self.partitions.values():
            for files in partition.tables.values():
                yield from files


def read_manifest(root: Path) -> Manifest:
    """Return what the lake at `root` holds. Raises NoLake, LakeDamaged."""
    path = root / NAME
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise NoLake(f"{path}: 是第 {data['format']} 版的格式，请用相应版本的程序，或重新导出")
        found = [_partition(one) for one in data["partitions"]]
    except FileNotFoundError:
        raise NoLake(f"{root} 里没有数据副本，请先运行 tongchou export") from None
    except (ValueError, KeyError, TypeError) as error:
        raise LakeDamaged(f"{path}: 清单读不懂（{error}）。请重新导出") from None
    return Manifest(data["written_at"], {one.key: one for one in found})


def _partition(data: dict[str, Any]) -> Partition:
    tables = {name: [File(**file) for file in files] for name, files in data["tables"].items()}
    return Partition(**{**data, "tables": tables})


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the one before it, whole."""
    data = {
        "format": FORMAT,
        "written_at": manifest.written_at,
        "partitions": [
            {
                "area": one.area,
                "year": one.year,
                "scheme": one.scheme,
                "source": one.source,
                "tables": {
                    name: [{k: getattr(file, k) for k in File.__slots__} for file in files]
                    for name, files in one.tables.items()
                },
                "proof": one.proof,
            }
            for _key, one in sorted(manifest.partitions.items())
        ],
    }
    part = root / f".{NAME}.{secrets.token_hex(4)}.part"
    with part.open("w", encoding="utf-8") as out:
        json.dump(data, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    part.replace(root / NAME)


def digest(path: Path) -> str:
    """Return the lower-case hex SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def check_present(root: Path, files: list[File]) -> None:
    """Raise LakeDamaged for the first file that is missing or of another size."""
    for file in files:
        path = root / file.path
        try:
            size = path.stat().st_size
        except OSError:
            raise LakeDamaged(f"{path}: 文件不见了。请从备份恢复，或重新导出") from None
        if size != file.size:
            raise LakeDamaged(
                f"{path}: 大小是 {size}，清单记的是 {file.size}。请从备份恢复，或重新导出"
            )


def verify(root: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the lake, by the whole content of every file."""
    for file in manifest.files():
        try:
            check_present(root, [file])
        except LakeDamaged as damaged:
            yield str(damaged)
            continue
        if digest(root / file.path) != file.sha256:
            yield f"{root / file.path}: 内容与清单的摘要不符。请从备份恢复，或重新导出"
