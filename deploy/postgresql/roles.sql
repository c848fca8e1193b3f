-- The four roles of Hjemmekontakt, for the whole cluster. Run as a superuser; safe to run again.
--
--   psql -d postgres -f roles.sql
--   createdb -O hk_owner hjemmekontakt
--   psql -d hjemmekontakt -f database.sql
--
-- Passwords are set apart (`\password hk_app`), or not at all where pg_hba.conf lets the roles in by `peer`.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['hk_owner', 'hk_app', 'hk_lookup', 'hk_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
    END LOOP;
END
$$;

-- hk_owner migrates. NOINHERIT: it may hand a function over to hk_lookup, but reads nothing with hk_lookup's rights.
ALTER ROLE hk_owner LOGIN NOINHERIT;
-- hk_app serves the web and does the worker's jobs. It is a member of nothing.
ALTER ROLE hk_app LOGIN;
-- hk_lookup owns the few SECURITY DEFINER functions that answer with ids only. Nobody logs in as it.
ALTER ROLE hk_lookup NOLOGIN;
-- hk_backup reads everything for pg_dump, through policies of its own.
ALTER ROLE hk_backup LOGIN;

GRANT hk_lookup TO hk_owner;
