"""Plain SQL against every table of the ledger, as an owner of the database could type it (P3, P4).

An attack must be refused by the database itself, on either of the two, and change nothing.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tongchou.funds.services import credit_personal_account
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.people.models import Person
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Organisation
from tongchou.providers.models import Institution
from tongchou.settlement.models import (
    Answer,
    Charge,
    FeeLine,
    PersonYear,
    Settlement,
    Visit,
)

pytestmark = pytest.mark.django_db

ENTRY = "funds_entry"
POSTING = "funds_posting"


def run(*sqls: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for sql in sqls:
            cursor.execute(sql)
        connection.check_constraints()


def one(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


LINK = (
    'insert into sharing_accountlink (owner_id, member_id, relation, start, "end", known_on,'
    " source, ended_source, struck_reason) "
    "select o.id, m.id, 'child', '2019-01-01', {end}, '2019-01-01', '户口簿', "
    "case when {end} is null then '' else '申请' end, '' "
    "from people_person o join people_person m on o.psn_no = 'P1' and m.psn_no = 'P2'"
)


def new_move(
    owner: str, fen: int, entry: object = 9, *, member: str = "P1", day: str = "2019-01-02"
) -> str:
    return (
        "insert into funds_accountmove (person_id, entry_id, amount, at, day, for_person_id) "
        f"select o.id, {entry}, {fen}, '2026-11-22 00:00:00', '{day}', m.id "
        f"from people_person o join people_person m on o.psn_no = '{owner}' "
        f"and m.psn_no = '{member}'"
    )


def spent(owner: str, fen: int, *, member: str = "P1", day: str = "2019-01-02") -> list[str]:
    """Draw `fen` on the owner's account for the member's bill, as a bill posts it."""
    fund = "personal_account"
    return [
        new_move(owner, -fen, member=member, day=day),
        new_posting(9, fund, "2001", fen),
        new_posting(9, fund, "2101", -fen),
        new_entry(),
    ]


def everything() -> dict[str, object]:
    tables = (
        "trail_act trail_chainhead funds_entry funds_posting funds_account settlement_settlement "
        "settlement_answer settlement_feeline settlement_charge plans_planversion "
        "funds_accountmove funds_personalaccount sharing_accountlink"
    ).split()
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"select * from {table} order by 1")
            found[table] = [tuple(map(str, row)) for row in cursor.fetchall()]
    return found


@pytest.fixture(autouse=True)
def county() -> None:
    """One entry of 100 fen, one settled bill of 100 fen with a line, one adopted plan."""
    make_area()
    make_entry()
    make_bill()
    make_plan()
    make_family()
    connection.check_constraints()


def make_bill() -> None:
    now = clock.now()
    person = Person.objects.create(
        psn_no="P1", name="甲", initials="j", sex="1", birth=date(1980, 1, 1), id_no="1", area=AREA
    )
    hospital = Institution.objects.create(
        code="H44170000001", name="县医院", area=AREA, kind="hospital", level="level2"
    )
    visit = Visit.objects.create(
        mdtrt_id="V1",
        area=AREA,
        institution=hospital,
        person=person,
        insutype="390",
        med_type="11",
        kind="outpatient",
        begun_at=now,
    )
    charge = Charge.objects.create(visit=visit, batch="1")
    FeeLine.objects.create(
        charge=charge,
        visit=visit,
        feedetl_sn="1",
        at=now,
        item_code="X",
        item_name="X",
        list_type="101",
        charge_type="09",
        level="01",
        count=10_000,
        price=1_000_000,
        first_self_pay_rate=0,
        amount=100,
        in_scope=100,
    )
    year = PersonYear.objects.create(person=person, scheme="resident", year=now.year, version=1)
    settlement = Settlement.objects.create(
        id=2026112200000417,
        kind="settle",
        channel="gateway",
        area=AREA,
        person=person,
        person_year=year,
        ordinal=1,
        charge=charge,
        institution=hospital,
        msgid="M1",
        settled_at=now,
        basis_date=now.date(),
        plan_id="0" * 64,
        engine="0.1",
        scheme="resident",
        visit_kind="outpatient",
        level="level2",
        out_of_area=False,
        total=100,
        in_scope=100,
        basic=60,
        fund_total=60,
        person_pays=40,
    )
    Charge.objects.filter(pk=charge.pk).update(settlement=settlement)
    Answer.objects.create(
        msgid="M1",
        infno="2207",
        institution_id=hospital.pk,
        body_hash=b"0" * 32,
        body="{}",
        answer="{}",
        at=now,
        settlement_id=settlement.pk,
    )


def make_family() -> None:
    """5 fen on the account of P1, linked to P2 in January and February 2019."""
    owner = Person.objects.get(psn_no="P1")
    Person.objects.create(
        psn_no="P2", name="乙", initials="y", sex="1", birth=date(2010, 1, 1), id_no="2", area=AREA
    )
    credit_personal_account(person_id=owner.pk, area=AREA, fen=5, actor="tests")
    run(LINK.format(end="'2019-03-01'"))


def make_plan() -> None:
    area = Area.objects.create(code=AREA, name="岭海县", office="岭海县医疗保障局")
    bureau = Organisation.objects.create(code="B1", name="局", kind="bureau", area=area)
    signed = [
        User.objects.create(login=f"u{n}", name="人", role="approver", organisation=bureau)
        for n in range(3)
    ]
    PlanVersion.objects.create(
        area=AREA,
        scheme="resident",
        title="2019",
        state="adopted",
        document="words",
        plan_id="0" * 64,
        valid_from=date(2019, 1, 1),
        drafted_by=signed[0],
        drafted_at=clock.now(),
        checked_by=signed[1],
        checked_at=clock.now(),
        adopted_by=signed[2],
        adopted_at=clock.now(),
    )


EDITS = {
    "trail_act": ["actor = 'x'", "data = '{}'", "seq = seq + 1", "hash = digest"],
    "trail_chainhead": ["seq = 0", "seq = seq + 2", "hash = hash", "slice = slice + 100"],
    "funds_entry": ["summary = 'x'", "day = '2020-01-01'", "area = '000000'", "id = id + 1"],
    "funds_posting": ["amount = amount + 1", "amount = -amount", "account_id = account_id + 16"],
    "funds_account": [
        "balance = balance + 1",
        "code = '9999'",
        "fund_id = 'medical_aid'",
        "slice = slice + 16",
        "area = '000000'",
    ],
    "funds_accountmove": ["amount = amount + 1", "person_id = for_person_id", "day = '2020-01-01'"],
    "funds_personalaccount": ["balance = balance + 1", "balance = 0"],
    "settlement_settlement": ["basic = 0, fund_total = 0, person_pays = 100", "person_id = 9"],
    "settlement_answer": ["answer = '[]'", "body = 'x'", "msgid = 'M2'"],
    "settlement_feeline": ["amount = 1, in_scope = 1", "item_code = 'Y'", "charge_id = 0"],
    "plans_planversion": [
        "document = 'other'",
        "plan_id = '1'",
        "valid_from = '2018-01-01'",
        "adopted_by_id = null, state = 'draft'",
        "checked_by_id = adopted_by_id",
        "state = 'draft'",
    ],
}


@pytest.mark.parametrize(
    ("table", "change"), [(table, change) for table in EDITS for change in EDITS[table]]
)
def test_no_row_is_edited(table: str, change: str) -> None:
    before = everything()
    with pytest.raises(IntegrityError):
        run(f"update {table} set {change}")
    assert everything() == before


@pytest.mark.parametrize("table", sorted(EDITS))
def test_no_row_is_deleted(table: str) -> None:
    before = everything()
    with pytest.raises(IntegrityError):
        run(f"delete from {table}")
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError):
            run(f"truncate {table} cascade")
    assert everything() == before


@pytest.mark.parametrize("table", sorted(EDITS))
def test_no_row_is_written_over(table: str) -> None:
    """`insert or replace` deletes without a delete trigger unless recursive triggers are on."""
    before = everything()
    if connection.vendor == "sqlite":
        sql = f"insert or replace into {table} select * from {table}"
    else:
        keys = {"trail_chainhead": "slice", "settlement_answer": "msgid"}
        key = (keys | {"funds_personalaccount": "person_id"}).get(table, "id")
        sql = (
            f"insert into {table} select * from {table} where true "
            f"on conflict ({key}) do update set {key} = excluded.{key}"
        )
        if table == "plans_planversion":
            sql += ", document = 'other'"
    with pytest.raises(IntegrityError):
        run(sql)
    assert everything() == before


def new_entry(number: int = 9, area: str = AREA) -> str:
    return (
        f"insert into {ENTRY} (id, at, day, kind, area, summary, actor) values "
        f"({number}, '2026-11-22 00:00:00', '2026-11-22', 'income', '{area}', '', '')"
    )


def new_posting(number: int, fund: str, code: str, amount: int) -> str:
    return (
        f"insert into {POSTING} (entry_id, account_id, amount) select {number}, id, {amount} "
        f"from funds_account where fund_id = '{fund}' and code = '{code}' and slice = 0"
    )


def unbalanced() -> Iterator[tuple[str, list[str]]]:
    pool, aid = "resident_pool", "medical_aid"
    yield "no postings", [new_entry()]
    yield "one-sided", [new_posting(9, pool, "5101", 5), new_entry()]
    yield (
        "a fen short",
        [new_posting(9, pool, "5101", 5), new_posting(9, pool, "2101", -4), new_entry()],
    )
    yield (
        "from fund to fund",
        [new_posting(9, pool, "5101", 5), new_posting(9, aid, "2101", -5), new_entry()],
    )
    yield (
        "of another area",
        [
            new_posting(9, pool, "5101", 5),
            new_posting(9, pool, "2101", -5),
            new_entry(area="441800"),
        ],
    )
    yield (
        "no entry at all",
        [new_posting(9, pool, "5101", 5), new_posting(9, pool, "2101", -5)],
    )
    yield (
        "a zero posting",
        [
            new_posting(9, pool, "5101", 5),
            new_posting(9, pool, "2101", -5),
            new_posting(9, pool, "1001", 0),
            new_entry(),
        ],
    )


@pytest.mark.parametrize("sqls", [pytest.param(sqls, id=name) for name, sqls in unbalanced()])
def test_no_entry_stands_unbalanced(sqls: list[str]) -> None:
    before = everything()
    with pytest.raises(IntegrityError):
        run(*sqls)
    assert everything() == before


def test_a_balanced_entry_by_hand_is_accepted() -> None:
    """The attacks above fail for their reason, not for a typing error."""
    pool = "resident_pool"
    run(new_posting(9, pool, "5101", 5), new_posting(9, pool, "2101", -5), new_entry())
    assert one(f"select count(*) from {POSTING} where entry_id = 9") == 2


def test_no_posting_comes_late() -> None:
    number = one(f"select id from {ENTRY}")
    assert isinstance(number, int)
    before = everything()
    pool = "resident_pool"
    with pytest.raises(IntegrityError):
        run(new_posting(number, pool, "5101", 5), new_posting(number, pool, "2101", -5))
    assert everything() == before


def test_no_account_opens_with_a_balance() -> None:
    with pytest.raises(IntegrityError):
        run(
            "insert into funds_account (area, fund_id, code, slice, balance) "
            f"values ('{AREA}', 'resident_pool', '9999', 0, 1)"
        )


def test_no_head_is_added() -> None:
    with pytest.raises(IntegrityError):
        run("insert into trail_chainhead (slice, seq, hash) values (99, 0, 'x')")


def test_no_line_is_added_to_a_settled_charge() -> None:
    columns = (
        "charge_id, visit_id, returns_sn, at, item_code, item_name, list_type, charge_type, level,"
        " count, price, first_self_pay_rate, amount, own_pay, over_limit, first_self_pay,"
        " in_scope, doctor_code, details"
    )
    sql = (
        f"insert into settlement_feeline (feedetl_sn, {columns}) "
        f"select '2', {columns} from settlement_feeline"
    )
    with pytest.raises(IntegrityError):
        run(sql)
    run("update settlement_charge set settlement_id = null", sql)
    assert FeeLine.objects.count() == 2


def test_a_charge_is_settled_for_the_sum_of_its_lines() -> None:
    charge = Charge.objects.get()
    number = charge.settlement_id
    run(
        "update settlement_charge set settlement_id = null",
        "update settlement_feeline set amount = 101, in_scope = 101",
    )
    with pytest.raises(IntegrityError, match="charge"):
        run(f"update settlement_charge set settlement_id = {number}")
    run(
        "update settlement_feeline set amount = 100, in_scope = 100",
        f"update settlement_charge set settlement_id = {number}",
    )


def test_an_adopted_plan_may_be_withdrawn_but_not_revived() -> None:
    run("update plans_planversion set state = 'withdrawn', note = 'x'")
    with pytest.raises(IntegrityError):
        run("update plans_planversion set state = 'adopted'")


def test_a_personal_account_is_not_overdrawn() -> None:
    with pytest.raises(IntegrityError, match="personal_account_not_below_0"):
        run(*spent("P1", 6))


def test_a_personal_account_is_moved_by_its_lines() -> None:
    """A line without its entry, or an entry without its lines, is refused."""
    before = everything()
    fund = "personal_account"
    pays = [new_posting(9, fund, "2001", 3), new_posting(9, fund, "2101", -3)]
    for wrong in (
        [*pays, new_entry()],
        spent("P1", 3)[:1],
        [*spent("P1", 2)[:1], *pays, new_entry()],
    ):
        with pytest.raises(IntegrityError):
            run(*wrong)
        assert everything() == before
    run(*spent("P1", 3))
    assert one("select balance from funds_personalaccount") == 2


def test_no_line_comes_late_or_without_an_entry() -> None:
    before = everything()
    number = one(f"select id from {ENTRY} where kind = 'income' and summary like '个人%'")
    for entry in (number, "null"):
        with pytest.raises(IntegrityError):
            run(new_move("P1", 5, entry))
    assert everything() == before


def test_no_personal_account_opens_with_a_balance() -> None:
    with pytest.raises(IntegrityError):
        run("insert into funds_personalaccount (person_id, balance) values (1, 5)")


def test_nobody_draws_on_another_without_a_link() -> None:
    before = everything()
    for day in ("2018-12-31", "2019-03-01"):
        with pytest.raises(IntegrityError, match="account_move_by_link"):
            run(*spent("P1", 3, member="P2", day=day))
    assert everything() == before
    run(*spent("P1", 3, member="P2", day="2019-02-28"))


@pytest.mark.parametrize(
    "change",
    [
        "relation = 'kin'",
        "start = '2018-01-01'",
        "source = 'x'",
        "owner_id = member_id, member_id = owner_id",
        "\"end\" = '2030-01-01'",
        "\"end\" = null, ended_source = ''",
        "ended_source = 'x'",
    ],
)
def test_a_link_says_what_it_said(change: str) -> None:
    before = everything()
    with pytest.raises(IntegrityError):
        run(f"update sharing_accountlink set {change}")
    with pytest.raises(IntegrityError):
        run("delete from sharing_accountlink")
    assert everything() == before


def test_no_link_is_taken_from_under_what_was_drawn() -> None:
    run("update sharing_accountlink set struck_at = '2026-11-22 00:00:00'", LINK.format(end="null"))
    run(*spent("P1", 3, member="P2", day="2019-02-28"))
    live = "where struck_at is null"
    for change in (
        "struck_at = '2026-11-22 00:00:00'",
        "\"end\" = '2019-02-28', ended_source = 'x'",
    ):
        with pytest.raises(IntegrityError, match="account_link_used"):
            run(f"update sharing_accountlink set {change} {live}")
    run(f"update sharing_accountlink set \"end\" = '2019-03-01', ended_source = 'x' {live}")


def test_two_links_of_a_pair_share_no_day() -> None:
    with pytest.raises(IntegrityError, match="account_link_one_a_day"):
        run(LINK.format(end="null"))
