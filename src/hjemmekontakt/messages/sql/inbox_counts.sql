-- How many wait in a unit's inbox, by queue, and what the reader may not open is not counted; reads what waits, never history.
SELECT s.code, s.name, t.category, coalesce(helped.zone, ''),
    count(*) FILTER (WHERE t.answer_by IS NOT NULL AND t.state IN ('sent', 'failed', 'received')),
    count(*) FILTER (WHERE t.answer_by IS NOT NULL AND t.assignee_id = %(reader)s),
    count(*) FILTER (WHERE t.answer_by IS NOT NULL),
    count(*) FILTER (WHERE t.with_leader),
    count(*) FILTER (WHERE t.state = 'as-case')
FROM (
    SELECT * FROM thread WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s AND answer_by IS NOT NULL
    UNION ALL
    SELECT * FROM thread
    WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s AND state = 'as-case' AND answer_by IS NULL
) t
JOIN citizen c ON c.id = t.citizen_id AND c.protection = 'none'
JOIN service s ON s.id = t.service_id
JOIN unit u ON u.id = t.unit_id
LEFT JOIN LATERAL (
    SELECT d.zone FROM decision d
    WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id AND d.unit_id = t.unit_id
        AND d.starts_on <= %(today)s AND (d.ends_on IS NULL OR d.ends_on >= %(today)s)
    ORDER BY d.zone DESC LIMIT 1
) helped ON true
WHERE (helped.zone IS NOT NULL OR (t.case_kind <> '' AND u.kind = 'office'))
    AND t.citizen_id <> ALL (%(family)s::uuid[])
GROUP BY 1, 2, 3, 4
