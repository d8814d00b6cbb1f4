"""What of a partition is there already, from the last export or from one that was interrupted."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from tongchou.lake.coding import Numbers
from tongchou.lake.manifest import File, LakeDamaged, Partition, check_present
from tongchou.lake.reading import small_table
from tongchou.lake.schema import BILLS, CELLS, KINDS, LINES, SETTLEMENTS

_NAME = "pending.json"
_TABLES = (SETTLEMENTS.name, BILLS.name, LINES.name)


class Known:
    """The files of a partition by their lowest person, and the numbers that they are written in."""

    def __init__(self, kinds: Numbers, cells: Numbers, ranges: dict[int, dict[str, File]]) -> None:
        self.kinds, self.cells, self.ranges = kinds, cells, ranges

    @classmethod
    def of(cls, root: Path, old: Partition | None) -> Known:
        """Return what the last export left, or nothing."""
        if old is None:
            return cls(Numbers.of_kinds(), Numbers.of_cells(), {})
        try:
            kinds, cells = (
                sorted(small_table(root, old, table.name), key=lambda row: row[number])
                for table, number in ((KINDS, "kind"), (CELLS, "cell"))
            )
        except LakeDamaged:
            return cls(Numbers.of_kinds(), Numbers.of_cells(), {})
        ranges: dict[int, dict[str, File]] = {}
        for name in _TABLES:
            for file in old.tables[name]:
                ranges.setdefault(file.lowest, {})[name] = file
        return cls(Numbers.of_kinds(kinds), Numbers.of_cells(cells), ranges)

    def beside(self, older: Known) -> Known:
        """Return these with the ranges of an older export, whose numbers these went on from."""
        if not (self.kinds.goes_on(older.kinds) and self.cells.goes_on(older.cells)):
            return older
        return Known(self.kinds, self.cells, {**older.ranges, **self.ranges})

    def files(self, root: Path, lowest: int, mark: str) -> dict[str, File] | None:
        """Return the files of a range if they were made from its present state and are there."""
        files = self.ranges.get(lowest)
        if files is None or any(file.mark != mark for file in files.values()):
            return None
        try:
            check_present(root, list(files.values()))
        except LakeDamaged:
            return None
        return files

    def add(self, lowest: int, files: dict[str, File]) -> None:
        self.ranges[lowest] = files


class Pending:
    """The ranges that an unfinished export has written, kept beside the manifest."""

    def __init__(self, root: Path, data: dict[str, Any]) -> None:
        self._path, self._data = root / _NAME, data

    @classmethod
    def load(cls, root: Path) -> Pending:
        try:
            data = json.loads((root / _NAME).read_text("utf-8"))
        except (OSError, ValueError):
            data = {}
        return cls(root, data if isinstance(data, dict) else {})

    def of(self, where: str) -> Known | None:
        data = self._data.get(where)
        if data is None:
            return None
        ranges = {
            int(lowest): {name: File(**file) for name, file in files.items()}
            for lowest, files in data["ranges"].items()
        }
        return Known(Numbers.of_kinds(data["kinds"]), Numbers.of_cells(data["cells"]), ranges)

    def keep(self, where: str, known: Known) -> None:
        self._data[where] = {
            "kinds": known.kinds.rows(),
            "cells": known.cells.rows(),
            "ranges": {
                lowest: {
                    name: {key: getattr(file, key) for key in File.__slots__}
                    for name, file in files.items()
                }
                for lowest, files in known.ranges.items()
            },
        }
        part = self._path.with_name(f".{_NAME}.{secrets.token_hex(4)}.part")
        part.write_text(json.dumps(self._data, ensure_ascii=False), "utf-8")
        part.replace(self._path)

    def clear(self) -> None:
        self._data = {}
        self._path.unlink(missing_ok=True)
