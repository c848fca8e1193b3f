"""Whether an employee is kept from a citizen is asked by itself, not of all that the door tells of her."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """Yes or no: the citizen is the employee herself, or one she acts for today (R79)."""

    dependencies = [("people", "0010_pre_helped_by_units"), ("representation", "0002_protection")]

    operations = [
        lookup_function(
            "hk_is_kept_from",
            arguments="employee uuid, citizen uuid, today date",
            returns="boolean",
            body="""
            SELECT EXISTS (
                SELECT FROM employee e JOIN citizen self ON self.national_id_lookup = e.national_id_lookup
                WHERE e.id = $1 AND e.active AND ($2 = self.id
                    OR EXISTS (SELECT FROM hk_standings_of(self.id, $3) s WHERE s.giver_id = $2)))
            """,
        )
    ]
