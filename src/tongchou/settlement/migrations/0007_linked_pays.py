from django.db import migrations, models

import tongchou.platform.db.fields
from tongchou.platform.db.sql import VendorSQL

# Django would make SQLite rebuild the table for a column or a check, which drops its guards.
COLUMN = "alter table settlement_settlement add column linked_pays bigint not null default 0"
DROP = "alter table settlement_settlement drop column linked_pays"
NAME = "settlement_linked_of_account"
# The sign of account_pays goes with the kind of row: settlement_signs.
CHECK = """(linked_pays >= 0 and linked_pays <= account_pays)
  or (linked_pays <= 0 and linked_pays >= account_pays)"""
SQLITE = f"""
create trigger {NAME} before insert on settlement_settlement
when not ((new.linked_pays >= 0 and new.linked_pays <= new.account_pays)
          or (new.linked_pays <= 0 and new.linked_pays >= new.account_pays))
begin
  select raise(abort, 'constraint {NAME}');
end
"""


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0006_opening"),
        ("sharing", "0002_drawn_by_link"),  # the path of a bill reads its table
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="settlement",
                    name="linked_pays",
                    field=tongchou.platform.db.fields.FenField(
                        db_default=models.Value(0), default=0, verbose_name="家庭共济支付"
                    ),
                ),
            ],
            database_operations=[
                VendorSQL(
                    postgresql=[
                        COLUMN,
                        f"alter table settlement_settlement add constraint {NAME} "
                        f"check ({CHECK})",
                    ],
                    sqlite=[COLUMN, SQLITE],
                    reverse_postgresql=[
                        f"alter table settlement_settlement drop constraint {NAME}",
                        DROP,
                    ],
                    reverse_sqlite=[f"drop trigger {NAME}", DROP],
                ),
            ],
        ),
    ]
