-- What had called a visit off no longer stands when the journal puts the visit back into its plan; what waited is settled.
UPDATE cancellation
SET state = 'withdrawn', withdrawn_at = coalesce(withdrawn_at, %s),
    withdrawn_by_name = CASE WHEN state = 'accepted' THEN needed_by_name ELSE withdrawn_by_name END,
    handled_at = CASE WHEN needed_at IS NULL THEN handled_at ELSE coalesce(handled_at, %s) END,
    answered_too_late = '', stored_at = %s, version = version + 1
WHERE municipality_id = %s AND visit_id = ANY(%s::uuid[])
    AND (state = 'accepted' OR (state = 'withdrawn' AND answered_too_late = 'accepted'))
