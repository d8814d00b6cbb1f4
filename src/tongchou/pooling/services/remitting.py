"""Money between a member and its pool: two entries, one in each area's books, in one transaction.

Upward: the member posts 上解上级支出 against its deposits and the pool 下级上解收入; downward the
pool 补助下级支出 and the member 上级补助收入. The member goes on paying hospitals and persons out
of its own books, so that what was owed before, during and after stays where it was posted.
"""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.funds import services as funds
from tongchou.funds.chart import (
    DEPOSITS,
    FROM_ABOVE,
    FROM_BELOW,
    FUNDS,
    TO_ABOVE,
    TO_BELOW,
    pooled_funds,
)
from tongchou.funds.models import Account, Entry
from tongchou.funds.statements import Line
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.refusal import Refused
from tongchou.pooling.models import Remittance
from tongchou.pooling.services.common import another, check_words, note, only_of

State, Kind = Remittance.State, Remittance.Kind


@transaction.atomic
def propose_remittance(
    *, by: User, pooling: Pooling, fund: str, kind: str, fen: int, ground: str
) -> Remittance:
    """Propose `fen` (> 0) of a fund upward (by the member) or downward (by the pool).

    Raises NotAllowed, and Refused naming the field.
    """
    if kind not in Kind:
        raise Refused(_("没有这个种类，请重选"), field="kind")
    only_of(by, pooling.pool_id if kind == Kind.DOWN else pooling.area_id)
    if fund not in pooled_funds(pooling.scheme):
        raise Refused(_("这个基金不随险种统筹，请重选"), field="fund")
    if fen <= 0:
        raise Refused(_("金额要大于 0，请核对后重输"), field="fen")
    words = check_words(ground, "ground", _("没有依据。请写上解或下拨文件的名称和文号"))
    made = Remittance.objects.create(
        pooling=pooling, fund_id=fund, kind=kind, fen=fen, ground=words,
        proposed_by=by, proposed_at=clock.now(),
    )  # fmt: skip
    note("remittance.proposed", by, "remittance", made.pk, fund=fund, way=kind, fen=fen)
    return made


@transaction.atomic
def propose_correction(*, by: User, remittance: Remittance, ground: str) -> Remittance:
    """Propose that a posted remittance be undone whole, red in both books. Raises Refused."""
    of = _held(remittance, State.POSTED)
    only_of(by, of.pooling.area_id, of.pooling.pool_id)
    if of.corrects_id is not None:
        raise Refused(_("这一笔本身就是冲回，请重新提出一笔"))
    if of.corrections.exclude(state=State.DROPPED).exists():
        raise Refused(_("已经提出过冲回，请刷新后再看"))
    words = check_words(ground, "ground", _("没有依据。请写明为什么冲回"))
    made = Remittance.objects.create(
        pooling=of.pooling, fund_id=of.fund_id, kind=of.kind, fen=-of.fen, ground=words,
        corrects=of, proposed_by=by, proposed_at=clock.now(),
    )  # fmt: skip
    note("remittance.proposed", by, "remittance", made.pk, fen=made.fen, corrects=of.pk)
    return made


@transaction.atomic
def post_remittance(*, by: User, remittance: Remittance) -> Remittance:
    """Post a proposal in both books, by another person. Raises NotAllowed and Refused."""
    locked = _held(remittance, State.PROPOSED)
    spell = locked.pooling
    only_of(by, spell.area_id, spell.pool_id)
    another(by, locked.proposed_by_id)
    if spell.struck_at is not None or spell.start > clock.today():
        raise Refused(_("%(day)s 才起统筹，到那天再入账") % {"day": spell.start})
    _refuse_overdrawn(locked)
    at = clock.now()
    entries = [
        funds.post_entry(
            kind=Entry.Kind.REMITTANCE, area=area, summary=_summary(locked), actor=by.login,
            lines=lines, at=at,
        )
        for area, lines in zip((spell.area_id, spell.pool_id), lines_of(locked), strict=True)
    ]  # fmt: skip
    locked.area_entry_id, locked.pool_entry_id = entries
    locked.state, locked.decided_by, locked.decided_at = State.POSTED, by, at
    locked.save(update_fields=["state", "decided_by", "decided_at", "area_entry", "pool_entry"])
    note("remittance.posted", by, "remittance", locked.pk, fen=locked.fen, entries=entries)
    return locked


@transaction.atomic
def drop_remittance(*, by: User, remittance: Remittance, reason: str) -> Remittance:
    """Give a proposal back, by another person. Raises NotAllowed and Refused."""
    locked = _held(remittance, State.PROPOSED)
    only_of(by, locked.pooling.area_id, locked.pooling.pool_id)
    another(by, locked.proposed_by_id)
    locked.reason = check_words(reason, "reason", _("没有原因。请写明为什么退回"))
    locked.state, locked.decided_by, locked.decided_at = State.DROPPED, by, clock.now()
    locked.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    note("remittance.dropped", by, "remittance", locked.pk, reason=locked.reason)
    return locked


def lines_of(one: Remittance) -> tuple[list[Line], list[Line]]:
    """Return what the member's entry and the pool's post, fen, debit positive."""
    fund, fen = one.fund_id, one.fen
    if one.downward:
        member = [(fund, DEPOSITS, fen), (fund, FROM_ABOVE, -fen)]
        return member, [(fund, TO_BELOW, fen), (fund, DEPOSITS, -fen)]
    member = [(fund, TO_ABOVE, fen), (fund, DEPOSITS, -fen)]
    return member, [(fund, DEPOSITS, fen), (fund, FROM_BELOW, -fen)]


def deposits(area: str, fund: str) -> int:
    """Return what a fund of an area has on deposit now, fen."""
    rows = Account.objects.filter(area=area, fund=fund, code=DEPOSITS)
    return int(rows.aggregate(sum=Sum("balance"))["sum"] or 0)


def _refuse_overdrawn(one: Remittance) -> None:
    """Nobody gives more than is on deposit; who undoes gives back what was received."""
    spell = one.pooling
    # Two remittances of one giver come one after the other.
    both = Area.objects.filter(pk__in=(spell.area_id, spell.pool_id)).order_by("pk")
    list(both.select_for_update(no_key=True))
    giver = spell.pool_id if one.downward == (one.fen > 0) else spell.area_id
    has = deposits(giver, one.fund_id)
    if has < abs(one.fen):
        raise Refused(
            _("%(area)s的%(fund)s存款只有 %(has)s 元，不够 %(fen)s 元。请核对金额")
            % {
                "area": spell.pool.name if giver == spell.pool_id else spell.area.name,
                "fund": FUNDS[one.fund_id],
                "has": format_yuan(has),
                "fen": format_yuan(abs(one.fen)),
            }
        )


def _summary(one: Remittance) -> str:
    words = str(one.get_kind_display())
    return _("冲回%(what)s") % {"what": words} if one.corrects_id else words


def _held(remittance: Remittance, state: str) -> Remittance:
    rows = Remittance.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("pooling__area", "pooling__pool").get(pk=remittance.pk)
    if found.state != state:
        raise Refused(
            _("这一笔现在是“%(state)s”，请刷新后再看") % {"state": found.get_state_display()}
        )
    return found
