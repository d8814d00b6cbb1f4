from django.db import migrations

from tongchou.platform.db.sql import VendorSQL

# Where 救助 is withheld, the row pays none. A constraint added by Django would make SQLite rebuild
# the table, which drops its guards.
CHECK = "one_stop or (medical_aid = 0 and re_aid = 0)"
SQLITE = """
create trigger settlement_withheld_pays_none before insert on settlement_settlement
when not (new.one_stop or (new.medical_aid = 0 and new.re_aid = 0))
begin
  select raise(abort, 'constraint settlement_withheld_pays_none');
end
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0004_one_stop")]

    operations = [
        VendorSQL(
            postgresql=[
                "alter table settlement_settlement add constraint settlement_withheld_pays_none "
                f"check ({CHECK})"
            ],
            sqlite=[SQLITE],
            reverse_postgresql=[
                "alter table settlement_settlement drop constraint settlement_withheld_pays_none"
            ],
            reverse_sqlite=["drop trigger settlement_withheld_pays_none"],
        ),
    ]
