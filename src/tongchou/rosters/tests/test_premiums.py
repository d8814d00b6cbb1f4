"""Payments, exemptions and letters as the lists' comparison sees them, and the acts on its cases.

What is carried out from a case is not found again; a refund is done when the person has it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from tongchou.funds import services as funds
from tongchou.payouts.models import Payable
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import Refused
from tongchou.premiums import queries
from tongchou.premiums import services as premiums
from tongchou.premiums.models import Refund
from tongchou.premiums.tests.make import make_exemption, make_payment
from tongchou.rosters import register, services
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 8, 2, tzinfo=UTC)
AREA, YEAR = "441700", 2019
PAPER = casework.File("认定文件.jpg", b"x")


@pytest.fixture(autouse=True)
def _july() -> object:
    with clock.frozen(JULY):
        funds.open_area(AREA, actor="test")
        # Somebody is registered in the year: so of who is not, something may be concluded.
        make_exemption(make_person(name="戊一"), year=YEAR)
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def found(code: str) -> Case | None:
    """Run the month again and return the open finding of the class, if any."""
    return Case.objects.filter(code=code).first() if code in codes() else None


def codes() -> set[str]:
    return {key.partition("|")[0] for key in make_run().findings.values_list("key", flat=True)}


def confirmed(code: str, clerk: User, reviewer: User, *rows: Sequence[str]) -> Case:
    make_file(make_sender(clerk), *rows, by=clerk)
    return issued(code, clerk, reviewer)


def issued(code: str, clerk: User, reviewer: User) -> Case:
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code=code)
    casework.act(case=case, verb="sign", by=clerk)
    return casework.act(case=case, verb="confirm", by=clerk, note="属实")


def carry(case: Case, clerk: User, *files: casework.File) -> Case:
    return services.carry_out(case=case, by=clerk, note="", files=files or (PAPER,))


def helped(kind: str = "low_income", **told: object) -> Person:
    return make_person(identities=[kind], **told)  # type: ignore[arg-type]


def paid(person: Person) -> None:
    make_payment(person, year=YEAR, paid_on=date(2018, 11, 20))


def test_nothing_is_concluded_of_a_year_of_which_nothing_is_registered(clerk: User) -> None:
    assert register.known_of(AREA, YEAR).exemptions
    assert not register.known_of(AREA, YEAR + 1).exemptions
    assert not register.known_of("441800", YEAR).exemptions


def test_the_exempt_and_those_who_owe_nothing_are_in_order(clerk: User) -> None:
    person = helped()
    make_exemption(person, year=YEAR)
    make_file(make_sender(clerk), row_of(person), by=clerk)
    assert codes() == set()


def test_an_exemption_left_out_is_set_from_its_case(clerk: User, reviewer: User) -> None:
    person = helped()
    case = confirmed("E3", clerk, reviewer, row_of(person))
    done = carry(case, clerk)
    exemption = queries.exemption_of(person, YEAR)
    assert exemption is not None and exemption.ground == "low_income"
    assert "做 2019 年度免缴认定：低保" in done.steps.get(verb="correct").note
    assert "E3" not in codes()
    premiums.strike_exemption(by=clerk, exemption=exemption, reason="认错人")
    assert "E3" in codes()


def test_who_is_nowhere_is_enrolled_and_exempt_from_his_case(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None, identities=["destitute"])
    case = confirmed("E1", clerk, reviewer, row_of(person, kind="特困"))
    carry(case, clerk)
    enrolment = person.enrolments.get()
    assert (enrolment.scheme, enrolment.start, enrolment.end) == (
        "resident", date(2019, 6, 1), date(2020, 1, 1),
    )  # fmt: skip
    exemption = queries.exemption_of(person, YEAR)
    assert exemption is not None and exemption.ground == "destitute"
    assert codes() == set()


def test_who_is_new_is_enrolled_from_the_month_of_recognition(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None, identities=["low_income"], start=date(2019, 5, 20))
    case = confirmed("E10", clerk, reviewer, row_of(person, since="2019-05-20"))
    carry(case, clerk)
    assert person.enrolments.get().start == date(2019, 5, 1)
    assert codes() == set()


def test_who_is_of_no_entitled_group_is_enrolled_and_not_exempt(
    clerk: User, reviewer: User
) -> None:
    person = make_person(scheme=None, identities=["orphan"])
    case = confirmed("E1", clerk, reviewer, row_of(person, kind="孤儿"))
    carry(case, clerk)
    assert person.enrolments.exists()
    assert queries.exemption_of(person, YEAR) is None


@pytest.mark.parametrize(
    ("kind", "word", "since", "code"),
    [
        ("registered_poor", "建档立卡", "2019-05-01", "E2a"),
        ("low_income", "低保", "2018-06-01", "E2b"),
    ],
)
def test_a_refund_is_found_until_the_person_has_it(
    kind: str, word: str, since: str, code: str, clerk: User, reviewer: User
) -> None:
    person = helped(kind)
    paid(person)
    case = confirmed(code, clerk, reviewer, row_of(person, kind=word, since=since))
    done = carry(case, clerk)
    assert "提出退费 250.00 元" in done.steps.get(verb="correct").note
    assert services.act_of(case) is None
    assert codes() == {code}
    refund = premiums.approve_refund(by=reviewer, refund=Refund.objects.get())
    assert codes() == {code}
    Payable.objects.filter(kind="refund").update(state="bounced")
    assert codes() == {"E2d"}
    Payable.objects.filter(kind="refund").update(state="paid")
    assert codes() == set()
    exemption = queries.exemption_of(person, YEAR)
    assert exemption is not None
    premiums.strike_exemption(by=clerk, exemption=exemption, reason="误做")
    assert codes() == {"E3"}
    assert refund.code == code


def test_who_was_recognised_after_the_cut_date_gets_nothing_back(
    clerk: User, reviewer: User
) -> None:
    person = helped()
    paid(person)
    make_file(make_sender(clerk), row_of(person, since="2019-02-01"), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code="E2c")
    assert case.state == "closed"
    assert "认定晚于截止日" in case.facts


def test_a_payment_that_only_a_list_tells_of_is_not_refunded_from_the_case(
    clerk: User, reviewer: User
) -> None:
    person = helped("registered_poor")
    tax = make_sender(clerk, source="税务缴费")
    make_file(tax, row_of(person, kind="", since="2018-11-20"), by=clerk)
    case = confirmed("E2a", clerk, reviewer, row_of(person, kind="建档立卡"))
    assert services.act_of(case) is None


def test_a_letter_from_its_case_stops_it_until_the_year_ends(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None, identities=["low_income"])
    make_exemption(person, year=YEAR)
    other = make_sender(clerk, source="省平台县外")
    make_file(other, row_of(person, kind=""), by=clerk)
    case = confirmed("E4", clerk, reviewer, row_of(person))
    with pytest.raises(Refused, match="承诺书"):
        services.carry_out(case=case, by=clerk, note="")
    assert queries.waiver_of(person, YEAR) is None
    carry(case, clerk, casework.File("承诺书.jpg", b"signed"))
    waiver = queries.waiver_of(person, YEAR)
    assert waiver is not None and waiver.ends_on == date(2019, 12, 31)
    assert "E4" not in codes()
    premiums.strike_waiver(by=clerk, waiver=waiver, reason="回县参保")
    assert "E4" in codes()


def test_who_lost_the_category_keeps_the_exemption_and_is_not_found(clerk: User) -> None:
    person = helped()
    make_exemption(person, year=YEAR)
    people.end_identity(
        actor="x", identity=person.identities.get(), end=date(2019, 6, 1), source="退出"
    )
    sender = make_sender(clerk)
    make_file(sender, row_of(helped(name="关永康")), by=clerk)
    assert not make_run().findings.filter(subject=person.psn_no).exists()
    assert queries.facts_of([person.pk], YEAR)[person.pk].exempt_years == {YEAR}


def test_a_run_is_named_by_what_is_paid_and_exempt(clerk: User) -> None:
    person = helped()
    make_file(make_sender(clerk), row_of(person), by=clerk)
    first = make_run().run_id
    assert make_run().run_id == first
    make_exemption(person, year=YEAR)
    assert make_run().run_id != first
