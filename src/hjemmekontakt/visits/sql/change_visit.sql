-- Changes one known visit that is told of alone to what the journal tells now, and what tells of the change goes into the outbox
-- (`event`), where nothing hangs on it: no other time was ever wished for it (R42), and its person is not away, now or soon (R41).
-- Else it does nothing. It is locked by now and she was held before, so neither comes in between.
WITH changed AS (
    UPDATE visit SET {becomes}
    FROM (SELECT {values}) AS told,
        (SELECT %(moved_from)s::timestamptz AS moved_from, %(version)s::int AS version) AS became,
        (SELECT %(now)s::timestamptz AS at, %(stored_at)s::timestamptz AS stored_at, %(by)s::uuid AS told_by_id,
            %(by_name)s::text AS told_by_name) AS moment
    WHERE visit.id = told.id AND visit.municipality_id = told.municipality_id
        AND NOT EXISTS (
            SELECT FROM change_wish w WHERE w.visit_id = told.id AND w.municipality_id = told.municipality_id)
        AND NOT EXISTS (
            SELECT FROM away_period p WHERE p.citizen_id = told.citizen_id AND p.municipality_id = told.municipality_id
                AND p.ended_at IS NULL AND (p.until_day IS NULL OR p.until_day >= %(today)s::date))
    RETURNING visit.id
){event}
SELECT id FROM changed
