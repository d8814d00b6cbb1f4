"""A bill costs as many statements as another, however many lines it has: twelve and one read.

What reaches the database is counted by the database's own client library, not by Django.
"""

import re
import tempfile
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from django.db import connection

from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import bill as bill_node
from tongchou.exchange.tests.make import make_area, make_hospital
from tongchou.funds import accounts
from tongchou.funds import services as funds
from tongchou.funds.models import AccountMove
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans
from tongchou.platform import clock
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials
from tongchou.settlement.models import Charge, FeeLine
from tongchou.settlement.tests.make import AREA, make_charge
from tongchou.sharing.tests.make import make_link, make_owner

pytestmark = pytest.mark.django_db(transaction=True)
READS, WRITES = 1, 12
SENT = re.compile(r"\tF\t\d+\t(Query|Execute)\t")  # from us, in the log of libpq


def sent(act: Callable[[], Any]) -> list[str]:
    """Return what `act` sends to the database, begin and commit with it."""
    connection.ensure_connection()
    return _postgresql(act) if connection.vendor == "postgresql" else _sqlite(act)


def _sqlite(act: Callable[[], Any]) -> list[str]:
    found: list[str] = []
    connection.connection.set_trace_callback(found.append)
    try:
        act()
    finally:
        connection.connection.set_trace_callback(None)
    # What a trigger runs is reported as its statement once more.
    return [sql for sql, _again in groupby(found)]


def _postgresql(act: Callable[[], Any]) -> list[str]:
    wire = connection.connection.pgconn
    with tempfile.TemporaryFile("w+") as log:
        wire.trace(log.fileno())
        try:
            act()
        finally:
            wire.untrace()
        log.seek(0)
        return [line for line in log if SENT.search(line)]


@pytest.fixture
def hospital(transactional_db: None) -> Hospital:
    credentials.forget()
    forget_blocks()
    accounts.forget()
    make_area()
    make_plans()
    funds.open_area(AREA, actor="test")
    return make_hospital()


def stay(hospital: Hospital, person: Person, lines: int) -> Charge:
    return make_charge(
        person, hospital.institution, "60000.00", on=f"{clock.today()} 00:30", lines=lines
    )


def settle(hospital: Hospital, charge: Charge) -> None:
    person = charge.visit.person
    hospital.ok("2304", bill_node(charge.visit.mdtrt_id, person, "60000.00"))


def test_as_many_statements_for_eight_lines_as_for_a_hundred_and_thirty(
    hospital: Hospital,
) -> None:
    person = make_person(identities=["destitute"])
    settle(hospital, stay(hospital, person, 1))  # the year is open, a block of numbers taken
    counts = {}
    for lines in (8, 130):
        charge = stay(hospital, person, lines)
        assert FeeLine.objects.filter(charge=charge).count() == lines
        found = sent(lambda charge=charge: settle(hospital, charge))  # type: ignore[misc]
        assert len(found) <= READS + WRITES, "\n".join(found)
        assert len(found) > WRITES // 2  # the counting counts
        counts[lines] = len(found)
    assert counts[8] == counts[130]


def test_a_bill_on_the_accounts_of_a_family_is_one_statement_more(hospital: Hospital) -> None:
    """However many accounts it draws on: they go in one statement."""
    owners = [make_owner(1000) for _n in range(3)]
    for owner in owners[1:]:
        make_link(owner, owners[0], relation="kin")
    counts = []
    for used in ("0", "0", "1"):  # the first opens the year
        charge = stay(hospital, owners[0], 2)
        node = bill_node(
            charge.visit.mdtrt_id, owners[0], "60000.00", insutype="310", acct_used_flag=used
        )
        counts.append(len(sent(lambda node=node: hospital.ok("2304", node))))  # type: ignore[misc]
    assert AccountMove.objects.filter(amount__lt=0).count() == 3
    assert counts[2] == counts[1] + 1 <= READS + WRITES
