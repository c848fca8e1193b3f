"""How far things have come and who has what open, asked in one statement; search in the units' dialogues."""

import django.contrib.postgres.search
from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function

MAY_SAY_THAT_SHE_IS_HERE = """
CREATE POLICY lookup_says_who_is_here ON reading FOR UPDATE TO hk_lookup USING (true) WITH CHECK (true);
GRANT UPDATE (here_until) ON reading TO hk_lookup;
"""


class Migration(migrations.Migration):
    """Each function answers as little as it can: moments, counts and ids, never what is written."""

    dependencies = [("messages", "0006_pre_attachments_not_sent")]

    operations = [
        migrations.AddField(
            "thread",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector("subject", config="norwegian"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "thread", models.Index(fields=["citizen", "-changed_at"], name="threads_changed_of_a_citizen")
        ),
        migrations.AddIndex(
            "reading",
            models.Index(
                fields=["unit", "here_until"],
                name="readers_here_in_a_unit",
                condition=models.Q(("here_until__isnull", False)),
            ),
        ),
        migrations.RunSQL(MAY_SAY_THAT_SHE_IS_HERE, migrations.RunSQL.noop),
        # `near` counts what changed in the minute before the newest change: a transaction that ends late is then seen too.
        lookup_function(
            "hk_unit_pulse",
            arguments="wanted uuid, reader uuid, moment timestamptz, due timestamptz",
            returns="TABLE (changed_at timestamptz, near bigint, left_at timestamptz, overdue_at timestamptz, here text)",
            body="""
            SELECT newest.at,
                (SELECT count(*) FROM thread t WHERE t.unit_id = wanted AND t.changed_at > newest.at - interval '1 minute'),
                (SELECT max(h.changed_at) FROM handling h WHERE h.unit_id = wanted AND h.to_unit_id IS NOT NULL),
                (SELECT max(t.answer_by) FROM thread t WHERE t.unit_id = wanted AND t.answer_by <= due),
                (SELECT md5(string_agg(r.id::text, ' ' ORDER BY r.id)) FROM reading r WHERE r.unit_id = wanted
                    AND r.here_until > moment AND r.reader_kind = 'employee' AND r.reader_id <> reader)
            FROM (SELECT max(t.changed_at) AS at FROM thread t WHERE t.unit_id = wanted) newest
            """,
        ),
        lookup_function(
            "hk_citizen_pulse",
            arguments="wanted uuid",
            returns="TABLE (changed_at timestamptz, near bigint)",
            body="""
            SELECT newest.at,
                (SELECT count(*) FROM thread t
                    WHERE t.citizen_id = wanted AND t.changed_at > newest.at - interval '1 minute')
            FROM (SELECT max(t.changed_at) AS at FROM thread t WHERE t.citizen_id = wanted) newest
            """,
        ),
        lookup_function(
            "hk_thread_pulse",
            arguments="wanted uuid",
            returns="TABLE (last_place integer, state text, answer_by timestamptz)",
            body="SELECT t.last_place, t.state::text, t.answer_by FROM thread t WHERE t.id = wanted",
        ),
        lookup_function(
            "hk_thread_pulse_at_work",
            arguments="wanted uuid, reader uuid, units uuid[], moment timestamptz",
            returns="TABLE (changed_at timestamptz, others uuid[])",
            volatility="VOLATILE",
            body="""
            UPDATE reading r SET here_until = moment + interval '60 seconds' FROM thread t
                WHERE r.thread_id = wanted AND r.reader_id = reader AND r.reader_kind = 'employee'
                AND (r.here_until IS NULL OR r.here_until < moment + interval '40 seconds')
                AND t.id = wanted AND t.unit_id = ANY (units);
            SELECT t.changed_at, ARRAY (SELECT r.reader_id FROM reading r WHERE r.thread_id = wanted
                AND r.here_until > moment AND r.reader_kind = 'employee' AND r.reader_id <> reader)
            FROM thread t WHERE t.id = wanted;
            """,
        ),
        lookup_function(
            "hk_search_threads",
            arguments="units uuid[], words tsquery, since timestamptz, today date, family uuid[], after_at timestamptz,"
            " after_id uuid, most integer",
            returns="TABLE (found uuid, at_place integer)",
            body="""
            WITH hits AS (
                SELECT m.thread_id, m.place FROM message m
                WHERE m.unit_id = ANY (units) AND m.sent_at >= since AND m.search @@ words
                UNION ALL
                SELECT t.id, NULL FROM thread t
                WHERE t.unit_id = ANY (units) AND t.last_message_at >= since AND t.search @@ words
            )
            SELECT t.id, h.place
            FROM (SELECT thread_id, max(place) AS place FROM hits GROUP BY thread_id) h
                JOIN thread t ON t.id = h.thread_id JOIN citizen c ON c.id = t.citizen_id JOIN unit u ON u.id = t.unit_id
            WHERE t.unit_id = ANY (units) AND c.protection = 'none' AND NOT t.citizen_id = ANY (family)
                AND ((t.case_kind <> '' AND u.kind = 'office')
                    OR EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id
                        AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)))
                AND (after_at IS NULL OR (t.last_message_at, t.id) < (after_at, after_id))
            ORDER BY t.last_message_at DESC, t.id DESC LIMIT most
            """,
        ),
    ]
