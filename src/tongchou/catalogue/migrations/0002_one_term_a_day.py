from django.db import migrations

from tongchou.platform.db.overlap import no_overlap


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [no_overlap("catalogue_itemterm", "item_term_one_a_day", ["item_id"])]
