-- Rings for silent visits, each once; one of which something was heard and that has fallen silent again rings anew.
INSERT INTO silent_visit (visit_id, citizen_id, municipality_id, unit_id, raised_at, handled_by_name)
SELECT visit_id, citizen_id, %(municipality)s, unit_id, %(now)s, ''
FROM unnest(%(visits)s::uuid[], %(citizens)s::uuid[], %(units)s::uuid[]) AS silent(visit_id, citizen_id, unit_id)
ON CONFLICT (visit_id) DO UPDATE SET raised_at = excluded.raised_at, handled_at = NULL
    WHERE silent_visit.handled_at IS NOT NULL AND silent_visit.handled_by_name = ''
RETURNING visit_id
