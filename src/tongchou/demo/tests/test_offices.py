"""What other offices send: the comparisons find what was planted, and nothing else."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from tongchou.core.registers.month import last_of
from tongchou.demo import build
from tongchou.demo.offices import institutions, population
from tongchou.funds import accounts
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework.models import Case
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials
from tongchou.registers import queries, services
from tongchou.registers.models import Run
from tongchou.rosters import access as rosters
from tongchou.rosters import queries as roster_queries
from tongchou.rosters.models import Run as RosterRun

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        for forget in (credentials.forget, forget_blocks, accounts.forget):
            forget()
        build.build(500, lambda _words: None, lists=True)
        yield
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def test_the_institutions_found_are_those_planted(built: None) -> None:
    run = Run.objects.get(kind="institutions", month="2026-10")
    found = run.findings.exclude(code="G1").values_list("subject", "code")
    assert set(found) == institutions.truth()
    assert run.findings.filter(code="G1").count() == 2
    assert {m.code for m in run.open_matches.all()} == {"P44170000009"}


def test_the_cases_stand_at_every_step(built: None) -> None:
    states = set(Case.objects.filter(kind="institutions").values_list("state", flat=True))
    assert {"passed", "corrected", "true", "untrue", "issued"} <= states
    assert queries.endings("441700", 2026)[1] == [
        ("2026-11", [1, 0], 1)
    ]  # one clearing, no penalty
    this = Run.objects.get(kind="institutions", month="2026-11")
    assert "market" in this.incomplete and this.summary["may_close"] == 0


def test_the_population_s_truth_is_found(built: None) -> None:
    clerk = User.objects.get(login="jingban")
    run = services.try_coverage(area="441700", month="2026-11", actor=clerk.login)
    truth = population.population(NOW.date()).truth
    assert dict(run.counted.values_list("number", "outcome")) == truth
    figures = queries.figures(run.counted.all())
    assert figures.whole == len(truth)
    assert figures.insured == sum(not one for one in truth.values())
    assert {"?", "D", "E1", "E4", "E5", "E8"} <= set(figures.counts)
    again = services.try_coverage(area="441700", month="2026-11", actor=clerk.login)
    assert again.pk == run.pk


def test_the_helped_without_insurance_are_the_county_page_s(built: None) -> None:
    run = RosterRun.objects.order_by("-month").first()
    assert run is not None
    clerk = User.objects.get(login="jingban")
    balance = roster_queries.balance(run, rosters.cases_for(clerk))
    found = queries.helped_without(run, last_of(run.month))
    assert balance.left == found.unexplained.count()
    assert balance.helped - balance.insured == found.rows.count()
    assert Person.objects.filter(pk__in=found.rows).count() == found.rows.count()
