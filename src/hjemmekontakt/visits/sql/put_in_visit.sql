-- Puts in one visit that is told of alone and is not known yet, where nothing else has to be done: no expected visit is this one
-- (place_visits), and its person is not away, now or soon (R41). Else it does nothing, nor where another transaction has just
-- put it in.
INSERT INTO visit ({columns}, version, reported_at, stored_at, told_by_id, told_by_name, outcome_at)
SELECT told.*, 1, %(now)s::timestamptz, %(stored_at)s::timestamptz, %(by)s::uuid, %(by_name)s::text,
    CASE WHEN told.status IN ('performed', 'not-performed') THEN %(now)s::timestamptz END
FROM (SELECT {values}) AS told
WHERE NOT EXISTS (
        SELECT FROM visit WHERE visit.citizen_id = told.citizen_id AND visit.municipality_id = told.municipality_id
            AND visit.identifier_system = '{expected}' AND {fits})
    AND NOT EXISTS (
        SELECT FROM away_period p WHERE p.citizen_id = told.citizen_id AND p.municipality_id = told.municipality_id
            AND p.ended_at IS NULL AND (p.until_day IS NULL OR p.until_day >= %(today)s::date))
ON CONFLICT (municipality_id, identifier_system, identifier_value) DO NOTHING
RETURNING id
