-- Visits as their own municipality's journal reads them back, with the person's sealed national id; whom it shows is written
-- down by the same statement ({logged}), and it unlocks what it reads, before it reads ({unlocked}, {is_unlocked}). The {order}
-- is by the journal's own names, which no write disturbs, or by when they begin. Where one person's visits are sought she is
-- read once ({person}); the municipality always is. Each visit is an array of its {fields}, which is shorter than their names.
WITH {unlocked}, {person} shown AS MATERIALIZED (
    SELECT v.id, v.citizen_id, v.unit_id, v.version, v.stored_at, v.identifier_system, v.identifier_value, v.status,
        v.starts_at, v.ends_at, v.is_window, v.minutes, v.title, v.instruction, v.performer_name, v.performer_role, v.place,
        v.cancellable, v.cancelled_by, v.not_performed_reason, v.source_updated_at, v.series, v.series_day,
        u.her_id AS unit_her_id, (SELECT her_id FROM municipality WHERE id = %(municipality)s) AS municipality_her_id,
        s.code AS service_code, c.national_id_sealed
    FROM visit v JOIN unit u ON u.id = v.unit_id JOIN service s ON s.id = v.service_id
        JOIN {persons} c ON c.id = v.citizen_id
    WHERE v.municipality_id = %(municipality)s AND {is_unlocked} AND {which}
    ORDER BY {order}
    LIMIT %(limit)s
), logged AS ({logged})
SELECT coalesce(json_agg(json_build_array({fields}) ORDER BY {order}), '[]')::text FROM shown
