"""A folder of months: `registry.csv`, `lists/<YYYY-MM>/`, `pins.csv`; and what a run writes of one.

A run's links.csv, findings.csv and summary.json lie under `out/<YYYY-MM>`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tongchou.core.lists import Finding
from tongchou.core.matching import AUTO, Pin
from tongchou.core.rosters.comparing import Past
from tongchou.core.rosters.entries import CHANGES, RosterList, read_list
from tongchou.core.rosters.gates import Received, Sent, received
from tongchou.core.rosters.month import Inputs, Run
from tongchou.core.rosters.pack import Pack, Source
from tongchou.core.rosters.seen import Before
from tongchou.core.sheets import SheetRefused

ENDINGS = (".xlsx", ".xls", ".csv")
_NO_LISTS = (".db", ".ini", ".tmp", ".md")  # what systems and people leave beside lists
LINKS = (
    "source", "file", "sheet", "row", "person_no", "tier", "rule", "evidence", "candidates",
    "subject",
)  # fmt: skip
FINDINGS = ("key", "class", "subject", "source", "month", "facts", "action", "deadline", "town")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def read_inputs(folder: Path, month: str, pack: Pack) -> Inputs:
    """Read the lists of a month, and what months before left in `out/`.

    Raises SheetRefused naming file, sheet, row and column; OSError.
    """
    before = _months(folder / "out", month)
    summaries = [_summary(folder / "out" / one) for one in before]
    return Inputs(
        pack,
        month,
        _of_one_source([_read(pack, path) for path in _files(folder / "lists" / month)]),
        _pins(folder / "pins.csv"),
        list(_used(summaries)),
        [
            _sent(path, one)
            for one in _months(folder / "lists", month)
            for path in _files(folder / "lists" / one)
        ],
        _members(folder / "out" / before[-1]) if before else Before(),
        [list(_past(folder / "out" / one)) for one in before],
    )


def _used(summaries: Sequence[Mapping[str, Any]]) -> Iterator[Received]:
    """Yield the lists that the next are judged by, oldest first.

    One that could not be relied on is no measure, or the list that is whole again would fail by
    it; two in a row that say the same are how things are now.
    """
    doubted: frozenset[str] = frozenset()
    for summary in summaries:
        now = frozenset(summary["incomplete"])
        for row in summary["received"]:
            if row["source"] not in now - doubted:
                yield Received(**row)
        doubted = now


def _months(folder: Path, month: str) -> list[str]:
    """Return the months in a folder that lie before one."""
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.is_dir())
    return sorted(name for name in names if _MONTH.fullmatch(name) and name < month)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(2, "没有这个文件夹，请把当月名单放在这里", str(folder))
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(("~$", "."))
        and path.suffix.lower() not in _NO_LISTS
    )
    for path in files:
        if path.suffix.lower() not in ENDINGS:
            raise SheetRefused(f"{path}：不是 xlsx、xls、csv，读不了。请另存为 xlsx，或移出文件夹")
    return files


def _read(pack: Pack, path: Path) -> RosterList:
    code = _code(path)
    source = pack.source_of(code) or Source(code, code, (), "", "", code)
    try:
        return read_list(pack, source, path.name, path.read_bytes())
    except SheetRefused as refused:
        raise SheetRefused(f"{path}：{refused}") from None


def _code(path: Path) -> str:
    """Return the source that a file's name tells: 民政.changes-0612.xlsx changes 民政."""
    return CHANGES.split(path.stem)[0] or path.stem


def _sent(path: Path, month: str) -> Sent:
    return Sent(_code(path), month, _sha256(path), bool(CHANGES.search(path.stem)))


def _of_one_source(lists: Sequence[RosterList]) -> list[RosterList]:
    """Give a list of changes that was known by its content the source of its agency's one list."""
    whole: dict[str, list[Source]] = {}
    for one in lists:
        if not one.changes:
            whole.setdefault(one.source.agency, []).append(one.source)
    return [
        one.of_source(its[0])
        if one.changes and len(its := whole.get(one.source.agency, [])) == 1
        else one
        for one in lists
    ]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / "summary.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise SheetRefused(f"{path}：已损坏。请删去 {folder} 后重跑那个月") from None
    return found


def _rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := [name for name in columns if name not in (rows.fieldnames or ())]:
            raise SheetRefused(f"{path}：第 1 行缺少列 {'、'.join(missing)}")
        yield from rows


def _past(folder: Path) -> Iterator[Past]:
    for row in _rows(folder / "findings.csv", ("key", "source")):
        yield Past(row["key"], tuple(filter(None, row["source"].split("|"))))


def _members(folder: Path) -> Before:
    found: dict[str, set[str]] = {}
    helped = {row["source"] for row in _summary(folder)["lists"] if row["holds"] == "helped"}
    for row in _rows(folder / "links.csv", ("source", "person_no", "tier")):
        if row["tier"] == AUTO and row["source"] in helped:
            found.setdefault(row["source"], set()).add(row["person_no"])
    return Before({source: frozenset(persons) for source, persons in found.items()})


def _pins(path: Path) -> list[Pin]:
    """Read what was decided at the review desk: subject, person_no, must|never, evidence."""
    if not path.is_file():
        return []
    pins = []
    for number, row in enumerate(_rows(path, ("subject", "person_no", "decision")), 2):
        if row["decision"] not in ("must", "never"):
            raise SheetRefused(f"{path}：第 {number} 行 decision：应为 must 或 never")
        must = row["decision"] == "must"
        pins.append(Pin(row["subject"], row["person_no"], must, row.get("evidence") or ""))
    return pins


def write_run(folder: Path, inputs: Inputs, run: Run) -> None:
    """Write what a run answers into a folder: the same bytes for the same run. Raises OSError."""
    _write(folder / "links.csv", LINKS, _link_rows(run))
    _write(folder / "findings.csv", FINDINGS, _finding_rows(inputs.pack, run))
    text = json.dumps(summary_of(inputs, run), ensure_ascii=False, indent=1)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    # With a mark, or Excel takes the Chinese for another encoding.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def _plain(text: str) -> str:
    """Return a text that Excel will not take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _link_rows(run: Run) -> Iterator[Sequence[object]]:
    for entry, link in zip(run.entries, run.links, strict=True):
        yield (
            entry.source,
            entry.file,
            entry.sheet,
            entry.row,
            link.person_no,
            link.tier,
            link.rule,
            _plain(link.evidence),
            "|".join(one.person_no for one in link.candidates),
            entry.subject,
        )


def _finding_rows(pack: Pack, run: Run) -> Iterator[Sequence[object]]:
    for one in run.findings:
        found = pack.class_of(one.code)
        yield (
            one.key,
            one.code,
            one.subject,
            "|".join(one.sources),
            run.month,
            _plain(one.facts),
            found.action,
            f"{found.deadline}个工作日" if found.deadline else "",
            _plain(one.town),
        )


def summary_of(inputs: Inputs, run: Run) -> dict[str, Any]:
    """Return a run in numbers: by list, class and town; what is new, open, may close."""
    pack, compared = inputs.pack, run.compared
    return {
        "run_id": run.run_id,
        "month": run.month,
        "area": pack.area,
        "rules": pack.version,
        "rows": len(run.entries),
        "findings": len(run.findings),
        **{fate: len(keys) for fate, keys in compared.keys.items()},
        "words": compared.words,
        "incomplete": sorted(run.incomplete),
        "lists": list(_lists(inputs, run)),
        "classes": _by_class(pack, run.findings),
        "towns": dict(sorted(Counter(one.town for one in run.findings).items())),
        "assumed": sorted(name for name, one in pack.parameters.items() if one.assumed),
        "keys": {fate: list(keys) for fate, keys in compared.keys.items()},
        "received": [received(one, run.month)._asdict() for one in inputs.lists if not one.changes],
    }


def _lists(inputs: Inputs, run: Run) -> Iterator[Mapping[str, Any]]:
    tiers: dict[str, Counter[str]] = {}
    for entry, link in zip(run.entries, run.links, strict=True):
        tiers.setdefault(entry.file, Counter())[link.tier] += 1
    for one in inputs.lists:
        yield {
            "source": one.source.code,
            "sender": one.source.name,
            "holds": one.source.holds,
            "file": one.file,
            **({"changes": True} if one.changes else {}),
            "sha256": one.sha256,
            "rows": len(one.entries),
            **{tier: tiers.get(one.file, Counter())[tier] for tier in ("auto", "review", "none")},
            "skipped": [
                {"sheet": sheet, "row": row, "why": why} for sheet, row, why in one.skipped
            ],
        }


def _by_class(pack: Pack, findings: Sequence[Finding]) -> dict[str, Any]:
    counts = Counter(one.code for one in findings)
    return {code: counts[code] for code in pack.codes() if counts[code]}
