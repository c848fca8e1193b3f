"""Why nothing reached a person, as the contact register said, for those who help her (R83)."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function


class Migration(migrations.Migration):
    """The look-up of 0003 with one column more; older code names the columns it reads."""

    dependencies = [("notifications", "0003_pre_reach")]

    operations = [
        migrations.RunSQL("DROP FUNCTION hk_reach_of_messages(uuid, uuid[])", migrations.RunSQL.noop),
        lookup_function(
            "hk_reach_of_messages",
            arguments="about_whom uuid, receivers uuid[]",
            returns="TABLE (receiver_id uuid, channel text, decision text, decided_at timestamptz, word text)",
            body="""
            SELECT asked.id, p.channel::text, n.decision::text, n.decided_at,
                CASE WHEN n.decision = 'no-contact' THEN n.last_error::text END
            FROM unnest(receivers) AS asked(id)
                LEFT JOIN preference p ON p.receiver_id = asked.id AND p.about_id = about_whom AND p.kind = 'message'
                LEFT JOIN LATERAL (SELECT decision, decided_at, last_error FROM notice
                    WHERE notice.receiver_id = asked.id AND notice.about_id = about_whom AND notice.kind = 'message'
                        AND notice.decision IN ('sent', 'no-contact', 'failed', 'same-address')
                    ORDER BY notice.decided_at DESC LIMIT 1) n ON true
            """,
        ),
    ]
