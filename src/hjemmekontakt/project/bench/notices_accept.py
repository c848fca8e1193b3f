"""`notices_accept`: a journal moves a visit of somebody who has chosen to be told, and gets it back when her notice is due.

Due means: what leads to her decision is durable with the change, in the outbox, and nothing can lose it. Whom to tell, and
why, the worker decides from that row; the journal waits for no such thing (decision 49).
"""

import json
from urllib.parse import quote

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, journal
from hjemmekontakt.project.bench.fhir_put import told
from hjemmekontakt.project.bench.seed import NAMED

# The next visit of each, within the seven days of R36, with her number in the seeding. It is moved by three hours: further
# than its window of two, within which another hour is no move, and than the hour from which a move is told of.
ROWS = """
SELECT c.number, c.municipality, c.unit_her_id, v.called,
    to_char(v.starts_at AT TIME ZONE 'UTC' + interval '3 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS start,
    to_char(v.ends_at AT TIME ZONE 'UTC' + interval '3 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "end"
FROM (
    SELECT n AS number, c.id, d.municipality_id AS municipality, u.her_id AS unit_her_id
    FROM generate_series(1, (SELECT count(*) FROM citizen)) AS n JOIN citizen c ON c.id = md5('citizen ' || n)::uuid
        JOIN decision d ON d.citizen_id = c.id JOIN unit u ON u.id = d.unit_id
        JOIN preference p ON p.receiver_id = c.id AND p.about_id = c.id AND p.kind = 'visit-changed' AND p.channel = 'sms'
) AS c, LATERAL (
    SELECT identifier_value AS called, starts_at, ends_at FROM visit
    WHERE citizen_id = c.id AND starts_at > now() + interval '30 hours' AND starts_at < now() + interval '6 days'
        AND status IN ('planned', 'assigned')
    ORDER BY starts_at LIMIT 1
) AS v
ORDER BY md5(c.id::text)
LIMIT 8000
"""

FLOOR = f"""
WITH moved AS (
    UPDATE visit SET starts_at = %(start)s::timestamptz, ends_at = %(end)s::timestamptz, moved_from = starts_at,
        status = 'planned', version = version + 1, digest = sha256(identifier_value::bytea), source_updated_at = now(),
        reported_at = now(), stored_at = now(), change = 'moved', changed_at = now()
    WHERE municipality_id = %(municipality)s::uuid AND identifier_system = '{NAMED}' AND identifier_value = %(called)s
    RETURNING id, version, municipality_id
), told AS (
    INSERT INTO outbox (event, listener, payload, municipality_id, published_at, due_at, attempts, last_error)
    SELECT 'VisitsChanged', 'bench.floor', json_build_object('visit_ids', json_build_array(id)), municipality_id, now(),
        now(), 0, ''
    FROM moved
)
SELECT to_json(moved)::text FROM moved
"""  # noqa: S608 - our own constant

# A visit counts that has another time, was kept as it was before, and waits in the outbox to be told of.
DONE = """
SELECT count(DISTINCT v.id) FROM outbox o, jsonb_array_elements_text(o.payload -> 'visit_ids') AS told
    JOIN visit v ON v.id = told::uuid AND v.moved_from IS NOT NULL JOIN visit_version b ON b.visit_id = v.id
WHERE o.event = 'VisitsChanged' AND o.dead_at IS NULL AND o.published_at > %(since)s AND b.starts_at <> v.starts_at
"""


def ask(row: Row) -> Request:
    """PUT Appointment?identifier=… of a known visit, three hours later; 200, and its new hour in the answer."""
    visit = told({**row, "day": ""}, called=row["called"])
    visit["identifier"][0]["system"] = NAMED
    visit["requestedPeriod"] = [{"start": row["start"], "end": row["end"]}]
    return Request(
        f"/fhir/Appointment?identifier={quote(NAMED + '|' + row['called'])}",
        200,
        '"versionId":"2"',
        token=journal(row["municipality"]),
        resource=json.dumps(visit, ensure_ascii=False).encode(),
    )


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
