"""What was done with a case is never changed or removed."""

from django.db import migrations

from tongchou.platform.db.ledger import append_only


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("trail", "0002_chains")]
    operations = [append_only("casework_step", "casework_evidence")]
