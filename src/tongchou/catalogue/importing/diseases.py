"""Diagnoses, operations and chronic diseases of the national lists, one row per code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongchou.catalogue import services
from tongchou.catalogue.importing.plan import (
    Change,
    Kind,
    Plan,
    Problem,
    Reader,
    RowRefused,
    as_row_refused,
    problem_at,
)
from tongchou.catalogue.models import Disease
from tongchou.core.identity import code_kinds
from tongchou.platform.imports import cells
from tongchou.platform.imports.tables import Row, Table
from tongchou.platform.refusal import Refused

VOCABULARY: dict[str, Sequence[str]] = {
    "code": (
        "编码", "诊断代码", "诊断编码", "疾病编码", "手术操作代码", "手术操作编码", "病种编码",
        "病种代码", "医保编码",
    ),
    "name": ("名称", "诊断名称", "疾病名称", "手术操作名称", "病种名称"),
    "kind": ("种类", "类别"),
    "start": ("从", "执行日期", "生效日期", "开始日期"),
    "end": ("到(不含)",),
}  # fmt: skip
REQUIRED = ("code", "name", "start")

_KINDS = {str(label): value for value, label in Disease.Kind.choices}
_BY_FORM = {"icd10": "diagnosis", "icd9": "operation", "chronic": "chronic"}
_CHUNK = 5_000


@dataclass(slots=True)
class Work:
    added: list[Disease]
    changed: list[Disease]


def plan(table: Table, source: str) -> Plan:
    """Compare the file with the register; `source` is not kept for diseases."""
    problems: list[Problem] = []
    changes: list[Change] = []
    work = Work([], [])
    held = {(d.kind, d.code): d for d in Disease.objects.all()}
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        try:
            read = _read(row)
            key = (read.kind, read.code)
            if key in seen:
                raise RowRefused(
                    "code",
                    _("与第 %(row)s 行重复。请删去一行") % {"row": f"{seen[key]:,}"},
                )
            seen[key] = row.number
            changes.append(_change(row, read, held.get(key), work))
        except RowRefused as refused:
            problems.append(problem_at(table, row, refused.field, refused.reason))
    return Plan(rows=len(table.rows), changes=changes, problems=problems, work=work)


def apply(work: Work) -> None:
    """Write the planned rows; the caller holds the transaction."""
    Disease.objects.bulk_update(work.changed, ["name", "end"], batch_size=_CHUNK)
    Disease.objects.bulk_create(work.added, batch_size=_CHUNK)


def _read(row: Row) -> Disease:
    take = Reader(row)
    code = take("code", cells.code)
    told = next((_BY_FORM[k] for k in code_kinds(code) if k in _BY_FORM), "")
    kind = take("kind", cells.text) or told
    start: date | None = take("start", cells.day)
    end: date | None = take("end", cells.day)
    name = take("name", cells.text)
    if start is None:
        raise RowRefused("start", _("没有执行日期。请填写"))
    if end is not None and end <= start:
        raise RowRefused("end", _("不晚于开始日。到期日不含当天，请改晚"))
    kind = _KINDS.get(kind, kind)
    try:
        # A code of no known form belongs to no kind; say what a diagnosis would look like.
        services.check_disease(kind=kind or Disease.Kind.DIAGNOSIS, code=code, name=name)
    except Refused as refused:
        raise as_row_refused(refused) from None
    return Disease(kind=kind, code=code, name=name, start=start, end=end)


def _change(row: Row, read: Disease, held: Disease | None, work: Work) -> Change:
    kind: Kind = "new"
    before = ""
    if held is None:
        work.added.append(read)
    else:
        if held.start != read.start:
            raise RowRefused(
                "start",
                _("已登记自 %(start)s 起。开始日不能改，请照原日期填写") % {"start": held.start},
            )
        before = held.name
        kind = "same" if (held.name, held.end) == (read.name, read.end) else "changed"
        if kind == "changed":
            held.name, held.end = read.name, read.end
            work.changed.append(held)
    return Change(
        row=row.number,
        kind=kind,
        code=read.code,
        name=read.name,
        before=before,
        after=_("%(start)s 起，%(name)s") % {"start": read.start, "name": read.name},
    )
