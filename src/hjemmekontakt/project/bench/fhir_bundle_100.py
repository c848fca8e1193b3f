"""`fhir_bundle_100`: a journal tells of a hundred new visits of a hundred people in one transaction."""

import json
from urllib.parse import quote
from uuid import uuid4

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, journal
from hjemmekontakt.project.bench.fhir_put import told
from hjemmekontakt.project.bench.seed import PUT_IN

# A hundred citizens for each bundle, in no order of theirs; what is many stands in one text, with commas between.
ROWS = """
SELECT municipality, to_char(now() + interval '3 days', 'YYYY-MM-DD') AS day, string_agg(n::text, ',') AS numbers,
    string_agg(citizen::text, ',') AS citizens, string_agg(unit::text, ',') AS units,
    string_agg(service::text, ',') AS services, string_agg(her_id, ',') AS her_ids
FROM (
    SELECT n, c.id AS citizen, d.municipality_id AS municipality, d.unit_id AS unit, d.service_id AS service, u.her_id,
        (row_number() OVER (PARTITION BY d.municipality_id ORDER BY md5(c.id::text)) - 1) / 100 AS bundle
    FROM generate_series(1, (SELECT count(*) FROM citizen)) AS n JOIN citizen c ON c.id = md5('citizen ' || n)::uuid
        JOIN decision d ON d.citizen_id = c.id JOIN unit u ON u.id = d.unit_id
) AS told
GROUP BY municipality, bundle HAVING count(*) = 100
ORDER BY md5(bundle::text)
"""

FLOOR = f"""
WITH put AS (
    INSERT INTO visit (id, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status,
        starts_at, ends_at, is_window, minutes, title, instruction, performer_name, performer_role, place, cancellable,
        cancelled_by, not_performed_reason, source_updated_at, version, digest, reported_at, stored_at, series, change,
        changed_at, series_rhythm)
    SELECT gen_random_uuid(), citizen::uuid, %(municipality)s::uuid, unit::uuid, service::uuid, '{PUT_IN}',
        gen_random_uuid()::text, 'planned', %(day)s::date + interval '8 hours', %(day)s::date + interval '10 hours', true,
        20, 'Hjelp med morgenstell', '', '', '', 'home', true, '', '', now(), 1, sha256(citizen::bytea), now(), now(),
        '', 'new', now(), ''
    FROM unnest(string_to_array(%(citizens)s, ','), string_to_array(%(units)s, ','), string_to_array(%(services)s, ','))
        AS told(citizen, unit, service)
    RETURNING id, version
)
SELECT json_agg(put)::text FROM put
"""  # noqa: S608 - our own constant

DONE = f"SELECT count(*) / 100 FROM visit WHERE identifier_system = '{PUT_IN}' AND stored_at > %(since)s"  # noqa: S608


def ask(row: Row) -> Request:
    """POST of a Bundle, a transaction; each of its hundred entries is answered by 201."""
    entries = []
    for number, her_id in zip(row["numbers"].split(","), row["her_ids"].split(","), strict=True):
        called = str(uuid4())
        visit = told({"number": number, "unit_her_id": her_id, "day": row["day"]}, called=called)
        url = f"Appointment?identifier={quote(f'{PUT_IN}|{called}')}"
        entries.append({"resource": visit, "request": {"method": "PUT", "url": url}})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    content = json.dumps(bundle, ensure_ascii=False).encode()
    token = journal(row["municipality"])
    return Request("/fhir/", 200, '"status":"201', token=token, resource=content, method="POST")


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
