"""An author's turn to begin a dialogue: what hinders it is asked there, by one look-up, and nothing is read before."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

# As `hk_turn_to_write`: what is read when the turn has come is as it is then, for each statement of a function sees what was
# stored before it began.
TURN = """
CREATE FUNCTION hk_turn_to_begin(author uuid, form uuid, citizen uuid, service uuid, municipality uuid, edition uuid,
        moment timestamptz, today date, most integer)
    RETURNS TABLE (id uuid, thread_id uuid, place integer, text text, answer_by timestamptz, subject varchar)
    LANGUAGE plpgsql ROWS 1 AS $body$
    #variable_conflict use_column
    DECLARE
        why_not text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('messages of ' || author::text, 0));
        IF EXISTS (SELECT FROM message m WHERE m.author_id = author AND m.form_key = form) THEN
            RETURN QUERY SELECT m.id, m.thread_id, m.place, m.text, m.answer_by, t.subject
                FROM message m JOIN thread t ON t.id = m.thread_id WHERE m.author_id = author AND m.form_key = form;
            RETURN;
        END IF;
        why_not := hk_why_not_begin(author, citizen, service, municipality, edition, moment, today, most);
        IF why_not IS NOT NULL THEN
            RAISE '%', why_not USING ERRCODE = 'HK001';
        END IF;
    END $body$;
REVOKE ALL ON FUNCTION hk_turn_to_begin(uuid, uuid, uuid, uuid, uuid, uuid, timestamptz, date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_turn_to_begin(uuid, uuid, uuid, uuid, uuid, uuid, timestamptz, date, integer) TO hk_app;
"""

# That the organisation has changed comes first: what else is asked was made of it. Its words are those of `Refusal`.
WHY_NOT = """
SELECT CASE
    WHEN edition IS DISTINCT FROM (SELECT e.edition FROM organisation_edition e WHERE e.municipality_id = municipality)
        THEN 'changed'
    WHEN NOT EXISTS (SELECT FROM activation a WHERE a.citizen_id = citizen AND a.state = 'active') THEN 'not-active'
    WHEN NOT EXISTS (SELECT FROM decision d WHERE d.citizen_id = citizen AND d.service_id = service
            AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today)) THEN 'not-received'
    WHEN (SELECT count(*) FROM message m WHERE m.author_id = author AND m.sent_at > moment - interval '1 hour'
            AND m.sent_at <= moment) >= most THEN 'too-many'
END
"""


class Migration(migrations.Migration):
    """Two functions that old code never calls; it goes on with `hk_turn_to_write`, as replies do."""

    dependencies = [
        ("messages", "0015_pre_who_wrote_a_letter"),
        ("municipalities", "0012_pre_edition"),
        ("consent", "0002_protection"),
        ("people", "0002_protection"),
    ]

    operations = [
        lookup_function(
            "hk_why_not_begin",
            arguments="author uuid, citizen uuid, service uuid, municipality uuid, edition uuid, moment timestamptz,"
            " today date, most integer",
            returns="text",
            body=WHY_NOT,
        ),
        migrations.RunSQL(TURN, migrations.RunSQL.noop),
    ]
