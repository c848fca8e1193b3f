"""Where an employee works, asked before anything is unlocked: by it her leader may say that she is away."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """Ids of units only."""

    dependencies = [("people", "0004_pre_absences")]

    operations = [
        lookup_function(
            "hk_units_of_employee",
            arguments="wanted uuid",
            returns="TABLE (municipality_id uuid, unit_id uuid)",
            body="""
            SELECT e.municipality_id, d.unit_id FROM employee e JOIN duty d ON d.employee_id = e.id
            WHERE e.id = wanted AND e.active AND d.unit_id IS NOT NULL ORDER BY d.unit_id
            """,
        )
    ]
