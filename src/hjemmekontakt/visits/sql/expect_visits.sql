-- Puts in the expected visits of plans, or brings them up to date, except where a confirmed visit stands in their place. One
-- that keeps its hour keeps too what she was first told of it.
INSERT INTO visit ({columns}, moved_from, version, reported_at, stored_at, told_by_id, told_by_name)
SELECT {columns}, first.moved_from, 1, %s, %s, %s::uuid, %s
FROM {rows} AS told JOIN unnest(%s::uuid[], %s::timestamptz[]) AS first(told_id, moved_from) ON first.told_id = told.id
WHERE NOT EXISTS (
    SELECT 1 FROM visit v WHERE v.citizen_id = told.citizen_id AND v.municipality_id = told.municipality_id
        AND v.identifier_system <> told.identifier_system AND v.status <> 'entered-in-error'
        AND (v.series = told.series AND v.series_day = told.series_day
            OR v.series = '' AND v.service_id = told.service_id AND v.starts_at > told.starts_at - interval '1 day'
                AND v.starts_at < told.ends_at AND v.ends_at > told.starts_at))
ON CONFLICT (municipality_id, identifier_system, identifier_value) DO UPDATE
SET {changes}, version = visit.version + 1,
    moved_from = CASE WHEN EXCLUDED.starts_at = visit.starts_at THEN visit.moved_from ELSE EXCLUDED.moved_from END,
    reported_at = EXCLUDED.reported_at, stored_at = EXCLUDED.stored_at, told_by_id = EXCLUDED.told_by_id,
    told_by_name = EXCLUDED.told_by_name
WHERE visit.status = 'gone' OR visit.status = 'expected' AND visit.digest <> EXCLUDED.digest
RETURNING id, citizen_id, xmax = 0 OR NOT EXISTS (SELECT 1 FROM cancellation c WHERE c.visit_id = visit.id)
