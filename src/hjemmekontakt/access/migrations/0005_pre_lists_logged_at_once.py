"""Whom of a list the log does not name already is asked once for the whole list."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, plan_once

ARGUMENTS = "citizens uuid[], reader uuid, deed text, moment timestamptz"


class Migration(migrations.Migration):
    """`hk_not_listed_lately` says of a list what `hk_listed_lately` says of one."""

    dependencies = [("access", "0004_pre_log_of_a_municipality")]

    operations = [
        lookup_function(
            "hk_not_listed_lately",
            arguments=ARGUMENTS,
            returns="SETOF uuid",
            body="""
            SELECT DISTINCT shown.id FROM unnest(citizens) AS shown(id) WHERE NOT EXISTS (
                SELECT 1 FROM access_entry e WHERE e.citizen_id = shown.id AND e.actor_id = reader
                    AND e.act = deed AND e.in_list AND e.at > moment - interval '15 minutes' AND e.at <= moment)
            """,
        ),
        plan_once("hk_not_listed_lately", arguments=ARGUMENTS),
    ]
