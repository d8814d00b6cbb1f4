from django.db import migrations

from tongchou.platform.db.overlap import no_overlap


class Migration(migrations.Migration):
    dependencies = [("people", "0002_residences_and_reasons")]

    operations = [
        # ENR-01: one basic scheme per person and day, over all schemes.
        no_overlap("people_enrolment", "enrolment_one_a_day", ["person_id"], struck="struck_at"),
        no_overlap(
            "people_identity", "identity_one_a_day", ["person_id", "kind"], struck="struck_at"
        ),
        no_overlap("people_residence", "residence_one_a_day", ["person_id"], struck="struck_at"),
    ]
