-- One page of a unit's inbox: whom the reader may open and nobody else, in the list's order.
-- {chosen}, {beyond} and {order} are put in by `queries/inbox.py` from its own constants; every value is bound.
WITH page AS (
    SELECT t.id, t.citizen_id, c.given_name, c.family_name, c.birth_date, t.subject, s.name AS service_name, s.answers_in, t.category,
        t.state, t.answer_by, t.last_message_at, coalesce(t.answer_by, '9999-12-31 00:00+00') AS due, t.assignee_id,
        t.assignee_name, t.case_kind, t.urgent_words, t.with_leader, t.citizen_place, t.municipality_id, t.unit_id
    FROM thread t
    JOIN citizen c ON c.id = t.citizen_id AND c.protection = 'none'
    JOIN service s ON s.id = t.service_id
    JOIN unit u ON u.id = t.unit_id
    LEFT JOIN LATERAL (
        SELECT d.zone FROM decision d
        WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id AND d.unit_id = t.unit_id
            AND d.starts_on <= %(today)s AND (d.ends_on IS NULL OR d.ends_on >= %(today)s)
        ORDER BY d.zone DESC LIMIT 1
    ) helped ON true
    WHERE t.municipality_id = %(municipality)s AND t.unit_id = %(unit)s
        AND (helped.zone IS NOT NULL OR (t.case_kind <> '' AND u.kind = 'office'))
        AND t.citizen_id <> ALL (%(family)s::uuid[])
        AND {chosen}
        AND (%(service)s::text IS NULL OR s.code = %(service)s)
        AND (%(category)s::text IS NULL OR t.category = %(category)s)
        AND (%(zone)s::text IS NULL OR coalesce(helped.zone, '') = %(zone)s)
        AND {beyond}
    ORDER BY {order}
    LIMIT %(limit)s
)
SELECT t.id, t.citizen_id, t.given_name || ' ' || t.family_name, extract(year FROM t.birth_date)::int, t.subject,
    t.service_name, t.category, t.state, t.answer_by, t.last_message_at, t.due, t.assignee_id, t.assignee_name,
    t.answers_in = 'journal', t.case_kind, t.urgent_words, t.with_leader, t.citizen_place > coalesce(r.seen_place, 0),
    EXISTS (SELECT 1 FROM attachment a WHERE a.thread_id = t.id AND a.message_id IS NOT NULL),
    coalesce(came.from_name, ''), coalesce(came.by_name, '')
FROM page t
LEFT JOIN reading r ON r.thread_id = t.id AND r.reader_id = %(reader)s
LEFT JOIN LATERAL (
    SELECT f.name AS from_name, h.by_name FROM handling h JOIN unit f ON f.id = h.unit_id
    WHERE h.thread_id = t.id AND h.what = 'transferred' AND h.to_unit_id = t.unit_id AND h.unit_id <> t.unit_id
    ORDER BY h.id DESC LIMIT 1
) came ON true
ORDER BY {order}
