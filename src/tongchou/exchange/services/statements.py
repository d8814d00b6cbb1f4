"""Reconciliations kept: who compared what with which result (3201, 3202)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tongchou.exchange.comparing import Sum
from tongchou.exchange.models import ExchangedFile, Statement
from tongchou.platform.trail import services as trail
from tongchou.providers.queries import Account
from tongchou.settlement.queries.reconciling import Totals


@dataclass(frozen=True, slots=True)
class Period:
    """What a reconciliation is about; both days included."""

    begun_on: date
    ended_on: date
    insutype: str
    clr_type: str


@transaction.atomic
def keep(
    *,
    actor: str,
    institution: Account,
    kind: str,
    period: Period,
    at: datetime,
    claimed: Totals,
    ours: Totals,
    equal: bool,
    differences: list[dict[str, Any]],
    by_kind: Sequence[Sum] = (),
    result_file: ExchangedFile | None = None,
) -> Statement:
    statement = Statement.objects.create(
        institution_id=institution.institution_id,
        kind=kind,
        at=at,
        begun_on=period.begun_on,
        ended_on=period.ended_on,
        insutype=period.insutype,
        clr_type=period.clr_type,
        claimed_total=claimed.total,
        claimed_fund=claimed.fund,
        claimed_account=claimed.account,
        claimed_count=claimed.count,
        our_total=ours.total,
        our_fund=ours.fund,
        our_account=ours.account,
        our_count=ours.count,
        equal=equal,
        differences=differences,
        by_kind=[asdict(one) for one in by_kind],
        result_file=result_file,
    )
    trail.record(
        actor=actor,
        verb="exchange.reconciled",
        object_type="statement",
        object_id=str(statement.pk),
        area=institution.area,
        data={"institution": institution.code, "kind": kind, "equal": equal},
    )
    return statement
