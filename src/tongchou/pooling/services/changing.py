"""A scheme of an area goes into a pool from a later day: proposed, confirmed, withdrawn.

Nothing of the area's is rewritten: persons, flags, accumulators, bills and cases keep their area
and go on. From the day on the pool's plans hold, because they are looked up by the day's pool.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS
from tongchou.funds import services as funds
from tongchou.funds.chart import pooled_funds
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.authority.pooling import LIVE
from tongchou.platform.refusal import Refused
from tongchou.pooling.models import Change
from tongchou.pooling.obstacles import obstacles
from tongchou.pooling.services.common import another, check_words, note, only_of
from tongchou.settlement.labels import SCHEME_LABELS

State = Change.State


@transaction.atomic
def propose_change(*, by: User, scheme: str, pool: Area, starts_on: date, ground: str) -> Change:
    """Propose that a scheme of the user's own area be pooled in `pool` from a day on.

    What still stands in its way is shown with the proposal. Raises Refused naming the field.
    """
    if scheme not in SCHEME_LABELS:
        raise Refused(_("没有这个险种，请重选"), field="scheme")
    area = Area.objects.get(pk=by.area_code)
    if pool == area:
        raise Refused(_("不能统筹到自己，请选上一级统筹区"), field="pool")
    if starts_on <= clock.today():
        raise Refused(_("起统筹日要晚于今天。已结算的单据不会重算"), field="starts_on")
    words = check_words(ground, "ground", _("没有依据。请写批准文件的名称和文号"))
    try:
        with transaction.atomic():
            made = Change.objects.create(
                area=area, scheme=scheme, pool=pool, starts_on=starts_on, ground=words,
                proposed_by=by, proposed_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            _("%(scheme)s已有一次变更待确认，请先确认或退回") % {"scheme": LABELS[scheme]},
            field="scheme",
        ) from None
    note(
        "change.proposed", by, "pooling_change", made.pk, scheme=scheme, pool=pool.code,
        starts_on=starts_on.isoformat(), ground=words,
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_change(*, by: User, change: Change) -> Change:
    """Confirm by another person: from its day on the pool's plans hold.

    An earlier pool of the scheme ends on that day. Raises NotAllowed, and Refused for what stands
    in its way now.
    """
    locked = _held(change, State.PROPOSED)
    only_of(by, locked.area_id, locked.pool_id)
    another(by, locked.proposed_by_id)
    if found := obstacles(locked.area, locked.scheme, locked.pool, locked.starts_on):
        raise Refused(f"{found[0].short}。{found[0].remedy}")
    now = clock.now()
    locked.former = _end_former(locked)
    try:
        with transaction.atomic():
            locked.pooling = Pooling.objects.create(
                area=locked.area, scheme=locked.scheme, pool=locked.pool,
                start=locked.starts_on, changed_at=now,
            )  # fmt: skip
    except IntegrityError:  # somebody confirmed another one meanwhile
        raise Refused(_("统筹层次刚变过，请刷新后再看")) from None
    _open_books(locked, by)
    locked.state, locked.decided_by, locked.decided_at = State.CONFIRMED, by, now
    locked.save(update_fields=["state", "decided_by", "decided_at", "pooling", "former"])
    note(
        "change.confirmed", by, "pooling_change", locked.pk, scheme=locked.scheme,
        area=locked.area_id, pool=locked.pool_id, starts_on=locked.starts_on.isoformat(),
    )  # fmt: skip
    return locked


@transaction.atomic
def drop_change(*, by: User, change: Change, reason: str) -> Change:
    """Give a proposal back, by another person. Raises NotAllowed and Refused."""
    locked = _held(change, State.PROPOSED)
    only_of(by, locked.area_id, locked.pool_id)
    another(by, locked.proposed_by_id)
    locked.reason = check_words(reason, "reason", _("没有原因。请写明为什么退回"))
    locked.state, locked.decided_by, locked.decided_at = State.DROPPED, by, clock.now()
    locked.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    note("change.dropped", by, "pooling_change", locked.pk, reason=locked.reason)
    return locked


@transaction.atomic
def withdraw_change(*, by: User, change: Change, reason: str) -> Change:
    """Take a confirmed change back before its day; the earlier pool goes on. Raises Refused."""
    locked = _held(change, State.CONFIRMED)
    only_of(by, locked.area_id, locked.pool_id)
    if locked.starts_on <= clock.today():
        raise Refused(_("已经起统筹，不能撤回。要改由别处统筹，请提出新的变更"))
    words = check_words(reason, "reason", _("没有原因。请写明为什么撤回"))
    now, spell = clock.now(), locked.pooling
    assert spell is not None
    if spell.end is not None:
        raise Refused(_("后面还有一次变更接着它，请先撤回那一次"))
    _touch(spell, now, struck_at=now)
    if locked.former is not None:
        _touch(locked.former, now, end=None)
    locked.state, locked.reason = State.WITHDRAWN, words
    locked.withdrawn_by, locked.withdrawn_at = by, now
    locked.save(update_fields=["state", "reason", "withdrawn_by", "withdrawn_at"])
    note("change.withdrawn", by, "pooling_change", locked.pk, reason=words)
    return locked


def _held(change: Change, state: str) -> Change:
    locked = Change.objects.select_for_update(no_key=True, of=("self",))
    found = locked.select_related("area", "pool", "pooling", "former").get(pk=change.pk)
    if found.state != state:
        raise Refused(
            _("这次变更现在是“%(state)s”，请刷新后再看") % {"state": found.get_state_display()}
        )
    return found


def _end_former(change: Change) -> Pooling | None:
    rows = Pooling.objects.select_for_update(no_key=True).filter(
        LIVE,
        Q(end=None) | Q(end__gt=change.starts_on),
        area=change.area_id,
        scheme=change.scheme,
        start__lt=change.starts_on,
    )
    former = rows.first()
    if former is not None:
        _touch(former, clock.now(), end=change.starts_on)
    return former


def _touch(spell: Pooling, now: object, **values: object) -> None:
    """Change a spell so that every process sees it (`changed_at` is in the plans' mark)."""
    for name, value in {**values, "changed_at": now}.items():
        setattr(spell, name, value)
    spell.save(update_fields=[*values, "changed_at"])


def _open_books(change: Change, by: User) -> None:
    funds.open_area(change.pool_id, actor=by.login)
    for area in (change.area_id, change.pool_id):
        funds.open_between_levels(area, pooled_funds(change.scheme))
