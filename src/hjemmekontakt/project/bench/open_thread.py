"""`open_thread`: an employee opens a dialogue that she has not opened before."""

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, employee

# Dialogues from the whole year, of all units in turn, each with another employee of its unit. Those that nobody has
# opened yet are left out: opening one changes its state, and the next slice would not meet the same town.
ROWS = """
WITH dialogue AS (
    SELECT id, citizen_id, unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY md5(id::text)) AS place
    FROM thread WHERE state IN ('opened', 'answered')
), colleague AS (
    SELECT e.id, e.given_name || ' ' || e.family_name AS name, d.role, d.unit_id, d.municipality_id, u.name AS unit_name,
        row_number() OVER (PARTITION BY d.unit_id ORDER BY e.id) AS place
    FROM duty d JOIN employee e ON e.id = d.employee_id JOIN unit u ON u.id = d.unit_id
)
SELECT d.id AS thread, d.citizen_id AS citizen, c.id AS reader, c.name AS reader_name, c.role, c.unit_id AS unit, c.unit_name,
    c.municipality_id AS municipality
FROM dialogue d JOIN colleague c USING (unit_id, place)
WHERE NOT EXISTS (SELECT 1 FROM reading r WHERE r.thread_id = d.id AND r.reader_id = c.id)
ORDER BY place, unit_id
LIMIT 5000
"""

FLOOR = """
WITH thread AS (
    SELECT t.id, t.citizen_id, t.subject, t.state, t.answer_by, c.given_name, c.family_name, c.birth_date, s.name AS service
    FROM thread t JOIN citizen c ON c.id = t.citizen_id JOIN service s ON s.id = t.service_id
    WHERE t.id = %(thread)s::uuid
), messages AS (
    SELECT id, place, sender, author_name, author_role, text, sent_at, answer_by, answered_at
    FROM message WHERE thread_id = %(thread)s::uuid ORDER BY place
), readings AS (
    SELECT reader_kind, read_at, seen_place FROM reading WHERE thread_id = %(thread)s::uuid
), marked AS (
    INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, read_at, seen_place)
    VALUES (gen_random_uuid(), %(thread)s::uuid, %(citizen)s::uuid, %(municipality)s::uuid, %(unit)s::uuid,
        %(reader)s::uuid, 'employee', now(), (SELECT max(place) FROM messages))
    ON CONFLICT (thread_id, reader_id) DO UPDATE SET read_at = excluded.read_at, seen_place = excluded.seen_place
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    VALUES (now(), 'read-thread-as-staff', 'done', 'employee', %(reader)s::uuid, %(reader_name)s, %(role)s, %(unit_name)s,
        %(citizen)s::uuid, %(municipality)s::uuid, %(unit)s::uuid, 'thread', %(thread)s::uuid, false)
)
SELECT json_build_object('thread', (SELECT row_to_json(thread) FROM thread),
    'messages', (SELECT json_agg(messages) FROM messages), 'readings', (SELECT json_agg(readings) FROM readings))::text
"""

DONE = "SELECT count(*) FROM reading WHERE read_at > %(since)s"


def ask(row: Row) -> Request:
    """The page of the dialogue, with the form to answer it."""
    path = f"/ansatt/meldinger/{row['thread']}/"
    return Request(path, 200, f'action="{path}svar/"', cookie=employee(row["reader"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
