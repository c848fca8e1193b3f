"""Who of several people are active is asked once for all of them."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, plan_once

ARGUMENTS = "wanted bytea[]"


class Migration(migrations.Migration):
    """`hk_active_citizens` says of many what `hk_active_citizen` says of one: those who are active, and none besides."""

    dependencies = [("consent", "0005_pre_for_the_journal")]

    operations = [
        lookup_function(
            "hk_active_citizens",
            arguments=ARGUMENTS,
            returns="TABLE (lookup bytea, citizen_id uuid)",
            body="""
            SELECT c.national_id_lookup, c.id FROM citizen c JOIN activation a ON a.citizen_id = c.id
            WHERE c.national_id_lookup = ANY (wanted) AND a.state = 'active' AND c.deceased_on IS NULL
            """,
        ),
        plan_once("hk_active_citizens", arguments=ARGUMENTS),
    ]
