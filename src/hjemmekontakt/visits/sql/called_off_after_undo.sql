-- The latest requests that were taken back for visits which the journal now reports as called off by the recipient.
SELECT cancellation.id FROM cancellation
WHERE cancellation.municipality_id = %s AND cancellation.visit_id = ANY(%s::uuid[])
    AND cancellation.state = 'withdrawn' AND cancellation.answered_too_late <> 'accepted'
    AND NOT EXISTS (
        SELECT FROM cancellation later WHERE later.visit_id = cancellation.visit_id
            AND (later.asked_at, later.stored_at, later.id)
                > (cancellation.asked_at, cancellation.stored_at, cancellation.id))
ORDER BY cancellation.id
FOR UPDATE
