"""Upload, preview, take or refuse. Nothing is half taken; what was previewed is what is written."""

import hashlib
from dataclasses import asdict
from types import ModuleType

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.catalogue.importing import diseases, items
from tongchou.catalogue.importing.plan import Plan
from tongchou.catalogue.models import ImportFile
from tongchou.platform import clock
from tongchou.platform.imports.tables import read_table
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail

SHOWN = 200  # rows of the preview kept with the file
_KINDS: dict[str, ModuleType] = {
    ImportFile.Kind.ITEMS.value: items,
    ImportFile.Kind.DISEASES.value: diseases,
}


@transaction.atomic
def stage_file(
    *, actor: str, area: str, kind: str, name: str, content: bytes, source: str
) -> ImportFile:
    """Read a file (xlsx, xls, csv) and keep it with what it would change; nothing else is written.

    `kind` "items" or "diseases"; `source` is the document that rows without their own rest on.
    Raises Refused if the file cannot be read; problems of single rows are in `.problems`.
    """
    if kind not in _KINDS:
        raise Refused(_("不认识目录种类 %(kind)s") % {"kind": kind}, field="kind")
    source = source.strip()
    if not source:
        raise Refused(_("没有依据。请写明文件名称或文号"), field="source")
    plan = _plan(kind, name, content, source)
    if not plan.rows:
        raise Refused(_("表头下没有数据行。请核对文件"), field="file")
    file = ImportFile.objects.create(
        kind=kind,
        area=area,
        name=name[-200:],
        source=source,
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        rows=plan.rows,
        counts=plan.counts,
        changes=_shown(plan),
        problems=[asdict(problem) for problem in plan.problems],
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    _note(actor, "catalogue.import.staged", file)
    return file


@transaction.atomic
def accept_file(*, actor: str, file: ImportFile) -> ImportFile:
    """Write all rows of the file. Raises Refused where any row has a problem, nothing changes,
    or the catalogue has moved since the preview so that the same file would now do otherwise.
    """
    file = _hold(file)
    if file.problems:
        raise Refused(
            _("%(n)s 行有问题，不能接收。请按原因改正后重新上传") % {"n": f"{len(file.problems):,}"}
        )
    content = bytes(file.content)
    plan = _plan(file.kind, file.name, content, file.source)
    if plan.problems or plan.counts != file.counts or _shown(plan) != file.changes:
        raise Refused(_("预览之后目录有变动，结果已不同。请重新上传，看过新的预览再接收"))
    if plan.counts["same"] == plan.rows:
        raise Refused(_("文件与目录完全相同，没有要写入的。请退回这个文件"))
    _KINDS[file.kind].apply(plan.work)
    _decide(file, ImportFile.State.ACCEPTED, actor, "")
    _note(actor, "catalogue.import.accepted", file)
    return file


@transaction.atomic
def refuse_file(*, actor: str, file: ImportFile, reason: str) -> ImportFile:
    """Put the file aside; the catalogue stays as it is."""
    file = _hold(file)
    if not reason.strip():
        raise Refused(_("没有原因。请写明为什么退回"), field="reason")
    _decide(file, ImportFile.State.REFUSED, actor, reason.strip()[:200])
    _note(actor, "catalogue.import.refused", file)
    return file


def _plan(kind: str, name: str, content: bytes, source: str) -> Plan:
    module = _KINDS[kind]
    table = read_table(name, content, module.VOCABULARY, module.REQUIRED)
    plan: Plan = module.plan(table, source)
    return plan


def _shown(plan: Plan) -> list[dict[str, object]]:
    telling = [change for change in plan.changes if change.kind != "same"]
    return [asdict(change) for change in telling[:SHOWN]]


def _hold(file: ImportFile) -> ImportFile:
    file = ImportFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.state != ImportFile.State.STAGED:
        raise Refused(_("这个文件%(state)s。请刷新页面") % {"state": file.get_state_display()})
    return file


def _decide(file: ImportFile, state: str, actor: str, reason: str) -> None:
    file.state, file.decided_by, file.decided_at = state, actor, clock.now()
    file.reason = reason
    file.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _note(actor: str, verb: str, file: ImportFile) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="import",
        object_id=str(file.pk),
        area=file.area,
        data={
            "file": file.name,
            "digest": file.digest,
            "rows": file.rows,
            "counts": file.counts,
            "problems": len(file.problems),
            "reason": file.reason,
        },
    )
