"""`message_search`: an employee searches her unit's messages of the last twelve months."""

from hjemmekontakt.project.bench import texts
from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, employee

ROWS = """
WITH searched AS (SELECT string_to_array('<words>', ' ') AS words)
SELECT e.id AS reader, e.given_name || ' ' || e.family_name AS reader_name, d.role, d.municipality_id AS municipality,
    d.unit_id AS unit, u.name AS unit_name,
    words[1 + row_number() OVER (ORDER BY md5(e.id::text)) % cardinality(words)] AS words
FROM duty d JOIN employee e ON e.id = d.employee_id JOIN unit u ON u.id = d.unit_id, searched
WHERE EXISTS (SELECT 1 FROM thread t WHERE t.unit_id = d.unit_id)
ORDER BY md5(e.id::text)
LIMIT 5000
""".replace("<words>", " ".join(texts.searched_for()))

FLOOR = """
WITH found AS (
    SELECT t.id, t.subject, t.last_message_at, c.given_name, c.family_name
    FROM thread t JOIN citizen c ON c.id = t.citizen_id
    WHERE t.unit_id = %(unit)s::uuid AND t.last_message_at > now() - interval '12 months' AND EXISTS (
        SELECT 1 FROM message m WHERE m.thread_id = t.id
            AND m.search @@ websearch_to_tsquery('norwegian', %(words)s))
    ORDER BY t.last_message_at DESC, t.id DESC LIMIT 20
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    VALUES (now(), 'search-messages', 'done', 'employee', %(reader)s::uuid, %(reader_name)s, %(role)s, %(unit_name)s,
        NULL, %(municipality)s::uuid, %(unit)s::uuid, 'unit', %(unit)s::uuid, true)
)
SELECT coalesce(json_agg(found), '[]')::text FROM found
"""

DONE = "SELECT count(*) FROM access_entry WHERE at > %(since)s AND act = 'search-messages'"


def ask(row: Row) -> Request:
    """The search page's form, sent: the words stand in the body, never in an address."""
    return Request("/ansatt/sok/", 200, "/ansatt/meldinger/", form={"q": row["words"]}, cookie=employee(row["reader"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
