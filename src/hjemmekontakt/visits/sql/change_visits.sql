-- Changes known visits to what the journal tells now; the columns that name a visit stay. When it first tells how a visit
-- went, that moment is kept, and until when it was planned (M2); what an employee had reported here counts no more.
-- What tells of the change goes into the outbox (`event`). Tells of which another time was ever wished: they are
-- locked by now, so no wish comes in between. And whose person is away, now or soon: she was held before, so she does not go
-- in between either.
WITH moment AS (
    SELECT %(now)s::timestamptz AS at, %(stored_at)s::timestamptz AS stored_at, %(told_by_id)s::uuid AS told_by_id,
        %(told_by_name)s::text AS told_by_name
){event}
UPDATE visit SET {changes}, moved_from = became.moved_from, version = became.version, reported_at = moment.at,
    stored_at = moment.stored_at, told_by_id = moment.told_by_id, told_by_name = moment.told_by_name, reported_by_name = '',
    outcome_at = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        ELSE coalesce(visit.outcome_at, moment.at) END,
    planned_until = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        WHEN visit.outcome_at IS NULL THEN visit.ends_at ELSE visit.planned_until END
FROM moment, {named_rows} AS told
    JOIN json_to_recordset(%(became)s::json) AS became(id uuid, moved_from timestamptz, version int) ON became.id = told.id
WHERE visit.id = told.id AND visit.municipality_id = %(municipality)s
RETURNING visit.id, visit.citizen_id,
    EXISTS (SELECT 1 FROM change_wish w WHERE w.visit_id = visit.id AND w.municipality_id = visit.municipality_id),
    EXISTS (
        SELECT 1 FROM away_period p
        WHERE p.citizen_id = visit.citizen_id AND p.municipality_id = visit.municipality_id AND p.ended_at IS NULL
            AND (p.until_day IS NULL OR p.until_day >= %(today)s::date))
