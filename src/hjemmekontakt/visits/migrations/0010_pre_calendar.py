"""Calendar addresses: who fetches, who sees that they are there, and what ends them in the transaction that learns of it."""

from django.db import migrations

from hjemmekontakt.ground.policies import ACTOR, change_protection, lookup_function, mine

RIGHTS = """
GRANT UPDATE (ended_at) ON calendar_feed TO hk_lookup;
CREATE POLICY lookup_ends ON calendar_feed FOR UPDATE TO hk_lookup USING (ended_at IS NULL) WITH CHECK (ended_at IS NOT NULL);
"""


def ends_calendars(name: str, *, table: str, columns: str, when: str, whose: str, moment: str) -> migrations.RunSQL:
    """When a row of another domain changes so, its calendar addresses end in the same transaction (R11, R37)."""
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $body$
        BEGIN
            UPDATE calendar_feed SET ended_at = coalesce({moment}, now()) WHERE ended_at IS NULL AND {whose};
            RETURN NULL;
        END $body$;
        CREATE TRIGGER {name.removeprefix("hk_")} AFTER UPDATE OF {columns} ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}();
        REVOKE ALL ON FUNCTION {name}() FROM PUBLIC;
        ALTER FUNCTION {name}() OWNER TO hk_lookup;
        """,
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    """An address is looked up by its digest; protection, death, an ended fullmakt or a stopped service ends it."""

    dependencies = [
        ("visits", "0006_pre_protection_in_full"),
        ("access", "0003_pre_once_a_day"),
        ("people", "0002_protection"),
        ("representation", "0002_protection"),
        ("consent", "0002_protection"),
    ]

    operations = [
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        change_protection(
            "calendar_feed", person=f"{mine()} AND (owner_id = {ACTOR} OR citizen_id = {ACTOR})", portal="true"
        ),
        lookup_function(
            "hk_calendar_at_the_door",
            arguments="wanted bytea, today date",
            returns="TABLE (feed_id uuid, citizen_id uuid, citizen_name text, owner_id uuid, owner_name text,"
            " language text, rights text[])",
            body="""
            SELECT f.id, about.id, about.given_name || ' ' || about.family_name,
                owner.id, owner.given_name || ' ' || owner.family_name, owner.language::text, s.rights
            FROM calendar_feed f
                JOIN citizen about ON about.id = f.citizen_id AND about.protection = 'none' AND about.deceased_on IS NULL
                JOIN citizen owner ON owner.id = f.owner_id AND owner.protection = 'none' AND owner.deceased_on IS NULL
                LEFT JOIN LATERAL hk_standings_of(f.owner_id, today) s ON s.giver_id = f.citizen_id
            WHERE f.digest = wanted AND f.ended_at IS NULL AND hk_is_active(f.citizen_id)
                AND (f.owner_id = f.citizen_id OR 'see-visits' = ANY (s.rights))
                AND EXISTS (SELECT 1 FROM acceptance a WHERE a.citizen_id = f.owner_id AND a.withdrawn_at IS NULL)
            """,
        ),
        ends_calendars(
            "hk_end_calendars_of_person",
            table="citizen",
            columns="protection, deceased_on",
            when="OLD.protection = 'none' AND NEW.protection <> 'none'"
            " OR OLD.deceased_on IS NULL AND NEW.deceased_on IS NOT NULL",
            whose="NEW.id IN (citizen_id, owner_id)",
            moment="NEW.register_checked_at",
        ),
        ends_calendars(
            "hk_end_calendars_of_fullmakt",
            table="fullmakt",
            columns="state",
            when="OLD.state = 'active' AND NEW.state <> 'active'",
            whose="citizen_id = NEW.giver_id AND owner_id = NEW.receiver_id",
            moment="NEW.ended_at",
        ),
        ends_calendars(
            "hk_end_calendars_of_service",
            table="activation",
            columns="state",
            when="NEW.state = 'inactive'",
            whose="citizen_id = NEW.citizen_id",
            moment="NEW.ended_at",
        ),
        ends_calendars(
            "hk_end_calendars_of_reader",
            table="acceptance",
            columns="withdrawn_at",
            when="NEW.withdrawn_at IS NOT NULL",
            whose="owner_id = NEW.citizen_id",
            moment="NEW.withdrawn_at",
        ),
    ]
