"""Row-level security for a table, written once: `CASE` on the grant's scope, deny by default, and the four roles' rights."""

from django.db import migrations

ARRAY = "NULLIF(current_setting('hk.{0}', true), '')::uuid[]"
ONE = "NULLIF(current_setting('hk.{0}', true), '')::uuid"
PERSONS, UNITS, MUNICIPALITY = ARRAY.format("persons"), ARRAY.format("units"), ONE.format("municipality")
ACTOR = ONE.format("actor")


def open_to_all(table: str, *, rights: str = "SELECT") -> migrations.RunSQL:
    """A table without personal content: the app gets `rights`, no policy (it is on the house's short list with its reason)."""
    return migrations.RunSQL(
        f'GRANT {rights} ON "{table}" TO hk_app; GRANT SELECT ON "{table}" TO hk_lookup, hk_backup;',
        migrations.RunSQL.noop,
    )


def protect(
    table: str,
    *,
    person: str = "false",
    unit: str = "false",
    municipality: str = "false",
    portal: str = "false",
    rights: str = "SELECT, INSERT, UPDATE",
) -> migrations.RunSQL:
    """Force row-level security on a table: for each scope the condition under which a row is seen and written, or `false`.

    Conditions are SQL; use `mine(column)`, `in_units()` and `in_municipality()`. The owner migrates, look-ups and backup read.
    """
    case = _by_scope(person=person, unit=unit, municipality=municipality, portal=portal)
    return migrations.RunSQL(
        f"""
        ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
        ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;
        CREATE POLICY by_scope ON "{table}" FOR ALL TO hk_app USING ({case}) WITH CHECK ({case});
        CREATE POLICY owner_migrates ON "{table}" FOR ALL TO hk_owner USING (true) WITH CHECK (true);
        CREATE POLICY lookup_reads ON "{table}" FOR SELECT TO hk_lookup USING (true);
        CREATE POLICY backup_reads ON "{table}" FOR SELECT TO hk_backup USING (true);
        GRANT {rights} ON "{table}" TO hk_app;
        GRANT SELECT ON "{table}" TO hk_lookup, hk_backup;
        """,
        migrations.RunSQL.noop,
    )


def change_protection(
    table: str,
    *,
    person: str = "false",
    unit: str = "false",
    municipality: str = "false",
    portal: str = "false",
    municipality_reads: str | None = None,
) -> migrations.RunSQL:
    """Put other conditions in the place of a protected table's own; all four are said anew.

    What a municipality may read and never write is said by `municipality_reads`.
    """
    seen = _by_scope(person=person, unit=unit, municipality=municipality_reads or municipality, portal=portal)
    written = _by_scope(person=person, unit=unit, municipality=municipality, portal=portal)
    return migrations.RunSQL(
        f'ALTER POLICY by_scope ON "{table}" USING ({seen}) WITH CHECK ({written});', migrations.RunSQL.noop
    )


def when_changed(table: str, *, columns: str = "") -> migrations.RunSQL:
    """Let the database note when a row was last changed (`changed_at`, real time), or when one of some columns was.

    The column stands in no model: only what tells a journal of changes reads it.
    """
    if columns:
        old, new = (", ".join(f"{which}.{name}" for name in columns.split()) for which in ("OLD", "NEW"))
        condition = f"WHEN (({old}) IS DISTINCT FROM ({new}))"
    else:
        condition = "WHEN (OLD.* IS DISTINCT FROM NEW.*)"
    return migrations.RunSQL(
        f"""
        ALTER TABLE "{table}" ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
        CREATE TRIGGER when_it_changed BEFORE UPDATE ON "{table}"
            FOR EACH ROW {condition} EXECUTE FUNCTION note_when_it_changed();
        """,
        migrations.RunSQL.noop,
    )


def _by_scope(*, person: str, unit: str, municipality: str, portal: str) -> str:
    return (
        "CASE current_setting('hk.scope', true)"
        f" WHEN 'person' THEN {person} WHEN 'unit' THEN {unit}"
        f" WHEN 'municipality' THEN {municipality} WHEN 'portal' THEN {portal} ELSE false END"
    )


def mine(column: str = "citizen_id") -> str:
    """The row belongs to one of the grant's persons."""
    return f"{column} = ANY ({PERSONS})"


def by_herself(column: str = "author_id") -> str:
    """The row was written by the one who acts."""
    return f"{column} = {ACTOR}"


def in_units() -> str:
    """The row belongs to one of the grant's units in its municipality."""
    return f"municipality_id = {MUNICIPALITY} AND unit_id = ANY ({UNITS})"


def in_municipality() -> str:
    """The row belongs to the grant's municipality."""
    return f"municipality_id = {MUNICIPALITY}"


def lookup_function(
    name: str, *, arguments: str, returns: str, body: str, volatility: str = "STABLE"
) -> migrations.RunSQL:
    """A `SECURITY DEFINER` function of `hk_lookup` with a fixed search path; every one is named in the house tests."""
    types = _types(arguments)
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE sql {volatility} SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $body$ {body} $body$;
        REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {name}({types}) TO hk_app;
        ALTER FUNCTION {name}({types}) OWNER TO hk_lookup;
        """,
        migrations.RunSQL.noop,
    )


def plan_once(name: str, *, arguments: str) -> migrations.RunSQL:
    """Let a look-up whose plan is the same whatever it is asked be planned once for each connection, not on each call."""
    return migrations.RunSQL(
        f"""
        SET LOCAL ROLE hk_lookup;
        ALTER FUNCTION {name}({_types(arguments)}) SET plan_cache_mode = force_generic_plan;
        RESET ROLE;
        """,
        migrations.RunSQL.noop,
    )


def _types(arguments: str) -> str:
    return ", ".join(part.split()[1] for part in arguments.split(", ")) if arguments else ""
