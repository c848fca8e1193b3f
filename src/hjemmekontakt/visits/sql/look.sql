-- Notes that somebody looks at a citizen's visits, and answers when she looked before; half an hour is one look. It tells also
-- whether the citizen is, or is going to be, away for a time.
INSERT INTO visits_seen (id, citizen_id, reader_id, seen_at, before_at)
SELECT %(id)s::uuid, %(citizen)s::uuid, %(reader)s::uuid, %(now)s::timestamptz, NULL::timestamptz WHERE {unlocked}
ON CONFLICT (citizen_id, reader_id) DO UPDATE
SET before_at = CASE WHEN visits_seen.seen_at BETWEEN %(lately)s AND %(now)s THEN visits_seen.before_at
        ELSE LEAST(visits_seen.seen_at, %(now)s) END,
    seen_at = CASE WHEN visits_seen.seen_at BETWEEN %(lately)s AND %(now)s THEN visits_seen.seen_at ELSE %(now)s END
RETURNING before_at, EXISTS (
    SELECT 1 FROM away_period a WHERE a.citizen_id = visits_seen.citizen_id AND a.ended_at IS NULL
        AND (a.until_day IS NULL OR a.until_day >= %(today)s)
) AS is_away
