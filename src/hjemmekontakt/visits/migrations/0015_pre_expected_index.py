"""An index of the expected visits alone, so that a report costs no more with all that lies behind her; three that double others go."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Each is the beginning of another one: `visits_of_a_citizen`, `visits_of_a_unit`, `a_journal_names_a_visit_once`.
DOUBLED = {"citizen": "people.citizen", "unit": "municipalities.unit", "municipality": "municipalities.municipality"}


class Migration(migrations.Migration):
    """An index made beside what goes on; those that go are missed by nobody."""

    atomic = False

    dependencies = [("visits", "0014_pre_plan_versions")]

    operations = [
        AddIndexConcurrently(
            "visit",
            models.Index(
                fields=["citizen"],
                condition=models.Q(identifier_system="https://hjemmekontakt.example/fhir/expected-visit"),
                name="expected_visits_of_a_citizen",
            ),
        ),
        *(
            migrations.AlterField(
                "visit",
                name,
                models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to),
            )
            for name, to in DOUBLED.items()
        ),
    ]
