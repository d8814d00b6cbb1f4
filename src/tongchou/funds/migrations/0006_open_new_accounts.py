"""Open the accounts that the chart has gained in areas whose books are open already."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CODES = ("5103",)


def open_accounts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    account = apps.get_model("funds", "Account")
    places = account.objects.values_list("area", "fund_id", "slice").distinct()
    account.objects.bulk_create(
        [
            account(area=area, fund_id=fund, code=code, slice=number)
            for area, fund, number in places
            for code in CODES
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("funds", "0005_premium_kinds")]
    operations = [migrations.RunPython(open_accounts, migrations.RunPython.noop)]
