-- Threads of a unit that the reader may open, and nobody else's, from all of them or from a part; letters stand on a page of
-- their own (R28).
SELECT t.id, t.citizen_id, c.given_name, c.family_name, c.birth_date, t.subject, s.code AS service, s.name AS service_name,
    s.answers_in, t.category, coalesce(helped.zone, '') AS zone, t.state, t.answer_by, t.last_message_at,
    coalesce(t.answer_by, '9999-12-31 00:00+00') AS due, t.assignee_id, t.assignee_name, t.case_kind, t.one_way,
    t.urgent_words, t.with_leader, t.citizen_place, t.unit_id, t.alarm_stage
FROM {source} t
JOIN citizen c ON c.id = t.citizen_id AND c.protection = 'none'
JOIN service s ON s.id = t.service_id
JOIN unit u ON u.id = t.unit_id
LEFT JOIN LATERAL (
    SELECT d.zone FROM decision d
    WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id AND d.unit_id = t.unit_id
        AND d.starts_on <= %(today)s AND (d.ends_on IS NULL OR d.ends_on >= %(today)s)
    ORDER BY d.zone DESC LIMIT 1
) helped ON true
WHERE {unlocked} AND t.municipality_id = %(municipality)s AND t.unit_id = %(unit)s
    AND (helped.zone IS NOT NULL OR (t.case_kind <> '' AND u.kind = 'office'))
    AND t.letter_id IS NULL
    AND t.citizen_id <> ALL (%(family)s::uuid[])
