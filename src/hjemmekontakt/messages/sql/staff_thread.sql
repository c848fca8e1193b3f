-- A thread and whom it is about, as an employee opens it; with the ready answers that fit it, and the edition in which its
-- service and unit are remembered.
-- To open it is to mark it: her one mark says how far she has come, and until when she counts as having it open. Who has read
-- what is read as it was before that mark: what was new to her. The first one of the unit who opens it opens it for all.
-- What stands in braces is put in by `queries/staff_thread.py`.
WITH {parts}, t AS MATERIALIZED (
    SELECT id, citizen_id, municipality_id, unit_id, service_id, subject, category, state, answer_by, last_place, assignee_id,
        assignee_name, case_kind, urgent_words, one_way, letter_id, with_leader, alarm_stage, changed_at, language
    FROM thread WHERE {unlocked} AND id = %(thread)s
), marked AS (
    INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, reader_name, read_at,
        seen_place, here_until)
    SELECT gen_random_uuid(), id, citizen_id, municipality_id, unit_id, %(reader)s::uuid, 'employee', %(name)s,
        %(now)s::timestamptz, last_place, %(here_until)s::timestamptz
    FROM t
    ON CONFLICT (thread_id, reader_id) DO UPDATE SET read_at = excluded.read_at, seen_place = excluded.seen_place,
        reader_name = excluded.reader_name, unit_id = excluded.unit_id, here_until = excluded.here_until
), opened AS (
    UPDATE thread SET state = %(opened)s, changed_at = %(real_now)s
    FROM t WHERE thread.id = t.id AND t.state = ANY (%(unopened)s)
)
SELECT t.id, t.citizen_id, t.municipality_id, t.unit_id, t.subject, t.category, t.state, t.answer_by, t.assignee_id,
    t.assignee_name, t.case_kind, t.urgent_words, t.one_way, t.letter_id IS NOT NULL AS is_letter, t.with_leader,
    t.alarm_stage, t.changed_at,
    w.id AS draft_id, w.text AS draft_text, w.form_key AS draft_key, w.saved_at AS draft_saved_at,
    c.given_name, coalesce(nullif(t.language, ''), c.language) AS language, c.protection,
    c.given_name || ' ' || c.family_name AS person_name, extract(year FROM c.birth_date)::int AS birth_year,
    t.service_id, (SELECT e.edition FROM organisation_edition e WHERE e.municipality_id = t.municipality_id) AS edition,
    (SELECT json_agg(json_build_array(a.title, a.id, a.text_nb, a.text_nn, a.text_en))::text
        FROM answer_template a
        WHERE a.municipality_id = t.municipality_id AND (a.unit_id = t.unit_id OR a.unit_id IS NULL)
            AND a.put_away_at IS NULL AND a.answerable) AS ready,
    said.messages, said.readings, said.files, done.notes, done.handlings
FROM t
JOIN citizen c ON c.id = t.citizen_id
CROSS JOIN ({messages}) said
CROSS JOIN ({at_work}) done
LEFT JOIN draft w ON w.thread_id = t.id AND w.author_id = %(reader)s
WHERE {unlocked}
