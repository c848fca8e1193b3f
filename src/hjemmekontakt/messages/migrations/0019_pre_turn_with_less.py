"""An author's turn to begin a dialogue, with less to do: that a form was sent before is told by the constraint (decision 77)."""

from django.db import migrations

# What is read when the turn has come is as it is then, for each statement of a function sees what was stored before it began.
# It is done as the app's own role, but for the look-up. The answer is whether the author has any draft: only then is it looked
# for which of them was sent.
TURN = """
CREATE FUNCTION hk_turn_to_begin(author uuid, citizen uuid, service uuid, municipality uuid, edition uuid, moment timestamptz,
        today date, most integer)
    RETURNS boolean LANGUAGE plpgsql AS $body$
    DECLARE
        why_not text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('messages of ' || author::text, 0));
        why_not := hk_why_not_begin(author, citizen, service, municipality, edition, moment, today, most);
        IF why_not IS NOT NULL THEN
            RAISE '%', why_not USING ERRCODE = 'HK001';
        END IF;
        RETURN EXISTS (SELECT FROM draft d WHERE d.author_id = author);
    END $body$;
REVOKE ALL ON FUNCTION hk_turn_to_begin(uuid, uuid, uuid, uuid, uuid, timestamptz, date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_turn_to_begin(uuid, uuid, uuid, uuid, uuid, timestamptz, date, integer) TO hk_app;
"""


class Migration(migrations.Migration):
    """One function beside the one of the same name that old code goes on with, which takes the form's key as well."""

    dependencies = [("messages", "0018_pre_turn_to_begin")]

    operations = [migrations.RunSQL(TURN, migrations.RunSQL.noop)]
