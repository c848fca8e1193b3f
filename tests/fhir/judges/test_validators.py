"""Everything that the door answers with is judged: by two validators, and by Helsenorge's own constraints in FHIRPath."""

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhirpathpy import compile as compile_path
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from hjemmekontakt.fhir import notification, systems
from hjemmekontakt.ground import clock
from hjemmekontakt.project.commands import ROOT
from hjemmekontakt.project.commands.build import NODE
from tests.fhir.judges.stories import OFFERED, Story, tell
from tests.fhir.test_communication import attach
from tests.fhir.test_door import VISIT, changed, said
from tests.fhir.test_large_jobs import exported
from tests.people import an_id

HERE = Path(__file__).parent
PROFILE = HERE / "data" / "StructureDefinition-hn-basis-appointment.json"
NOT_IN_THE_STORY: frozenset[str] = frozenset()
"""Resource types that the story cannot have one of; each is a hole in what is judged."""


@pytest.fixture
def story(world) -> Story:
    """Besides what happens in every story, a file came with the message."""
    told = tell(world)
    [thread_id] = world.connection.execute("SELECT thread_id FROM message").fetchone()
    attach(world, told.read_by_id["Communication"], thread_id)
    told.read_by_id["Binary"] = str(an_id("resept.pdf"))
    return told


@pytest.fixture
def emitted(story) -> list[dict[str, Any]]:
    """Every resource that the door answers with, the bundles they come in, and what a journal is told."""
    told = {"base": "http://testserver/fhir", "hook_id": an_id("hook"), "told_at": clock.now()}
    notices = [notification.write(notification.MESSAGE_SENT, an_id("x"), **told), notification.heartbeat(**told)]
    counted = [
        said(story.call("GET", f"Appointment?{how}")) for how in ("_summary=count", "_total=accurate&colour=red")
    ]
    written_out = exported(story.call, "?_type=Appointment,Communication,Task")
    assert set(written_out) == {"Appointment", "Communication", "Task"}
    lines = [line for file in written_out.values() for line in file]
    return [*story.resources(), *story.bundles(), *counted, *lines, *(json.loads(each) for each in notices)]


def test_the_story_has_one_of_each_type(emitted) -> None:
    """So that a type that is new at the door is judged too, or its absence is seen."""
    kinds = {each["resourceType"] for each in emitted}
    assert {offer.resource for offer in OFFERED} - kinds == NOT_IN_THE_STORY
    assert {"Bundle", "CapabilityStatement", "OperationOutcome"} <= kinds
    statuses = {each["status"] for each in emitted if each["resourceType"] == "Appointment"}
    assert statuses == {"proposed", "waitlist", "booked", "fulfilled", "cancelled", "noshow", "entered-in-error"}


def test_fhirkit_finds_nothing_wrong(emitted) -> None:
    wrong = [
        f"{each['resourceType']}: {issue}"
        for each, judged in zip(emitted, fhirkit.parse_many(emitted), strict=True)
        for issue in judged.issues
    ]
    assert sorted(set(wrong)) == []
    assert fhirkit.validate({"resourceType": "Task"}) != []


def test_fhir_js_finds_nothing_wrong(emitted) -> None:
    spoiled = {"resourceType": "Appointment", "colour": "green"}
    *judged, of_the_spoiled = by_node("validate.mjs", [*emitted, spoiled])
    assert sorted({message for messages in judged for message in messages}) == []
    assert of_the_spoiled != []


def by_node(script: str, given: Any) -> Any:
    """Ask a judge that runs in Node, the one that the build runs in."""
    ran = subprocess.run(
        [NODE, HERE / script], input=json.dumps(given), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 0, f"{script} needs the packages of package.json (./hk build): {ran.stderr[-2000:]}"
    return json.loads(ran.stdout)


# ---- Helsenorge's constraints

RESH_FOR_HER_ID = "community-services-requires-kommunikasjonspart-organization"
"""Its sentence asks for a HER-id of level 2, as the slice does; its expression has RESH's number. The sentence counts."""


def constraints() -> Iterator[tuple[str, str]]:
    """Each constraint of the profile: its key, and what must be true of an Appointment."""
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    for element in profile["differential"]["element"]:
        place = element["path"].removeprefix("Appointment").removeprefix(".")
        for each in element.get("constraint", []):
            expression = each["expression"]
            if each["key"] == RESH_FOR_HER_ID:
                expression = expression.replace(systems.RESH, systems.HER_ID)
            yield each["key"], f"{place}.all({expression})" if place else expression


class Carried:
    """What an Appointment carries with it, for FHIRPath's resolve()."""

    contained: list[dict[str, Any]]

    def resolve(self, references: list[Any]) -> list[ResourceNode]:
        """The carried resources that are pointed to, each with its type."""
        wanted = {each.get("reference") for each in references}
        found = [each for each in self.contained if f"#{each['id']}" in wanted]
        return [ResourceNode.create_node(each, each["resourceType"]) for each in found]


@pytest.fixture(scope="module")
def broken() -> Callable[[dict[str, Any]], set[str]]:
    """The keys of the constraints that an Appointment does not keep."""
    carried = Carried()
    options = {"userInvocationTable": {"resolve": {"fn": carried.resolve, "arity": {0: []}}}}
    whole = [(key, compile_path(expression, models["r4"], options)) for key, expression in constraints()]
    assert len(whole) > 20

    def keys(appointment: dict[str, Any]) -> set[str]:
        carried.contained = appointment.get("contained", [])
        return {key for key, holds in whole if holds(copy.deepcopy(appointment)) not in ([True], [])}

    return keys


def test_each_appointment_that_claims_helsenorges_profile_keeps_its_constraints(emitted, broken) -> None:
    visits = [each for each in emitted if each["resourceType"] == "Appointment"]
    claiming = {each["status"]: each for each in visits if each["meta"].get("profile") == [systems.PROFILE]}
    assert set(claiming) == {"proposed", "booked", "fulfilled", "cancelled", "noshow", "entered-in-error"}
    assert {status: broken(each) for status, each in claiming.items() if broken(each)} == {}
    [on_hold] = {each["id"]: each for each in visits if each["status"] not in claiming}.values()
    assert (on_hold["status"], "profile" in on_hold["meta"]) == ("waitlist", False)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("start-required-inv", {"requestedPeriod": None}),
        ("hn-app-reqperiod-2", {"status": "booked"}),
        ("hn-app-reqperiod-1", {"requestedPeriod": [{"start": "2026-03-06T08:00:00+01:00"}]}),
        ("hn-app-proposed-only-servicecategory-7", {"serviceCategory": None}),
        ("hn-app-community-cancelation-reason", {"status": "cancelled"}),
        ("must-be-max-1000-chars", {"description": "x" * 1001}),
        ("virtualservice-or-location-required", {"contained": None}),
        (RESH_FOR_HER_ID, {"supportingInformation": None}),
    ],
)
def test_the_constraints_notice_what_is_wrong(broken, key, changes) -> None:
    assert broken(VISIT) == set()
    assert key in broken(changed(**changes))
