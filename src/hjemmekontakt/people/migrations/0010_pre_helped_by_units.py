"""Whether some units help a citizen is asked of each citizen by index, as it is of a municipality."""

from django.db import migrations

from hjemmekontakt.ground.policies import MUNICIPALITY, UNITS, change_protection, mine

IN_THE_MUNICIPALITY = f"municipality_id IS NOT DISTINCT FROM {MUNICIPALITY}"
HELPED = "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen.id AND d.{0} OFFSET 0)"
A_CASE_OF_THE_UNITS = (
    "EXISTS (SELECT 1 FROM thread t WHERE t.citizen_id = citizen.id AND t.case_kind <> ''"
    f" AND t.{IN_THE_MUNICIPALITY} AND t.unit_id = ANY ({UNITS}) OFFSET 0)"
)


class Migration(migrations.Migration):
    """The same rows are seen as before.

    A statement that unlocks and reads is planned before anything is unlocked: PostgreSQL takes the units for none, and would
    read the decisions of a whole municipality to look up fifty citizens among them.
    """

    dependencies = [("people", "0009_pre_helped_asked_of_each")]

    operations = [
        change_protection(
            "citizen",
            person=mine("id"),
            unit=f"({HELPED.format(f'{IN_THE_MUNICIPALITY} AND d.unit_id = ANY ({UNITS})')} OR {A_CASE_OF_THE_UNITS})",
            municipality=HELPED.format(IN_THE_MUNICIPALITY),
            portal="true",
        ),
    ]
