"""`tongchou manage create_app_role NAME`: the role that the application signs in with.

Run as the owner of the tables, after each migration. The role adds to the ledger and cannot edit
it: that is refused by grant before any trigger is asked (P3). It owns nothing, so it can neither
drop a trigger nor truncate.
"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

_APPEND_ONLY = """
select distinct c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
where t.tgname = c.relname || '_append_only' and c.relnamespace = current_schema()::regnamespace
"""


class Command(BaseCommand):
    help = "建立应用程序的数据库角色：对账簿和留痕只能读和追加（PostgreSQL，由表的所有者执行）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="角色名，小写字母、数字和下划线")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite 没有角色，账簿由触发器保护，不必建立")
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise CommandError("角色名只能用小写字母、数字和下划线，请换一个")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f"create role {name} login")
            cursor.execute("select current_schema()")
            schema = cursor.fetchone()[0]
            cursor.execute(_APPEND_ONLY)
            ledger = [row[0] for row in cursor.fetchall()]
            for sql in _grants(name, f'"{schema}"', ledger):
                cursor.execute(sql)
        self.stdout.write(
            f"{name} 已建立：{len(ledger)} 张表只能读和追加。"
            f"请用 psql 的 \\password {name} 设置口令"
        )


def _grants(name: str, schema: str, ledger: list[str]) -> list[str]:
    return [
        f"revoke all on all tables in schema {schema} from {name}",
        f"grant usage on schema {schema} to {name}",
        f"grant select, insert, update, delete on all tables in schema {schema} to {name}",
        f"grant usage on all sequences in schema {schema} to {name}",
        *(f"revoke update, delete on {table} from {name}" for table in ledger),
        f"revoke update, delete on funds_account from {name}",
        f"revoke insert, update, delete on funds_personalaccount from {name}",
        f"revoke insert, update, delete on trail_chainhead from {name}",
        f"grant update (seq, hash) on trail_chainhead to {name}",
        f"revoke insert, update, delete on django_migrations from {name}",
    ]
