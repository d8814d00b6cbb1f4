"""What becomes of each line of a list, for whoever sent it: as many lines back as came."""

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import xlsxwriter

from tongchou.core.matching import AUTO, Link, read_name
from tongchou.core.rosters import Entry, Pack
from tongchou.people.models import Person
from tongchou.platform.casework.models import Case
from tongchou.platform.ui.lists.export import neutral

# Fixed words: the file goes to other offices, whatever language it was made in.
CONFIRMED, CORRECTED, DISPUTED, PENDING, NOBODY = "确认", "已更正", "有异议", "核实中", "不是人的行"
_BY_STATE = {
    "untrue": DISPUTED, "unclear": DISPUTED, "void": DISPUTED,
    "corrected": CORRECTED, "passed": CORRECTED, "closed": CORRECTED,
    "excepted": CONFIRMED, "watched": CONFIRMED,
}  # fmt: skip
_ORDER = (PENDING, DISPUTED, CORRECTED, CONFIRMED)  # of several, the first that there is
_COLUMNS = (
    ("行键", 16), ("工作表", 14), ("行", 8), ("姓名", 12), ("证件号", 24), ("结果", 10),
    ("说明", 50), ("更正后的姓名", 14), ("更正后的证件号", 24),
)  # fmt: skip


class Line(NamedTuple):
    """`name`, `number`: as the list wrote them; `now_*`: where the register has them otherwise."""

    key: str
    sheet: str
    row: int
    name: str
    number: str
    result: str
    words: str
    now_name: str = ""
    now_number: str = ""


def key_of(digest: str, sheet: str, row: int) -> str:
    """Return the name of a line of a file, whatever order it comes back in."""
    return sha256(f"{digest}|{sheet}|{row}".encode()).hexdigest()[:16]


class Known(NamedTuple):
    """What the lines of a list are answered from.

    `digest`: of the file; `cases`: those that rest on the list, by subject; `people`: by number.
    """

    digest: str
    cases: Mapping[str, Sequence[Case]]
    people: Mapping[str, Person]
    pack: Pack


def line_of(known: Known, entry: Entry, link: Link) -> Line:
    """Return what became of a row."""
    who = entry.who
    found = link.tier == AUTO
    subject = link.person_no if found else entry.subject
    mine = known.cases.get(subject, ())
    results = {_BY_STATE.get(case.state, PENDING) for case in mine}
    if not found and not mine:
        results.add(PENDING)
    result = next((one for one in _ORDER if one in results), CONFIRMED)
    words = "；".join(f"{c.code} {known.pack.class_of(c.code).name}" for c in mine)
    if not found and not words:
        words = "没有对上人"
    person = known.people.get(link.person_no) if found else None
    name, number = _otherwise(entry, person)
    if (name or number) and result == CONFIRMED:
        result = CORRECTED
    return Line(
        key_of(known.digest, entry.sheet, entry.row), entry.sheet, entry.row, who.name.shown,
        who.raw_id, result, words, name, number,
    )  # fmt: skip


def _otherwise(entry: Entry, person: Person | None) -> tuple[str, str]:
    """Return the name and the number of the register where the row has others."""
    if person is None:
        return "", ""
    who = entry.who
    same_name = read_name(person.name).key == who.name.key
    return "" if same_name else person.name, "" if who.id.value == person.id_no else person.id_no


def skipped_line(digest: str, sheet: str, row: int, why: str) -> Line:
    return Line(key_of(digest, sheet, row), sheet, row, "", "", NOBODY, why)


def counted(lines: Iterable[Line]) -> dict[str, int]:
    return dict(sorted(Counter(line.result for line in lines).items()))


def to_sheet(lines: Sequence[Line], made: datetime) -> bytes:
    """Return the lines as xlsx, the same to the byte for the same lines. `made`: naive."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": made})
    sheet = book.add_worksheet("反馈")
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#F6F7F9"})
    for at, (word, width) in enumerate(_COLUMNS):
        sheet.write_string(0, at, word, head)
        sheet.set_column(at, at, width, text, {"hidden": not at})
    for line, one in enumerate(lines, 1):
        for at, cell in enumerate(one):
            if isinstance(cell, int):
                sheet.write_number(line, at, cell)
            else:
                sheet.write_string(line, at, neutral(str(cell)), text)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()
