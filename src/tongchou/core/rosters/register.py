"""The medical system's register as a CSV: who is meant by rows, and what stands of each person.

Columns: COLUMNS of core.matching and scheme; any of FACTS (dates in any usual form, several joined
by |). A person may have several rows, one for each spell.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pyarrow as pa

from tongchou.core.matching import COLUMNS, Registry, read_day, town_key
from tongchou.core.policy import IDENTITIES
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.standings import EMPLOYEE, RESIDENT, Flag, Insured, Known, Standing
from tongchou.core.sheets import SheetRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED = (*COLUMNS, "scheme")
FACTS = (
    "enrolled_from", "enrolled_to", "paid_on", "exempt_year", "flag", "flag_from", "flag_to",
    "place", "died_on", "last_bill",
)  # fmt: skip
_NOT = frozenset({"", "无", "否", "没有", "未参保", "none", "no", "0", "false", "n"})
_YES = frozenset({"是", "有", "yes", "1", "true", "y"})
_BAD_LINE = re.compile(r"CSV Error on Line: (\d+)")


class _Row(NamedTuple):
    person_no: str
    name: str
    town: str
    scheme: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Register:
    """`sha256`: of the file. `known`: which facts it holds at all."""

    registry: Registry
    pack: Pack
    sha256: str
    known: Known
    columns: tuple[str, ...]

    def standings(self, persons: Iterable[str]) -> dict[str, Standing]:
        """Return what stands of the persons, and of everyone who has a flag, by number."""
        wanted = pa.table({"person_no": pa.array(sorted(persons), pa.string())})
        db = self.registry.db
        facts = [name for name in FACTS if name in self.columns]
        flagged = "or nullif(trim(flag), '') is not null" if "flag" in facts else ""
        db.register("wanted", wanted)
        rows = db.execute(
            f"select {', '.join(('person_no', 'name', 'town', 'scheme', *facts))} from raw"
            f" where person_no in (select person_no from wanted) {flagged}"
            " order by person_no, line"
        ).fetchall()
        db.unregister("wanted")
        home, twins = self._home(), self._twins()
        found: dict[str, Standing] = {}
        for person_no, name, town, scheme, *values in rows:
            told = {k: (v or "").strip() for k, v in zip(facts, values, strict=True)}
            row = _Row(person_no, name or "", town or "", (scheme or "").strip(), told)
            before = found.get(person_no) or _standing(row, twins.get(person_no, ""))
            found[person_no] = _with(before, row, self.pack, home)
        return found

    def _home(self) -> frozenset[str]:
        """Return the words of `place` that mean this area: the pack's, or else the commonest."""
        if "place" not in self.columns:
            return frozenset()
        counts = self.registry.db.execute(
            "select trim(place), count(*) from raw where trim(place) != ''"
            " group by 1 order by 2 desc, 1"
        ).fetchall()
        words = {place for place, _count in counts}
        return frozenset(words & self.pack.home) or frozenset(p for p, _ in counts[:1])

    def _twins(self) -> dict[str, str]:
        rows = self.registry.db.execute(
            "select list(person_no order by person_no) from people where length(id) = 18"
            " and key != '' group by id, key having count(*) > 1"
        ).fetchall()
        return {
            one: next(other for other in pair if other != one) for (pair,) in rows for one in pair
        }


def open_register(path: Path, pack: Pack) -> Register:
    """Read a register. Raises SheetRefused naming file, row or column, OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with _utf8(path) as readable:
        columns = _columns(readable, path)
        try:
            registry = Registry.of_csv(readable, columns)
        except duckdb.Error as error:
            line = _BAD_LINE.search(str(error))
            where = f"第 {line[1]} 行：列数和表头不同，或引号不完整" if line else f"读不懂：{error}"
            raise SheetRefused(f"{path}：{where}") from None
    known = Known(
        enrolments=True,
        flags="flag" in columns,
        exemptions="exempt_year" in columns,
    )
    return Register(registry, pack, digest, known, columns)


def _columns(readable: Path, path: Path) -> tuple[str, ...]:
    with readable.open(encoding="utf-8-sig") as file:
        columns = tuple(one.strip().strip('"') for one in file.readline().rstrip("\r\n").split(","))
    if missing := [name for name in REQUIRED if name not in columns]:
        raise SheetRefused(f"{path}：第 1 行缺少列 {'、'.join(missing)}")
    return columns


@contextmanager
def _utf8(path: Path) -> Iterator[Path]:
    """The file, or where it is not UTF-8 a copy of it that is: offices write GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            yield path
            return
        except UnicodeDecodeError:
            pass
    with NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as copy:
        try:
            with path.open(encoding="gb18030", newline="") as lines:
                for line in lines:
                    copy.write(line)
        except UnicodeDecodeError:
            raise SheetRefused(f"{path}：文字编码不认识。请另存为 UTF-8 的 CSV") from None
        copy.flush()
        yield Path(copy.name)


def _standing(row: _Row, twin: str) -> Standing:
    return Standing(row.person_no, row.name, town_key(row.town), row.town, twin=twin)


def _with(before: Standing, row: _Row, pack: Pack, home: frozenset[str]) -> Standing:
    """Add what one row of the register says."""
    insured, flag = _insured(row, home), _flag(row, pack)
    died, last_bill = _day(row, "died_on"), _day(row, "last_bill")
    years = re.findall(r"(?:19|20)\d\d", row.facts.get("exempt_year", ""))
    return replace(
        before,
        insured=before.insured + (() if insured is None else (insured,)),
        payments=tuple(sorted({*before.payments, *_days(row.facts.get("paid_on", ""))})),
        exempt_years=before.exempt_years | {int(year) for year in years},
        flags=before.flags + (() if flag is None or flag in before.flags else (flag,)),
        died_on=died or before.died_on,
        last_bill=max(filter(None, (last_bill, before.last_bill)), default=None),
    )


def _insured(row: _Row, home: frozenset[str]) -> Insured | None:
    first, last = _day(row, "enrolled_from"), _last_day(row, "enrolled_to")
    if row.scheme.lower() in _NOT or ("enrolled_from" in row.facts and first is None):
        return None
    employee = "职工" in row.scheme or "employee" in row.scheme.lower()
    place = row.facts.get("place", "")
    here = not place or not home or place in home
    return Insured(EMPLOYEE if employee else RESIDENT, here, first, last)


def _flag(row: _Row, pack: Pack) -> Flag | None:
    word = row.facts.get("flag", "")
    if word.lower() in _NOT:
        return None
    told = pack.category_of(word)
    identity = word if word in IDENTITIES else "" if word.lower() in _YES else told or ""
    return Flag(identity, _day(row, "flag_from"), _last_day(row, "flag_to"))


def _day(row: _Row, name: str) -> date | None:
    read = _read(row.facts.get(name, ""))
    return read[0] if read else None


def _last_day(row: _Row, name: str) -> date | None:
    read = _read(row.facts.get(name, ""))
    return read[1] if read else None


def _days(text: str) -> list[date]:
    return [read[0] for one in re.split(r"[|;；、,，\s]+", text) if (read := _read(one))]


@lru_cache(maxsize=65536)
def _read(text: str) -> tuple[date, date] | None:
    read = read_day(text) if text else None
    return (read.day, read.last) if read else None
