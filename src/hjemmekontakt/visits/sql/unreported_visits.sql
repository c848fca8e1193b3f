-- The visits of a municipality's services with the silence alarm on whose time has passed without a word, with what may keep
-- them quiet; locked, and passed over where somebody is reporting one just now. None that rings already, or that a leader
-- has settled. What stands in braces is put in by `queries/silence.py` from its own constants; every value is bound.
SELECT v.id, v.citizen_id, v.unit_id, v.status, v.starts_at, v.ends_at, s.silence_from,
    s.visits_in = 'journal' AS told_by_journal, {called_off} AS called_off, {away} AS away, c.protection <> 'none' AS protected
FROM service s
    JOIN visit v ON v.unit_id = s.unit_id AND v.service_id = s.id AND v.municipality_id = s.municipality_id
    JOIN citizen c ON c.id = v.citizen_id
WHERE s.municipality_id = %(municipality)s AND s.silence_from IS NOT NULL
    AND v.status IN ('planned', 'assigned') AND v.starts_at >= %(since)s AND v.starts_at < %(until)s AND v.ends_at <= %(until)s
    AND NOT EXISTS (SELECT 1 FROM silent_visit q
        WHERE q.visit_id = v.id AND (q.handled_at IS NULL OR q.handled_by_name <> ''))
ORDER BY v.id
FOR UPDATE OF v SKIP LOCKED
