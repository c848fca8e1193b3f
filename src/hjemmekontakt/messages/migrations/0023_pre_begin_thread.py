"""A new dialogue with its first message, put in by one function (decision 81)."""

from django.db import migrations

# It is done as the app's own role, but for the look-up: the policies of each table hold. What is read when the author's turn has
# come is as it is then, for each statement of a function sees what was stored before it began.
BEGIN = """
CREATE FUNCTION hk_begin_thread(dialogue json, letter json, edition uuid, today date, most integer, listeners text[], event json)
    RETURNS void LANGUAGE plpgsql AS $body$
    DECLARE
        begun thread := json_populate_record(NULL::thread, dialogue);
        written message := json_populate_record(NULL::message, letter);
        why_not text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('messages of ' || written.author_id::text, 0));
        why_not := hk_why_not_begin(
            written.author_id, begun.citizen_id, begun.service_id, begun.municipality_id, edition, written.sent_at, today, most);
        IF why_not IS NOT NULL THEN
            RAISE '%', why_not USING ERRCODE = 'HK001';
        END IF;
        INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, visit_id, continues_id, subject, category, language,
            state, urgent_words, answer_by, deliver_by, alarm_at, leader_at, last_place, citizen_place, started_at, last_message_at,
            changed_at)
        VALUES (begun.id, begun.citizen_id, begun.municipality_id, begun.unit_id, begun.service_id, begun.visit_id,
            begun.continues_id, begun.subject, begun.category, begun.language, 'sent', begun.urgent_words, begun.answer_by,
            begun.deliver_by, begun.alarm_at, begun.leader_at, 1, 1, written.sent_at, written.sent_at, begun.changed_at);
        INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name, author_role,
            on_behalf, text, sent_at, answer_by, form_key)
        VALUES (written.id, begun.id, 1, begun.citizen_id, begun.municipality_id, begun.unit_id, 'citizen', written.author_id,
            written.author_name, '', written.on_behalf, written.text, written.sent_at, begun.answer_by, written.form_key);
        INSERT INTO outbox (event, listener, payload, municipality_id, published_at, due_at, attempts, last_error)
        SELECT 'MessageSent', each, event, begun.municipality_id, begun.changed_at, begun.changed_at, 0, ''
        FROM unnest(listeners) AS each;
        IF EXISTS (SELECT FROM draft d WHERE d.author_id = written.author_id) THEN
            PERFORM hk_draft_is_sent(written.author_id, begun.citizen_id, begun.service_id, begun.id, written.id, begun.unit_id,
                true, written.form_key, written.text);
        END IF;
    END $body$;
REVOKE ALL ON FUNCTION hk_begin_thread(json, json, uuid, date, integer, text[], json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_begin_thread(json, json, uuid, date, integer, text[], json) TO hk_app;
"""


class Migration(migrations.Migration):
    """One function, of the app's own rights."""

    dependencies = [("messages", "0022_pre_ids_in_order")]

    operations = [migrations.RunSQL(BEGIN, "DROP FUNCTION hk_begin_thread")]
