"""Reconciliation with one institution: our totals of a period, and what it has told us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongchou.exchange.comparing import KINDS
from tongchou.exchange.models import Statement
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.numbering.services import parse_wire_number
from tongchou.platform.ui.lists import Column
from tongchou.providers.models import Institution
from tongchou.settlement.access import bills_of
from tongchou.settlement.queries import reconciling
from tongchou.settlement.queries.reconciling import Totals

# (scheme, kinds of visit) of the rows, as clearing classes go (clr_type 21, 11, 41)
ROWS = (
    (_("居民住院"), "resident", ("inpatient",)),
    (_("居民门诊"), "resident", ("outpatient", "chronic_outpatient")),
    (_("职工住院"), "employee", ("inpatient",)),
    (_("职工门诊"), "employee", ("outpatient", "chronic_outpatient")),
    (_("职工购药"), "employee", ("pharmacy",)),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Row:
    """Bills less reversals of one class, fen."""

    label: str | Promise
    count: int
    reversed: int
    total: int
    fund: int
    account: int


COLUMNS = (
    Column(name="label", label=_("类别"), value=lambda r: str(r.label)),
    Column(name="count", label=_("笔数")),
    Column(name="reversed", label=_("冲正笔数")),
    Column(name="total", label=_("总费用"), kind="money"),
    Column(name="fund", label=_("基金支付"), kind="money"),
    Column(name="account", label=_("个人账户"), kind="money"),
)


def this_month() -> Period:
    today = clock.today()
    return Period(today.replace(day=1), today)


def period_of(params: QueryDict) -> Period:
    """Return the days asked for, or this month where none are given or they cannot be read."""
    usual = this_month()
    try:
        first = date.fromisoformat(params.get("from") or usual.first.isoformat())
        last = date.fromisoformat(params.get("to") or usual.last.isoformat())
    except ValueError:
        return usual
    return Period(first, last) if first <= last else Period(last, first)


def bills_address(institution: Institution, period: Period) -> str:
    """Return the address of the bills that our totals are made of."""
    asked = {
        "day_from": period.first.isoformat(),
        "day_to": period.last.isoformat(),
        "institution": institution.code,
    }
    return f"{reverse('bills:list')}?{urlencode(asked)}"


def totals_by_kind(institution: Institution, period: Period) -> list[Row]:
    """Return our totals by scheme and kind of visit, reversals set off; empty classes left out."""
    found = []
    for label, scheme, kinds in ROWS:
        bills, back = reconciling.totals(
            institution.pk, period.first, period.last, scheme=scheme, visit_kinds=kinds
        )
        if bills.count or back.count:
            found.append(_row(label, bills, back))
    rest = _rest(institution, period, whole(found))
    return [*found, rest] if rest is not None else found


def _rest(institution: Institution, period: Period, listed: Row) -> Row | None:
    """Return what no class above holds, so that the sum is always the ledger's."""
    every = _row(_("其他"), *reconciling.totals(institution.pk, period.first, period.last))
    if every.count == listed.count and every.reversed == listed.reversed:
        return None
    return Row(
        every.label,
        every.count - listed.count,
        every.reversed - listed.reversed,
        every.total - listed.total,
        every.fund - listed.fund,
        every.account - listed.account,
    )


def _row(label: str | Promise, bills: Totals, back: Totals) -> Row:
    return Row(
        label,
        bills.count,
        back.count,
        bills.total + back.total,
        bills.fund + back.fund,
        bills.account + back.account,
    )


def whole(rows: list[Row]) -> Row:
    return Row(
        _("合计"),
        sum(r.count for r in rows),
        sum(r.reversed for r in rows),
        sum(r.total for r in rows),
        sum(r.fund for r in rows),
        sum(r.account for r in rows),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line that differs; each side's (total, fund, account), fen, or None where it has no such.

    `bill` is our bill of that number where the reader may open it.
    """

    kind: str
    setl_id: str
    psn_no: str
    theirs: Sequence[int] | None
    ours: Sequence[int] | None
    refund: bool
    memo: str
    bill: int | None

    @property
    def label(self) -> str:
        return str(KINDS.get(self.kind, ""))

    @property
    def difference(self) -> int:
        """Theirs less ours, of the total."""
        return (self.theirs or (0,))[0] - (self.ours or (0,))[0]


def lines_of(user: User, statement: Statement, kind: str = "") -> list[Line]:
    """Return the differing lines of a detail statement, of one kind if it is given."""
    rows = [
        row
        for row in statement.differences
        if "setl_id" in row and (not kind or row["kind"] == kind)
    ]
    numbers = {row["setl_id"]: parse_wire_number(row["setl_id"]) for row in rows}
    wanted = [number for number in numbers.values() if number is not None]
    ours = set(
        bills_of(user)
        .filter(pk__in=wanted, institution_id=statement.institution_id)
        .values_list("pk", flat=True)
    )
    return [
        Line(
            row["kind"],
            row["setl_id"],
            row["psn_no"],
            row["theirs"],
            row["ours"],
            row["refund"],
            row["memo"],
            number if (number := numbers[row["setl_id"]]) in ours else None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Side:
    """One figure of a statement on both sides; fen, or a count."""

    label: str | Promise
    theirs: int
    ours: int
    money: bool = True

    @property
    def difference(self) -> int:
        return self.theirs - self.ours


def sides_of(statement: Statement) -> list[Side]:
    """Return the totals of both sides."""
    return [
        Side(_("笔数"), statement.claimed_count, statement.our_count, money=False),
        Side(_("总费用"), statement.claimed_total, statement.our_total),
        Side(_("基金支付"), statement.claimed_fund, statement.our_fund),
        Side(_("个人账户"), statement.claimed_account, statement.our_account),
    ]


@dataclass(frozen=True, slots=True)
class KindRow:
    """What differs of one kind: rows, and the total on both sides, fen."""

    kind: str
    label: str | Promise
    count: int
    theirs: int
    ours: int

    @property
    def difference(self) -> int:
        return self.theirs - self.ours


def kinds_of(statement: Statement) -> list[KindRow]:
    """Return the differences of a detail statement by kind."""
    return [
        KindRow(row["kind"], KINDS[row["kind"]], row["count"], row["their_total"], row["our_total"])
        for row in statement.by_kind
    ]


def unexplained(statement: Statement) -> int:
    """Return what of the totals' difference no line explains, fen: the message's sums are wrong."""
    listed = sum(row.difference for row in kinds_of(statement))
    return statement.total_difference - listed


def words_of(statement: Statement) -> str:
    """Return what a statement says of the difference, by kind or in its own words; or nothing."""
    if statement.by_kind:
        return "；".join(
            str(_("%(kind)s %(n)s 笔") % {"kind": row.label, "n": row.count})
            for row in kinds_of(statement)
        )
    return "；".join(row["memo"] for row in statement.differences if "setl_id" not in row)


STATES = {
    "unequal": _("不相符"),
    "silent": _("还没来对账"),
    "equal": _("相符"),
}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One institution: our totals of the period, and its last statement."""

    institution: Institution
    totals: Row
    statement: Statement | None

    @property
    def state(self) -> str:
        if self.statement is None:
            return "silent"
        return "equal" if self.statement.equal else "unequal"


def last_words(statements: QuerySet[Statement]) -> dict[int, Statement]:
    """Return what each institution said last, by its key.

    Of the last detail and the last totals it is the one that is unequal; of two such, the detail.
    """
    newest = statements.values("institution_id", "kind").annotate(last=Max("id")).values("last")
    found: dict[int, Statement] = {}
    rows = statements.filter(pk__in=newest).select_related("institution")
    for statement in sorted(rows, key=lambda s: (s.equal, s.kind)):
        found.setdefault(statement.institution_id, statement)
    return found


def overview(institutions: QuerySet[Institution], period: Period) -> list[Reconciled]:
    """Return each institution that settled or sent a statement: the unequal first."""
    last = last_words(Statement.objects.filter(institution__in=institutions))
    rows = []
    for institution in institutions.order_by("code"):
        bills, back = reconciling.totals(institution.pk, period.first, period.last)
        statement = last.get(institution.pk)
        if bills.count or back.count or statement:
            totals = _row(institution.name, bills, back)
            rows.append(Reconciled(institution, totals, statement))
    return sorted(rows, key=lambda row: row.state != "unequal")
