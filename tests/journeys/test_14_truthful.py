"""Astrid's visits, truthfully: expected by her decision, changed since she looked last, and old when the journal is away."""

import re
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest

from hjemmekontakt.demo.epj.config import Config, Unit
from hjemmekontakt.demo.epj.portal import Portal
from hjemmekontakt.demo.epj.shapes import VISIT_SYSTEM
from hjemmekontakt.fhir import systems
from hjemmekontakt.ground.workdays import OSLO
from tests.fhir.test_door import changed

AWAY = "Vi får ikke kontakt med kommunens system akkurat nå."


@pytest.fixture
def tell(own_demo):
    """Tell the portal of an Appointment, as the municipality's journal does."""
    fhir = own_demo.told["fhir"]
    nord = Unit("Nord", own_demo.told["units"]["nord"]["her_id"])
    me = Config(
        0, fhir["base"], fhir["token_endpoint"], fhir["client_id"], fhir["private_jwk"], fhir["scope"], "", "", {}, {}
    )
    portal = Portal(me, stopping=Event())

    def put(name: str, **elements: Any) -> None:
        patient = {"system": systems.FNR, "value": own_demo.told["persons"]["astrid"]["national_id"]}
        told = changed(
            identifier=[{"system": VISIT_SYSTEM, "value": name}],
            participant=[{"actor": {"type": "Patient", "identifier": patient}, "status": "accepted"}],
            meta=None,
            **elements,
        )
        told["contained"][0]["identifier"][0]["value"] = nord.her_id
        answer = portal.put("Appointment", told, identifier=f"{VISIT_SYSTEM}|{name}")
        assert answer.is_success, answer.text

    yield put
    portal.close()


def every_other_week(first: datetime) -> dict[str, Any]:
    """Care of the feet on this weekday every other week, between three and five."""
    name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[first.weekday()]
    kind = {"coding": [{"system": systems.UNITS_OF_MEASURE, "code": "wk"}]}
    weeks = [{"url": name, "valueBoolean": True}, {"url": "weekInterval", "valuePositiveInt": 2}]
    parts = [{"url": "recurrenceType", "valueCodeableConcept": kind}, {"url": "weeklyTemplate", "extension": weeks}]
    period = {"start": first.isoformat(), "end": (first + timedelta(hours=2)).isoformat()}
    return {
        "extension": [{"url": systems.RECURRENCE, "extension": parts}],
        "requestedPeriod": [period],
        "description": "Fotpleie",
    }


def test_what_is_expected_what_has_changed_and_what_is_old(own_demo, at_a_browser, tell):
    astrid = at_a_browser(own_demo, "Astrid Berg")
    tomorrow = (own_demo.now() + timedelta(days=1)).astimezone(OSLO).replace(hour=15, minute=0, second=0, microsecond=0)
    tell("urn:uuid:fotpleie", **every_other_week(tomorrow))
    astrid.open("/timeavtaler/")
    astrid.sees("Fotpleie", "Etter vedtaket", re.compile("Annenhver uke etter vedtaket. Ring .* hvilken uke"))
    astrid.sees_not("Endret siden sist")

    own_demo.move_clock(own_demo.now() + timedelta(minutes=31))
    visit = own_demo.coming("astrid", "Kveldsstell", days_off=1)
    start = datetime.fromisoformat(visit["starts_at"]).astimezone(OSLO)
    own_demo.journal(
        "move",
        visit=visit["identifier"],
        start=start.replace(hour=21).isoformat(),
        end=start.replace(hour=21, minute=20).isoformat(),
    )
    astrid.open("/")
    astrid.sees("Besøket i morgen har fått ny tid")
    astrid.picture("hjem-endret")
    astrid.open("/timeavtaler/")
    astrid.sees("Endret siden sist", "Besøket har fått ny tid")
    astrid.picture("endret-siden-sist")
    astrid.follow("Skriv ut uka")
    astrid.sees("Uka etter")
    astrid.picture("uka-paa-papir")

    own_demo.journal("outage", seconds=600)
    own_demo.move_clock(own_demo.now())
    for path in ("/", "/timeavtaler/"):
        astrid.open(path)
        astrid.sees(re.compile(re.escape(AWAY)))
    astrid.picture("uten-kontakt")
    own_demo.http.post(f"{own_demo.told['epj']}/outage", json={"seconds": 0}).raise_for_status()
    own_demo.move_clock(own_demo.now())
    astrid.open("/timeavtaler/")
    astrid.sees(re.compile(r"Oppdatert kl\."))


def test_gerd_hides_names_from_one_who_has_been_threatening(own_demo, at_a_browser):
    gerd = at_a_browser(own_demo, "Gerd Vik", door="/ansatt/")
    unit = re.search(r"/innboks/([0-9a-f-]{36})", gerd.page.content())
    assert unit
    gerd.open(f"/ansatt/enhet/{unit[1]}/navn/")
    gerd.sees("Mona Lie")
    gerd.picture("navn-paa-ansatte")
    gerd.press("Skjul navnet til Mona Lie")
    gerd.sees("Navn er skjult. Innbyggerne ser bare rollen.")
    gerd.press("Vis navnet til Mona Lie")
