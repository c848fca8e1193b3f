"""How many are to be rung, by itself: the door asks it only where anybody may be (decision 76)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """`hk_calls_to_make` counts as `hk_waiting_in_the_menu` does, which web processes of before still ask."""

    dependencies = [("notifications", "0014_pre_doubled_indexes")]

    operations = [
        lookup_function(
            "hk_calls_to_make",
            arguments="units uuid[], kept_from uuid[], today date, since timestamptz",
            returns="bigint",
            body="""
            SELECT count(*) FROM call_to_make k JOIN citizen c ON c.id = k.citizen_id
            WHERE k.unit_id = ANY (units) AND k.raised_at IS NOT NULL AND k.settled_at IS NULL AND k.called_at IS NULL
                AND k.known_start >= since AND NOT k.citizen_id = ANY (kept_from)
                AND c.protection = 'none' AND c.deceased_on IS NULL
                AND hk_has_decision(k.citizen_id, k.service_id, today)
            """,
        ),
    ]
