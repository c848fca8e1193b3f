-- Changes known visits to what the journal tells now; the columns that name a visit stay.
UPDATE visit SET {changes}, moved_from = told.moved_from, version = told.version, reported_at = %s, stored_at = %s
FROM unnest({arrays}, %s::timestamptz[], %s::int[]) AS told({columns}, moved_from, version)
WHERE visit.id = told.id AND visit.municipality_id = %s
