"""Money on its way to persons when the demonstration opens: paid, come back, and waiting.

Reimbursements were approved in the last days; a batch of them went to the bank, whose answer sends
one payment back. Arrears are released where more than one person is owed some.
"""

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

import xlsxwriter

from tongchou.arrears import queries as arrears
from tongchou.arrears import services as releasing
from tongchou.core.money import format_yuan
from tongchou.demo.parameters import AREA
from tongchou.demo.waiting import file_claim_of
from tongchou.payouts import services
from tongchou.payouts.cards import check_digit
from tongchou.payouts.models import Payable, Payment
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement.models import ManualClaim
from tongchou.settlement.services.manual import approve_claim, review_claim

_YUAN = (9_860, 21_400, 6_320, 13_750, 18_050)
_SENT = 3  # of them, in the batch; the last has no account yet
_FIRST = 11  # place among the insured, behind those of the other claims
_BANK = "岭海农村商业银行"
_BOUNCED = "账号与户名不符"
DAYS = 2  # ago: reviewed and approved


def leave_payments() -> None:
    """Pay as the desks would have done since the day before yesterday."""
    users = {user.login: user for user in User.objects.all()}
    now = clock.now()
    claims = [_claim(users, now, at, yuan) for at, yuan in enumerate(_YUAN, _FIRST)]
    persons = [claim.person for claim in claims]
    for at, person in enumerate(persons[:-1]):
        _account(person, at)
    _pay(users, now, persons[:_SENT])
    released = _release(users, now)
    if released is not None:
        _account(released, len(persons))


def _claim(users: dict[str, User], now: datetime, at: int, yuan: int) -> ManualClaim:
    claim = file_claim_of(users, now - timedelta(days=DAYS + 3), at, yuan * 100, away=True)
    with clock.frozen(now - timedelta(days=DAYS + 1)):
        review_claim(claim=claim, by=users["fuhe"], agree=True)
    with clock.frozen(now - timedelta(days=DAYS)):
        approve_claim(claim=claim, by=users["shenpi"], agree=True)
    claim.refresh_from_db()
    return claim


def _account(person: Person, serial: int) -> None:
    first = f"62284804{person.pk % 10**6:06d}{serial:04d}"
    services.set_account(
        actor="jingban",
        person=person,
        bank=_BANK,
        number=first + check_digit(first),
        holder=person.name,
        source="社保卡申领登记",
        start=clock.today() - timedelta(days=60),
    )


def _pay(users: dict[str, User], now: datetime, persons: Iterable[Person]) -> None:
    """One batch of these persons, answered by the bank: the last payment comes back."""
    keys = {person.pk for person in persons}
    with clock.frozen(now - timedelta(hours=30)):
        rows = Payable.objects.filter(area=AREA, person_id__in=keys).values_list("pk", flat=True)
        batch = services.make_batch(by=users["caiwu"], payables=list(rows))
    with clock.frozen(now - timedelta(hours=28)):
        services.decide(by=users["shenpi"], batch=batch, agree=True)
    with clock.frozen(now - timedelta(hours=27)):
        services.send(by=users["caiwu"], batch=batch)
    *paid, back = batch.payments.order_by("key")
    lines = [(one, "成功", "") for one in paid] + [(back, "退汇", _BOUNCED)]
    with clock.frozen(now - timedelta(hours=3)):
        services.take_answer(
            by=users["caiwu"], batch=batch, name="代发回盘.xlsx", content=_answer(lines)
        )


def _answer(lines: Iterable[tuple[Payment, str, str]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("回盘")
    head = ("代发键", "金额", "处理结果", "失败原因")
    rows = [(one.key, format_yuan(one.amount), result, why) for one, result, why in lines]
    for at, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return target.getvalue()


def _release(users: dict[str, User], now: datetime) -> Person | None:
    """One year's arrears go through three hands, where another is left to be proposed."""
    both = list(islice(arrears.candidates(AREA, clock.today().year), 2))
    if len(both) < 2:
        return None
    found = both[-1]
    with clock.frozen(now - timedelta(hours=8)):
        arrear = releasing.propose(by=users["jingban"], year=found.year, reason="认定晚报")
    with clock.frozen(now - timedelta(hours=6)):
        releasing.review(by=users["fuhe"], arrear=arrear, agree=True)
    with clock.frozen(now - timedelta(hours=5)):
        releasing.release(by=users["shenpi"], arrear=arrear, agree=True)
    return found.year.person
