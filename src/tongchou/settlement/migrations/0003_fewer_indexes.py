import django.db.models.deletion
from django.db import migrations, models

from tongchou.platform.db.sql import VendorSQL

# (index, table, column): another index begins with the column.
COVERED = (
    ("settlement_visit_institution_id_4cd06d69", "settlement_visit", "institution_id"),
    ("settlement_visit_person_id_895a1437", "settlement_visit", "person_id"),
    ("settlement_charge_visit_id_16d2d127", "settlement_charge", "visit_id"),
    ("settlement_feeline_visit_id_b4e018c4", "settlement_feeline", "visit_id"),
    ("settlement_personyear_person_id_f730362c", "settlement_personyear", "person_id"),
    ("settlement_settlement_institution_id_d454eb4c", "settlement_settlement", "institution_id"),
    ("settlement_settlement_person_id_decc8b40", "settlement_settlement", "person_id"),
    ("settlement_settlement_person_year_id_d9f104e5", "settlement_settlement", "person_year_id"),
    ("settlement_settlement_original_id_cd4ffab8", "settlement_settlement", "original_id"),
)
# For `like 'x%'`, which nobody asks of them.
LIKE = (
    ("settlement_visit_mdtrt_id_6092e790_like", "settlement_visit", "mdtrt_id varchar_pattern_ops"),
    ("settlement_answer_msgid_352b0e45_like", "settlement_answer", "msgid varchar_pattern_ops"),
)


def drop(indexes):
    return [f"drop index {name}" for name, _table, _column in indexes]


def create(indexes):
    return [f"create index {name} on {table} ({column})" for name, table, column in indexes]


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_one_fact_a_day'),
        ('providers', '0002_one_spell_a_day'),
        ('settlement', '0002_ledger'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='settlement',
            name='settlement_invoice',
        ),
        # As SQL: Django would make SQLite's tables anew, and their triggers would be gone.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                VendorSQL(
                    postgresql=drop(COVERED + LIKE),
                    sqlite=drop(COVERED),
                    reverse_postgresql=create(COVERED + LIKE),
                    reverse_sqlite=create(COVERED),
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='charge',
                    name='visit',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='settlement.visit'),
                ),
                migrations.AlterField(
                    model_name='feeline',
                    name='visit',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.visit'),
                ),
                migrations.AlterField(
                    model_name='personyear',
                    name='person',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
                ),
                migrations.AlterField(
                    model_name='settlement',
                    name='institution',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.institution'),
                ),
                migrations.AlterField(
                    model_name='settlement',
                    name='original',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='settlement.settlement'),
                ),
                migrations.AlterField(
                    model_name='settlement',
                    name='person',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
                ),
                migrations.AlterField(
                    model_name='settlement',
                    name='person_year',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='settlement.personyear'),
                ),
                migrations.AlterField(
                    model_name='visit',
                    name='institution',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.institution'),
                ),
                migrations.AlterField(
                    model_name='visit',
                    name='person',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='settlement',
            index=models.Index(condition=models.Q(('invoice', ''), _negated=True), fields=['invoice'], name='settlement_invoice'),
        ),
        migrations.AddIndex(
            model_name='settlement',
            index=models.Index(condition=models.Q(('original__isnull', False)), fields=['original'], name='settlement_corrections'),
        ),
    ]
