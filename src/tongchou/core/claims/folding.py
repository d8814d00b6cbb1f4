"""The fold: each person's claims of one insurance year, settled in input order, and reversals.

Memory holds the claim ids and the persons; all else of a claim lies in a temporary journal, so that
a reversal can bring back the state before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from tongchou.core.claims.journal import Journal
from tongchou.core.claims.rows import BadInput, ClaimRow, ReverseRow, Row, parse_row
from tongchou.core.money import format_yuan
from tongchou.core.policy import (
    INITIAL_STATE,
    STATE_WIDTH,
    TIERS,
    AssumedNumber,
    ClaimRefused,
    NoPlanInForce,
    Outcome,
    Plan,
    PlanBook,
    lines_to_json,
    settle,
)
from tongchou.core.spells import insurance_year

Answer = dict[str, Any]
"""A row of output, as JSON would carry it; amounts are strings of yuan with two places."""

_NONE = -1
_NAMED = 20


class AssumedNumbersRefused(ValueError):
    """A claim needs a plan with assumed numbers, and nobody allowed them."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"{plan.area}-{plan.scheme} {plan.valid_from}: {len(plan.assumed)}")
        self.plan = plan
        self.assumed: tuple[AssumedNumber, ...] = plan.assumed


class RowError(NamedTuple):
    """A row that was not settled, and why; the fold went on as if it were not there."""

    row: int
    field: str
    reason: str

    def as_answer(self) -> Answer:
        """The object that takes the answer's place in the output."""
        return {"row": self.row, "field": self.field, "error": self.reason}


class _Entry(NamedTuple):
    """A settled claim as the journal keeps it; `previous` is the person-year's claim before it."""

    person_year: int
    previous: int
    plan: int
    fund_total: int
    person_pays: int


_WIDTH = len(_Entry._fields) + len(TIERS) + STATE_WIDTH
_PAYS = slice(len(_Entry._fields), len(_Entry._fields) + len(TIERS))
_STATE = slice(len(_Entry._fields) + len(TIERS), _WIDTH)


class Fold:
    """Settles claims under the plan versions of one area and scheme, remembering the year so far.

    A claim's settlement day picks the plan version and the insurance year; the state of a
    person-year goes on when the version changes.
    """

    def __init__(self, book: PlanBook, area: str, scheme: str, *, allow_assumed: bool) -> None:
        self._book, self._area, self._scheme = book, area, scheme
        self._allow_assumed = allow_assumed
        self._plans: list[Plan] = []
        self._plan_on: dict[date, int] = {}
        self._journal = Journal(_WIDTH)
        self._claim_ids: list[str] = []
        self._entry_of: dict[str, int] = {}
        self._persons: dict[str, int] = {}
        self._last: dict[int, int] = {}
        self._reversed: set[str] = set()
        self._refused: dict[str, int] = {}

    def settle(self, row: ClaimRow) -> Answer:
        """Settle the person-year's next claim.

        Raises BadInput (a repeated claim_id, no plan that day, the plan's own refusal) and
        AssumedNumbersRefused; nothing is remembered then.
        """
        if row.claim_id in self._entry_of or row.claim_id in self._refused:
            raise BadInput("claim_id", f"{row.claim_id} 重复，一次输入里每笔只能出现一次")
        plan_number = self._plan_number(row.settled_on)
        plan = self._plans[plan_number]
        person = self._persons.setdefault(row.person, len(self._persons))
        person_year = person * 10_000 + insurance_year(row.settled_on)
        previous = self._last.get(person_year, _NONE)
        state = INITIAL_STATE if previous == _NONE else self._journal[previous][_STATE]
        try:
            outcome = settle(plan, state, row.claim)
        except ClaimRefused as refused:
            raise BadInput(refused.field, refused.reason) from None
        entry = _Entry(person_year, previous, plan_number, outcome.fund_total, outcome.person_pays)
        number = self._journal.append(*entry, *outcome.pays, *outcome.state)
        self._claim_ids.append(row.claim_id)
        self._entry_of[row.claim_id] = number
        self._last[person_year] = number
        return _answer(row, plan, outcome)

    def reverse(self, claim_id: str) -> Answer:
        """Take back the last unreversed claim of its person-year: the exact negative.

        Raises BadInput if there is no such claim, it is reversed already, or later ones stand in
        the way; these are named.
        """
        number = self._entry_of.get(claim_id)
        if number is None:
            wrong = self._refused.get(claim_id)
            remedy = f"第 {wrong} 行有误，请先改正那一行" if wrong else "请核对编号和先后"
            raise BadInput("reverse", f"前面没有结算过 {claim_id}，{remedy}")
        if claim_id in self._reversed:
            raise BadInput("reverse", f"{claim_id} 已经冲正过")
        record = self._journal[number]
        entry = _Entry(*record[: len(_Entry._fields)])
        if later := self._later(entry.person_year, number):
            raise BadInput("reverse", _in_the_way(claim_id, later))
        self._reversed.add(claim_id)
        self._last[entry.person_year] = entry.previous
        return {
            "claim_id": claim_id,
            "reversed": True,
            "pays": _pays(self._plans[entry.plan], [-pay for pay in record[_PAYS]]),
            "fund_total": format_yuan(-entry.fund_total),
            "person_pays": format_yuan(-entry.person_pays),
        }

    def refuse(self, claim_id: str, row: int) -> None:
        """Note that a row with this claim_id was refused: the id is used up, nothing is settled."""
        if claim_id not in self._entry_of:
            self._refused.setdefault(claim_id, row)

    def _later(self, person_year: int, number: int) -> list[str]:
        later = []
        at = self._last[person_year]
        while at != number:
            later.append(self._claim_ids[at])
            at = self._journal[at][1]
        return later[::-1]

    def _plan_number(self, day: date) -> int:
        number = self._plan_on.get(day)
        if number is None:
            try:
                plan = self._book.for_date(self._area, self._scheme, day)
            except NoPlanInForce as missing:
                raise BadInput("settled_at", str(missing)) from None
            if plan.assumed and not self._allow_assumed:
                raise AssumedNumbersRefused(plan)
            if plan not in self._plans:
                self._plans.append(plan)
            number = self._plan_on[day] = self._plans.index(plan)
        return number


def settle_rows(rows: Iterable[Row], fold: Fold) -> Iterator[Answer | RowError]:
    """An answer or an error for each row, in order. Raises AssumedNumbersRefused."""
    for number, record in rows:
        try:
            yield _settle_record(record, fold)
        except BadInput as bad:
            claim_id = None if isinstance(record, BadInput) else record.get("claim_id")
            if isinstance(claim_id, str):
                fold.refuse(claim_id, number)
            yield RowError(number, bad.field, bad.reason)


def _settle_record(record: Mapping[str, object] | BadInput, fold: Fold) -> Answer:
    if isinstance(record, BadInput):
        raise record
    row = parse_row(record)
    return fold.reverse(row.claim_id) if isinstance(row, ReverseRow) else fold.settle(row)


def _answer(row: ClaimRow, plan: Plan, outcome: Outcome) -> Answer:
    return {
        "claim_id": row.claim_id,
        "total": format_yuan(row.claim.total),
        "in_scope": format_yuan(row.claim.in_scope),
        "deductible": format_yuan(outcome.deductible),
        "pays": _pays(plan, outcome.pays),
        "fund_total": format_yuan(outcome.fund_total),
        "person_pays": format_yuan(outcome.person_pays),
        "plan_id": plan.plan_id,
        "lines": lines_to_json(outcome.lines),
    }


def _pays(plan: Plan, pays: Iterable[int]) -> dict[str, str]:
    by_tier = dict(zip(TIERS, pays, strict=True))
    return {tier: format_yuan(by_tier[tier]) for tier in plan.tiers}


def _in_the_way(claim_id: str, later: list[str]) -> str:
    named = "、".join(later[:_NAMED])
    more = f" 等 {len(later)} 笔" if len(later) > _NAMED else ""
    return f"不能冲正 {claim_id}：同一人同一年度之后还有 {named}{more}，请先从最后一笔起冲正"
