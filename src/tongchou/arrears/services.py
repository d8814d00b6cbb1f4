"""Proposed, reviewed and released by three different people; posted once, to the fen."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.arrears.computing import Owed, owed
from tongchou.arrears.models import Arrear, ArrearLine, Batch
from tongchou.core.policy import TIERS
from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry
from tongchou.payouts import services as payouts
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import PersonYear

State = Arrear.State
MOST_WORDS = 200


@transaction.atomic
def propose(*, by: User, year: PersonYear, reason: str, batch: Batch | None = None) -> Arrear:
    """Propose the differences of a person's year. Raises Refused where there are none."""
    if not reason.strip():
        raise Refused(_("请写明补差的原因和依据"), field="reason")
    if len(reason.strip()) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="reason")
    lines = owed(year)
    if not lines:
        raise Refused(_("按现在知道的身份重算，这一年每张单都没有差额"))
    try:
        with transaction.atomic():
            arrear = Arrear.objects.create(
                area=by.area_code,
                person_year=year,
                batch=batch,
                reason=reason.strip(),
                total=sum(one.total for one in lines),
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这个人这一年的补差已经提出，还没有办完")) from None
    ArrearLine.objects.bulk_create(_line(arrear, one) for one in lines)
    _note(arrear, by, "arrears.proposed")
    return arrear


@transaction.atomic
def review(*, by: User, arrear: Arrear, agree: bool, opinion: str = "") -> Arrear:
    """Pass on to release, or refuse. Raises Refused, NotAllowed."""
    locked = _locked(arrear, State.PROPOSED)
    if by.pk == locked.proposed_by_id:
        raise NotAllowed(_("这件是您提出的，请由另一人复核"))
    locked.reviewed_by, locked.reviewed_at = by, clock.now()
    return _decide(locked, by, agree, opinion, State.REVIEWED)


@transaction.atomic
def release(*, by: User, arrear: Arrear, agree: bool, opinion: str = "") -> Arrear:
    """Post the differences, or refuse. What the year owes must still be what was reviewed.

    Raises Refused, NotAllowed. The person is held first: his facts and bills stand still.
    """
    locked = _locked(arrear, State.REVIEWED)
    if by.pk in (locked.proposed_by_id, locked.reviewed_by_id):
        raise NotAllowed(_("提出、复核、放行须是三个人，请由另一人放行"))
    if agree:
        Person.objects.select_for_update(no_key=True).get(pk=locked.person_year.person_id)
        PersonYear.objects.select_for_update(no_key=True).get(pk=locked.person_year_id)
        lines = owed(locked.person_year)
        if not _same(locked, lines):
            raise Refused(_("提出以后又有单据或身份变动，差额已不同。请退回后重新提出"))
        locked.entry_id = _post(locked, lines, by)
    locked.released_by, locked.released_at = by, clock.now()
    return _decide(locked, by, agree, opinion, State.RELEASED)


def _line(arrear: Arrear, one: Owed) -> ArrearLine:
    amounts = dict(zip(TIERS, one.difference, strict=True))
    return ArrearLine(
        arrear=arrear,
        settlement=one.bill,
        identities=list(one.identities),
        total=one.total,
        **amounts,
    )


def _same(arrear: Arrear, lines: Sequence[Owed]) -> bool:
    kept = {
        line.settlement_id: tuple(getattr(line, tier) for tier in TIERS)
        for line in arrear.lines.all()
    }
    return kept == {one.bill.pk: one.difference for one in lines}


def _post(arrear: Arrear, lines: Sequence[Owed], by: User) -> int:
    """Post one entry: each fund spends its part, by the kind of visit, and owes the person."""
    sums: dict[tuple[str, str], int] = {}
    scheme = arrear.person_year.scheme
    # Parts that come to zero are between the funds: nobody is owed.
    owing = chart.PAYABLE_PERSON if arrear.total else chart.DEPOSITS
    for one in lines:
        stay = one.bill.visit_kind == "inpatient"
        spent = chart.SPENT_INPATIENT if stay else chart.SPENT_OUTPATIENT
        for tier, fen in zip(TIERS, one.difference, strict=True):
            if fen:
                fund = chart.FUND_OF_TIER[scheme, tier]
                sums[fund, spent] = sums.get((fund, spent), 0) + fen
                sums[fund, owing] = sums.get((fund, owing), 0) - fen
    payouts.book(
        actor=by.login,
        area=arrear.area,
        person=arrear.person_year.person,
        amounts={f: -fen for (f, code), fen in sums.items() if code == owing and fen},
        kind="arrears",
        source_id=str(arrear.pk),
        reason=arrear.reason,
    )
    return funds.post_entry(
        kind=Entry.Kind.ARREARS,
        area=arrear.area,
        summary=_("待遇补差 %(name)s") % {"name": arrear.person_year.person.name},
        actor=by.login,
        lines=[(fund, code, fen) for (fund, code), fen in sorted(sums.items()) if fen],
        slice_key=arrear.person_year.person_id,
    )


def _locked(arrear: Arrear, state: str) -> Arrear:
    locked = Arrear.objects.select_for_update(no_key=True).get(pk=arrear.pk)
    if locked.state != state:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()})
    return locked


def _decide(arrear: Arrear, by: User, agree: bool, opinion: str, agreed: str) -> Arrear:
    if not agree and not opinion.strip():
        raise Refused(_("退回请写明理由"), field="opinion")
    if len(opinion.strip()) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="opinion")
    arrear.state = agreed if agree else State.REFUSED
    arrear.opinion = opinion.strip()
    arrear.save()
    _note(arrear, by, f"arrears.{arrear.state}")
    return arrear


def _note(arrear: Arrear, by: User, verb: str) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="arrear",
        object_id=str(arrear.pk),
        area=arrear.area,
        data={
            "total": arrear.total,
            "reason": arrear.reason,
            "opinion": arrear.opinion,
            "entry": str(arrear.entry_id or ""),
        },
        slice_key=arrear.person_year.person_id,
    )
