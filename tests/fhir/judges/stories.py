"""What the judges judge: a story in which every resource type that the door answers with has something to say."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from hjemmekontakt.fhir import capability, systems
from hjemmekontakt.ground import keys
from hjemmekontakt.messages.actions import write_message
from hjemmekontakt.visits.actions import ask_to_cancel_visit, wish_other_time, withdraw_cancellation
from hjemmekontakt.visits.rules.wishes import Window
from tests.fhir.subscribing import asks
from tests.fhir.test_door import JSON, VISIT, Call, caller, named, said
from tests.fhir.test_plans_at_the_door import MONDAYS_AND_THURSDAYS
from tests.people import NATIONAL_IDS, World, an_id, herself, the_journal
from tests.visits.reports import on
from tests.visits.wishing import open_wishes

OFFERED = tuple(capability.OFFERED)
EVERYTHING = frozenset({*(f"system/{offer.resource}.cruds" for offer in OFFERED), "system/DigitaltAktiv.s"})
URN = "urn:ietf:rfc:3986"
FRIDAY = {"start": "2026-03-06T08:00:00+01:00", "end": "2026-03-06T10:00:00+01:00"}
PERFORMER = {
    "resourceType": "Practitioner",
    "id": "p",
    "name": [{"given": ["Mona"]}],
    "qualification": [{"code": {"text": "Sykepleier"}}],
}
REASON = {"coding": [{"system": systems.CANCELLATION, "code": "APVAI"}]}


def address(value: str) -> str:
    """Where a visit is put by its identifier."""
    return "Appointment?identifier=" + quote(f"{URN}|{value}")


def visits() -> dict[str, dict[str, Any]]:
    """A visit in each status that the journal sends, and a plan, by what is said of it."""
    exact = {"requestedPeriod": None, **FRIDAY}
    flag = {"id": "f", "status": "active", "code": {"coding": [{"system": systems.FLAG, "code": "cancelWithComment"}]}}
    flag["subject"] = VISIT["participant"][0]["actor"]
    attends = {"coding": [{"system": systems.PARTICIPATION, "code": "ATND"}]}
    mona = {"type": [attends], "actor": {"reference": "#p", "type": "Practitioner"}, "status": "accepted"}
    with_mona = {
        "contained": [*VISIT["contained"], PERFORMER, {"resourceType": "Flag", **flag}],
        "participant": [*VISIT["participant"], mona],
        "supportingInformation": [*VISIT["supportingInformation"], {"reference": "#f"}],
    }
    told: dict[str, dict[str, Any]] = {
        "proposed": {},
        "withdrawn": {},
        "wished": {},
        "waitlist": {"status": "waitlist"},
        "booked": {
            "status": "booked",
            **exact,
            **with_mona,
            "patientInstruction": "Ha nøkkelen klar",
            "minutesDuration": 30,
        },
        "fulfilled": {"status": "fulfilled", **exact, **with_mona},
        "cancelled": {"status": "cancelled", "cancelationReason": REASON},
        "noshow": {"status": "noshow", **exact},
        "entered-in-error": {"status": "entered-in-error", **exact, "requestedPeriod": VISIT["requestedPeriod"]},
        "plan": {"extension": MONDAYS_AND_THURSDAYS},
    }
    return {name: named(f"urn:uuid:{name}", **elements) for name, elements in told.items()}


@dataclass(frozen=True)
class Place:
    """Who is helped, and by whom, in one municipality."""

    key: str
    name: str
    service_id: UUID
    unit_her_id: str

    def bodies(self) -> dict[str, dict[str, Any]]:
        """The visits, as this municipality's journal has them."""
        told = json.dumps(visits()).replace(NATIONAL_IDS["astrid"], NATIONAL_IDS[self.key])
        return dict(json.loads(told.replace("8141002", self.unit_her_id)))


def where_siri_is_helped(world: World) -> Place:
    """Fjordby, where Siri has begun to use the service."""
    world.decision("siri", world.fjordby, world.fjordby_unit, world.fjordby_nursing)
    world.activation("siri")
    return Place("siri", "Siri Holm", world.fjordby_nursing, "8142002")


@dataclass
class Story:
    """Tunvik's journal in a town where everything has happened once, and the ids of what cannot be searched for."""

    call: Call
    at: Place
    ids: dict[str, str]
    read_by_id: dict[str, str]

    def tasks(self) -> list[str]:
        """The ids of all that has been asked of the journal."""
        return [entry["resource"]["id"] for entry in said(self.call("GET", "Task"))["entry"]]

    def bodies(self) -> dict[str, list[dict[str, Any]]]:
        """What a journal writes, by resource type: its visits, its answers, and what it says in a dialogue."""
        tasks = [said(self.call("GET", f"Task/{id}")) for id in self.tasks()]
        answers = [{**task, "status": "rejected", "statusReason": {"text": "Medisin"}} for task in tasks]
        reply = {
            "resourceType": "Communication",
            "status": "completed",
            "inResponseTo": [{"reference": f"Communication/{self.read_by_id['Communication']}"}],
            "payload": [{"contentString": "I nøkkelboksen."}],
        }
        return {"Appointment": list(self.at.bodies().values()), "Task": [*tasks, *answers], "Communication": [reply]}

    def bundles(self) -> list[dict[str, Any]]:
        """What each search of the capability table finds, with all its _includes."""
        found = []
        for offer in OFFERED:
            if "search-type" in offer.interactions:
                among = f"patient=Patient/{an_id(self.at.key)}&" if "patient" in offer.searches else ""
                among = among or (f"target=Appointment/{self.ids['proposed']}&" if "target" in offer.searches else "")
                includes = "&".join(f"_include={each}" for each in offer.includes)
                found.append(said(self.call("GET", f"{offer.resource}?{among}_count=200&{includes}")))
        return found

    def resources(self) -> list[dict[str, Any]]:
        """Every resource that the door answers with: found, read, and what it says about itself."""
        found = [entry["resource"] for bundle in self.bundles() for entry in bundle.get("entry", [])]
        found += [said(self.call("GET", f"{kind}/{id}", Accept=JSON)) for kind, id in self.read_by_id.items()]
        found += [said(self.call("GET", "metadata")), said(self.call("GET", "Observation/1"))]
        return found


def tell(world: World, call: Call | None = None, *, at: Place | None = None) -> Story:
    """Let everything happen once: visits in each status, what is asked of them, and a message."""
    call = call or caller(the_journal(world.tunvik), EVERYTHING)
    at = at or Place("astrid", "Astrid Berg", world.nord_nursing, "8141002")
    astrid = herself(at.key, at.name)
    open_wishes(world.connection)
    ids = {}
    for name, visit in at.bodies().items():
        answer = call("PUT", address(f"urn:uuid:{name}"), visit)
        assert answer.status_code == 201, (name, answer.content)
        ids[name] = said(answer)["id"]
    ask_to_cancel_visit(astrid, ids["proposed"], form_key=an_id("cancel"), reason="Jeg er ikke hjemme")
    taken_back = ask_to_cancel_visit(astrid, ids["withdrawn"], form_key=an_id("back"))
    withdraw_cancellation(astrid, taken_back.id)
    wished = wish_other_time(
        astrid, ids["wished"], windows=(Window(on(3, 10), on(3, 12)),), form_key=an_id("wish"), text="Helst tidlig"
    )
    message = write_message(
        astrid, service_id=at.service_id, subject="Nøkkel", text="Hvor er nøkkelen?", form_key=an_id("message")
    )
    assert said(call("GET", f"Task/{wished.id}"))["status"] == "requested"
    subscribed = call("POST", "Subscription", asks(_registered(world, at)))
    assert subscribed.status_code == 201, subscribed.content
    named_by_id = {"Communication": str(message.message_id), "Subscription": said(subscribed)["id"]}
    return Story(call, at, ids, named_by_id)


def _registered(world: World, at: Place) -> str:
    """The address that the operator has registered for the municipality's journal."""
    url = f"https://{at.key}.journal.example.no/topics"
    found = world.connection.execute("SELECT municipality_id FROM service WHERE id = %s", [at.service_id]).fetchone()
    secret = keys.seal("kept-by-both")
    world.insert("journal_hook", id=an_id(url), municipality_id=found[0], url=url, secret_sealed=secret, active=False)
    return url
