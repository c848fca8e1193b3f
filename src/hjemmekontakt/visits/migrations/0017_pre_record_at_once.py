"""A visit that comes, told of alone, is recorded by one function (decision 81)."""

from django.db import migrations

# It is done as the app's own role, but for the look-up: the policies of each table hold. Each statement of it sees what was stored
# before it began: so what is read of a person is as it is when she is held, and tells of no absence meanwhile (R41).
RECORD = """
CREATE FUNCTION hk_record_at_once(report json, said text, left_open text[], lookup bytea, unit_her_id text, service_code text,
        day date, today date, may_change boolean, coming text[], smallest_move interval, listeners text[])
    RETURNS json LANGUAGE plpgsql AS $body$
    DECLARE
        told visit := json_populate_record(NULL::visit, report);
        before visit;
        opened date;
        is_moved boolean;
    BEGIN
        -- Whose it is, and by which decision; she is held, and not away, now or soon.
        told.citizen_id := hk_active_citizen(lookup);
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('visits ' || told.citizen_id, 0));
        SELECT d.unit_id, d.service_id, s.visits_from INTO told.unit_id, told.service_id, opened
            FROM decision d JOIN unit u ON u.id = d.unit_id AND u.her_id = unit_her_id
                JOIN service s ON s.id = d.service_id AND s.unit_id = d.unit_id AND (service_code IS NULL OR s.code = service_code)
            WHERE d.citizen_id = told.citizen_id AND d.municipality_id = told.municipality_id
                AND d.starts_on <= day AND (d.ends_on IS NULL OR d.ends_on >= day)
            ORDER BY d.starts_on DESC, d.id LIMIT 1;
        IF opened IS NULL OR opened > day OR EXISTS (
            SELECT FROM away_period p WHERE p.citizen_id = told.citizen_id AND p.municipality_id = told.municipality_id
                AND p.ended_at IS NULL AND (p.until_day IS NULL OR p.until_day >= today)
        ) THEN
            RETURN NULL;
        END IF;
        told.digest := sha256(convert_to(replace(replace(replace(said, left_open[1], told.citizen_id::text),
            left_open[2], told.unit_id::text), left_open[3], told.service_id::text), 'UTF8'));

        -- A visit that is not known yet, and no expected one (R31).
        SELECT * INTO before FROM visit v WHERE v.municipality_id = told.municipality_id
            AND v.identifier_system = told.identifier_system AND v.identifier_value = told.identifier_value FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            IF EXISTS (
                SELECT FROM visit WHERE citizen_id = told.citizen_id AND municipality_id = told.municipality_id
                    AND identifier_system = 'https://hjemmekontakt.example/fhir/expected-visit' AND CASE WHEN told.series <> ''
                    THEN series = told.series AND series_day = told.series_day
                    ELSE status = 'expected' AND service_id = told.service_id AND starts_at > told.starts_at - interval '1 day'
                        AND starts_at < told.ends_at AND ends_at > told.starts_at END
            ) THEN
                RETURN NULL;
            END IF;
            IF told.starts_at > told.reported_at THEN
                told.change := 'new';
                told.changed_at := told.reported_at;
            END IF;
            INSERT INTO visit (id, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status,
                starts_at, ends_at, is_window, minutes, title, instruction, performer_name, performer_role, place, cancellable,
                cancelled_by, not_performed_reason, source_updated_at, digest, series, series_day, series_rhythm, performer_id,
                change, changed_at, version, reported_at, stored_at, told_by_id, told_by_name)
            VALUES (told.id, told.citizen_id, told.municipality_id, told.unit_id, told.service_id, told.identifier_system,
                told.identifier_value, told.status, told.starts_at, told.ends_at, told.is_window, told.minutes, told.title,
                told.instruction, told.performer_name, told.performer_role, told.place, told.cancellable, told.cancelled_by,
                told.not_performed_reason, told.source_updated_at, told.digest, told.series, told.series_day,
                told.series_rhythm, told.performer_id, told.change, told.changed_at, told.version, told.reported_at,
                told.stored_at, told.told_by_id, told.told_by_name)
            ON CONFLICT (municipality_id, identifier_system, identifier_value) DO NOTHING;
            RETURN CASE WHEN FOUND THEN json_build_array(told.id, 1) END;
        END IF;

        -- A known one that comes still, told of later and otherwise (R34, R97), and never wished at another time (R42).
        IF NOT may_change OR before.status <> ALL (coming) OR before.citizen_id <> told.citizen_id OR before.digest = told.digest
            OR before.source_updated_at > told.source_updated_at
            OR EXISTS (SELECT FROM change_wish w WHERE w.visit_id = before.id AND w.municipality_id = before.municipality_id)
        THEN
            RETURN NULL;
        END IF;
        -- What she should hear of (R32, R36).
        is_moved := greatest(told.starts_at - before.starts_at, before.starts_at - told.starts_at) >= smallest_move
            AND NOT (before.is_window AND told.starts_at >= before.starts_at AND told.starts_at < before.ends_at);
        IF is_moved THEN
            told.change := 'moved';
            told.changed_at := told.reported_at;
        ELSE
            told.change := before.change;
            told.changed_at := before.changed_at;
        END IF;
        IF before.moved_from IS NULL THEN
            told.moved_from := CASE WHEN is_moved THEN before.starts_at END;
        ELSIF greatest(told.starts_at - before.moved_from, before.moved_from - told.starts_at) >= smallest_move THEN
            told.moved_from := before.moved_from;
        END IF;
        UPDATE visit SET unit_id = told.unit_id, service_id = told.service_id, status = told.status, starts_at = told.starts_at,
            ends_at = told.ends_at, is_window = told.is_window, minutes = told.minutes, title = told.title,
            instruction = told.instruction, performer_name = told.performer_name, performer_role = told.performer_role,
            place = told.place, cancellable = told.cancellable, cancelled_by = told.cancelled_by,
            not_performed_reason = told.not_performed_reason, source_updated_at = told.source_updated_at, digest = told.digest,
            series = coalesce(nullif(before.series, ''), told.series), series_day = coalesce(before.series_day, told.series_day),
            performer_id = told.performer_id, change = told.change, changed_at = told.changed_at, moved_from = told.moved_from,
            version = before.version + 1, reported_at = told.reported_at, stored_at = told.stored_at,
            told_by_id = told.told_by_id, told_by_name = told.told_by_name,
            reported_by_name = '', outcome_at = NULL, planned_until = NULL
        WHERE id = before.id AND municipality_id = before.municipality_id;
        IF told.starts_at <> before.starts_at THEN
            INSERT INTO outbox (event, listener, payload, municipality_id, published_at, due_at, attempts, last_error)
            SELECT 'VisitsChanged', each,
                jsonb_build_object('visit_ids', jsonb_build_array(before.id), 'municipality_id', before.municipality_id),
                before.municipality_id, told.stored_at, told.stored_at, 0, ''
            FROM unnest(listeners) AS each;
        END IF;
        RETURN json_build_array(before.id, before.version + 1);
    END $body$;
"""
ARGUMENTS = "json, text, text[], bytea, text, text, date, date, boolean, text[], interval, text[]"
ALLOW = f"""
REVOKE ALL ON FUNCTION hk_record_at_once({ARGUMENTS}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hk_record_at_once({ARGUMENTS}) TO hk_app;
"""


class Migration(migrations.Migration):
    """One function, of the app's own rights."""

    dependencies = [("visits", "0016_pre_names_not_told"), ("people", "0010_pre_helped_by_units")]

    operations = [migrations.RunSQL(RECORD + ALLOW, "DROP FUNCTION hk_record_at_once")]
