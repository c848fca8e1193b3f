"""The access log grows and never changes; each line carries the transaction that wrote it."""

from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function, mine, open_to_all

APPEND_ONLY = """
CREATE FUNCTION refuse_change_of_the_log() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
BEGIN
    RAISE EXCEPTION 'The access log only grows: % is not allowed.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $body$;
CREATE TRIGGER the_log_only_grows BEFORE UPDATE OR DELETE ON access_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_the_log();
CREATE TRIGGER the_log_is_never_emptied BEFORE TRUNCATE ON access_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_the_log();
CREATE TRIGGER the_chain_only_grows BEFORE UPDATE OR DELETE ON access_sealed_batch
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_the_log();
CREATE TRIGGER the_chain_is_never_emptied BEFORE TRUNCATE ON access_sealed_batch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_the_log();
"""

EPOCHS = """
CREATE TABLE access_epoch (number integer PRIMARY KEY, begun_at timestamptz NOT NULL DEFAULT now());
INSERT INTO access_epoch (number) VALUES (1);
GRANT SELECT ON access_epoch TO hk_app, hk_lookup, hk_backup;
CREATE FUNCTION hk_log_epoch() RETURNS integer LANGUAGE sql STABLE AS 'SELECT max(number) FROM access_epoch';
ALTER TABLE access_entry
    ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD COLUMN epoch integer NOT NULL DEFAULT hk_log_epoch();
CREATE INDEX entry_to_seal ON access_entry (epoch, xact, id);
"""

POLICIES = f"""
ALTER TABLE access_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY anyone_adds ON access_entry FOR INSERT TO hk_app WITH CHECK (true);
CREATE POLICY by_scope ON access_entry FOR SELECT TO hk_app USING (
    CASE current_setting('hk.scope', true) WHEN 'person' THEN {mine()} WHEN 'portal' THEN true ELSE false END);
CREATE POLICY owner_migrates ON access_entry FOR ALL TO hk_owner USING (true) WITH CHECK (true);
CREATE POLICY lookup_reads ON access_entry FOR SELECT TO hk_lookup USING (true);
CREATE POLICY backup_reads ON access_entry FOR SELECT TO hk_backup USING (true);
GRANT INSERT, SELECT ON access_entry TO hk_app;
GRANT SELECT ON access_entry TO hk_lookup, hk_backup;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app;
"""


class Migration(migrations.Migration):
    """Append-only by trigger and by revoked rights; one function tells whether a list was logged lately."""

    dependencies = [("access", "0001_tables")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(EPOCHS, migrations.RunSQL.noop),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        open_to_all("access_sealed_batch", rights="SELECT, INSERT"),
        lookup_function(
            "hk_listed_lately",
            arguments="citizen uuid, reader uuid, deed text, moment timestamptz",
            returns="boolean",
            body="""
            SELECT EXISTS (SELECT 1 FROM access_entry e WHERE e.citizen_id = citizen AND e.actor_id = reader
                AND e.act = deed AND e.in_list AND e.at > moment - interval '15 minutes' AND e.at <= moment)
            """,
        ),
    ]
