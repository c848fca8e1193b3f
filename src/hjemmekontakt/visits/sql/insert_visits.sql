-- Puts in the visits that are not known yet; a known one is left alone, also where another transaction has just put it in.
WITH moment AS (SELECT %s::timestamptz AS at, %s::timestamptz AS stored_at, %s::uuid AS told_by_id, %s::text AS told_by_name)
INSERT INTO visit ({columns}, moved_from, version, reported_at, stored_at, told_by_id, told_by_name, outcome_at)
SELECT {columns}, NULL, 1, moment.at, moment.stored_at, moment.told_by_id, moment.told_by_name,
    CASE WHEN told.status IN ('performed', 'not-performed') THEN moment.at END
FROM moment, unnest({arrays}) AS told({columns})
ON CONFLICT (municipality_id, identifier_system, identifier_value) DO NOTHING
RETURNING id
