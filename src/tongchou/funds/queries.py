"""Reads of the books. Every figure is summed from postings, none from a stored balance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import F, Max, Q, QuerySet, Sum

from tongchou.funds.chart import ACCOUNTS, FUNDS, PAYABLE_PERSON
from tongchou.funds.models import AccountMove, Entry, Fund, PersonalAccount, Posting
from tongchou.people.models import Person

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account of the trial balance, fen. `opening` and `closing` are debit positive."""

    code: str
    name: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit

    @property
    def opening_credit(self) -> int:
        return -self.opening

    @property
    def closing_credit(self) -> int:
        return -self.closing


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts of one fund, or of all, from the year's first day to the end of `on`."""

    on: date
    rows: Sequence[BalanceRow]
    differences: dict[str, int]  # fund in use -> what its closing balances sum to; 0 each

    @property
    def debit(self) -> int:
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        return sum(row.credit for row in self.rows)

    @property
    def closing_debit(self) -> int:
        return sum(max(row.closing, 0) for row in self.rows)

    @property
    def closing_credit(self) -> int:
        return sum(max(-row.closing, 0) for row in self.rows)

    @property
    def balanced(self) -> bool:
        return not any(self.differences.values())


def trial_balance(area: str, on: date, fund: str | None = None) -> TrialBalance:
    """Return the trial balance of `area` at the end of day `on`; `fund` None puts all together.

    The opening is what earlier years left and this year's opening entries; debit and credit are
    the year's other postings.
    """
    opening = Q(entry__day__lt=date(on.year, 1, 1)) | Q(entry__kind=Entry.Kind.OPENING)
    found = (
        Posting.objects.filter(account__area=area, entry__day__lte=on)
        .values_list("account__fund_id", "account__code")
        .annotate(
            opening=Sum("amount", filter=opening, default=0),
            debit=Sum("amount", filter=~opening & Q(amount__gt=0), default=0),
            credit=Sum("amount", filter=~opening & Q(amount__lt=0), default=0),
        )
        .order_by("account__code")
    )
    rows: list[BalanceRow] = []
    differences: dict[str, int] = {}
    own: list[tuple[str, int, int, int]] = []
    for fund_code, code, start, debit, credit in found:
        differences[fund_code] = differences.get(fund_code, 0) + start + debit + credit
        if fund in (None, fund_code):
            own.append((code, start, debit, -credit))
    for code, group in groupby(own, key=lambda row: row[0]):
        sums = [sum(column) for column in zip(*(row[1:] for row in group), strict=True)]
        rows.append(BalanceRow(code, str(ACCOUNTS.get(code, code)), *sums))
    return TrialBalance(on, rows, differences)


@dataclass(frozen=True, slots=True)
class AccountLine:
    entry: Entry
    amount: int  # fen, debit positive
    balance: int  # after this line, of the account as asked for


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Lines of one account in a period, in order, with the running balance."""

    code: str
    name: str
    before: int  # balance at the start of the period, fen
    count: int
    page: int
    pages: int
    lines: Sequence[AccountLine] = field(default_factory=list)


def account_lines(
    area: str,
    code: str,
    *,
    first: date,
    last: date,
    fund: str | None = None,
    institution_id: int | None = None,
    page: int | None = None,
) -> AccountPage:
    """Return a page of the account's lines in [first, last]; without `page` the last one.

    With `institution_id` both lines and balance are those of this institution alone.
    """
    own = Posting.objects.filter(account__area=area, account__code=code)
    if fund:
        own = own.filter(account__fund_id=fund)
    if institution_id:
        own = own.filter(entry__institution_id=institution_id)
    before = _sum(own.filter(entry__day__lt=first))
    entries = (
        own.filter(entry__day__gte=first, entry__day__lte=last)
        .values_list("entry_id")
        .annotate(moved=Sum("amount"))
        .order_by("entry__at", "entry_id")
    )
    count = entries.count()
    pages = max(-(-count // PER_PAGE), 1)
    page = min(max(page or pages, 1), pages)
    skipped = (page - 1) * PER_PAGE
    balance = before + (entries[:skipped].aggregate(sum=Sum("moved"))["sum"] or 0)
    shown = list(entries[skipped : skipped + PER_PAGE])
    by_id = Entry.objects.in_bulk([entry_id for entry_id, _moved in shown])
    lines = []
    for entry_id, moved in shown:
        balance += moved
        lines.append(AccountLine(by_id[entry_id], moved, balance))
    return AccountPage(code, str(ACCOUNTS.get(code, code)), before, count, page, pages, lines)


def institutions_in(area: str, code: str) -> list[int]:
    """Return the ids of institutions that entries of this account name."""
    named = Entry.objects.filter(area=area, postings__account__code=code)
    ids = named.order_by().values_list("institution_id", flat=True).distinct()
    return [one for one in ids if one is not None]


@dataclass(frozen=True, slots=True)
class EntryFund:
    """The part of an entry in one fund; balanced by itself. Debits come first."""

    name: str
    lines: Sequence[tuple[str, str, int, int]]  # account code, name, debit, credit in fen


@dataclass(frozen=True, slots=True)
class EntryView:
    entry: Entry
    funds: Sequence[EntryFund]

    @property
    def total(self) -> int:
        return sum(line[2] for fund in self.funds for line in fund.lines)


def entry_view(entry: Entry) -> EntryView:
    """Return an entry's postings by fund."""
    found = (
        entry.postings.values_list("account__fund_id", "account__fund__name", "account__code")
        .annotate(moved=Sum("amount"), order=F("account__fund__order"))
        .order_by("order", "-moved", "account__code")
    )
    funds = []
    for (_code, name), rows in groupby(found, key=lambda row: (row[0], row[1])):
        lines = [
            (code, str(ACCOUNTS.get(code, code)), max(moved, 0), max(-moved, 0))
            for _fund, _name, code, moved, _order in rows
        ]
        funds.append(EntryFund(name, lines))
    return EntryView(entry, funds)


def owed_to_persons(area: str) -> dict[str, int]:
    """Return fund -> fen that its books owe to persons (2102), credit positive; all funds."""
    rows = Posting.objects.filter(account__area=area, account__code=PAYABLE_PERSON)
    found = dict(rows.values_list("account__fund_id").annotate(Sum("amount")))
    return {fund: -found.get(fund, 0) for fund in FUNDS}


def moved_by_code(
    areas: Collection[str],
    funds: Collection[str],
    *,
    first: date | None = None,
    before: date | None = None,
) -> dict[tuple[str, str], dict[str, int]]:
    """Return (area, fund) -> account code -> fen posted in [first, before), debit positive."""
    rows = Posting.objects.filter(account__area__in=areas, account__fund__in=funds)
    if first is not None:
        rows = rows.filter(entry__day__gte=first)
    if before is not None:
        rows = rows.filter(entry__day__lt=before)
    sums = rows.values_list("account__area", "account__fund_id", "account__code")
    found: dict[tuple[str, str], dict[str, int]] = {}
    for area, fund, code, fen in sums.annotate(moved=Sum("amount")):
        found.setdefault((area, fund), {})[code] = fen
    return found


def funds() -> list[Fund]:
    return list(Fund.objects.all())


def _sum(postings: QuerySet[Posting]) -> int:
    return int(postings.aggregate(sum=Sum("amount"))["sum"] or 0)


def personal_balance(person_id: int) -> int:
    """Return what is left in a person's account, fen; 0 where there is none.

    With what is left on records that were found to be the same person's: their lines stay there.
    """
    return int(_accounts_of(person_id).aggregate(sum=Sum("balance"))["sum"] or 0)


def has_account(person_id: int) -> bool:
    return _accounts_of(person_id).exists()


def _accounts_of(person_id: int) -> QuerySet[PersonalAccount]:
    gone = Person.objects.filter(merged_into=person_id).values("pk")
    return PersonalAccount.objects.filter(Q(person_id=person_id) | Q(person_id__in=gone))


def moves_of(entry_id: int) -> list[tuple[int, int]]:
    """Return (person, fen; below 0 is drawn) of each personal account that an entry moved."""
    rows = AccountMove.objects.filter(entry_id=entry_id).order_by("person_id")
    return list(rows.values_list("person_id", "amount"))


def last_drawn(person_id: int, for_person_id: int, first: date, before: date | None) -> date | None:
    """Return the last day of [first, before) when an account was drawn on for another's bill."""
    rows = AccountMove.objects.filter(
        person_id=person_id, for_person_id=for_person_id, day__gte=first, amount__lt=0
    )
    if before is not None:
        rows = rows.filter(day__lt=before)
    found: date | None = rows.aggregate(day=Max("day"))["day"]
    return found
