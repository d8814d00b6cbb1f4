from django.db import migrations, models

from tongchou.platform.db.sql import VendorSQL

# Django would make SQLite rebuild the table for a column, which drops the table's guards.
COLUMN = "alter table settlement_settlement add column one_stop"
DROP = ["alter table settlement_settlement drop column one_stop"]


class Migration(migrations.Migration):
    dependencies = [("settlement", "0003_fewer_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="settlement",
                    name="one_stop",
                    field=models.BooleanField(db_default=models.Value(True), verbose_name="一站式"),
                ),
            ],
            database_operations=[
                VendorSQL(
                    postgresql=[f"{COLUMN} boolean not null default true"],
                    sqlite=[f"{COLUMN} bool not null default 1"],
                    reverse_postgresql=DROP,
                    reverse_sqlite=DROP,
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("one_stop", False)),
                fields=["person_year"],
                name="settlement_withheld",
            ),
        ),
    ]
