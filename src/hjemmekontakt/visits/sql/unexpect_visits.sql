-- Takes away what is no longer expected; where she had asked to have it called off, that is what has happened.
UPDATE visit
SET status = CASE WHEN asked.is_asked THEN 'cancelled' ELSE 'gone' END,
    cancelled_by = CASE WHEN asked.is_asked THEN 'recipient' ELSE '' END,
    version = version + 1, reported_at = %s, stored_at = %s, told_by_id = %s::uuid, told_by_name = %s
FROM (
    SELECT v.id, EXISTS (SELECT 1 FROM cancellation x WHERE x.visit_id = v.id
        AND x.state IN ('sent', 'received', 'accepted')) AS is_asked
    FROM visit v
    WHERE v.municipality_id = %s AND v.series = ANY (%s) AND v.series <> '' AND v.identifier_system = %s
        AND v.status = 'expected' AND v.starts_at > %s AND v.identifier_value <> ALL (%s)
) asked
WHERE visit.id = asked.id
RETURNING visit.id, visit.status
