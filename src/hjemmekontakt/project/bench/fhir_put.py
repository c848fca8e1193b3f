"""`fhir_put`: a journal tells of a visit that is new, by its own identifier, and gets the resource back."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from hjemmekontakt.fhir import systems
from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, journal
from hjemmekontakt.project.bench.numbers import national_id
from hjemmekontakt.project.bench.seed import PUT_IN

# Citizens from all units with their number in the seeding, by which their national id is made.
ROWS = """
SELECT n AS number, c.id AS citizen, d.municipality_id AS municipality, d.unit_id AS unit, d.service_id AS service,
    u.her_id AS unit_her_id, to_char(now() + interval '3 days', 'YYYY-MM-DD') AS day, gen_random_uuid()::text AS called
FROM generate_series(1, (SELECT count(*) FROM citizen)) AS n JOIN citizen c ON c.id = md5('citizen ' || n)::uuid
    JOIN decision d ON d.citizen_id = c.id JOIN unit u ON u.id = d.unit_id
ORDER BY md5(c.id::text)
LIMIT 5000
"""

FLOOR = f"""
WITH told AS (
    INSERT INTO visit (id, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status,
        starts_at, ends_at, is_window, minutes, title, instruction, performer_name, performer_role, place, cancellable,
        cancelled_by, not_performed_reason, source_updated_at, version, digest, reported_at, stored_at, series, change,
        changed_at, series_rhythm)
    VALUES (gen_random_uuid(), %(citizen)s::uuid, %(municipality)s::uuid, %(unit)s::uuid, %(service)s::uuid, '{PUT_IN}',
        gen_random_uuid()::text, 'planned', %(day)s::date + interval '8 hours', %(day)s::date + interval '10 hours', true,
        20, 'Hjelp med morgenstell', '', '', '', 'home', true, '', '', now(), 1, sha256(%(called)s::bytea), now(), now(),
        '', 'new', now(), '')
    RETURNING id, version
)
SELECT to_json(told)::text FROM told
"""  # noqa: S608 - our own constant

DONE = f"SELECT count(*) FROM visit WHERE identifier_system = '{PUT_IN}' AND stored_at > %(since)s"  # noqa: S608


def told(row: Row, *, called: str) -> dict[str, Any]:
    """A visit as a journal tells of it: a morning's help between eight and ten."""
    patient = {"type": "Patient", "identifier": {"system": systems.FNR, "value": national_id(int(row["number"]))}}
    return {
        "resourceType": "Appointment",
        "contained": [
            {
                "resourceType": "Organization",
                "id": "u",
                "identifier": [{"system": systems.HER_ID, "value": row["unit_her_id"]}],
            },
            {"resourceType": "Location", "id": "h", "type": [_concept(systems.PLACE, "PTRES")]},
        ],
        "identifier": [{"system": PUT_IN, "value": called, "assigner": {"reference": "#u"}}],
        "status": "proposed",
        "serviceCategory": [_concept(systems.SERVICE_CATEGORY, systems.HOME_SERVICES)],
        "appointmentType": _concept(systems.APPOINTMENT_TYPE, systems.HOME_VISIT),
        "description": "Hjelp med morgenstell",
        "minutesDuration": 20,
        "supportingInformation": [{"reference": "#u"}],
        "participant": [
            {"actor": patient, "status": "accepted"},
            {"actor": {"reference": "#h", "type": "Location"}, "status": "accepted"},
        ],
        "requestedPeriod": [{"start": f"{row['day']}T08:00:00+01:00", "end": f"{row['day']}T10:00:00+01:00"}],
    }


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def ask(row: Row) -> Request:
    """PUT Appointment?identifier=…; 201, and the visit in the answer."""
    called = str(uuid4())
    return Request(
        f"/fhir/Appointment?identifier={quote(f'{PUT_IN}|{called}')}",
        201,
        f'"value":"{called}"',
        token=journal(row["municipality"]),
        resource=json.dumps(told(row, called=called), ensure_ascii=False).encode(),
    )


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
