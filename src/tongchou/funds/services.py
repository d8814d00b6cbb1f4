"""Writers of the books: opening an area's accounts and posting single entries."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongchou.funds import accounts, statements
from tongchou.funds.chart import ACCOUNTS, BETWEEN_LEVELS, DEPOSITS, FUNDS, PERSONAL, PERSONAL_FUND
from tongchou.funds.models import Entry, Fund
from tongchou.platform import clock
from tongchou.platform.db import raw
from tongchou.platform.numbering.services import next_number
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.platform.trail.models import SLICES


@transaction.atomic
def open_area(area: str, *, actor: str) -> None:
    """Open every account of every fund for `area`; what is already open stays as it is."""
    for order, (code, name) in enumerate(FUNDS.items()):
        Fund.objects.get_or_create(code=code, defaults={"name": str(name), "order": order})
    opened = _open(area, FUNDS, [code for code in ACCOUNTS if code not in BETWEEN_LEVELS])
    trail.record(
        actor=actor,
        verb="funds.area.opened",
        object_type="area",
        object_id=area,
        area=area,
        data={"funds": list(FUNDS), "accounts": opened},
    )


def open_between_levels(area: str, funds: Collection[str]) -> None:
    """Open the accounts by which `funds` of an area pass money up and down a pool.

    Call it in the act that needs them; what is open already stays as it is.
    """
    _open(area, funds, BETWEEN_LEVELS)


def _open(area: str, funds: Iterable[str], codes: Iterable[str]) -> int:
    """Open what is not there yet of fund x code x slice; return how many.

    In one statement: as objects these are 1,568, and every county of the tests opens them.
    """
    columns: list[list[str] | list[int]] = [list(funds), list(codes), list(range(SLICES))]
    of, chart, parts = (", ".join(["(%s)"] * len(values)) for values in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into funds_account (area, fund_id, code, slice, balance) "
            "select %s, fund.column1, chart.column1, part.column1, 0 "
            f"from (values {of}) fund, (values {chart}) chart, (values {parts}) part "
            "where true on conflict (area, fund_id, code, slice) do nothing",
            [area, *(value for values in columns for value in values)],
        )
        opened = int(cursor.rowcount)
    accounts.forget()
    return opened


@transaction.atomic
def post_entry(
    *,
    kind: str,
    area: str,
    summary: str,
    actor: str,
    lines: Sequence[statements.Line],
    institution_id: int | None = None,
    moves: Sequence[statements.Move] = (),
    at: datetime | None = None,
    slice_key: int = 0,
) -> int:
    """Post one entry with its trace and return its number. Amounts in fen, debit positive.

    `moves`: whose personal accounts its lines of account 2001 are. Raises Refused when the lines do
    not sum to zero in each fund, none is left, or the moves are not what 2001 is moved by.
    """
    at = at or clock.now()
    _refuse_unbalanced(lines)
    _refuse_nobodys(lines, moves)
    number = next_number(at.date())
    # Before the chain's head, as a bill draws them: neither waits for the other crosswise.
    raw.run(statements.move_accounts(entry_id=number, at=at, moves=moves))
    trail.record(
        actor=actor,
        verb="funds.entry.posted",
        object_type="entry",
        object_id=str(number),
        area=area,
        data={"kind": kind, "summary": summary, "lines": [list(line) for line in lines]},
        slice_key=slice_key,
    )
    raw.run(
        statements.post(
            entry_id=number,
            at=at,
            kind=kind,
            area=area,
            institution_id=institution_id,
            summary=summary,
            actor=actor,
            lines=lines,
            slice_key=slice_key,
        )
    )
    return number


@transaction.atomic
def credit_personal_account(
    *, person_id: int, area: str, fen: int, actor: str, kind: str = Entry.Kind.INCOME
) -> int:
    """Pay `fen` (> 0) into a person's account, opening it if needed; return the entry's number."""
    if fen <= 0:
        raise Refused(_("划入金额要大于 0，请核对后重输"), field="fen")
    return post_entry(
        kind=kind,
        area=area,
        summary=_("个人账户划入"),
        actor=actor,
        lines=[(PERSONAL_FUND, DEPOSITS, fen), (PERSONAL_FUND, PERSONAL, -fen)],
        moves=[(person_id, fen, None)],
        slice_key=person_id,
    )


def _refuse_nobodys(lines: Sequence[statements.Line], moves: Sequence[statements.Move]) -> None:
    owed = sum(fen for fund, code, fen in lines if (fund, code) == (PERSONAL_FUND, PERSONAL))
    if owed + sum(fen for _person, fen, _for in moves):
        raise Refused(_("个人账户科目的金额要等于各人账户的收支之和。请写明是谁的账户"))


def _refuse_unbalanced(lines: Sequence[statements.Line]) -> None:
    sums: dict[str, int] = {}
    for fund, code, fen in lines:
        if fund not in FUNDS or code not in ACCOUNTS:
            raise Refused(_("没有科目 %(code)s，请改用科目表里的科目") % {"code": code})
        sums[fund] = sums.get(fund, 0) + fen
    if not any(fen for _fund, _code, fen in lines):
        raise Refused(_("凭证没有金额，请填写借贷金额"))
    for fund, difference in sums.items():
        if difference:
            raise Refused(
                _("%(fund)s借贷不等，差 %(fen)s 分。请核对后重输")
                % {"fund": FUNDS[fund], "fen": difference}
            )


@transaction.atomic
def record_export(*, actor: str, area: str, on: date, fund: str) -> None:
    """Leave a trace that the trial balance was taken away as a file."""
    trail.record(
        actor=actor,
        verb="funds.exported",
        object_type="area",
        object_id=area,
        area=area,
        data={"on": on, "fund": fund},
    )
