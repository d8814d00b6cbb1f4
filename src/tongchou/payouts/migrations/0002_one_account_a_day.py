from django.db import migrations

from tongchou.platform.db.overlap import no_overlap


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial")]

    operations = [
        no_overlap(
            "payouts_bankaccount", "bank_account_one_a_day", ["person_id"], struck="struck_at"
        ),
    ]
