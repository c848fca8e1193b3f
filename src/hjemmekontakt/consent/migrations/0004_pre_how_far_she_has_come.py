"""How far a citizen has come, for the staff who ask whether she can be reached digitally (R83)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """One look-up: the state, its reason, and since when; the acceptances themselves stay closed."""

    dependencies = [("consent", "0003_pre_terms")]

    operations = [
        lookup_function(
            "hk_how_far",
            arguments="person uuid",
            returns="TABLE (state text, reason text, since timestamptz)",
            body="""
            SELECT a.state::text, a.reason::text,
                CASE a.state WHEN 'active' THEN a.activated_at WHEN 'inactive' THEN a.ended_at ELSE NULL END
            FROM activation a WHERE a.citizen_id = person
            """,
        ),
    ]
