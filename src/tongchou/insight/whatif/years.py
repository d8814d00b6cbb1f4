"""Years of bills out of the lake, kept in the process so that a moved number redraws at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tongchou.core.policy import TIERS, Plan
from tongchou.core.simulation import Comparison, Part, compare
from tongchou.lake import manifest as files
from tongchou.lake.manifest import LakeDamaged, NoLake, read_manifest
from tongchou.lake.reading import Year, open_year, small_table
from tongchou.lake.schema import BILLS, INSTITUTIONS
from tongchou.lake.services import lake_root

__all__ = ["LakeDamaged", "Loaded", "NoLake", "Stock", "fold", "loaded", "stock", "warm"]

KEPT = 4  # years in memory; a year of a county is some tens of megabytes

Key = tuple[str, int, str]  # area, year, scheme


@dataclass(frozen=True, slots=True)
class Stock:
    """A year that the copy has, and when the copy was made."""

    year: int
    scheme: str
    bills: int
    copied_at: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """A year in memory. `spent` is by TIERS what the books paid for its bills, fen."""

    year: Year
    parts: Sequence[Part]
    copied_at: datetime
    places: dict[str, str]  # code of an institution: its name
    spent: tuple[int, ...]

    @property
    def key(self) -> Key:
        return self.year.partition.key


def stock(area: str) -> list[Stock]:
    """Return the years of the area that can be tried on, the newest first; none without a copy."""
    try:
        manifest = read_manifest(lake_root())
    except NoLake:
        return []
    at = datetime.fromisoformat(manifest.written_at)
    found = [
        Stock(year, scheme, partition.rows(BILLS.name), at)
        for (of, year, scheme), partition in manifest.partitions.items()
        if of == area and year
    ]
    return sorted(found, key=lambda one: (-one.year, one.scheme))


_years: dict[Key, tuple[tuple[Path, int, int], Loaded]] = {}
_locks: dict[Key, threading.Lock] = {}


def loaded(area: str, year: int, scheme: str) -> Loaded:
    """Return the year, read again when the copy is another one. Raises NoLake, LakeDamaged."""
    key = (area, year, scheme)
    # One reads, the others wait for what it reads.
    with _locks.setdefault(key, threading.Lock()):
        stamp = _stamp()
        known = _years.pop(key, None)
        if known is None or known[0] != stamp:
            known = stamp, _load(key)
        _years[key] = known
        while len(_years) > KEPT:
            _years.pop(next(iter(_years)), None)
        return known[1]


def keep_for(of: Loaded) -> None:
    """Answer with `of` for its year until the copy changes; for measuring."""
    _years[of.key] = _stamp(), of


def _stamp() -> tuple[Path, int, int]:
    root = lake_root()
    try:
        found = (root / files.NAME).stat()
    except OSError:
        return root, 0, 0
    return root, found.st_mtime_ns, found.st_ino


def _load(key: Key) -> Loaded:
    root = lake_root()
    manifest = read_manifest(root)
    year = open_year(root, *key)
    of_area = manifest.partitions[key[0], 0, ""]
    places = small_table(root, of_area, INSTITUTIONS.name)
    spent = year.partition.sums(BILLS.name)
    return Loaded(
        year=year,
        parts=[source() for source in year.sources()],
        copied_at=datetime.fromisoformat(manifest.written_at),
        places={row["institution"]: row["name"] for row in places},
        spent=tuple(spent[tier] for tier in TIERS),
    )


def fold(of: Loaded, base: Plan, reformed: Sequence[Plan]) -> Comparison:
    """Fold the whole year under `base` and under each reformed plan, whatever was in force then.

    Raises ClaimRefused for a bill that one of them has no answer for.
    """
    versions = max(len(of.year.versions), 1)
    policies = [[plan] * versions for plan in (base, *reformed)]
    sources = [lambda part=part: part for part in of.parts]
    threads = min(len(of.parts), os.cpu_count() or 1) or 1
    return compare(sources, of.year.book, policies, threads=threads)


def warm(area: str, year: int, scheme: str, base: Plan) -> None:
    """Read the year and compile the fold while the page is on its way to the reader."""

    def run() -> None:
        try:
            fold(loaded(area, year, scheme), base, [base])
        except Exception:
            return  # whoever asks for figures is told why there are none

    threading.Thread(target=run, name="whatif-warm", daemon=True).start()
