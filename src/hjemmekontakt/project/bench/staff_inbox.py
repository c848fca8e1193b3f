"""`staff_inbox`: an employee opens her unit's inbox for the first time in a quarter of an hour."""

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, employee

# Each request is another employee's, the units in turn: so each shows its list anew, and logs it.
ROWS = """
SELECT e.id AS reader, e.given_name || ' ' || e.family_name AS reader_name, d.role, d.municipality_id AS municipality,
    d.unit_id AS unit, u.name AS unit_name
FROM duty d JOIN employee e ON e.id = d.employee_id JOIN unit u ON u.id = d.unit_id
WHERE EXISTS (SELECT 1 FROM thread t WHERE t.unit_id = d.unit_id)
ORDER BY row_number() OVER (PARTITION BY d.unit_id ORDER BY e.id), d.unit_id
LIMIT 5000
"""

FLOOR = """
WITH shown AS (
    SELECT t.id, t.citizen_id, c.given_name, c.family_name, c.birth_date, t.subject, s.name AS service, t.category, t.state,
        t.assignee_name, t.answer_by, t.last_message_at
    FROM thread t JOIN citizen c ON c.id = t.citizen_id JOIN service s ON s.id = t.service_id
    WHERE t.unit_id = %(unit)s::uuid AND t.answer_by IS NOT NULL
    ORDER BY t.answer_by, t.last_message_at, t.id LIMIT 50
), counted AS (
    SELECT state, count(*) FROM thread WHERE unit_id = %(unit)s::uuid AND answer_by IS NOT NULL GROUP BY state
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    SELECT now(), 'see-inbox', 'done', 'employee', %(reader)s::uuid, %(reader_name)s, %(role)s, %(unit_name)s,
        citizen_id, %(municipality)s::uuid, %(unit)s::uuid, 'unit', %(unit)s::uuid, true
    FROM (SELECT DISTINCT citizen_id FROM shown) AS citizens
)
SELECT json_build_object('rows', (SELECT json_agg(shown) FROM shown),
    'counts', (SELECT json_object_agg(state, count) FROM counted))::text
"""

DONE = "SELECT count(DISTINCT actor_id) FROM access_entry WHERE at > %(since)s AND act = 'see-inbox'"


def ask(row: Row) -> Request:
    """The page «Innboks» of her unit, with its table of those who wait."""
    return Request(f"/ansatt/innboks/{row['unit']}/", 200, "/ansatt/meldinger/", cookie=employee(row["reader"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
