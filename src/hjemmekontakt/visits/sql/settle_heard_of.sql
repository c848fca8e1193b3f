-- Settles silent visits of which something has been heard: reported, moved, called off, or she is away. What stands in
-- braces is put in by `queries/silence.py` from its own constants; every value is bound.
UPDATE silent_visit q SET handled_at = %(now)s, handled_by_name = ''
FROM visit v
WHERE q.municipality_id = %(municipality)s AND q.handled_at IS NULL AND v.id = q.visit_id
    AND (v.status NOT IN ('planned', 'assigned') OR v.ends_at > %(until)s OR {called_off} OR {away})
