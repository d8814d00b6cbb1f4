"""Who has paid the year's premium and who is exempt, refunds under way, the list that aid pays for.

Residents pay in the window before the year; the helped whose whole premium aid pays are exempt.
Planted: helped people who paid themselves, some left without exemption, refunds at each state.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from tongchou.core.money import format_yuan
from tongchou.core.premiums import load_book
from tongchou.core.rosters import load_pack
from tongchou.demo import parameters as p
from tongchou.demo.costs import moment
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.demo.registers import ACTOR
from tongchou.payouts import services as payouts
from tongchou.payouts.cards import check_digit
from tongchou.payouts.models import Batch, Payable
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.premiums import queries, services
from tongchou.premiums.importing import Paid
from tongchou.premiums.models import Payment, Refund

# How many of each are planted: assumed, enough to see every state.
_PAID_THEMSELVES, _NOT_EXEMPT, _NOT_PAID, _LETTERS = 14, 6, 9, 2
# What has become of the first of those who paid themselves; of the rest nobody has thought yet.
_REFUNDS = ("proposed", "proposed", "refused", "waiting", "waiting", "paid", "paid", "bounced")
_RETURNED = "账号与户名不符"


def collect() -> None:
    """Register the tax office's files and the exemptions of this year."""
    year, chance = clock.today().year, random.Random(p.SEED + 5)
    users = {user.login: user for user in User.objects.all()}
    residents = _residents(year)
    helped = _helped(year, residents)
    cast = {psn_no_of(one.serial) for one in CAST}
    fixed = set(Person.objects.filter(psn_no__in=cast).values_list("pk", flat=True))
    grounds = {pk: kind for pk, kind in helped.items() if pk not in fixed}
    entitled = [kind for group in load_pack(p.AREA).groups.values() for kind in group]
    drawn = sorted(pk for pk, kind in grounds.items() if kind in entitled)
    taken = chance.sample(drawn, min(_PAID_THEMSELVES + _NOT_EXEMPT, len(drawn)))
    themselves = taken[:_PAID_THEMSELVES]
    missed = set(taken)
    exempt = {pk: kind for pk, kind in helped.items() if pk not in missed}
    unpaid = set(exempt) | set(taken[_PAID_THEMSELVES:])
    paying = [pk for pk in sorted(residents) if pk not in unpaid]
    lazy = [pk for pk in paying if pk not in fixed and pk not in missed][
        :: max(len(paying) // _NOT_PAID, 1)
    ]
    _take(users["jingban"], year, _paid(sorted(set(paying) - set(lazy)), residents, year, chance))
    with clock.frozen(moment(date(year - 1, 12, 20), 10)):
        services.exempt_all(
            by=users["jingban"], year=year, grounds=exempt, source="民政、乡村振兴部门名单（演示）"
        )
    _letters(users["jingban"], year)
    _refunds(users, year, themselves)
    _subsidy(users, year)


def _residents(year: int) -> dict[int, date]:
    """Return person -> day of birth of who is insured as a resident in the year."""
    rows = Enrolment.objects.filter(
        scheme="resident", struck_at=None, start__gte=date(year, 1, 1), area=p.AREA
    )
    return dict(rows.values_list("person_id", "person__birth"))


def _helped(year: int, residents: Mapping[int, date]) -> dict[int, str]:
    """Return person -> category of the residents for whom aid pays the whole premium."""
    book = load_book(p.AREA)
    whole = book.season_of(year).own
    rows = Identity.objects.filter(struck_at=None, start__lte=clock.today()).order_by("person_id")
    return {
        pk: kind
        for pk, kind in rows.values_list("person_id", "kind")
        if pk in residents and book.aid.amounts.get(kind) == whole
    }


def _paid(
    paying: Sequence[int], residents: Mapping[int, date], year: int, chance: random.Random
) -> Iterator[Paid]:
    season, last = load_book(p.AREA).season_of(year), clock.today()
    days = (season.closes - season.opens).days
    for at, pk in enumerate(paying):
        day, rule, born = (
            season.opens + timedelta(days=chance.randrange(days + 1)),
            "window",
            residents[pk],
        )
        if born > season.closes:
            day, rule = min(born + timedelta(days=chance.randrange(60)), last), "newborn"
        else:
            day = max(day, born)
        yield Paid(pk, season.own, day, f"3441799{year % 100:02d}{at:09d}", rule)


def _take(by: User, year: int, rows: Iterator[Paid]) -> None:
    """Register a file for each month of the window, whose money comes in when the year begins."""
    files: dict[str, list[Paid]] = {}
    for row in rows:
        month = f"{row.paid_on:%Y-%m}" if row.rule == "window" else f"{year}-年内"
        files.setdefault(month, []).append(row)
    came = min(moment(date(year, 1, 5), 9), clock.now())
    for month, found in sorted(files.items()):
        name = f"税务缴费{month}.xlsx"
        digest = hashlib.sha256(f"{year} {name}".encode()).hexdigest()
        with clock.frozen(came):
            services.take_payments(by=by, year=year, rows=found, name=name, sha256=digest, at=came)


def _letters(by: User, year: int) -> None:
    """Two of nobody's have signed that they stay insured where they work."""
    insured = Enrolment.objects.filter(struck_at=None).values("person_id")
    rows = Person.objects.filter(area=p.AREA, died_on=None).exclude(pk__in=insured)
    for person in rows.order_by("-pk")[:_LETTERS]:
        services.sign_waiver(
            by=by, person=person, year=year, signed_on=clock.today() - timedelta(days=9),
            name="承诺书（演示）.txt", content="演示".encode(),
        )  # fmt: skip


def _refunds(users: Mapping[str, User], year: int, persons: Sequence[int]) -> None:
    rows = Payment.objects.filter(person_id__in=persons, year=year).select_related("person")
    payments = {one.person_id: one for one in rows}
    states: dict[str, list[Refund]] = {}
    now = clock.now()
    for at, (pk, state) in enumerate(zip(persons, _REFUNDS, strict=False)):
        person = payments[pk].person
        category, since = queries.recognised(person, year)
        with clock.frozen(now - timedelta(days=12 - at)):
            refund = services.propose_refund(
                by=users["jingban"], payment=payments[pk], category=category,
                recognised_on=since, source="认定文件（演示）",
            )  # fmt: skip
        if state == "refused":
            services.refuse_refund(by=users["fuhe"], refund=refund, opinion="缺认定文件，请补")
        elif state != "proposed":
            services.approve_refund(by=users["fuhe"], refund=refund)
            _account(person, at)
        states.setdefault(state, []).append(refund)
    _pay(users, states.get("paid", ()), states.get("bounced", ()))


def _account(person: Person, serial: int) -> None:
    first = f"622848044179{serial:06d}"
    if not person.bank_accounts.exists():
        payouts.set_account(
            actor=ACTOR, person=person, bank="岭海农商银行", number=first + check_digit(first),
            holder=person.name, source="社保卡申领",
        )  # fmt: skip


def _pay(users: Mapping[str, User], paid: Sequence[Refund], bounced: Sequence[Refund]) -> None:
    """Send a batch to the bank and read its answer: one came back."""
    keys = {str(one.pk): "成功" for one in paid} | {str(one.pk): "退汇" for one in bounced}
    owed = dict(
        Payable.objects.filter(kind="refund", source_id__in=keys).values_list("pk", "source_id")
    )
    if not owed:
        return
    batch = payouts.make_batch(by=users["caiwu"], payables=list(owed))
    payouts.decide(by=users["shenpi"], batch=batch, agree=True)
    batch = payouts.send(by=users["caiwu"], batch=batch)
    payouts.take_answer(
        by=users["caiwu"], batch=batch, name="回盘.csv", content=_answer(batch, owed, keys)
    )


def _answer(batch: Batch, owed: Mapping[int, str], keys: Mapping[str, str]) -> bytes:
    lines = ["代发键,金额,处理结果,失败原因"]
    for one in batch.payments.order_by("pk"):
        result = keys[owed[one.payable_id]]
        why = _RETURNED if result == "退汇" else ""
        lines.append(f"{one.key},{format_yuan(one.amount)},{result},{why}")
    return "\n".join(lines).encode()


def _subsidy(users: Mapping[str, User], year: int) -> None:
    """The list of the year is drawn and reviewed, and waits for its release."""
    now = clock.now()
    with clock.frozen(now - timedelta(hours=20)):
        run = services.propose_subsidy(by=users["jingban"], year=year, on_day=clock.today())
        services.review_subsidy(by=users["fuhe"], run=run)
