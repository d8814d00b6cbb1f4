"""Two records of one person become one: proposed by one, confirmed by another, undone if wrong.

The record that goes keeps its struck facts, its bills and its number, by which it leads to the one
that stays. A bill is never moved: where both have bills that count into one year, the later context
that knows of them refuses (people.hooks).
"""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.people import hooks, joining, records
from tongchou.people.models import Merge, Person, PersonNumber
from tongchou.people.services import common
from tongchou.people.timeline import fact_text
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

State = Merge.State
MOST_WORDS = 200
MOST_PAPER = 10 * 1024 * 1024
MOST_SOURCE = 100
MOST_NAME = 200


@transaction.atomic
def propose_merge(
    *,
    by: User,
    keep: Person,
    gone: Person,
    evidence: str,
    choices: Mapping[str, str] | None = None,
    paper_name: str = "",
    paper: bytes = b"",
) -> Merge:
    """Propose that `gone` is another record of `keep`. Raises Refused.

    `choices`: for each enrolment of `gone` that shares days with one of `keep` (by its key), which
    stays: "keep" or "gone". All that stands of both is kept as it is now.
    """
    evidence = _words(evidence, "evidence", _("请写明凭什么认定是同一人"))
    if len(paper) > MOST_PAPER or len(paper_name) > MOST_NAME:
        raise Refused(_("佐证最多 10 MB，文件名最多 200 字"), field="paper")
    keep, gone = _hold_both(keep, gone)
    _check_pair(keep, gone)
    _check_open(keep, gone)
    chosen = _chosen(joining.plan(keep, gone, choices or {}), choices or {})
    snapshot = {"keep": records.record_of(keep), "gone": records.record_of(gone)}
    try:
        with transaction.atomic():
            merge = Merge.objects.create(
                keep=keep,
                gone=gone,
                evidence=evidence,
                paper_name=paper_name if paper else "",
                paper=paper or None,
                paper_sha256=hashlib.sha256(paper).hexdigest() if paper else "",
                choices=chosen,
                snapshot=snapshot,
                snapshot_sha256=records.digest_of(snapshot),
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这一档已有提出的并档，还没有办完。请先看那一件")) from None
    _note(merge, by, "people.merge.proposed", evidence=evidence)
    return merge


@transaction.atomic
def merge_records(*, by: User, merge: Merge) -> Merge:
    """Confirm and carry out. What stands of both must still be what was proposed on.

    Raises Refused, NotAllowed.
    """
    locked = _locked(merge, State.PROPOSED)
    _another(locked, by)
    keep, gone = _hold_both(locked.keep, locked.gone)
    # The years are held before they are looked at: no bill may come in between.
    for person in (keep, gone):
        common.announce(person)
    _check_pair(keep, gone)
    now = {"keep": records.record_of(keep), "gone": records.record_of(gone)}
    if records.digest_of(now) != locked.snapshot_sha256:
        raise Refused(_("提出以后两档又有变动。请退回后重新提出"))
    _carry_over(locked, keep, gone)
    gone.merged_into = keep
    gone.save(update_fields=["merged_into"])
    _follow_residence(keep)
    _decided(locked, by, State.MERGED, "")
    for person, other in ((keep, gone), (gone, keep)):
        common.note(
            by.login, "people.merge.merged", person, merge=locked.pk, other=other.psn_no,
            keep=keep.psn_no, snapshot=locked.snapshot_sha256, evidence=locked.evidence,
        )  # fmt: skip
    return locked


@transaction.atomic
def refuse_merge(*, by: User, merge: Merge, opinion: str, different: bool = False) -> Merge:
    """Send the proposal back; `different`: they are two people and are not shown as one again."""
    opinion = _words(opinion, "opinion", _("请写明理由"))
    locked = _locked(merge, State.PROPOSED)
    _another(locked, by)
    _decided(locked, by, State.DIFFERENT if different else State.REFUSED, opinion)
    verb = "people.merge.different" if different else "people.merge.refused"
    _note(locked, by, verb, opinion=opinion)
    return locked


@transaction.atomic
def undo_merge(*, by: User, merge: Merge, reason: str) -> Merge:
    """Restore both records as they stood, fact by fact. Raises Refused.

    What was registered since for the record that stays, stays there (`left_behind`); where a fact
    that the merge wrote has changed since, nothing can be restored and nothing is lost: refused.
    """
    reason = _words(reason, "reason", _("请写明撤销的原因"))
    locked = _locked(merge, State.MERGED)
    keep, gone = _lock_both(locked.keep, locked.gone)
    if records.digest_of(locked.snapshot) != locked.snapshot_sha256:
        raise Refused(_("并档时留下的快照与它的校验不符。请联系系统管理员"))
    _check_unchanged(locked, keep)
    stays = left_behind(locked)
    words = _("撤销并档 %(n)s") % {"n": locked.pk}
    for lane, pk in locked.made:
        common.strike(records.MODELS[lane].objects.get(pk=pk), words)
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    _restore(locked, keep, gone)
    _follow_residence(keep)
    locked.state, locked.undone_by, locked.undone_at = State.UNDONE, by, clock.now()
    locked.undone_reason = reason
    locked.save(update_fields=["state", "undone_by", "undone_at", "undone_reason"])
    for person in (keep, gone):
        common.announce(person)
    for person in (keep, gone):
        common.note(
            by.login, "people.merge.undone", person, merge=locked.pk, reason=reason, stays=stays
        )
    return locked


def left_behind(merge: Merge) -> list[str]:
    """Return what was registered since the merge and stays with the record that stays, in words."""
    made = {(lane, pk) for lane, pk in merge.made}
    found = []
    for lane in records.MODELS:
        before = {row["id"] for row in merge.snapshot["keep"][lane]}
        for fact in records.facts_of(lane, merge.keep):
            if fact.pk not in before and (lane, fact.pk) not in made:
                found.append(
                    _("%(start)s 起 %(text)s") % {"start": fact.start, "text": fact_text(fact)}
                )
    return found + hooks.left_since(merge.keep, merge.decided_at)


def obstacles(keep: Person, gone: Person) -> list[str]:
    """Return why the two cannot be one now, in words; none where they can."""
    found = []
    if keep.died_on != gone.died_on:
        words = {"a": keep.died_on or _("没有登记"), "b": gone.died_on or _("没有登记")}
        found.append(
            _("两档的死亡日期不同（保留的：%(a)s，并入的：%(b)s）。请先核对，登记一致") % words
        )
    if Person.objects.filter(merged_into=gone).exists():
        found.append(_("并入的一档自己并过别的档。请对调，保留那一档"))
    return found + hooks.merge_obstacles(keep, gone)


def _check_pair(keep: Person, gone: Person) -> None:
    if keep.pk == gone.pk:
        raise Refused(_("两边是同一档。请选另一档"))
    if keep.area != gone.area:
        raise Refused(_("两档不在同一统筹区，不能合并"))
    if found := obstacles(keep, gone):
        raise Refused(found[0])


def _check_open(keep: Person, gone: Person) -> None:
    """Refuse a second proposal on either record while one waits: they would cross."""
    both = (keep.pk, gone.pk)
    waiting = Merge.objects.filter(state=State.PROPOSED)
    if waiting.filter(Q(keep__in=both) | Q(gone__in=both)).exists():
        raise Refused(_("这一档已有提出的并档，还没有办完。请先看那一件"))


def _chosen(plan: joining.Plan, choices: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for overlap in plan.overlaps:
        choice = choices.get(str(overlap.gone.pk), "")
        if choice not in (joining.KEEP, joining.GONE):
            raise Refused(
                _("%(start)s 起两档都参保。请选定哪一段留下") % {"start": overlap.gone.start},
                field="choices",
            )
        found[str(overlap.gone.pk)] = choice
    return found


def _carry_over(merge: Merge, keep: Person, gone: Person) -> None:
    """Strike what goes and what gives way, write what moves, and note both on the merge."""
    plan = joining.plan(keep, gone, merge.choices)
    today = clock.today()
    away = _("并入 %(psn_no)s") % {"psn_no": keep.psn_no}
    for lane in joining.DATED:
        for fact in records.facts_of(lane, gone):
            common.strike(fact, away)
    merge.gave_way = [[lane, fact.pk] for lane, fact in plan.gives_way]
    for _lane, fact in plan.gives_way:
        common.strike(fact, _("并档：让给 %(psn_no)s 的一段") % {"psn_no": gone.psn_no})
    merge.made = []
    for move in plan.moves:
        fact = _copied(move.fact, keep, known_on=today)
        fact.start, fact.end = move.spell.start, move.spell.end
        fact.save(force_insert=True)
        merge.made.append([move.lane, fact.pk])
    for number in records.facts_of("number", gone):
        common.strike(number, away)
        alias = _copied(number, keep, known_on=today)
        if number.kind == PersonNumber.Kind.ID and number.end is None:
            # The number in use is that of the record that stays.
            alias.end = max(today, number.start + timedelta(days=1))
        alias.save(force_insert=True)
        merge.made.append(["number", alias.pk])


def _copied(fact: Any, person: Person, *, known_on: date) -> Any:
    copy = type(fact)()
    for field in fact._meta.concrete_fields:
        if not field.primary_key:
            setattr(copy, field.attname, getattr(fact, field.attname))
    copy.person, copy.known_on = person, known_on
    copy.struck_at, copy.struck_reason = None, ""
    source = _("并档：%(source)s") % {"source": fact.source}
    # What is too long is not cut: the old row has it whole.
    copy.source = source if len(source) <= MOST_SOURCE else _("并档，原来源见划去的一条")
    return copy


def _check_unchanged(merge: Merge, keep: Person) -> None:
    for lane, pk in merge.made:
        fact = records.MODELS[lane].objects.get(pk=pk)
        if fact.struck_at is not None:
            raise Refused(
                _("%(start)s 起的一条（%(source)s）并档以后又更正过，撤销会丢掉更正。请先核对")
                % {"start": fact.start, "source": fact.source}
            )
    before = merge.snapshot["keep"]["person"]["died_on"]
    if (keep.died_on and keep.died_on.isoformat()) != before:
        raise Refused(_("并档以后登记了死亡。撤销前请先核对是哪一档的人"))


def _restore(merge: Merge, keep: Person, gone: Person) -> None:
    """Write again what stood: all of the record that went, and what gave way of the other."""
    gave_way = {(lane, pk) for lane, pk in merge.gave_way}
    for lane in records.MODELS:
        for row in records.live(merge.snapshot["gone"][lane]):
            records.restored(lane, row, gone)
        for row in records.live(merge.snapshot["keep"][lane]):
            if (lane, row["id"]) in gave_way:
                records.restored(lane, row, keep)
    if not keep.residences.filter(struck_at=None).exists():
        was = merge.snapshot["keep"]["person"]
        keep.town, keep.village = was["town"], was["village"]
        keep.save(update_fields=["town", "village"])


def _follow_residence(person: Person) -> None:
    """`town` and `village` repeat the last residence."""
    last = person.residences.filter(struck_at=None).order_by("start").last()
    if last is not None and (person.town, person.village) != (last.town, last.village):
        person.town, person.village = last.town, last.village
        person.save(update_fields=["town", "village"])


def _lock_both(keep: Person, gone: Person) -> tuple[Person, Person]:
    """Lock both rows in the order of their keys, so that two merges never wait for each other."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=(keep.pk, gone.pk))
    held = {row.pk: row for row in rows.order_by("pk")}
    return held[keep.pk], held[gone.pk]


def _hold_both(keep: Person, gone: Person) -> tuple[Person, Person]:
    """As `common.hold` does: neither may have gone into another."""
    for person in sorted((keep, gone), key=lambda one: one.pk):
        common.hold(person)
    return _lock_both(keep, gone)


def _locked(merge: Merge, state: str) -> Merge:
    locked = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if locked.state != state:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()})
    return locked


def _another(merge: Merge, by: User) -> None:
    if by.pk == merge.proposed_by_id:
        raise NotAllowed(_("这件是您提出的，请由另一人确认"))


def _decided(merge: Merge, by: User, state: str, opinion: str) -> None:
    merge.state, merge.decided_by, merge.decided_at = state, by, clock.now()
    merge.opinion = opinion
    merge.save()


def _words(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(missing, field=field)
    if len(text) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field=field)
    return text


def _note(merge: Merge, by: User, verb: str, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="merge",
        object_id=str(merge.pk),
        area=merge.keep.area,
        data={"keep": merge.keep.psn_no, "gone": merge.gone.psn_no, **data},
        slice_key=merge.keep_id,
    )
