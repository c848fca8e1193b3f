"""The history of fullmakter stands: what was agreed never changes, and what has ended stays ended (R61)."""

from django.db import migrations

HISTORY_STANDS = """
CREATE FUNCTION refuse_change_of_a_fullmakt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    IF OLD.state IN ('declined', 'ended') OR (OLD.giver_id, OLD.receiver_id, OLD.rights, OLD.ends_on, OLD.offered_at)
        IS DISTINCT FROM (NEW.giver_id, NEW.receiver_id, NEW.rights, NEW.ends_on, NEW.offered_at)
    THEN
        RAISE EXCEPTION 'A fullmakt never changes: it is ended, and a new one given.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER a_fullmakt_never_changes BEFORE UPDATE ON fullmakt
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_fullmakt();
"""


class Migration(migrations.Migration):
    """A trigger that lets a fullmakt be answered and ended, and nothing else."""

    dependencies = [("representation", "0002_protection")]

    operations = [migrations.RunSQL(HISTORY_STANDS, migrations.RunSQL.noop)]
