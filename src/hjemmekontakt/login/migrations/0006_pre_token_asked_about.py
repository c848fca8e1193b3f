"""Whether a journal's token still holds is asked by the statement that unlocks."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION hk_token_must_hold(wanted bytea, moment timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    PERFORM FROM machine_token t JOIN machine_client c ON c.id = t.client_id
        WHERE t.digest = wanted AND t.expires_at > moment AND c.active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the token no longer holds' USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    RETURN true;
END $body$;
REVOKE ALL ON FUNCTION hk_token_must_hold(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_token_must_hold(bytea, timestamptz) TO hk_app;
"""


class Migration(migrations.Migration):
    """`hk_token_must_hold`: true, or the statement fails; it reads what the app's role may read, and no more."""

    dependencies = [("login", "0005_pre_dpop")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
