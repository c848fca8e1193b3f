-- Changes known visits to what the journal tells now; the columns that name a visit stay. When it first tells how a visit
-- went, that moment is kept, and until when it was planned (M2); what an employee had reported here counts no more.
-- Tells of which another time was ever wished: they are locked by now, so no wish comes in between.
WITH moment AS (SELECT %s::timestamptz AS at, %s::timestamptz AS stored_at, %s::uuid AS told_by_id, %s::text AS told_by_name)
UPDATE visit SET {changes}, moved_from = became.moved_from, version = became.version, reported_at = moment.at,
    stored_at = moment.stored_at, told_by_id = moment.told_by_id, told_by_name = moment.told_by_name, reported_by_name = '',
    outcome_at = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        ELSE coalesce(visit.outcome_at, moment.at) END,
    planned_until = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        WHEN visit.outcome_at IS NULL THEN visit.ends_at ELSE visit.planned_until END
FROM moment, {rows} AS told
    JOIN json_to_recordset(%s::json) AS became(id uuid, moved_from timestamptz, version int) ON became.id = told.id
WHERE visit.id = told.id AND visit.municipality_id = %s
RETURNING visit.id, EXISTS (SELECT 1 FROM change_wish w WHERE w.visit_id = visit.id AND w.municipality_id = visit.municipality_id)
