-- Who may do what in Hjemmekontakt's database. Run in it, as a superuser, after roles.sql; safe to run again.

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO hk_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO hk_app, hk_backup', current_database());
END
$$;

ALTER SCHEMA public OWNER TO hk_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hk_app, hk_backup;
-- CREATE, because a role must hold it to be handed a function; nobody logs in as hk_lookup.
GRANT USAGE, CREATE ON SCHEMA public TO hk_lookup;

-- The app gets its rights table by table, in the migration that makes the table: a forgotten one is unreachable, not open.
ALTER DEFAULT PRIVILEGES FOR ROLE hk_owner IN SCHEMA public GRANT SELECT ON TABLES TO hk_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE hk_owner IN SCHEMA public GRANT SELECT ON SEQUENCES TO hk_backup;
-- Functions are PUBLIC's by default, in every schema: no longer those of our two function owners.
ALTER DEFAULT PRIVILEGES FOR ROLE hk_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE hk_lookup REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE hk_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO hk_app;
