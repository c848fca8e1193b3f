-- A service with its unit, the days that the unit is closed, and the edition of the organisation in which all this stands, all
-- of it public: as JSON, whose names are those of `PlaceToWrite`. And whether the citizen's own service is in use: an answer
-- without content.
SELECT json_build_object(
    'service', json_build_object('id', s.id, 'name', s.name, 'code', s.code, 'messages_from', s.messages_from,
        'visits_from', s.visits_from, 'cancel_from', s.cancel_from, 'notices_from', s.notices_from,
        'late_cancel_allowed', s.late_cancel_allowed, 'attachments_from', s.attachments_from, 'categories', s.categories,
        'text_limit', s.text_limit, 'answers_in', s.answers_in, 'visits_in', s.visits_in, 'silence_from', s.silence_from,
        'wishes_from', s.wishes_from,
        'unit', json_build_object('id', u.id, 'name', u.name, 'phone', u.phone, 'her_id', u.her_id,
            'municipality_id', u.municipality_id, 'municipality_name', m.name, 'district_name', d.name,
            'opens_at', u.opens_at, 'closes_at', u.closes_at, 'kind', u.kind, 'reads_from', u.reads_from,
            'reads_until', u.reads_until, 'reads_on_saturday', u.reads_on_saturday, 'signs_with', u.signs_with,
            'shows_names', u.shows_names)),
    'closed', ARRAY (SELECT c.day FROM closing_day c WHERE c.municipality_id = u.municipality_id AND c.open_until IS NULL
        AND (c.unit_id IS NULL OR c.unit_id = u.id)),
    'half', (SELECT json_object_agg(h.day, h.open_until) FROM (
        SELECT c.day, min(c.open_until) AS open_until FROM closing_day c WHERE c.municipality_id = u.municipality_id
            AND c.open_until IS NOT NULL AND (c.unit_id IS NULL OR c.unit_id = u.id) GROUP BY c.day
    ) h),
    'edition', (SELECT e.edition FROM organisation_edition e WHERE e.municipality_id = u.municipality_id))::text,
    hk_is_active(%(citizen)s::uuid)
FROM service s
JOIN unit u ON u.id = s.unit_id
JOIN municipality m ON m.id = u.municipality_id
JOIN district d ON d.id = u.district_id
WHERE s.id = coalesce(%(service)s::uuid, (SELECT t.service_id FROM thread t WHERE t.id = %(thread)s::uuid))
