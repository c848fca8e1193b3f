"""Whether notices of messages reach those who read a citizen's, for the staff who write to her (R83)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """One look-up: the channel each has chosen, and what became of the last notice; no address, no other wish."""

    dependencies = [("notifications", "0002_protection")]

    operations = [
        lookup_function(
            "hk_reach_of_messages",
            arguments="about_whom uuid, receivers uuid[]",
            returns="TABLE (receiver_id uuid, channel text, decision text, decided_at timestamptz)",
            body="""
            SELECT asked.id, p.channel::text, n.decision::text, n.decided_at
            FROM unnest(receivers) AS asked(id)
                LEFT JOIN preference p ON p.receiver_id = asked.id AND p.about_id = about_whom AND p.kind = 'message'
                LEFT JOIN LATERAL (SELECT decision, decided_at FROM notice
                    WHERE notice.receiver_id = asked.id AND notice.about_id = about_whom AND notice.kind = 'message'
                        AND notice.decision IN ('sent', 'no-contact', 'failed', 'same-address')
                    ORDER BY notice.decided_at DESC LIMIT 1) n ON true
            """,
        ),
    ]
