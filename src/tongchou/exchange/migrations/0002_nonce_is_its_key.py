from django.db import migrations, models


class Migration(migrations.Migration):
    """Nonces live eleven minutes: the table is made anew, with the pair as its key."""

    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.DeleteModel("Nonce"),
        migrations.CreateModel(
            name="Nonce",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "paasid",
                        "nonce",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("paasid", models.CharField(max_length=64)),
                ("nonce", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="nonce_at")]},
        ),
    ]
