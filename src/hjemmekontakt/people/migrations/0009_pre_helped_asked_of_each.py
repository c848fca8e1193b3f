"""Whether a municipality helps a citizen is asked of each citizen by index, not found out for all whom it helps."""

from django.db import migrations

from hjemmekontakt.ground.policies import MUNICIPALITY, UNITS, change_protection, mine

HELPED = "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen.id AND d.municipality_id = {0}{1})"
A_CASE_OF_THE_UNITS = (
    "EXISTS (SELECT 1 FROM thread t WHERE t.citizen_id = citizen.id AND t.case_kind <> ''"
    f" AND t.municipality_id = {MUNICIPALITY} AND t.unit_id = ANY ({UNITS}))"
)


class Migration(migrations.Migration):
    """The same rows are seen as before.

    PostgreSQL cannot tell how many a setting's municipality helps, takes it for one, and reads the decisions of all twenty
    thousand to look one up among them. With OFFSET it may not gather them first, and by IS NOT DISTINCT FROM there is no
    index of the municipality to go by: it asks the index of the one citizen.
    """

    dependencies = [("people", "0008_pre_when_changed"), ("messages", "0005_pre_protection_of_the_rest")]

    operations = [
        change_protection(
            "citizen",
            person=mine("id"),
            unit=f"({HELPED.format(MUNICIPALITY, f' AND d.unit_id = ANY ({UNITS})')} OR {A_CASE_OF_THE_UNITS})",
            municipality="EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen.id"
            f" AND d.municipality_id IS NOT DISTINCT FROM {MUNICIPALITY} OFFSET 0)",
            portal="true",
        ),
    ]
