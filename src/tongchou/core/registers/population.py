"""The registered population as the police send it, read row by row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tongchou.core.lists import Judged, Received
from tongchou.core.matching import WHO, Described, describe, provisional, read_id, town_key
from tongchou.core.registers.pack import POPULATION, PopulationRules
from tongchou.core.sheets import Cell, Stream, Vocabulary, stream_list

VOCABULARY: Vocabulary = {
    **WHO,
    "kind": ("人口类型", "户籍类型", "人口类别", "户口类型", "人口性质", "类别", "kind"),
    "note": ("备注", "状态", "说明", "人员状态", "去向", "note"),
}
REQUIRED = ("name", "id_no", "town|address|village")
_MONTH = re.compile(r"(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])\s*月?")


class Resident(NamedTuple):
    """A row. `said`: what its note says (PopulationRules.said), "none" for nothing."""

    sheet: str
    row: int
    who: Described
    subject: str
    town: str
    village: str
    said: str


@dataclass(slots=True)
class Population:
    """A file that is being read. `month`: what its title says, YYYY-MM or ""."""

    file: str
    sha256: str
    month: str
    stream: Stream
    rules: PopulationRules

    def chunks(self, size: int) -> Iterator[list[Resident]]:
        """Yield the rows, so many at a time. Raises SheetRefused."""
        rows = iter(self.stream.rows)
        while some := list(islice(rows, size)):
            yield [_resident(self.rules, row.sheet, row.number, row.cells) for row in some]


def open_population(rules: PopulationRules, filename: str, content: bytes) -> Population:
    """Begin to read a file. Raises SheetRefused naming sheet, row, column and remedy."""
    stream = stream_list(filename, content, VOCABULARY, REQUIRED)
    month = _MONTH.search(f"{stream.title} {filename}")
    return Population(
        filename,
        hashlib.sha256(content).hexdigest(),
        f"{month[1]}-{int(month[2]):02d}" if month else "",
        stream,
        rules,
    )


def judge(population: Population, month: str) -> Judged:
    """Read all rows and return what the gates look at: rows by town, numbers out of order."""
    counts: dict[str, int] = {}
    rows = bad = 0
    for row in population.stream.rows:
        rows += 1
        town = town_key(row.cells.get("town"))
        counts[town] = counts.get(town, 0) + 1
        bad += read_id(row.cells.get("id_no")).kind != "ok"
    stream = population.stream
    words = tuple(sorted({*stream.headings.values(), *stream.ignored}))
    now = Received(POPULATION, month, population.month, rows, dict(sorted(counts.items())), words)
    return Judged(population.file, population.sha256, now, bad)


def _resident(
    rules: PopulationRules, sheet: str, number: int, cells: Mapping[str, Cell]
) -> Resident:
    who = describe(cells)
    note = str(cells.get("note", ""))
    said = rules.said_of(note) if note else "none"
    return Resident(
        sheet,
        number,
        who,
        provisional(POPULATION, who),
        str(cells.get("town", "")).strip(),
        str(cells.get("village", "")).strip(),
        "dead" if who.name.says_dead else said,
    )
