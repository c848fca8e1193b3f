"""An author's turn to write, and the end of a draft that was sent: what a new dialogue's one statement asks of the database."""

from django.db import migrations

# A turn comes to one message of an author's at a time; what is read when it has come is as it is then, for each statement of
# a function sees what was stored before it began. That is why this is a function, and not a part of the statement.
TURN = """
CREATE FUNCTION hk_turn_to_write(author uuid, form uuid, moment timestamptz, most integer)
    RETURNS TABLE (id uuid, thread_id uuid, place integer, text text, answer_by timestamptz, subject varchar)
    LANGUAGE plpgsql ROWS 1 AS $body$
    #variable_conflict use_column
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('messages of ' || author::text, 0));
        RETURN QUERY SELECT m.id, m.thread_id, m.place, m.text, m.answer_by, t.subject
            FROM message m JOIN thread t ON t.id = m.thread_id WHERE m.author_id = author AND m.form_key = form;
        IF NOT FOUND AND hk_messages_sent_between(author, moment - interval '1 hour', moment) >= most THEN
            RAISE 'An author has sent % messages in an hour', most USING ERRCODE = 'program_limit_exceeded';
        END IF;
    END $body$;
"""

# The files of the author's draft in this place go with the message. The draft goes where it is of this form or of these
# words, in this place or another; what still hangs on it then was never sent.
DRAFT = """
CREATE FUNCTION hk_draft_is_sent(author uuid, citizen uuid, service uuid, thread uuid, message uuid, unit uuid,
        begins boolean, form uuid, words text)
    RETURNS void LANGUAGE plpgsql AS $body$
    #variable_conflict use_column
    DECLARE
        gone uuid[];
    BEGIN
        IF NOT EXISTS (SELECT FROM draft d WHERE d.author_id = author) THEN
            RETURN;
        END IF;
        UPDATE attachment a SET draft_id = NULL, message_id = message, thread_id = thread, unit_id = unit
            FROM draft d
            WHERE d.id = a.draft_id AND d.author_id = author
                AND CASE WHEN begins THEN d.citizen_id = citizen AND d.service_id = service AND d.thread_id IS NULL
                    ELSE d.thread_id = thread END;
        gone := ARRAY (
            SELECT d.id FROM draft d
            WHERE d.author_id = author AND (d.form_key = form OR (d.citizen_id = citizen AND d.text = words
                AND (d.thread_id = thread OR (d.thread_id IS NULL AND d.service_id = service)))));
        DELETE FROM attachment_content c USING attachment a WHERE a.id = c.attachment_id AND a.draft_id = ANY (gone);
        DELETE FROM attachment a WHERE a.draft_id = ANY (gone);
        DELETE FROM draft d WHERE d.id = ANY (gone);
    END $body$;
"""

RIGHTS = """
REVOKE ALL ON FUNCTION hk_turn_to_write(uuid, uuid, timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION hk_draft_is_sent(uuid, uuid, uuid, uuid, uuid, uuid, boolean, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_turn_to_write(uuid, uuid, timestamptz, integer) TO hk_app;
GRANT EXECUTE ON FUNCTION hk_draft_is_sent(uuid, uuid, uuid, uuid, uuid, uuid, boolean, uuid, text) TO hk_app;
"""


class Migration(migrations.Migration):
    """Both functions do what they do as the app's own role, under the policies that hold for it; old code never calls them."""

    dependencies = [("messages", "0013_pre_letters")]

    operations = [migrations.RunSQL(each, migrations.RunSQL.noop) for each in (TURN, DRAFT, RIGHTS)]
