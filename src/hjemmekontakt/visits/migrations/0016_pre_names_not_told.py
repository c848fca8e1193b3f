"""Whose names a citizen is not told is found in one look-up, and only where somebody is named (R35)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, plan_once

ARGUMENTS = "citizen uuid, performers uuid[]"


class Migration(migrations.Migration):
    """`hk_names_not_told`: those of some employees whose names no citizen sees; NULL where this citizen sees nobody's."""

    dependencies = [("visits", "0015_pre_expected_index"), ("people", "0010_pre_helped_by_units")]

    operations = [
        lookup_function(
            "hk_names_not_told",
            arguments=ARGUMENTS,
            returns="uuid[]",
            body="""
            SELECT CASE WHEN NOT c.names_hidden
                THEN ARRAY(SELECT e.id FROM employee e WHERE e.id = ANY (performers) AND e.name_hidden) END
            FROM citizen c WHERE c.id = citizen
            """,
        ),
        plan_once("hk_names_not_told", arguments=ARGUMENTS),
    ]
