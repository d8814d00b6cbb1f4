"""What the funds hold when the year begins, what comes in, and the personal accounts."""

import random
from datetime import date

from tongchou.core.money import FEN_PER_YUAN
from tongchou.demo import parameters as p
from tongchou.demo.costs import moment
from tongchou.demo.registers import ACTOR
from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.statements import Line, Move
from tongchou.people.models import Enrolment
from tongchou.platform import clock

MONTHS = 12


def open_books() -> None:
    """Open the accounts, the balances of 1 January, the income of the year so far."""
    today = clock.today()
    funds.open_area(p.AREA, actor=ACTOR)
    residents = _insured("resident", today)
    employees = _insured("employee", today)
    opening = moment(date(today.year, 1, 1), 0)
    for fund, yearly in _yearly(residents, employees).items():
        held = yearly * p.OPENING_MONTHS // MONTHS
        lines = [(fund, chart.DEPOSITS, held), (fund, chart.SURPLUS, -held)]
        funds.post_entry(kind="opening", area=p.AREA, summary="年初余额", actor=ACTOR,
                         lines=lines, at=opening)  # fmt: skip
    for month in range(1, today.month + 1):
        _income(residents, employees, date(today.year, month, 1))
    _personal_accounts()


def _insured(scheme: str, on: date) -> int:
    return (
        Enrolment.objects.filter(scheme=scheme, struck_at=None, start__lte=on)
        .exclude(end__lte=on)
        .count()
    )


def _yearly(residents: int, employees: int) -> dict[str, int]:
    """Return the year's income of each fund, fen."""
    r, e = p.PER_RESIDENT, p.PER_EMPLOYEE
    yuan = {
        "resident_pool": residents * (r["personal"] + r["subsidy"]),
        "resident_supplement": residents * r["supplement"],
        "critical_illness": residents * r["critical"],
        "medical_aid": residents * r["aid"],
        "employee_pool": employees * e["pool"],
        "employee_supplement": employees * e["supplement"],
    }
    return {fund: amount * FEN_PER_YUAN for fund, amount in yuan.items()}


def _income(residents: int, employees: int, day: date) -> None:
    """Post one month: what the state gives apart, the rest as premium.

    Residents' own premium is not in it: it comes by the tax office's files (demo.premiums).
    """
    subsidy = residents * p.PER_RESIDENT["subsidy"] * FEN_PER_YUAN // MONTHS
    for fund, yearly in _yearly(residents, employees).items():
        month = subsidy if fund == "resident_pool" else yearly // MONTHS
        given = month if fund in ("resident_pool", "medical_aid") else 0
        lines: list[Line] = [(fund, chart.DEPOSITS, month)]
        lines += [(fund, "4002", -given), (fund, "4001", given - month)]
        funds.post_entry(kind="income", area=p.AREA, summary=f"{day.month} 月筹资", actor=ACTOR,
                         lines=[line for line in lines if line[2]], at=moment(day, 9))  # fmt: skip


def _personal_accounts() -> None:
    """Give each employee an account; the control account is opened with their sum."""
    chance = random.Random(p.SEED + 2)
    low, high = p.PERSONAL_ACCOUNT
    persons = Enrolment.objects.filter(scheme="employee", struck_at=None).order_by("person_id")
    moves: list[Move] = [
        (person, chance.randint(low, high) * FEN_PER_YUAN, None)
        for person in persons.values_list("person_id", flat=True)
    ]
    total = sum(fen for _person, fen, _for in moves)
    fund = chart.PERSONAL_FUND
    funds.post_entry(
        kind="opening",
        area=p.AREA,
        summary="个人账户年初余额",
        actor=ACTOR,
        lines=[(fund, chart.DEPOSITS, total), (fund, chart.PERSONAL, -total)],
        moves=moves,
        at=moment(date(clock.today().year, 1, 1), 0),
    )
