"""An account is a dated fact of a person; the database keeps one in force."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from tongchou.payouts import services
from tongchou.payouts.cards import check_digit, fault_of
from tongchou.payouts.checking import account_on, why_not
from tongchou.payouts.models import BankAccount
from tongchou.payouts.tests.make import make_account, make_number, make_payable
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db


def test_a_new_account_ends_the_old_one() -> None:
    person = make_person()
    with clock.frozen(datetime(2019, 3, 1, 2, tzinfo=UTC)):
        first = make_account(person)
    with clock.frozen(datetime(2019, 6, 1, 2, tzinfo=UTC)):
        second = make_account(person)
    assert account_on(person, date(2019, 5, 31)).number == first.number  # type: ignore[union-attr]
    assert account_on(person, date(2019, 6, 1)) == second
    assert account_on(person, date(2019, 2, 28)) is None
    assert BankAccount.objects.filter(person=person, struck_at=None).count() == 2
    assert Act.objects.filter(verb="payouts.account.set").count() == 2


def test_a_wrong_account_of_the_same_day_is_struck() -> None:
    person = make_person()
    first, second = make_account(person), make_account(person)
    first.refresh_from_db()
    assert first.struck_at is not None
    services.strike_account(actor="test", account=second, reason="户名填错")
    assert account_on(person, clock.today()) is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"number": "622848"}, "16 到 19 位"),
        ({"number": "62284804025648900a9"}, "16 到 19 位"),
        ({"number": "6228480402564890019"}, "末位校验"),
        ({"bank": " "}, "开户银行"),
        ({"holder": ""}, "户名"),
        ({"bank": "长" * 61}, "最多 60 字"),
        ({"on_behalf": "长" * 201}, "最多 200 字"),
        ({"start": date(2999, 1, 1)}, "今天之后"),
    ],
)
def test_what_cannot_be_an_account_is_refused(told: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        make_account(make_person(), **told)


def test_every_wrong_digit_is_seen() -> None:
    number = make_number()
    for place, digit in enumerate(number):
        other = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert fault_of(other) == "check"
    assert number[-1] == check_digit(number[:-1])


def test_the_database_keeps_one_account_a_day() -> None:
    person = make_person()
    account = make_account(person, start=date(2019, 1, 1))
    same = {
        f.attname: getattr(account, f.attname)
        for f in BankAccount._meta.concrete_fields
        if not f.primary_key
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.create(**(same | {"start": date(2019, 2, 1)}))
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.create(**(same | {"end": date(2018, 1, 1)}))


def test_whose_account_it_must_be() -> None:
    payable = make_payable(account=False)
    person, today = payable.person, clock.today()
    assert "请登记" in why_not(payable, today, None)
    other = make_account(person, holder="别人")
    assert "户名 别人" in why_not(payable, today, other)
    by_guardian = make_account(person, holder="别人", on_behalf="监护人，户口页")
    assert "户名 别人" in why_not(payable, today, by_guardian)
    own = make_account(person)
    assert why_not(payable, today, own) == ""
    person.died_on = today
    assert "继承人" in why_not(payable, today, own)
    assert why_not(payable, today, by_guardian) == ""


def test_a_guardian_takes_what_is_a_childs() -> None:
    child = make_person(birth=date(clock.today().year - 5, 1, 1))
    payable = make_payable(person=child, account=False)
    assert why_not(payable, clock.today(), make_account(child, holder="监护人甲")) != ""
    guarded = make_account(child, holder="监护人甲", on_behalf="母亲，户口页")
    assert why_not(payable, clock.today(), guarded) == ""


def test_the_whole_number_is_shown_with_a_trace() -> None:
    account = make_account(make_person())
    assert services.show_number(actor="test", account=account) == account.number
    act = Act.objects.get(verb="payouts.account.unmasked")
    assert account.number not in str(act.data)
