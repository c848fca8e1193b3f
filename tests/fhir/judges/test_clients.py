"""Three FHIR clients that others have written drive the door: a token, read, search, put, and the answer to a Task."""

import asyncio
from typing import Any

import fhirpy
import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.appointment import Appointment
from fhirclient.models.patient import Patient
from fhirclient.models.task import Task
from fhirclient.server import FHIRNotFoundException
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from hjemmekontakt.visits.actions import ask_to_cancel_visit
from tests.fhir.judges.journal import Journal
from tests.fhir.judges.stories import URN, address
from tests.fhir.judges.test_validators import by_node
from tests.fhir.test_door import caller, named
from tests.people import NATIONAL_IDS, an_id, the_journal

VISIT = "urn:uuid:1"


@pytest.fixture
def states(database):
    """How far each cancellation has come."""
    return lambda: [state for (state,) in database.execute("SELECT state FROM cancellation").fetchall()]


def test_fhirpy_sends_a_visit_finds_it_and_answers_what_was_asked(tunviks, astrid, states) -> None:
    client = fhirpy.SyncFHIRClient(tunviks.base, authorization=f"Bearer {tunviks.token()}")
    new = client.resource("Appointment", **named(VISIT))
    of_ours = client.resources("Appointment").search(identifier=f"{URN}|{VISIT}")
    visit, was_created = of_ours.update(new)
    assert (was_created, visit["status"]) == (True, "proposed")
    assert of_ours.update(new)[1] is False
    assert of_ours.get()["id"] == visit["id"]
    read = client.reference("Appointment", visit["id"]).to_resource()
    assert read.get_by_path(["participant", 0, "actor", "identifier", "value"]) == NATIONAL_IDS["astrid"]
    ask_to_cancel_visit(astrid, visit["id"], form_key=an_id("form"))
    [task] = client.resources("Task").search(status="requested").fetch_all()
    task["status"] = "accepted"
    task.save()
    assert states() == ["accepted"]
    assert len(client.resources("Organization").limit(2).fetch_all()) == 5  # three pages
    assert (client.resources("Organization").count(), of_ours.count()) == (5, 1)
    assert client.resources("Appointment").search(status="booked").count() == 0
    with pytest.raises(ResourceNotFound):
        client.reference("Patient", str(an_id("einar"))).to_resource()
    with pytest.raises(OperationOutcome, match="colour"):
        of_ours.update(client.resource("Appointment", **named(VISIT, colour="green")))


def test_fhirpy_asks_much_at_once(tunviks) -> None:
    async def ask() -> list[list[Any]]:
        client = fhirpy.AsyncFHIRClient(tunviks.base, authorization=f"Bearer {tunviks.token()}")
        kinds = ("Organization", "HealthcareService", "Practitioner", "Patient", "CareTeam")
        return await asyncio.gather(*(client.resources(kind).fetch_all() for kind in kinds))

    assert [len(found) for found in asyncio.run(ask())] == [5, 3, 3, 1, 1]


def test_fhirclient_gets_its_own_token_and_answers_what_was_asked(world, tunviks, astrid, states) -> None:
    call = caller(the_journal(world.tunvik), frozenset({"system/Appointment.u"}))
    assert call("PUT", address(VISIT), named(VISIT)).status_code == 201
    smart = FHIRClient(settings_of(tunviks))
    smart.wants_patient = False  # else it asks for a scope of the SMART app launch, which no machine has
    assert smart.prepare() is False
    smart.authorize()
    assert smart.ready
    [visit] = Appointment.where({"identifier": f"{URN}|{VISIT}"}).perform_resources_iter(smart.server)
    assert (visit.status, visit.requestedPeriod[0].start.isostring) == ("proposed", "2026-03-06T07:00:00+00:00")
    ask_to_cancel_visit(astrid, visit.id, form_key=an_id("form"))
    [task] = Task.where({"status": "requested"}).perform_resources_iter(smart.server)
    task.status = "received"
    task.update(smart.server)
    assert states() == ["received"]
    patient = Patient.read(str(an_id("astrid")), smart.server)
    assert patient.name[0].family == "Berg"
    with pytest.raises(FHIRNotFoundException):
        Patient.read(str(an_id("siri")), smart.server)


def settings_of(journal: Journal) -> dict[str, str]:
    """What fhirclient is told: where the door is, who it is, and its signed assertion."""
    scope = "system/Appointment.rs system/Task.rus system/Patient.rs"
    return {"app_id": journal.client_id, "api_base": journal.base, "jwt_token": journal.assertion(), "scope": scope}


def test_fhir_kit_client_finds_the_token_endpoint_sends_a_visit_and_answers(tunviks, astrid, states) -> None:
    given = {"base": tunviks.base, "application": tunviks.application(), "visit": named(VISIT), "what": "send"}
    sent = by_node("kit_client.mjs", given)
    assert (sent["tokenUrl"], sent["offersSearch"], sent["status"]) == (tunviks.token_endpoint, True, "proposed")
    assert (sent["found"], sent["pages"]) == ([sent["id"]], 3)
    assert sent["byPost"] == [sent["id"]]
    assert sent["wrong"] == 400
    ask_to_cancel_visit(astrid, sent["id"], form_key=an_id("form"))
    answered = by_node("kit_client.mjs", {**given, "application": tunviks.application(), "what": "answer"})
    assert answered == {"tasks": 1, "status": "rejected", "reason": "Medisin", "version": 'W/"2"'}
    assert states() == ["declined"]
