"""A person's year under any order of acts (P1, P4-P7, P12).

Hospitals settle, re-send and reverse, the bureau reverses what others were priced on, identities
come and go, plans are adopted in the middle of the year. After each act the books and the replay
hold; at the end the year is that of a twin for whom the reversed bills never were.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tongchou.core.policy import TIERS
from tongchou.funds.models import PersonalAccount, Posting
from tongchou.funds.services import credit_personal_account
from tongchou.funds.verify import verify_books
from tongchou.people import services as people
from tongchou.people.models import Identity, Person
from tongchou.people.tests.make import make_person
from tongchou.plans import services as plans
from tongchou.plans.editing import Assumption
from tongchou.plans.tests.make import adopt, make_draft, make_user
from tongchou.platform.authority.models import Area
from tongchou.platform.numbering.services import parse_wire_number
from tongchou.platform.refusal import Refused
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Charge, PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import pricing
from tongchou.settlement.services.bill import Bill, Message
from tongchou.settlement.services.reversal import reverse_and_reprice
from tongchou.settlement.tests.make import (
    AREA,
    at,
    bill_of,
    compose,
    make_charge,
    make_county,
    message_for,
    reverse,
)

YEARS = (2019, 2020)
LAST_DAY = date(2020, 3, 31)
SAVED = 80_000  # fen on an employee's personal account
YUAN = st.one_of(st.integers(1, 3000), st.integers(1, 250_000)).map(lambda n: f"{n}.{n % 100:02d}")
KINDS = ("destitute", "low_income", "registered_poor")
PARTS = ("total", "own_pay", "over_limit", "first_self_pay", "in_scope")
NET = (*TIERS, "fund_total", "person_pays")


@dataclass
class Done:
    """A settled bill with the request that settled it, so that the twin can be given the same."""

    number: int
    request: Callable[[Person], tuple[Charge, Bill]]
    charge: Charge
    bill: Bill
    message: Message


@dataclass
class Fact:
    """A change of the person's identities."""

    change: Callable[[Person], None]


class PersonYears(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.day = date(2019, 1, 2)
        self.acts: list[Done | Fact] = []
        self.reversed: set[int] = set()
        self.rows = 0  # what the ledger must hold of the person
        self.by_bureau = False
        self.adopted: set[date] = set()

    def teardown(self) -> None:
        try:
            if hasattr(self, "person"):
                self.compare_with_the_twin()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @initialize(
        scheme=st.sampled_from(["resident", "resident", "employee"]),
        dear=st.lists(st.integers(30_000, 150_000), max_size=3),
    )
    def begin(self, scheme: str, dear: list[int]) -> None:
        self.scheme = scheme
        self.person = self.somebody()
        self.places = [
            make_institution(level="level1", name="平冈镇卫生院"),
            make_institution(level="level3"),
        ]
        if scheme == "resident":  # the employees' plan has no row outside the city
            self.places.append(make_institution(level="level3", name="省人民医院", area="440100"))
        # Beyond the thresholds and ceilings, so that later bills rest on earlier ones.
        for amount in dear:
            self.settle(f"{amount}.00", 100, 1, "inpatient", True, 10)

    def somebody(self) -> Person:
        person = make_person(scheme=self.scheme)
        if self.scheme == "employee":
            credit_personal_account(person_id=person.pk, area=AREA, fen=SAVED, actor="test")
        return person

    def standing(self) -> list[Done]:
        return [a for a in self.acts if isinstance(a, Done) and a.number not in self.reversed]

    def of_its_year(self, done: Done) -> list[Done]:
        return [d for d in self.standing() if d.bill.at.year == done.bill.at.year]

    def now(self) -> datetime:
        return at(f"{self.day} 10:00")

    # -- acts

    def wait(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), LAST_DAY)

    @rule(
        yuan=YUAN,
        share=st.sampled_from([100, 100, 85, 3, 0]),
        place=st.integers(0, 2),
        kind=st.sampled_from(["inpatient"] * 5 + ["outpatient"]),
        use_account=st.booleans(),
        days=st.sampled_from([0, 1, 20, 45, 90]),
    )
    def settle(
        self, yuan: str, share: int, place: int, kind: str, use_account: bool, days: int
    ) -> None:
        self.wait(days)
        whole = int(yuan.replace(".", ""))
        scope = whole * share // 100
        in_scope = f"{scope // 100}.{scope % 100:02d}"
        institution, day, when = self.places[place % len(self.places)], self.day, self.now()

        def request(person: Person) -> tuple[Charge, Bill]:
            charge = make_charge(
                person, institution, yuan, on=f"{day} 08:00", in_scope=in_scope, kind=kind
            )
            return charge, bill_of(charge, when=f"{when:%Y-%m-%d %H:%M}", use_account=use_account)

        charge, bill = request(self.person)
        message = message_for(institution)
        number = number_of(pricing.settle(bill, message, compose))
        self.rows += 1
        self.acts.append(Done(number, request, charge, bill, message))

    @precondition(lambda self: self.standing())
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """A copy of an accepted message is answered with the first answer, reversed or not."""
        done = data.draw(st.sampled_from([a for a in self.acts if isinstance(a, Done)]))
        assert number_of(pricing.settle(done.bill, done.message, compose)) == done.number

    @precondition(lambda self: self.standing())
    @rule()
    def reverse_last(self) -> None:
        last = self.standing()[-1]
        twin = reverse(Settlement.objects.get(pk=last.number), when=f"{self.day} 11:00")
        assert twin.original_id == last.number
        self.rows += 1 + adjustments(last.number)
        self.reversed.add(last.number)

    @precondition(lambda self: self.standing())
    @rule(data=st.data())
    def hospital_reverses_any(self, data: st.DataObject) -> None:
        """A hospital is refused while a later bill of the year stands, and nothing is written."""
        done = data.draw(st.sampled_from(self.standing()))
        if self.of_its_year(done)[-1] is done:
            return
        with pytest.raises(Refused, match="不能撤销"):
            reverse(Settlement.objects.get(pk=done.number), when=f"{self.day} 11:00")

    @precondition(lambda self: self.standing())
    @rule(data=st.data())
    def bureau_reverses_any(self, data: st.DataObject) -> None:
        done = data.draw(st.sampled_from(self.standing()))
        before = Settlement.objects.filter(person=self.person).count()
        reverse_and_reprice(number=done.number, at=self.now(), actor="reviewer", reason="重复")
        self.rows += Settlement.objects.filter(person=self.person).count() - before
        self.reversed.add(done.number)
        self.by_bureau = True

    @rule(
        kind=st.sampled_from(KINDS),
        shift=st.integers(-60, 30),
        length=st.none() | st.integers(1, 200),
    )
    def grant_identity(self, kind: str, shift: int, length: int | None) -> None:
        start = max(self.day + timedelta(days=shift), date(2019, 1, 1))
        end = start + timedelta(days=length) if length else None

        def change(person: Person) -> None:
            people.add_identity(
                actor="test", person=person, kind=kind, start=start, end=end, source="民政"
            )

        self.fact(change)

    @rule(kind=st.sampled_from(KINDS))
    def end_identity(self, kind: str) -> None:
        day = self.day

        def change(person: Person) -> None:
            found = Identity.objects.filter(
                person=person, kind=kind, struck_at=None, start__lt=day, end=None
            ).first()
            if found is not None:
                people.end_identity(actor="test", identity=found, end=day, source="民政")

        self.fact(change)

    def fact(self, change: Callable[[Person], None]) -> None:
        try:
            with transaction.atomic():
                change(self.person)
        except Refused:
            return  # two spells of one kind
        self.acts.append(Fact(change))

    @precondition(lambda self: len(self.adopted) < 2)
    @rule(days=st.integers(1, 120), rate=st.sampled_from(["0", "55", "66.66", "100"]))
    def adopt_another_plan(self, days: int, rate: str) -> None:
        """Put other numbers in force from a later day; what is settled keeps its own."""
        start = self.day + timedelta(days=days)
        if start in self.adopted:
            return
        self.adopted.add(start)
        draft = make_draft(valid_from=start)
        draft = plans.edit_number(
            version=draft, by=make_user("clerk"), path="tiers.basic.rate.level3", value=rate,
            evidence=Assumption("测试"),
        )  # fmt: skip
        adopt(plans.take_results(version=draft, by=make_user("clerk")))

    # -- what holds after each

    @invariant()
    def the_ledger_holds(self) -> None:
        if not hasattr(self, "person"):
            return
        connection.check_constraints()  # what PostgreSQL leaves to the commit
        assert verify_books(AREA) == []
        for year in YEARS:
            assert replay(AREA, year).differences == []
        rows = Settlement.objects.filter(person=self.person)
        assert rows.count() == self.rows
        for row in rows:
            assert row.total == row.fund_total + row.person_pays
        for done in self.standing():
            net = net_of(done.number)
            assert net["fund_total"] >= 0 and net["person_pays"] >= 0
            assert net["fund_total"] + net["person_pays"] == rows.get(pk=done.number).total
        for number in self.reversed:
            assert set(net_of(number).values()) == {0}
        self.the_account_holds(rows)
        self.the_order_is_a_line()

    def the_account_holds(self, rows: Any) -> None:
        if self.scheme == "employee":
            balance = PersonalAccount.objects.get(person_id=self.person.pk).balance
            assert balance == SAVED - sum(rows.values_list("account_pays", flat=True)) >= 0

    def the_order_is_a_line(self) -> None:
        for year in PersonYear.objects.filter(person=self.person):
            ordinals = list(year.settlements.order_by("ordinal").values_list("ordinal", flat=True))
            assert len(set(ordinals)) == len(ordinals)
            assert max(ordinals, default=0) <= year.version

    # -- never happened

    def compare_with_the_twin(self) -> None:
        """Settle what stands for somebody else, who knew no reversal: the years are the same."""
        twin = self.somebody()
        pairs = []
        for act in self.acts:
            if isinstance(act, Fact):
                act.change(twin)
            elif act.number not in self.reversed:
                _charge, bill = act.request(twin)
                message = message_for(Institution.objects.get(pk=bill.institution_id))
                pairs.append((act.number, number_of(pricing.settle(bill, message, compose))))
        for mine, theirs in pairs:
            assert net_of(mine) == net_of(theirs)
            assert self.claim_of(mine) == self.claim_of(theirs)
        assert self.states(self.person) == self.states(twin)
        assert self.spent(self.person) == self.spent(twin)

    def claim_of(self, number: int) -> dict[str, Any]:
        names = [*PARTS, "deductible", "plan_id", "basis_date", "identities", "level", "visit_kind",
                 "out_of_area", "scheme", "status", "no_benefit"]  # fmt: skip
        if not self.by_bureau:
            # The row of a bill that stands is not edited: it says how it was priced and paid then.
            names += ["account_pays", "has_assumed", "lines", "state_before", "state_after"]
        found: dict[str, Any] = Settlement.objects.values(*names).get(pk=number)
        return found

    def states(self, person: Person) -> dict[int, list[int]]:
        found = PersonYear.objects.filter(person=person).values_list("year", "state")
        return {year: state for year, state in found if any(state)}

    def spent(self, person: Person) -> Counter[tuple[str, str]]:
        """Return what each fund spent on the person, fen by (fund, account)."""
        entries = Settlement.objects.filter(person=person).values("pk")
        sums: Counter[tuple[str, str]] = Counter()
        for fund, code, fen in Posting.objects.filter(
            entry__in=entries, account__code__startswith="5"
        ).values_list("account__fund_id", "account__code", "amount"):
            sums[fund, code] += fen
        return +sums


def number_of(wire: str) -> int:
    number = parse_wire_number(wire)
    assert number is not None
    return number


def adjustments(number: int) -> int:
    """Return how many differences were just taken back with the reversal of `number`."""
    rows = Settlement.objects.filter(original_id=number).order_by("ordinal")
    after = [row.kind for row in rows]
    return len(after) - after.index("reversal") - 1


def net_of(number: int) -> dict[str, int]:
    """Return who paid what of a bill, its corrections set off, fen."""
    bill = Settlement.objects.get(pk=number)
    rows = [bill, *bill.corrections.all()]
    return {name: sum(getattr(row, name) for row in rows) for name in NET}


def run(examples: int, steps: int) -> None:
    make_county()
    Area.objects.update(self_paid_visits=["outpatient"])
    run_state_machine_as_test(
        PersonYears,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_any_order_of_acts() -> None:
    run(examples=15, steps=20)


@pytest.mark.slow
@pytest.mark.django_db
def test_any_order_of_acts_for_long() -> None:
    run(examples=int(os.environ.get("TONGCHOU_EXAMPLES", "300")), steps=40)
