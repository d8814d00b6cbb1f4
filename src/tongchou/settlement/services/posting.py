"""The statements that post a settlement: at most twelve with begin and commit, whatever the bill.

Order matters. The person-year comes first: its version is moved only from the one that was read
(otherwise it becomes NULL, which the column refuses), and it holds the person until the commit.
The chain's head comes late, because it holds a sixteenth of all bills; the postings come behind
it, so that the balances of a slice are always locked in one order; the entry is last, because its
trigger checks what was posted.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson

from tongchou import __version__
from tongchou.core.policy import TIERS, Claim
from tongchou.funds import chart
from tongchou.funds import statements as books
from tongchou.platform.db.raw import Conflict, Statement, to_db, vendor
from tongchou.platform.trail import statements as trail
from tongchou.settlement.services.bill import Message, Settled
from tongchou.settlement.services.facts import Year
from tongchou.settlement.services.thought import Thought

MOVE_YEAR = (
    "update settlement_personyear set version = case when version = %s then version + %s end,"
    " state = {state} where id = %s"
)

COLUMNS = (
    "id", "kind", "channel", "area", "person_id", "person_year_id", "ordinal", "charge_id",
    "institution_id", "original_id", "msgid", "invoice", "settled_at", "basis_date", "plan_id",
    "engine", "scheme", "visit_kind", "level", "out_of_area", "status", "identities", "cert_type",
    "total", "own_pay", "over_limit", "first_self_pay", "in_scope", "deductible", *TIERS,
    "fund_total", "person_pays", "account_pays", "linked_pays", "has_assumed", "no_benefit",
    "one_stop", "lines", "state_before", "state_after",
)  # fmt: skip
JSON_COLUMNS = {"identities", "lines", "state_before", "state_after"}

# Constraints that only say that another was faster.
_AGAIN = (
    "again",
    "settlement_personyear.version",
    "settlement_ordinal",
    "settlement_settlement.person_year_id, settlement_settlement.ordinal",
    "settlement_answer_pkey",
    "settlement_answer.msgid",
    "settlement_charge_settlement_id_key",
    "settlement_charge.settlement_id",
    "charge_settled_for_its_lines",
    "personal_account_not_below_0",
    "account_move_by_link",  # the link ended while the bill was priced
    "settlement_reversed_once",
    "settlement_settlement.original_id",
)


def may_try_again(conflict: Conflict) -> bool:
    """Say whether to read again and price again, rather than to give up."""
    return conflict.constraint in _AGAIN


def _json_placeholder() -> str:
    return "%s::jsonb" if vendor() == "postgresql" else "%s"


def dump(value: Any) -> str:
    return orjson.dumps(value).decode()


def move_year(year_id: int, version: int, state: Sequence[int], rows: int = 1) -> Statement:
    """Move the person-year on from `version` by the `rows` about to be posted.

    The version becomes NULL, and so is refused, if it is not there any more.
    """
    sql = MOVE_YEAR.format(state=_json_placeholder())
    return sql, [version, rows, dump(list(state)), year_id]


def set_year(year_id: int, version: int, state: Sequence[int]) -> Statement:
    """Put the person-year where a batch has brought it; the batch holds all its rows itself."""
    sql = "update settlement_personyear set version = %s, state = {state} where id = %s"
    return sql.format(state=_json_placeholder()), [version, dump(list(state)), year_id]


def close_charge(settled: Settled, charge_id: int) -> Statement:
    """Point the charge at its settlement in force."""
    sql = "update settlement_charge set settlement_id = %s where id = %s"
    return sql, [settled.number, charge_id]


def move_account(settled: Settled) -> list[Statement]:
    """Draw what each personal account pays (a reversal gives it back to the same)."""
    assert settled.number is not None
    assert sum(fen for _person, fen in settled.draws) == settled.account_pays
    return books.move_accounts(
        entry_id=settled.number,
        at=settled.settled_at,
        moves=[(person, -fen, settled.person_id) for person, fen in settled.draws],
    )


def insert_settlement(row: dict[str, Any]) -> Statement:
    """Insert one settlement; `row` has a value for each of COLUMNS, times aware, JSON as values."""
    assert len(row) == len(COLUMNS)
    return _insert_sql(), [_value(c, row[c]) for c in COLUMNS]


@cache
def _insert_sql() -> str:
    json_one = _json_placeholder()
    marks = ", ".join(json_one if c in JSON_COLUMNS else "%s" for c in COLUMNS)
    return f"insert into settlement_settlement ({', '.join(COLUMNS)}) values ({marks})"


def _value(column: str, value: Any) -> Any:
    if column in JSON_COLUMNS:
        return dump(value)
    if column == "settled_at":
        return to_db(value)
    return value


def postings(settled: Settled, payable: str) -> list[tuple[str, str, int]]:
    """Return (fund, account, fen) of a settlement, its reversal or an adjustment.

    Each fund that pays spends and owes; personal accounts pay out of what is owed to their owners.
    `payable` is the account of whoever is owed: the institution, or the person at the counter.
    """
    spent = chart.SPENT_INPATIENT if settled.med_type.startswith("2") else chart.SPENT_OUTPATIENT
    rows = []
    for fund, pay in by_fund(settled).items():
        rows += [(fund, spent, pay), (fund, payable, -pay)]
    if settled.account_pays:
        rows += [
            (chart.PERSONAL_FUND, chart.PERSONAL, settled.account_pays),
            (chart.PERSONAL_FUND, chart.PAYABLE_INSTITUTION, -settled.account_pays),
        ]
    assert sum(amount for _, _, amount in rows) == 0
    return rows


def by_fund(settled: Settled) -> dict[str, int]:
    """Return fund -> fen that it pays of a settlement, its reversal or an adjustment."""
    found: dict[str, int] = {}
    for tier, pay in zip(TIERS, settled.pays, strict=True):
        if pay:
            fund = chart.FUND_OF_TIER[settled.scheme, tier]
            found[fund] = found.get(fund, 0) + pay
    return found


def answer_statement(message: Message, text: str, settled: Settled) -> Statement:
    sql = (
        "insert into settlement_answer"
        " (msgid, infno, institution_id, body_hash, body, answer, at, settlement_id)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)"
    )
    return sql, [
        message.msgid, message.infno, message.institution_id, message.body_hash, message.body,
        text, to_db(settled.settled_at), settled.number,
    ]  # fmt: skip


def book(
    settled: Settled,
    *,
    verb: str,
    actor: str,
    institution_id: int | None,
    payable: str = chart.PAYABLE_INSTITUTION,
    data: dict[str, Any] | None = None,
) -> list[Statement]:
    """Trail and ledger of one posted row, in the order that locks a slice once."""
    assert settled.number is not None
    acts = trail.record(
        at=settled.settled_at,
        actor=actor,
        verb=verb,
        object_type="settlement",
        object_id=str(settled.number),
        area=settled.area,
        data={
            "total": settled.total,
            "fund_total": settled.fund_total,
            "person_pays": settled.person_pays,
            "plan_id": settled.plan_id,
            **(data or {}),
        },
        slice_key=settled.person_id,
    )
    return acts + books.post(
        entry_id=settled.number,
        at=settled.settled_at,
        kind={"settle": "settlement"}.get(settled.kind, settled.kind),
        area=settled.area,
        institution_id=institution_id,
        summary=settled.name,
        actor=actor,
        lines=postings(settled, payable),
        slice_key=settled.person_id,
    )


def statements(
    thought: Thought, year: Year, settled: Settled, message: Message, text: str
) -> list[Statement]:
    """All of one settlement from the gateway."""
    facts, bill = thought.facts, thought.bill
    row = row_of(
        settled,
        claim=thought.claim,
        person_year_id=year.id,
        ordinal=year.version + 1,
        channel="gateway",
        charge_id=facts.charge_id,
        institution_id=facts.institution_id,
        invoice=bill.invoice,
        state_before=thought.state_before,
        state_after=thought.outcome.state,
    )
    found = [
        move_year(year.id, year.version, thought.outcome.state),
        insert_settlement(row),
        close_charge(settled, facts.charge_id),
        answer_statement(message, text, settled),
        *message.nonce,
        *move_account(settled),
    ]
    if facts.visit_kind == "inpatient" and facts.visit_state == "open" and not bill.interim:
        # A stay settled for good has ended, or the person could not be admitted again.
        found.append(
            ("update settlement_visit set state = 'discharged', ended_at = %s where id = %s",
             [to_db(bill.at), facts.visit_id])
        )  # fmt: skip
    return found + book(
        settled,
        verb="settlement.settled",
        actor=facts.institution_code,
        institution_id=facts.institution_id,
        data={"msgid": message.msgid},
    )


def row_of(
    settled: Settled,
    *,
    claim: Claim,
    person_year_id: int,
    ordinal: int,
    channel: str,
    charge_id: int | None,
    institution_id: int | None,
    invoice: str,
    state_before: Sequence[int],
    state_after: Sequence[int],
    original_id: int | None = None,
) -> dict[str, Any]:
    """The settlement's row: the claim as the engine saw it and what came out."""
    return {
        "id": settled.number,
        "kind": settled.kind,
        "channel": channel,
        "area": settled.area,
        "person_id": settled.person_id,
        "person_year_id": person_year_id,
        "ordinal": ordinal,
        "charge_id": charge_id,
        "institution_id": institution_id,
        "original_id": original_id,
        "msgid": settled.msgid,
        "invoice": invoice,
        "settled_at": settled.settled_at,
        "basis_date": settled.basis_date,
        "plan_id": settled.plan_id,
        "engine": __version__,
        "scheme": settled.scheme,
        "visit_kind": claim.visit,
        "level": claim.level,
        "out_of_area": claim.out_of_area,
        "status": claim.status or "",
        "identities": list(claim.identities),
        "cert_type": settled.visit_cert_type,
        "total": settled.total,
        "own_pay": settled.own_pay,
        "over_limit": settled.over_limit,
        "first_self_pay": settled.first_self_pay,
        "in_scope": settled.in_scope,
        "deductible": settled.deductible,
        **dict(zip(TIERS, settled.pays, strict=True)),
        "fund_total": settled.fund_total,
        "person_pays": settled.person_pays,
        "account_pays": settled.account_pays,
        "linked_pays": settled.linked_pays,
        "has_assumed": settled.has_assumed,
        "no_benefit": settled.no_benefit,
        "one_stop": settled.one_stop,
        "lines": settled.lines,
        "state_before": list(state_before),
        "state_after": list(state_after),
    }
