"""A list comes in: kept as it came, checked against the last one, accepted by a named person."""

import hashlib
import re
from collections import Counter

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.rosters import RosterList, read_list
from tongchou.core.rosters.gates import change_gates, check_lists, received
from tongchou.core.sheets import SheetRefused
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters import lists
from tongchou.rosters.models import RosterFile, Sender

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
State, Kind = RosterFile.State, RosterFile.Kind
MOST_REASON = 200


@transaction.atomic
def register_sender(
    *,
    by: User,
    source: str,
    purpose: str,
    ground: str,
    fields: str = "",
    due_day: int = 10,
    monthly: bool = True,
) -> Sender:
    """Enter a sender in the register of data sharing. Raises Refused."""
    known = lists.pack_of(by.area_code).source_of(source)
    if known is None:
        raise Refused(
            _("看不出“%(name)s”是哪个部门的名单。请写部门名，如“民政低保”") % {"name": source},
            field="source",
        )
    if Sender.objects.filter(area=by.area_code, source=source).exists():
        raise Refused(_("这份名单已经登记过"), field="source")
    sender = Sender.objects.create(
        area=by.area_code,
        source=source,
        agency=known.agency,
        purpose=purpose,
        ground=ground,
        fields=fields,
        due_day=due_day,
        monthly=monthly,
    )
    _note(by, "rosters.sender.registered", "sender", sender.pk, source=source)
    return sender


def receive(*, by: User, sender: Sender, month: str, name: str, content: bytes) -> RosterFile:
    """Take a file in, read it, and judge it by the list before. Raises Refused.

    `month` "" is what the file itself says.
    """
    try:
        one = read_list(lists.pack_of(sender.area), lists.source_of(sender), name, content)
    except SheetRefused as refused:
        raise Refused(f"{name}：{refused}", field="file") from None
    month = month or _month_of(one)
    if not MONTH.fullmatch(month):
        raise Refused(_("请写明名单所属的月份，如 2019-06"), field="month")
    digest = hashlib.sha256(content).hexdigest()
    same = RosterFile.objects.filter(sender=sender, month=month, sha256=digest)
    if same.filter(state__in=(State.RECEIVED, State.ACCEPTED)).exists():
        raise Refused(_("这份文件已经收过，没有变化"), field="file")
    with transaction.atomic():
        file = RosterFile.objects.create(
            sender=sender,
            month=month,
            name=name[:200],
            sha256=digest,
            content=content,
            rows=len(one.entries),
            kind=Kind.CHANGES if one.changes else Kind.FULL,
            day=one.day,
            kept=_kept(one, month),
            gates=_gates(sender, month, one),
            skipped=[list(row) for row in one.skipped],
            received_by=by,
            received_at=clock.now(),
        )
        _note(by, "rosters.file.received", "roster", file.pk, month=month, sha256=digest)
    return file


def _month_of(one: RosterList) -> str:
    """Return the month that a file is for: of its changes, or as its title says; "" unknown."""
    return f"{one.day:%Y-%m}" if one.changes else one.month


def _kept(one: RosterList, month: str) -> dict[str, object]:
    if one.changes:
        return dict(sorted(Counter(entry.change for entry in one.entries).items()))
    return received(one, month)._asdict()


def _gates(sender: Sender, month: str, one: RosterList) -> list[dict[str, object]]:
    pack = lists.pack_of(sender.area)
    earlier, sent = lists.before(sender.area, month)
    if one.changes:
        return [
            {"code": code, "facts": f"{of.name}：{facts}", "block": of.block}
            for code, facts in change_gates(month, one, lists.full_of(sender, month), sent)
            for of in (pack.class_of(code),)
        ]
    found = check_lists(pack, month, [one], earlier, sent)
    return [
        {"code": f.code, "facts": f.facts, "block": pack.class_of(f.code).block}
        for f in found
        if f.subject == sender.source
    ]


def accept(*, by: User, file: RosterFile, reason: str = "") -> RosterFile:
    """Take the list into use; where a gate stands in the way somebody else lets it pass, and why.

    Raises Refused.
    """
    if lists.blocked(file):
        _check_release(by, file, reason)
    return _decide(by, file, State.ACCEPTED, reason)


def _check_release(by: User, file: RosterFile, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("名单检查没有通过。放行请写明原因"), field="reason")
    if file.received_by_id == by.pk:
        raise Refused(_("检查没有通过的名单，要由收件人以外的人放行"))


@transaction.atomic
def release(*, by: User, file: RosterFile, reason: str) -> RosterFile:
    """Let a list that is in use pass the gates it met when judged again. Raises Refused."""
    locked = RosterFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    codes = lists.unreleased(locked)
    if locked.state != State.ACCEPTED or not codes:
        raise Refused(_("这份名单没有等放行的检查。请刷新后再看"))
    _check_release(by, locked, reason)
    reason = _short(reason)
    locked.released = [*locked.released, _released(by, codes, reason)]
    locked.save(update_fields=["released"])
    _note(by, "rosters.file.released", "roster", file.pk, codes=sorted(codes), reason=reason)
    return locked


def _released(by: User, codes: set[str], reason: str) -> dict[str, object]:
    at = f"{clock.now().isoformat()}"
    return {"codes": sorted(codes), "by": by.login, "name": by.name, "at": at, "reason": reason}


def _short(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Refused(_("理由最多 %(n)s 字") % {"n": MOST_REASON}, field="reason")
    return reason


def refuse(*, by: User, file: RosterFile, reason: str) -> RosterFile:
    """Send the list back. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明退回的原因，发送单位要看"), field="reason")
    return _decide(by, file, State.REFUSED, reason)


def undo(*, by: User, file: RosterFile, reason: str) -> RosterFile:
    """Take an accepted list out of use; cases found by it wait for the next run. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明撤销的原因"), field="reason")
    return _decide(by, file, State.UNDONE, reason)


def _decide(by: User, file: RosterFile, to: str, reason: str) -> RosterFile:
    reason = _short(reason)
    before = State.ACCEPTED if to == State.UNDONE else State.RECEIVED
    try:
        with transaction.atomic():
            locked = RosterFile.objects.select_for_update().get(pk=file.pk)
            if locked.state != before:
                state = locked.get_state_display()
                raise Refused(_("这份名单现在是“%(state)s”。请刷新后再看") % {"state": state})
            locked.state, locked.reason = to, reason
            locked.decided_by, locked.decided_at = by, clock.now()
            if to == State.ACCEPTED:
                # What was judged since this page was drawn is not let pass by it.
                if lists.blocked(locked) - lists.blocked(file):
                    raise Refused(_("检查的结果刚变过。请刷新后再看"))
                if codes := lists.blocked(locked):
                    locked.released = [_released(by, codes, reason)]
            locked.save(update_fields=["state", "reason", "decided_by", "decided_at", "released"])
            _note(by, f"rosters.file.{to}", "roster", file.pk, reason=locked.reason)
            if to != State.REFUSED:
                _judge_later(by, locked)
    except IntegrityError:
        raise Refused(_("这个月的这份名单已经有一份在用。要换成这份，请先撤销那一份")) from None
    return locked


def _judge_later(by: User, changed: RosterFile) -> None:
    """Judge the later lists of the sender again: what they are compared with is another now."""
    later = RosterFile.objects.select_for_update(no_key=True).filter(
        sender=changed.sender, month__gt=changed.month, state__in=(State.RECEIVED, State.ACCEPTED)
    )
    for file in later.order_by("month", "pk"):
        gates = _gates(file.sender, file.month, lists.read(file))
        if gates != file.gates:
            before = sorted(gate["code"] for gate in file.gates)
            file.gates = gates
            file.save(update_fields=["gates"])
            now = sorted(str(gate["code"]) for gate in gates)
            _note(by, "rosters.file.judged", "roster", file.pk, before=before, now=now)


def _note(by: User, verb: str, kind: str, pk: int, **data: object) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type=kind,
        object_id=str(pk),
        area=by.area_code,
        data=data,
    )
