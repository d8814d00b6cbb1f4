"""A register comes in: kept as it came, checked beside the last one, accepted by a named person."""

import hashlib
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.lists import Judged, check_lists
from tongchou.core.registers.entries import read_register
from tongchou.core.registers.pack import institution_rules, population_rules
from tongchou.core.registers.population import judge, open_population
from tongchou.core.sheets import SheetRefused
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.registers import files
from tongchou.registers.models import RegisterFile

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
State = RegisterFile.State
MOST_NAME = 200
MOST_REASON = 200
Skipped = list[list[object]]


def receive(*, by: User, register: str, month: str, name: str, content: bytes) -> RegisterFile:
    """Take a file in, read it, and judge it by the one before. Raises Refused."""
    if register not in RegisterFile.Register.values:
        raise Refused(_("没有这种登记数据"), field="register")
    if not MONTH.fullmatch(month):
        raise Refused(_("请写明数据所属的月份，如 2019-06"), field="month")
    if len(name) > MOST_NAME:
        raise Refused(_("文件名最多 %(n)s 字") % {"n": MOST_NAME}, field="file")
    digest = hashlib.sha256(content).hexdigest()
    same = RegisterFile.objects.filter(
        area=by.area_code, register=register, month=month, sha256=digest,
        state__in=(State.RECEIVED, State.ACCEPTED),
    )  # fmt: skip
    if same.exists():
        raise Refused(_("这份文件已经收过，没有变化"), field="file")
    try:
        judged, skipped = _read(register, month, name, content)
    except SheetRefused as refused:
        raise Refused(f"{name}：{refused}", field="file") from None
    with transaction.atomic():
        file = RegisterFile.objects.create(
            area=by.area_code,
            register=register,
            month=month,
            name=name,
            sha256=digest,
            content=content,
            rows=judged.now.rows,
            kept=judged.now._asdict(),
            gates=_gates(by.area_code, month, judged),
            skipped=skipped,
            received_by=by,
            received_at=clock.now(),
        )
        _note(by, "received", file, month=month, register=register, sha256=digest)
    return file


def _read(register: str, month: str, name: str, content: bytes) -> tuple[Judged, Skipped]:
    if register == RegisterFile.Register.POPULATION:
        population = open_population(population_rules(), name, content)
        judged = judge(population, month)
        return judged, [list(row) for row in population.stream.skipped[:100]]
    one = read_register(institution_rules(), register, name, content)
    return one.judged(month), [list(row) for row in one.skipped[:100]]


def _gates(area: str, month: str, judged: Judged) -> list[dict[str, object]]:
    register = judged.now.source
    kind = files.kind_of(register)
    rules = files.rules_of(kind)
    earlier, sent = files.before(area, kind, month)
    found = check_lists(rules, month, [judged], earlier, sent, word=_word)
    return [
        {"code": f.code, "facts": f.facts, "block": rules.class_of(f.code).block}
        for f in found
        if f.subject == register
    ]


def _word(kind: str) -> str:
    """Say a count of a list: of institutions by status, of the population by town."""
    return {"closed": "已注销", "open": "在册"}.get(kind, kind)


def accept(*, by: User, file: RegisterFile, reason: str = "") -> RegisterFile:
    """Take it into use; where a gate stands in the way somebody else lets it pass, and why.

    Raises Refused.
    """
    blocked = any(gate["block"] for gate in file.gates)
    if blocked and not reason.strip():
        raise Refused(_("检查没有通过。放行请写明原因"), field="reason")
    if blocked and file.received_by_id == by.pk:
        raise Refused(_("检查没有通过的数据，要由收件人以外的人放行"))
    return _decide(by, file, State.ACCEPTED, reason)


def refuse(*, by: User, file: RegisterFile, reason: str) -> RegisterFile:
    """Send it back. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明退回的原因，发送单位要看"), field="reason")
    return _decide(by, file, State.REFUSED, reason)


def undo(*, by: User, file: RegisterFile, reason: str) -> RegisterFile:
    """Take it out of use; its cases wait for the next comparison. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明撤销的原因"), field="reason")
    return _decide(by, file, State.UNDONE, reason)


def _decide(by: User, file: RegisterFile, to: str, reason: str) -> RegisterFile:
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Refused(_("理由最多 %(n)s 字") % {"n": MOST_REASON}, field="reason")
    before = State.ACCEPTED if to == State.UNDONE else State.RECEIVED
    try:
        with transaction.atomic():
            rows = RegisterFile.objects.select_for_update(no_key=True).defer("content")
            locked = rows.get(pk=file.pk)
            if locked.state != before:
                state = locked.get_state_display()
                raise Refused(_("这份数据现在是“%(state)s”。请刷新后再看") % {"state": state})
            locked.state, locked.reason = to, reason
            locked.decided_by, locked.decided_at = by, clock.now()
            locked.save(update_fields=["state", "reason", "decided_by", "decided_at"])
            _note(by, str(to), locked, reason=reason)
    except IntegrityError:
        raise Refused(_("这个月已经有一份在用。要换成这份，请先撤销那一份")) from None
    return locked


def _note(by: User, verb: str, file: RegisterFile, **data: object) -> None:
    trail.record(
        actor=by.login,
        verb=f"registers.file.{verb}",
        object_type="register_file",
        object_id=str(file.pk),
        area=by.area_code,
        data=data,
    )
