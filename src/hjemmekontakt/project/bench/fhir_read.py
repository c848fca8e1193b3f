"""`fhir_read`: a journal reads back one visit of its own by id."""

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, journal

# One visit each of people from all units; where few are visited, a second of each, a third and so on.
ROWS = """
SELECT v.id AS visit, v.municipality_id AS municipality, v.identifier_value AS called,
    md5('journal ' || m.number)::uuid AS client, v.citizen_id AS citizen
FROM (
    SELECT id, municipality_id, identifier_value, citizen_id,
        row_number() OVER (PARTITION BY citizen_id ORDER BY md5(id::text)) AS turn
    FROM visit WHERE citizen_id IN (SELECT id FROM citizen ORDER BY md5(id::text) LIMIT 8000)
) AS v JOIN municipality m ON m.id = v.municipality_id
WHERE v.turn <= 30
ORDER BY v.turn, md5(v.id::text)
LIMIT 8000
"""

VISIT = """v.id, v.version, v.stored_at, v.identifier_system, v.identifier_value, v.status, v.starts_at, v.ends_at,
        v.is_window, v.minutes, v.title, v.instruction, v.performer_name, v.performer_role, v.place, v.cancellable,
        v.cancelled_by, v.not_performed_reason, v.series, v.series_day, u.her_id AS unit, m.her_id AS municipality,
        s.code AS service, encode(c.national_id_sealed, 'base64') AS number"""
WITH_ITS_OWN = """visit v JOIN unit u ON u.id = v.unit_id JOIN municipality m ON m.id = v.municipality_id
        JOIN service s ON s.id = v.service_id JOIN citizen c ON c.id = v.citizen_id"""

FLOOR = f"""
WITH found AS (
    SELECT {VISIT}
    FROM {WITH_ITS_OWN}
    WHERE v.id = %(visit)s::uuid
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    SELECT now(), 'read-for-journal', 'done', 'machine', %(client)s::uuid, 'Journalen', '', '', %(citizen)s::uuid,
        %(municipality)s::uuid, NULL, 'visit', %(visit)s::uuid, false
)
SELECT to_json(found)::text FROM found
"""  # noqa: S608 - our own constants

DONE = "SELECT count(*) FROM access_entry WHERE act = 'read-for-journal' AND at > %(since)s"


def ask(row: Row) -> Request:
    """GET Appointment/<id>; the journal's own name for the visit stands in it."""
    called = f'"value":"{row["called"]}"'
    return Request(f"/fhir/Appointment/{row['visit']}", 200, called, token=journal(row["municipality"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
