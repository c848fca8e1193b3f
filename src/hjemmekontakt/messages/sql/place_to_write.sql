-- A service with its unit and the days that the unit is closed, all of it public; and whether the citizen's own service is
-- in use, and she receives this one today: two answers without content.
SELECT u.id AS unit_id, u.name AS unit_name, u.phone, u.her_id, u.municipality_id, m.name AS municipality_name,
    d.name AS district_name, u.opens_at, u.closes_at, u.kind, u.reads_from, u.reads_until, u.reads_on_saturday, u.signs_with, u.shows_names,
    s.id AS service_id, s.name AS service_name, s.code,
    s.messages_from, s.visits_from, s.cancel_from, s.notices_from, s.late_cancel_allowed, s.attachments_from, s.categories,
    s.text_limit, s.answers_in, s.visits_in, s.silence_from, s.wishes_from,
    ARRAY (SELECT c.day FROM closing_day c WHERE c.municipality_id = u.municipality_id AND c.open_until IS NULL
        AND c.day >= %(today)s AND (c.unit_id IS NULL OR c.unit_id = u.id)) AS closed,
    (SELECT json_object_agg(h.day, h.open_until) FROM (
        SELECT c.day, min(c.open_until) AS open_until FROM closing_day c WHERE c.municipality_id = u.municipality_id
            AND c.open_until IS NOT NULL AND c.day >= %(today)s AND (c.unit_id IS NULL OR c.unit_id = u.id) GROUP BY c.day
    ) h) AS half,
    hk_is_active(%(citizen)s) AS active, hk_has_decision(%(citizen)s, s.id, %(today)s) AS receives
FROM service s
JOIN unit u ON u.id = s.unit_id
JOIN municipality m ON m.id = u.municipality_id
JOIN district d ON d.id = u.district_id
WHERE s.id = coalesce(%(service)s::uuid, (SELECT t.service_id FROM thread t WHERE t.id = %(thread)s::uuid))
