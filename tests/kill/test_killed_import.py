"""Kill -9 of the worker in the middle of an import: after the restart each line has had its effect once, and none is lost."""

import json

from hjemmekontakt.fhir.calls import large_jobs
from tests.fhir.test_door import caller, named, said
from tests.kill.conftest import standing_still_at, until, wait_until_gone

SCOPES = frozenset({"system/Appointment.cruds"})
AT_ONCE, LINES = 100, 250


def test_killed_while_it_records_the_second_hundred(programs, world, journal, monkeypatch):
    monkeypatch.setattr(large_jobs, "LINES_AT_ONCE", AT_ONCE)
    epj = caller(journal, SCOPES)
    visits = [named(f"urn:{number}") for number in range(LINES)]
    visits[150]["status"] = "unknown to R4"  # so that the second hundred has something to write down
    body = b"".join(json.dumps(each).encode() + b"\n" for each in visits)
    answer = epj("POST", "$import", body, type="application/fhir+ndjson")
    job = answer["Content-Location"].removeprefix("http://testserver/fhir/")
    with standing_still_at("bulk_file", "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        until(lambda: _visits(world) == LINES - AT_ONCE, what="the others stand, the second hundred is under way")
        programs.kill(worker)
    wait_until_gone(backend, world=world)
    assert _visits(world) == LINES - AT_ONCE

    programs.start_worker()
    until(lambda: epj("GET", job).status_code == 200, what="the import is done")

    manifest = said(epj("GET", job))
    assert manifest["extension"] == {"lines": LINES, "counts": {"created": LINES - 1, "refused": 1}}
    assert _visits(world) == LINES - 1
    assert world.connection.execute("SELECT DISTINCT version FROM visit").fetchall() == [(1,)]


def _visits(world) -> int:
    return int(world.connection.execute("SELECT count(*) FROM visit").fetchone()[0])
