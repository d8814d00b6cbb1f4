"""A month of an invented county sent again, and a day's changes after it: for measuring."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from tongchou.core.rosters.entries import VOCABULARY
from tongchou.core.sheets import Cell

_NUMBERS = {*VOCABULARY["id_no"], "残疾人证号"}
_CHANGED = ("姓名", "身份证号", "救助类别", "变动类型", "变动日期")
_ADDED = 20


def send_again(folder: Path, again: Path, month: str, *, seed: int) -> None:
    """Write the month's lists into another folder: other order, numbers dressed otherwise."""
    chance = random.Random(seed)
    target = again / "lists" / month
    target.mkdir(parents=True)
    os.symlink((folder / "registry.csv").resolve(), again / "registry.csv")
    for path in sorted((folder / "lists" / month).glob("*.xlsx")):
        book = xlsxwriter.Workbook(str(target / path.name), {"strings_to_numbers": False})
        for rows in _sheets(path):
            _write(book, rows, chance)
        book.close()


def _sheets(path: Path) -> Iterator[list[list[Cell]]]:
    book = CalamineWorkbook.from_path(path)
    for at in range(len(book.sheet_names)):
        yield book.get_sheet_by_index(at).to_python(skip_empty_area=False)


def _write(book: xlsxwriter.Workbook, rows: Sequence[list[Cell]], chance: random.Random) -> None:
    top = next(at for at, row in enumerate(rows) if _NUMBERS & {str(cell) for cell in row})
    numbers = [at for at, cell in enumerate(rows[top]) if str(cell) in _NUMBERS]
    body = [row for row in rows[top + 1 :] if row[0] != "合计"]
    chance.shuffle(body)
    sheet = book.add_worksheet()
    for line, row in enumerate([rows[top], *body]):
        for at, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(line, at, cell)
            elif cell != "":
                text = str(cell)
                sheet.write_string(
                    line, at, _dressed(text, chance) if line and at in numbers else text
                )


def _dressed(text: str, chance: random.Random) -> str:
    return chance.choice((text, text, text, f" {text}", f"{text} ", f"'{text}", text.lower()))


def send_changes(folder: Path, month: str, *, seed: int) -> tuple[Path, set[str]]:
    """Add a list of changes to a month: some without a flag are added; return it, and whom."""
    chance = random.Random(seed)
    listed = {row[4] for row in _rows(folder / "truth_links.csv")}
    with (folder / "registry.csv").open(encoding="utf-8", newline="") as file:
        plain = [
            row
            for row in csv.DictReader(file)
            if not row["flag"] and row["person_no"] not in listed
        ]
    added = chance.sample(plain, min(_ADDED, len(plain)))
    path = folder / "lists" / month / "民政.changes-20.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_CHANGED)
        for row in added:
            writer.writerow((row["name"], row["id_no"], "低保", "新增", f"{month}-20"))
    return path, {row["person_no"] for row in added}


def keys_of(folder: Path, month: str) -> set[str]:
    """Return the keys of what a run found about rows and persons."""
    rows = _rows(folder / "out" / month / "findings.csv")
    return {row[0] for row in rows if row[1][0] != "L"}


def in_review(folder: Path, month: str, file: str) -> set[str]:
    """Return the candidates of a file's rows that wait for a person's decision."""
    rows = _rows(folder / "out" / month / "links.csv")
    waiting = [row[8] for row in rows if row[1] == file and row[5] == "review"]
    return {number for candidates in waiting for number in candidates.split("|")}


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
