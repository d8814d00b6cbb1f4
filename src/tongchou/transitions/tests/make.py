"""An old system's files, and merges of them, for tests of this and of later contexts."""

import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from tongchou.core.money import format_yuan
from tongchou.core.policy import TIERS
from tongchou.people.models import Person
from tongchou.people.tests.make import make_id_number
from tongchou.platform.accounts.models import User
from tongchou.transitions import services
from tongchou.transitions.models import OldScheme, Transition
from tongchou.transitions.reading import BASE, MAPPING, PAID, PERSONS, heading_of

DAY = date(2019, 7, 1)
SCHEMES = (
    ("NCMS", "新型农村合作医疗", "城乡居民", "", ""),
    ("URBMI", "城镇居民医疗保险", "城乡居民", "", ""),
    ("ZG", "城镇职工在职", "城镇职工", "在职", ""),
    ("SY", "生育保险", "只留历史", "", ""),
)
_serial = itertools.count(1)


def row_of(
    person: Person | None = None,
    *,
    counted: Mapping[str, tuple[int, int]] | Sequence[int] = (),
    **cells: Any,
) -> dict[str, Any]:
    """Return a row of the persons' file by field; `counted`: fen by tier, or the whole state."""
    state = dict(counted) if isinstance(counted, Mapping) else {}
    if not isinstance(counted, Mapping) and counted:
        state = {t: (counted[2 * at], counted[2 * at + 1]) for at, t in enumerate(TIERS)}
    paid = sum(pair[1] for pair in state.values())
    row: dict[str, Any] = {
        "code": "NCMS",
        "old_no": f"N{next(_serial):06d}",
        "id_no": person.id_no if person else "",
        "name": person.name if person else "陈阿婆",
        "start": "2019-01-01",
        "year": "2019",
        "bills": "1" if state else "0",
        "total": yuan(paid) if state else "",
    }
    if not row["id_no"] and "id_no" not in cells:
        row["id_no"] = make_id_number()
    for tier, (base, fen) in state.items():
        row[f"{BASE}.{tier}"], row[f"{PAID}.{tier}"] = yuan(base), yuan(fen)
    return {**row, **cells}


def yuan(fen: int) -> str:
    return format_yuan(fen).replace(",", "")


def workbook(rows: Sequence[Mapping[str, Any]], schemes: Sequence[Sequence[str]]) -> bytes:
    """Return one workbook with both sheets, all cells text."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("对照表")
    lines = [[words[0] for words in MAPPING.values()], *schemes]
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            sheet.write_string(at, column, cell)
    sheet = book.add_worksheet("人员表")
    fields = list(PERSONS)
    for column, field in enumerate(fields):
        sheet.write_string(0, column, PERSONS[field][0])
    for at, row in enumerate(rows, 1):
        for column, field in enumerate(fields):
            sheet.write_string(at, column, str(row.get(field, "")))
    book.close()
    return target.getvalue()


def make_transition(
    by: User,
    *rows: Mapping[str, Any],
    schemes: Sequence[Sequence[str]] = SCHEMES,
    day: date = DAY,
    title: str = "新农合、城镇居民整合",
) -> Transition:
    """Return files received and checked."""
    content = workbook(rows, schemes)
    file = (f"并轨{next(_serial)}.xlsx", content)
    return services.receive(by=by, title=title, starts_on=day, mapping=file, persons=file)


def explain_all(by: User, transition: Transition) -> None:
    left = transition.spells.exclude(why="").values_list("scheme_id", "why").distinct()
    for scheme_id, why in left:
        scheme = OldScheme.objects.get(pk=scheme_id)
        services.explain(by=by, transition=transition, scheme=scheme, why=why, words="按文件")


def make_merge(by: User, other: User, *rows: Mapping[str, Any], **given: Any) -> Transition:
    """Return a merge received and tried by one, accepted by the other."""
    transition = make_transition(by, *rows, **given)
    assert transition.state == "checked", list(transition.problems.values_list("row", "reason"))
    services.try_merge(by=by, transition=transition)
    explain_all(by, transition)
    return services.accept(by=other, transition=transition)


__all__ = [
    "DAY", "SCHEMES", "explain_all", "heading_of", "make_merge", "make_transition", "row_of",
    "workbook", "yuan",
]  # fmt: skip
