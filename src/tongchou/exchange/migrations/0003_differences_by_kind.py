from django.db import migrations, models


def give_both_sides(apps, _schema):
    """Differences kept before this had one side only, and no kind."""
    rows = apps.get_model("exchange", "Statement").objects.exclude(differences=[])
    for statement in rows.iterator():
        for row in statement.differences:
            if "setl_id" in row:
                amounts = [row.pop(name) for name in ("total", "fund", "account")]
                row.update(kind="", theirs=amounts, ours=None)
        statement.save(update_fields=["differences"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_nonce_is_its_key")]

    operations = [
        migrations.AddField("statement", "by_kind", models.JSONField(default=list)),
        migrations.RunPython(give_both_sides, migrations.RunPython.noop),
    ]
