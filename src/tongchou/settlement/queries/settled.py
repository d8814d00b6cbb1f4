"""A stored settlement as `Settled`, for answers, statements and prints: nothing is recomputed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongchou.core.policy import TIERS, room_left
from tongchou.funds.queries import moves_of, personal_balance
from tongchou.plans import queries as plans
from tongchou.settlement.models import Settlement
from tongchou.settlement.services.bill import Settled
from tongchou.settlement.services.refold import claim_of


def settled_of(
    bill: Settlement,
    *,
    sign: int = 1,
    kind: str | None = None,
    at: datetime | None = None,
    number: int | None = None,
    msgid: str | None = None,
    pays: Sequence[int] | None = None,
) -> Settled:
    """Return `bill` as Settled; with sign -1 its exact negative, with sign 0 and `pays` a change.

    Load `person` and `charge__visit` with the bill, or this reads them.
    """
    person = bill.person
    visit = bill.charge.visit if bill.charge else None
    paid = tuple(pays) if pays is not None else tuple(sign * getattr(bill, t) for t in TIERS)
    account_pays, linked_pays = sign * bill.account_pays, sign * bill.linked_pays
    total = sign * bill.total
    new = kind is not None
    return Settled(
        number=number if new else bill.pk,
        area=bill.area,
        kind=kind or bill.kind,
        person_id=person.pk,
        psn_no=person.psn_no,
        name=person.name,
        cert_type=person.cert_type,
        id_no=person.id_no,
        sex=person.sex,
        nation=person.nation,
        birth=person.birth,
        mdtrt_id=visit.mdtrt_id if visit else "",
        insutype=visit.insutype if visit else "",
        psn_type="",
        med_type=visit.med_type if visit else ("21" if bill.visit_kind == "inpatient" else "11"),
        scheme=bill.scheme,
        settled_at=at or bill.settled_at,
        basis_date=bill.basis_date,
        total=total,
        own_pay=sign * bill.own_pay,
        over_limit=sign * bill.over_limit,
        first_self_pay=sign * bill.first_self_pay,
        in_scope=sign * bill.in_scope,
        deductible=sign * bill.deductible,
        pays=paid,
        fund_total=sum(paid),
        person_pays=total - sum(paid),
        account_pays=account_pays,
        linked_pays=linked_pays,
        draws=_given_back(bill) if sign < 0 else (),
        account_balance=personal_balance(person.pk) - (account_pays - linked_pays if new else 0),
        basic_rate=_basic_rate(bill),
        plan_id=bill.plan_id,
        has_assumed=bill.has_assumed,
        no_benefit=bill.no_benefit,
        one_stop=bill.one_stop,
        **_rooms(bill, new),
        visit_cert_type=bill.cert_type,
        msgid=msgid if new else bill.msgid,
        lines=[] if new else bill.lines,
    )


def _rooms(bill: Settlement, new: bool) -> dict[str, Any]:
    """The rooms as they were told when the bill was settled; a correction has none."""
    if new or bill.no_benefit or bill.kind != Settlement.Kind.SETTLE:
        return {}
    plan = plans.by_plan_id(bill.plan_id)
    return {"rooms": room_left(plan, tuple(bill.state_before), claim_of(bill))}


def _given_back(bill: Settlement) -> tuple[tuple[int, int], ...]:
    """Return what a reversal draws: the negative of what the bill drew, from the same accounts."""
    moved = tuple(moves_of(bill.pk))
    if moved or not bill.account_pays:
        return moved
    return ((bill.person_id, -bill.account_pays),)  # from before accounts had lines


def _basic_rate(bill: Settlement) -> int | None:
    for line in bill.lines:
        if line["tier"] == "basic" and line["kind"] == "band" and line["rate"] is not None:
            return round_rate(line["rate"])
    return None


def round_rate(text: str) -> int:
    """Return a stored rate ("60.00%" or "0.6000") in ten-thousandths, exactly."""
    if text.endswith("%"):
        whole, _, part = text[:-1].partition(".")
        return int(whole) * 100 + int((part + "00")[:2])
    whole, _, part = text.partition(".")
    return int(whole) * 10000 + int((part + "0000")[:4])
