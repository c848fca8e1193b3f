-- Closes what was asked and not answered for visits that no longer come: accepted where the journal called the visit off.
UPDATE cancellation
SET state = CASE told.status WHEN 'cancelled' THEN 'accepted' ELSE 'expired' END,
    answered_at = %s, stored_at = %s, version = version + 1
FROM unnest(%s::uuid[], %s::text[]) AS told(visit_id, status)
WHERE cancellation.visit_id = told.visit_id AND cancellation.municipality_id = %s
    AND cancellation.state IN ('sent', 'received')
RETURNING cancellation.id, cancellation.visit_id, cancellation.citizen_id, cancellation.state
