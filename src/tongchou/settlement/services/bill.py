"""What goes into a settlement and what comes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tongchou.core.policy import TIERS, Line, Outcome, lines_to_json
from tongchou.platform.db.raw import Statement
from tongchou.platform.numbering.services import wire_number


@dataclass(frozen=True, slots=True)
class Bill:
    """A request to price or settle one charge. Money in fen."""

    mdtrt_id: str
    psn_no: str
    institution_id: int
    at: datetime  # the settlement time: it picks the plan and the insurance year
    batch: str | None = None  # an outpatient batch; None where the visit has one charge only
    insutype: str | None = None
    claimed_total: int | None = None  # what the hospital says the fees come to
    discharged_on: date | None = None  # for a stay that has not been discharged yet
    use_account: bool = False
    interim: bool = False  # mid-stay settlement: the stay goes on
    cert_type: str = ""
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """The accepted message that a settlement answers, kept for ever with its answer (P1)."""

    msgid: str
    infno: str
    institution_id: int
    body: str
    body_hash: bytes
    nonce: Sequence[Statement] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A priced or settled bill with everything an answer or a printed statement says of it."""

    number: int | None  # None before it is settled
    area: str
    kind: str
    person_id: int
    psn_no: str
    name: str
    cert_type: str
    id_no: str
    sex: str
    nation: str
    birth: date
    mdtrt_id: str
    insutype: str
    psn_type: str
    med_type: str
    scheme: str
    settled_at: datetime
    basis_date: date
    total: int
    own_pay: int
    over_limit: int
    first_self_pay: int
    in_scope: int
    deductible: int
    pays: tuple[int, ...]  # by core.policy.TIERS
    fund_total: int
    person_pays: int
    account_pays: int  # out of personal accounts, the person's and others' linked to it
    account_balance: int  # of the person's own account, after this bill
    basic_rate: int | None  # ten-thousandths
    plan_id: str
    has_assumed: bool
    no_benefit: bool
    one_stop: bool = True  # False: 救助 is withheld at the window
    # By TIERS: what each tier could still pay this year before this bill; None without a cap.
    rooms: tuple[int | None, ...] = (None,) * len(TIERS)
    visit_cert_type: str = ""
    linked_pays: int = 0  # the part of account_pays out of others' accounts
    # (person, fen) of each account drawn on, below 0 what is given back; not read for a print.
    draws: tuple[tuple[int, int], ...] = ()
    msgid: str | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)  # core.policy.lines_to_json

    def __post_init__(self) -> None:
        assert self.fund_total == sum(self.pays)
        assert self.fund_total + self.person_pays == self.total
        assert self.total == (self.own_pay + self.over_limit + self.first_self_pay + self.in_scope)
        assert abs(self.linked_pays) <= abs(self.account_pays) <= abs(self.person_pays)

    @property
    def wire(self) -> str | None:
        """The number as messages carry it (setl_id)."""
        return None if self.number is None else wire_number(self.number, self.area)

    @property
    def own_account_pays(self) -> int:
        return self.account_pays - self.linked_pays

    @property
    def cash_pays(self) -> int:
        return self.person_pays - self.account_pays

    def pay_of(self, tier: str) -> int:
        return self.pays[TIERS.index(tier)]


def outcome_fields(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of Settled that come from the engine's outcome."""
    return {
        "deductible": outcome.deductible,
        "pays": outcome.pays,
        "fund_total": outcome.fund_total,
        "person_pays": outcome.person_pays,
        "basic_rate": basic_rate(outcome),
        "has_assumed": any(map(leaves_doubt, outcome.lines)),
        "lines": lines_to_json(outcome.lines),
    }


def leaves_doubt(line: Line) -> bool:
    """Say whether an assumed number decided something on this bill.

    A band, a cap, or the deductible of the bill itself; not a limit of the year that the bill has
    not come to yet.
    """
    if not line.assumed or not line.amount:
        return False
    return line.kind in ("band", "cap") or (line.kind == "deductible" and line.tier == TIERS[0])


def basic_rate(outcome: Outcome) -> int | None:
    """The share at which the basic tier paid, ten-thousandths, or None where it has no band."""
    for line in outcome.lines:
        if line.tier == "basic" and line.kind == "band":
            return line.rate
    return None
