"""The night of a municipality (R53), and a reconciliation that counts every event about visits which notices decide on (M8)."""

from django.db import migrations, models

from hjemmekontakt.ground.policies import lookup_function

# Said anew with the same answers; only its owner may drop it.
DROP = """SET LOCAL ROLE hk_lookup;
DROP FUNCTION hk_unreconciled(uuid, timestamptz, timestamptz, text[], text[], integer); RESET ROLE;"""

# Visits that stand at another hour than people know, or come no more, by a change of the period that was told to nobody: the
# rules of `changes/rules.py` (R36), of what is stored alone.
NOT_TOLD = """
    SELECT 'visit-changed:' || c.id || ':' || c.version, c.citizen_id, c.at
    FROM (
        SELECT x.*, v.at, coalesce(s.least_move_minutes, 60) * interval '1 minute' AS least, coalesce(t.is_off, false) AS was_off,
            coalesce(t.starts_at, x.first_told, x.starts_at) AS known, x.status IN ('gone', 'cancelled') AS is_off
        FROM (
            SELECT id, CASE identifier_system WHEN 'https://hjemmekontakt.example/fhir/expected-visit' THEN reported_at
                ELSE changed_at END AS at
            FROM visit
            WHERE unit_id = of_unit AND starts_at > since - interval '1 day' AND starts_at < until + interval '61 days'
                AND status IN ('expected', 'planned', 'assigned', 'gone', 'cancelled')
        ) v
        JOIN hk_changed_visits(ARRAY(
            SELECT id FROM visit
            WHERE unit_id = of_unit AND starts_at > since - interval '1 day' AND starts_at < until + interval '61 days'
                AND (reported_at >= since OR changed_at >= since)
                AND (moved_from IS NOT NULL OR status IN ('gone', 'cancelled')
                    OR id IN (SELECT visit_id FROM told_visit WHERE is_off)))) x ON x.id = v.id
        LEFT JOIN notice_settings s ON s.municipality_id = x.municipality_id
        LEFT JOIN told_visit t ON t.visit_id = x.id
        WHERE v.at >= since AND v.at < until
    ) c
    WHERE NOT c.by_her AND greatest(c.ends_at, c.known) > c.at
        AND CASE WHEN c.is_off THEN NOT c.was_off AND c.starts_at <= c.at + interval '7 days'
                AND (c.instead IS NULL OR abs(extract(epoch FROM c.instead - c.known)) >= extract(epoch FROM c.least))
            ELSE c.was_off OR abs(extract(epoch FROM c.starts_at - c.known)) >= extract(epoch FROM c.least) END
"""

HAPPENED = f"""
    SELECT 'visit-performed:' || v.id AS event, v.citizen_id, v.outcome_at AS at, for_visits AS needed, true AS herself,
        ARRAY['visit-performed:' || v.id] AS keys, NULL::timestamptz AS not_before
    FROM visit v
    WHERE v.unit_id = of_unit AND v.status = 'performed' AND v.outcome_at >= since AND v.outcome_at < until
        AND v.starts_at > since - interval '31 days' AND v.starts_at < until + interval '1 day'
    UNION ALL
    SELECT 'visit-not-performed:' || v.id, v.citizen_id, v.outcome_at, for_visits, true,
        ARRAY['visit-not-performed:' || v.id], NULL
    FROM visit v
    WHERE v.unit_id = of_unit AND v.status = 'not-performed' AND v.outcome_at >= since AND v.outcome_at < until
        AND v.starts_at > since - interval '31 days' AND v.starts_at < until + interval '61 days'
    UNION ALL
    SELECT 'visit-silent:' || q.visit_id, v.citizen_id, q.kin_told_at, for_visits, false,
        ARRAY['visit-silent:' || q.visit_id], NULL
    FROM silent_visit q JOIN visit v ON v.id = q.visit_id
    WHERE q.unit_id = of_unit AND q.kin_told_at >= since AND q.kin_told_at < until
        AND (q.handled_at IS NULL OR q.handled_at > q.kin_told_at + interval '1 hour')
        AND (v.status IN ('planned', 'assigned') OR v.outcome_at > q.kin_told_at + interval '1 hour')
        AND NOT EXISTS (SELECT 1 FROM cancellation x
            WHERE x.visit_id = v.id AND x.state IN ('sent', 'received', 'accepted'))
    UNION ALL
    SELECT t.event_key, v.citizen_id, min(t.told_at), for_visits, true, ARRAY[t.event_key::text], NULL
    FROM told_visit t JOIN visit v ON v.id = t.visit_id
    WHERE v.unit_id = of_unit AND t.told_at >= since AND t.told_at < until AND t.event_key <> ''
    GROUP BY t.event_key, v.citizen_id
    UNION ALL
    SELECT c.event, c.citizen_id, c.at, for_visits, true, ARRAY[c.event], NULL
    FROM ({NOT_TOLD}) AS c(event, citizen_id, at)
    UNION ALL
    SELECT 'message:' || m.id, m.citizen_id, m.sent_at, for_messages, true, ARRAY['message:' || m.id], NULL
    FROM message m
    WHERE m.unit_id = of_unit AND m.sender = 'unit' AND m.sent_at >= since AND m.sent_at < until
    UNION ALL
    SELECT 'cancellation:' || x.id, x.citizen_id, x.at, for_visits, true, ARRAY['cancellation:' || x.id], NULL
    FROM (
        SELECT id, citizen_id, CASE state WHEN 'withdrawn' THEN needed_at ELSE answered_at END AS at
        FROM cancellation
        WHERE unit_id = of_unit AND ((state IN ('accepted', 'declined') AND (away_id IS NULL OR state = 'declined'))
            OR (state = 'withdrawn' AND answered_too_late = 'accepted'))) x
    WHERE x.at >= since AND x.at < until
    UNION ALL
    -- What is confirmed of a time away is told once a day, by the day on which it was carried.
    SELECT 'away:' || x.away_id || ':' || x.day, x.citizen_id, min(x.answered_at), for_visits, true,
        ARRAY(SELECT 'away:' || x.away_id || ':' || (x.day + n) FROM generate_series(0, 7) n), NULL
    FROM (
        SELECT *, (answered_at AT TIME ZONE 'Europe/Oslo')::date AS day FROM cancellation
        WHERE unit_id = of_unit AND state = 'accepted' AND away_id IS NOT NULL
            AND answered_at >= since AND answered_at < until) x
    GROUP BY x.away_id, x.day, x.citizen_id
    UNION ALL
    -- An answer to a wish is told by the version that the wish had when it was carried: decided after the answer.
    SELECT 'wish:' || w.id || ':' || w.version, w.citizen_id, w.answered_at, for_visits, true,
        ARRAY(SELECT 'wish:' || w.id || ':' || n FROM generate_series(greatest(w.version - 20, 1), w.version) n), w.answered_at
    FROM change_wish w
    WHERE w.unit_id = of_unit AND w.state IN ('accepted', 'proposed', 'declined')
        AND w.answered_at >= since AND w.answered_at < until
"""


class Migration(migrations.Migration):
    """Two columns that older processes do not know, and a look-up that is said anew; no row is touched."""

    dependencies = [("notifications", "0012_pre_web_push"), ("visits", "0013_pre_plan_moves")]

    operations = [
        migrations.AddField("noticesettings", "quiet_from", models.SmallIntegerField(null=True)),
        migrations.AddField("noticesettings", "quiet_until", models.SmallIntegerField(null=True)),
        migrations.AddConstraint(
            "noticesettings",
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__gte=21, quiet_from__lte=23, quiet_until__gte=6, quiet_until__lte=9),
                name="a_municipality_is_quiet_by_night_alone",
            ),
        ),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        # Each of `examples` is an event and why it is wrong: that nobody has carried it, one was left out, one has two.
        lookup_function(
            "hk_unreconciled",
            arguments="of_unit uuid, since timestamptz, until timestamptz, for_messages text[], for_visits text[],"
            " most integer",
            returns="TABLE (events bigint, expected bigint, missing bigint, doubled bigint, examples text[])",
            body=f"""
            WITH happened AS MATERIALIZED ({HAPPENED}),
            told AS MATERIALIZED (
                SELECT h.event, h.citizen_id AS person, h.keys, h.not_before FROM happened h WHERE h.herself
                UNION
                SELECT h.event, f.receiver_id, h.keys, h.not_before
                FROM happened h JOIN fullmakt f ON f.giver_id = h.citizen_id
                    JOIN citizen receiver ON receiver.id = f.receiver_id JOIN citizen giver ON giver.id = f.giver_id
                WHERE f.accepted_at <= h.at AND f.rights::text[] @> h.needed
                    AND (f.ended_at IS NULL OR f.ended_at > h.at + interval '1 hour')
                    AND (f.ends_on IS NULL OR f.ends_on > (h.at AT TIME ZONE 'Europe/Oslo')::date)
                    AND receiver.protection = 'none' AND giver.protection = 'none' AND giver.deceased_on IS NULL),
            decided AS MATERIALIZED (
                SELECT n.event_key AS key, n.receiver_id AS person, count(*) AS times, max(n.decided_at) AS at
                FROM notice n WHERE n.event_key IN (SELECT unnest(keys) FROM happened)
                GROUP BY n.event_key, n.receiver_id),
            found AS MATERIALIZED (
                SELECT DISTINCT w.event, w.person
                FROM (SELECT event, person, unnest(keys) AS key, not_before FROM told) w
                    JOIN decided d ON d.key = w.key AND d.person = w.person
                WHERE w.not_before IS NULL OR d.at >= w.not_before),
            wrong AS MATERIALIZED (
                SELECT t.event, CASE WHEN EXISTS (SELECT 1 FROM found f WHERE f.event = t.event)
                    THEN 'left-out' ELSE 'not-carried' END AS why
                FROM told t WHERE (t.event, t.person) NOT IN (SELECT event, person FROM found)
                UNION ALL
                SELECT d.key, 'doubled' FROM decided d WHERE d.times > 1)
            SELECT (SELECT count(*) FROM happened), (SELECT count(*) FROM told),
                (SELECT count(*) FROM wrong WHERE why <> 'doubled'), (SELECT count(*) FROM wrong WHERE why = 'doubled'),
                (SELECT array_agg(said) FROM (
                    SELECT DISTINCT event || ' ' || why AS said FROM wrong ORDER BY said LIMIT most) AS few)
            """,
        ),
    ]
