-- A thread with its service, its unit and whom it is about, as an employee opens it; with the ready answers that fit it.
-- To open it is to mark it: her one mark says how far she has come, and until when she counts as having it open. The
-- messages are read as they were before that mark: what was new to her. The first one of the unit who opens it opens it for
-- all. What stands in braces is put in by `queries/staff_thread.py`.
WITH {parts}, marked AS (
    INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, reader_name, read_at,
        seen_place, here_until)
    SELECT gen_random_uuid(), id, citizen_id, municipality_id, unit_id, %(reader)s::uuid, 'employee', %(name)s,
        %(now)s::timestamptz, last_place, %(here_until)s::timestamptz
    FROM thread WHERE {unlocked} AND id = %(thread)s
    ON CONFLICT (thread_id, reader_id) DO UPDATE SET read_at = excluded.read_at, seen_place = excluded.seen_place,
        reader_name = excluded.reader_name, unit_id = excluded.unit_id, here_until = excluded.here_until
), opened AS (
    UPDATE thread SET state = %(opened)s, changed_at = %(real_now)s
    WHERE {unlocked} AND id = %(thread)s AND state = ANY (%(unopened)s)
)
SELECT t.id, t.citizen_id, t.municipality_id, t.unit_id, t.subject, t.category, t.state, t.answer_by, t.last_place,
    t.assignee_id, t.assignee_name, t.case_kind, t.urgent_words, t.one_way,
    t.letter_id IS NOT NULL AS is_letter, t.with_leader, t.alarm_stage, t.changed_at,
    w.id AS draft_id, w.text AS draft_text, w.form_key AS draft_key, w.saved_at AS draft_saved_at,
    c.given_name, coalesce(nullif(t.language, ''), c.language) AS language,
    c.given_name || ' ' || c.family_name AS person_name, extract(year FROM c.birth_date)::int AS birth_year,
    s.id AS service_id, s.name AS service_name, s.code, s.messages_from, s.visits_from, s.cancel_from, s.notices_from,
    s.late_cancel_allowed, s.attachments_from, s.categories, s.text_limit, s.answers_in,
    s.visits_in, s.silence_from, s.wishes_from,
    u.name AS unit_name, u.phone, u.her_id, m.name AS municipality_name, d.name AS district_name, u.opens_at,
    u.closes_at, u.kind, u.reads_from, u.reads_until, u.reads_on_saturday, u.signs_with, u.shows_names,
    (SELECT json_agg(json_build_array(a.id, a.title, a.text_nb, a.text_nn, a.text_en) ORDER BY a.title, a.id)
        FROM answer_template a
        WHERE a.municipality_id = t.municipality_id AND (a.unit_id = t.unit_id OR a.unit_id IS NULL)
            AND a.put_away_at IS NULL AND a.answerable) AS ready,
    (SELECT json_agg(m)::text FROM ({messages}) m) AS messages, (SELECT json_agg(w)::text FROM ({at_work}) w) AS at_work
FROM thread t
JOIN citizen c ON c.id = t.citizen_id
JOIN service s ON s.id = t.service_id
JOIN unit u ON u.id = t.unit_id
JOIN district d ON d.id = u.district_id
JOIN municipality m ON m.id = t.municipality_id
LEFT JOIN draft w ON w.thread_id = t.id AND w.author_id = %(reader)s
WHERE {unlocked} AND t.id = %(thread)s
