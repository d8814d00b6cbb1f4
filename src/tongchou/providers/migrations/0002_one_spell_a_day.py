from django.db import migrations

from tongchou.platform.db.overlap import no_overlap


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = [
        no_overlap("providers_agreement", "agreement_one_a_day", ["institution_id"]),
        no_overlap("providers_doctorsuspension", "doctor_suspension_one_a_day", ["doctor_id"]),
    ]
