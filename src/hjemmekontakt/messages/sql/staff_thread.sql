-- A thread with its service, its unit and whom it is about, as an employee opens it.
SELECT t.id, t.citizen_id, t.municipality_id, t.unit_id, t.subject, t.category, t.state, t.answer_by, t.last_place,
    t.assignee_id, t.assignee_name, t.case_kind, t.urgent_words, t.one_way, t.with_leader, t.alarm_stage, t.changed_at,
    w.id AS draft_id, w.text AS draft_text, w.form_key AS draft_key, w.saved_at AS draft_saved_at,
    c.given_name || ' ' || c.family_name AS person_name, extract(year FROM c.birth_date)::int AS birth_year,
    s.id AS service_id, s.name AS service_name, s.code, s.messages_from, s.visits_from, s.cancel_from, s.notices_from,
    s.late_cancel_allowed, s.attachments_from, s.categories, s.text_limit, s.answers_in,
    u.name AS unit_name, u.phone, u.her_id, m.name AS municipality_name, d.name AS district_name, u.opens_at,
    u.closes_at, u.kind, u.reads_from, u.reads_until, u.reads_on_saturday, u.signs_with
FROM thread t
JOIN citizen c ON c.id = t.citizen_id
JOIN service s ON s.id = t.service_id
JOIN unit u ON u.id = t.unit_id
JOIN district d ON d.id = u.district_id
JOIN municipality m ON m.id = t.municipality_id
LEFT JOIN draft w ON w.thread_id = t.id AND w.author_id = %(reader)s
WHERE t.id = %(thread)s
