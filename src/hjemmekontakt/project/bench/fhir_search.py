"""`fhir_search`: a journal searches one citizen's visits of some days, and gets twenty."""

from urllib.parse import urlencode

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, journal
from hjemmekontakt.project.bench.fhir_read import VISIT, WITH_ITS_OWN

# Those who have more than twenty visits: from the first of them to just before the twenty-first.
ROWS = """
SELECT v.citizen_id AS citizen, v.municipality_id AS municipality, md5('journal ' || m.number)::uuid AS client,
    to_char(v.times[1] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    to_char(v.times[21] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS until
FROM (
    SELECT citizen_id, municipality_id, array_agg(starts_at ORDER BY starts_at) AS times FROM visit
    WHERE citizen_id IN (SELECT id FROM citizen ORDER BY md5(id::text) LIMIT 8000)
    GROUP BY citizen_id, municipality_id HAVING count(*) > 20
) AS v JOIN municipality m ON m.id = v.municipality_id
WHERE v.times[20] < v.times[21]
ORDER BY md5(v.citizen_id::text)
"""

FLOOR = f"""
WITH found AS (
    SELECT {VISIT}
    FROM {WITH_ITS_OWN}
    WHERE v.citizen_id = %(citizen)s::uuid AND v.municipality_id = %(municipality)s::uuid
        AND v.starts_at >= %(since)s::timestamptz AND v.starts_at < %(until)s::timestamptz
    ORDER BY v.identifier_system, v.identifier_value
    LIMIT 51
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    SELECT now(), 'read-for-journal', 'done', 'machine', %(client)s::uuid, 'Journalen', '', '', %(citizen)s::uuid,
        %(municipality)s::uuid, NULL, 'municipality', %(municipality)s::uuid, true
)
SELECT json_agg(found)::text FROM found
"""  # noqa: S608 - our own constants

DONE = "SELECT count(*) FROM access_entry WHERE act = 'read-for-journal' AND at > %(since)s"


def ask(row: Row) -> Request:
    """GET Appointment?patient=…&date=…: a Bundle of twenty, and no further page."""
    query = urlencode([("patient", row["citizen"]), ("date", f"ge{row['since']}"), ("date", f"lt{row['until']}")])
    return Request(f"/fhir/Appointment?{query}", 200, '"mode":"match"', token=journal(row["municipality"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
