-- Notes that the journal has told the same again: nothing of the visit changes.
UPDATE visit SET reported_at = %s, source_updated_at = greatest(visit.source_updated_at, told.source_updated_at)
FROM unnest(%s::uuid[], %s::timestamptz[]) AS told(id, source_updated_at)
WHERE visit.id = told.id AND visit.municipality_id = %s
