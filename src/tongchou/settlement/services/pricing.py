"""Pre-settlement and settlement: read once, think in Python, write once, again if outrun.

`facts` reads without a lock; `posting` writes in one transaction whose first statement moves the
person-year's version from the one that was read. Whoever loses that race prices again.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Claim,
    ClaimRefused,
    Outcome,
    Plan,
    room_left,
    withhold,
)
from tongchou.core.policy import (
    settle as settle_step,
)
from tongchou.plans import queries as plans
from tongchou.platform.db import raw
from tongchou.platform.numbering.services import next_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import Answer
from tongchou.settlement.services import posting
from tongchou.settlement.services.bill import Bill, Message, Settled, outcome_fields
from tongchou.settlement.services.facts import Facts, read_facts
from tongchou.settlement.services.gates import basis_date, claim_of, pass_charge, pass_day
from tongchou.settlement.services.thought import Thought
from tongchou.settlement.services.years import open_year

MOST_TRIES = 20
NO_ROOMS = (None,) * len(TIERS)


class Busy(Exception):
    """The person's year moved at every try: the caller asks the hospital to come again."""


def quote(bill: Bill) -> Settled:
    """Price a charge without settling it. Raises Refused."""
    facts = read_facts(mdtrt_id=bill.mdtrt_id, batch=bill.batch, year=bill.at.year, msgid=None)
    return _think(facts, bill).settled


def settle(bill: Bill, message: Message, compose: Callable[[Settled], str]) -> str:
    """Settle a charge and return the answer's text, which is stored under the message's number.

    The same message again gets the stored text; another body under its number is refused. Raises
    Refused (nothing stored) and Busy.
    """
    for _try in range(MOST_TRIES):
        facts = read_facts(
            mdtrt_id=bill.mdtrt_id, batch=bill.batch, year=bill.at.year, msgid=message.msgid
        )
        if facts.answered:
            return stored_answer(message)
        thought = _think(facts, bill)
        if (year := thought.year) is None:
            # Read again: only a year that is there moves when a fact changes.
            open_year(facts.person_id, thought.settled.scheme, bill.at.year)
            continue
        number = next_number(bill.at.date())
        settled = replace(thought.settled, number=number, msgid=message.msgid)
        text = compose(settled)
        try:
            raw.run(posting.statements(thought, year, settled, message, text))
        except raw.Conflict as conflict:
            if not posting.may_try_again(conflict):
                raise
            continue
        return text
    raise Busy


def stored_answer(message: Message) -> str:
    """Return the first answer to this very message. Raises Refused when it is another's."""
    found = Answer.objects.get(msgid=message.msgid)
    if found.institution_id != message.institution_id:
        raise Refused(_("报文号已被使用，请换新的报文号"), field="msgid")
    if bytes(found.body_hash) != message.body_hash:
        raise Refused(
            _("报文号 %(id)s 已用于另一内容，请换新的报文号") % {"id": message.msgid}, field="msgid"
        )
    return found.answer


def _think(facts: Facts, bill: Bill) -> Thought:
    pass_charge(facts, bill)
    on = basis_date(facts, bill)
    enrolled = pass_day(facts, bill, on)
    claim = claim_of(facts, enrolled, on)
    plan = plan_for(facts.area, enrolled.scheme, bill.at.date(), facts.plans_mark)
    year = facts.year_in(enrolled.scheme)
    state = year.state if year and year.state else INITIAL_STATE
    outcome, no_benefit = price(plan, state, claim, facts.self_paid_visits)
    one_stop = facts.one_stop and not claim.out_of_area
    if not one_stop:
        outcome = withhold(outcome)
    draws = draws_of(facts, bill, enrolled.scheme, outcome.person_pays)
    account_pays = sum(fen for _person, fen in draws)
    own = {record for record, _fen in facts.accounts}
    own_pays = sum(fen for record, fen in draws if record in own)
    settled = Settled(
        number=None,
        kind="settle",
        mdtrt_id=bill.mdtrt_id,
        psn_type=enrolled.psn_type,
        scheme=enrolled.scheme,
        settled_at=bill.at,
        basis_date=on,
        account_pays=account_pays,
        linked_pays=account_pays - own_pays,
        draws=draws,
        account_balance=facts.account_balance - own_pays,
        plan_id=plan.plan_id,
        no_benefit=no_benefit,
        one_stop=one_stop,
        rooms=NO_ROOMS if no_benefit else room_left(plan, state, claim),
        visit_cert_type=bill.cert_type or facts.visit_cert_type,
        **{name: getattr(facts, name) for name in _FROM_FACTS},
        **outcome_fields(outcome),
    )
    return Thought(facts, bill, enrolled, claim, outcome, settled, year, state)


def draws_of(
    facts: Facts, bill: Bill, scheme: str, person_pays: int
) -> tuple[tuple[int, int], ...]:
    """Return (person, fen) of the accounts that pay the person's share: the own, then linked ones.

    A resident has no account to draw on, but may have a relative's.
    """
    if not bill.use_account:
        return ()
    own = facts.own_accounts if scheme == "employee" else []
    return draw([*own, *facts.linked_on(bill.at.date())], person_pays)


def draw(accounts: Iterable[tuple[int, int]], fen: int) -> tuple[tuple[int, int], ...]:
    """Return how much of `fen` each of the (person, balance) pays, in turn; none pays 0."""
    found = []
    for person, balance in accounts:
        pays = min(balance, fen)
        if pays:
            found.append((person, pays))
            fen -= pays
    return tuple(found)


_FROM_FACTS = (
    "area", "person_id", "psn_no", "name", "cert_type", "id_no", "sex", "nation", "birth",
    "insutype", "med_type", "total", "own_pay", "over_limit", "first_self_pay", "in_scope",
)  # fmt: skip


def plan_for(area: str, scheme: str, on: date, mark: str | None = None) -> Plan:
    """Return the plan in force. Raises Refused when there is none."""
    try:
        return plans.plan_in_force(area, scheme, on, mark=mark)
    except LookupError as error:
        raise Refused(str(error.args[0]), field="insutype") from error


def price(
    plan: Plan, state: tuple[int, ...], claim: Claim, self_paid_visits: tuple[str, ...]
) -> tuple[Outcome, bool]:
    """Return the outcome, and whether it is one without any benefit.

    A plan that says nothing about a kind of visit refuses it; an area may let such a visit be
    settled as wholly the person's (from the personal account or in cash). Raises Refused.
    """
    if claim.visit in self_paid_visits and claim.visit not in plan.visits:
        return no_benefit(state, claim), True
    try:
        return settle_step(plan, state, claim), False
    except ClaimRefused as error:
        raise Refused(error.reason, field=error.field) from error


def no_benefit(state: tuple[int, ...], claim: Claim) -> Outcome:
    """The outcome of a visit for which the plan has no benefit: the person pays it all."""
    return Outcome(
        pays=(0,) * len(TIERS),
        deductible=0,
        fund_total=0,
        person_pays=claim.total,
        lines=(),
        state=state,
    )
