-- Changes known visits to what the journal tells now. What tells of the change goes into the outbox (`event`). Tells of which another time was ever wished: they are
-- locked by now, so no wish comes in between. And whose person is away, now or soon: she was held before, so she does not go
-- in between either.
WITH moment AS (
    SELECT %(now)s::timestamptz AS at, %(stored_at)s::timestamptz AS stored_at, %(told_by_id)s::uuid AS told_by_id,
        %(told_by_name)s::text AS told_by_name
){event}
UPDATE visit SET {becomes}
FROM moment, {named_rows} AS told
    JOIN json_to_recordset(%(became)s::json) AS became(id uuid, moved_from timestamptz, version int) ON became.id = told.id
WHERE visit.id = told.id AND visit.municipality_id = %(municipality)s
RETURNING visit.id, visit.citizen_id,
    EXISTS (SELECT 1 FROM change_wish w WHERE w.visit_id = visit.id AND w.municipality_id = visit.municipality_id),
    EXISTS (
        SELECT 1 FROM away_period p
        WHERE p.citizen_id = visit.citizen_id AND p.municipality_id = visit.municipality_id AND p.ended_at IS NULL
            AND (p.until_day IS NULL OR p.until_day >= %(today)s::date))
