"""The application's role on PostgreSQL adds to the ledger and cannot edit it (P3)."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from tongchou.funds.models import Account
from tongchou.funds.queries import personal_balance
from tongchou.funds.services import credit_personal_account
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.funds.verify import verify_books
from tongchou.people.tests.make import make_person

pytestmark = pytest.mark.django_db
postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="roles are PostgreSQL's"
)


@pytest.fixture
def as_app() -> Iterator[None]:
    make_area()
    connection.check_constraints()
    call_command("create_app_role", "tongchou_app_test")
    call_command("create_app_role", "tongchou_app_test")  # again, as after a migration
    with connection.cursor() as cursor:
        cursor.execute("set local role tongchou_app_test")
        yield
        cursor.execute("reset role")


@pytest.mark.postgres
@postgres_only
def test_the_application_posts_entries(as_app: None) -> None:
    make_entry()
    person = make_person().pk
    credit_personal_account(person_id=person, area=AREA, fen=7, actor="tests")
    assert personal_balance(person) == 7
    assert Account.objects.exclude(balance=0).count() == 4
    assert verify_books(AREA) == []


@pytest.mark.postgres
@postgres_only
@pytest.mark.parametrize(
    "table",
    [
        "trail_act",
        "funds_entry",
        "funds_posting",
        "settlement_settlement",
        "settlement_answer",
        "funds_account",
        "funds_accountmove",
        "funds_personalaccount",
    ],
)
@pytest.mark.parametrize("sql", ["update {0} set id = id", "delete from {0}", "truncate {0}"])
def test_the_application_cannot_edit(as_app: None, table: str, sql: str) -> None:
    make_entry()
    keys = {"settlement_answer": "msgid", "funds_personalaccount": "person_id"}
    key = keys.get(table, "id")
    sql = sql.replace("id = id", f"{key} = {key}")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql.format(table))


@pytest.mark.postgres
@postgres_only
@pytest.mark.parametrize(
    "sql",
    [
        "drop trigger funds_entry_append_only on funds_entry",
        "alter table trail_act disable trigger all",
        "set session_replication_role = replica",
        "delete from trail_chainhead",
        "update trail_chainhead set slice = 1",
    ],
)
def test_the_application_cannot_set_the_guards_aside(as_app: None, sql: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.postgres
@postgres_only
def test_a_name_is_not_sql() -> None:
    with pytest.raises(CommandError, match="换一个"):
        call_command("create_app_role", "a; drop table funds_entry")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the other half of the above")
def test_sqlite_says_that_it_has_no_roles() -> None:
    with pytest.raises(CommandError, match="触发器"):
        call_command("create_app_role", "app")
