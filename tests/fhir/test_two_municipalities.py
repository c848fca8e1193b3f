"""Two municipalities and two journals: whatever one asks for, nothing of the other's is seen or counted."""

import json
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.calls import appointment, appointment_response, beside_visits, communication, task
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.reading import ID, PATIENT, Parameter, Sort
from hjemmekontakt.messages.actions import write_message
from hjemmekontakt.visits.actions import ask_to_cancel_visit, record_visits
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, World, an_id, herself, the_journal
from tests.visits.reports import ASTRIDS_MORNING, another, later
from tests.visits.reports import FJORDBY as FJORDBY_UNIT

ASKED = {
    **READABLES,
    "AppointmentResponse": appointment_response.READABLE,
    "Communication": communication.SEARCHED,
}
KINDS = sorted([*ASKED, "Appointment", "Task"])
ALL = frozenset({f"system/{kind}.rs" for kind in KINDS} | {"system/DigitaltAktiv.s"})
FORM = "application/x-www-form-urlencoded"
TUNVIK, FJORDBY = "Tunvik", "Fjordby"

WHOLE_OF = {
    TUNVIK: {
        "Tunvik",
        "Tunvik Nord",
        "Tunvik Sør",
        "Hjemmetjenesten Nord",
        "Hjemmetjenesten Sør",
        "nursing Nord",
        "nursing Sør",
        "cleaning Nord",
        "mona",
        "per",
        "gerd",
        "duty mona",
        "duty per",
        "duty gerd",
        "astrid",
        "acceptance astrid",
        "fullmakt astrid jonas",
    },
    FJORDBY: {
        "Fjordby",
        "Fjordby Fjordby",
        "Hjemmetjenesten Fjordby",
        "nursing Fjordby",
        "kari",
        "duty kari",
        "siri",
        "acceptance siri",
        "fullmakt siri einar",
    },
}
WRITTEN = {
    "Appointment": {
        "_id": ID,
        "patient": PATIENT,
        "date": Parameter(Sort.DATE),
        "status": Parameter(Sort.TOKEN, codes=tuple(appointment.STATUSES)),
    },
    "Task": {
        "_id": ID,
        "focus": Parameter(Sort.REFERENCE, targets=("Appointment",)),
        "patient": PATIENT,
        "status": Parameter(Sort.TOKEN, codes=task.STATUSES),
    },
}
PARAMETERS = {**WRITTEN, **{kind: each.parameters for kind, each in ASKED.items()}}
INCLUDES = {"Appointment": (), "Task": ("focus",), **{kind: tuple(each.includes) for kind, each in ASKED.items()}}
SHARED = {"einar"}
"""Who is helped by both: each sees its own decision about him, and that alone."""
NUMBERS = {TUNVIK: {"8141001", "8141002", "8141003"}, FJORDBY: {"8142001", "8142002"}}


class Both:
    """Each municipality's journal, what is its own alone, and everything that may be asked for."""

    def __init__(self, world: World) -> None:
        self.calls = {
            name: caller(the_journal(an_id(name)), ALL) if name == TUNVIK else caller(_another(an_id(name)), ALL)
            for name in (TUNVIK, FJORDBY)
        }
        world.decision("siri", world.fjordby, world.fjordby_unit, world.fjordby_nursing)
        world.decision("einar", world.fjordby, world.fjordby_unit, world.fjordby_nursing, ends=date(2027, 1, 1))
        for key in ("siri", "einar"):
            world.activation(key)
        world.fullmakt("siri", "einar")
        self.own = {name: {str(an_id(key)) for key in keys} for name, keys in WHOLE_OF.items()}
        self.visits = {
            TUNVIK: _visit(the_journal(world.tunvik)),
            FJORDBY: _visit(_another(world.fjordby), unit_her_id="8142002", patient_national_id=NATIONAL_IDS["siri"]),
        }
        for name, id in self.visits.items():
            self.own[name].add(id)
        self.own[TUNVIK] |= {str(an_id(f"decision {key} {world.nord_nursing}")) for key in ("astrid", "einar")}
        self.own[FJORDBY] |= {str(an_id(f"decision {key} {world.fjordby_nursing}")) for key in ("siri", "einar")}
        for name, key in ((TUNVIK, "astrid"), (FJORDBY, "siri"), (TUNVIK, "einar"), (FJORDBY, "einar")):
            answer = self.calls[name]("GET", f"Patient/{an_id(key)}")
            assert answer.status_code == 200
        self._write_and_cancel(world)
        lines = world.connection.execute("SELECT id::text, municipality_id FROM access_entry").fetchall()
        self.log = {name: {id for id, whose in lines if whose == an_id(name)} for name in (TUNVIK, FJORDBY)}
        self.ids = sorted(
            {
                *self.own[TUNVIK],
                *self.own[FJORDBY],
                *(str(an_id(key)) for key in SHARED),
                *self.log[TUNVIK],
                *self.log[FJORDBY],
            }
        )

    def _write_and_cancel(self, world: World) -> None:
        """Astrid and Siri each write to their own unit, and ask to have a visit called off."""
        of_siri = another("siri", patient_national_id=NATIONAL_IDS["siri"], unit_her_id=FJORDBY_UNIT)
        for name, key, service, report in (
            (TUNVIK, "astrid", world.nord_nursing, ASTRIDS_MORNING),
            (FJORDBY, "siri", world.fjordby_nursing, of_siri),
        ):
            person = herself(key, key.title())
            [visit] = record_visits(the_journal(an_id(name)), [report])
            asked = ask_to_cancel_visit(person, visit.visit_id, form_key=an_id(f"cancel {key}"))
            said_so = write_message(
                person, service_id=service, subject="Hei", text="Hei", form_key=an_id(f"write {key}")
            )
            self.own[name] |= {str(asked.id), str(visit.visit_id), str(said_so.message_id)}

    def foreign_in(self, name: str, text: str) -> set[str]:
        """What an answer to one holds of the other's."""
        other = FJORDBY if name == TUNVIK else TUNVIK
        return {each for each in self.own[other] | NUMBERS[other] if each in text}


def _another(municipality_id):
    journal = the_journal(municipality_id)
    return type(journal)(journal.standing, an_id("another journal"), journal.name, municipality_id=municipality_id)


def _visit(journal, **told) -> str:
    """A visit that a journal has told of twice: it has two versions, each with its teller."""
    first, second = (replace(ASTRIDS_MORNING, **told), later(title="Dusj", **told))
    [created], [changed] = record_visits(journal, [first]), record_visits(journal, [second])
    assert (created.version, changed.version) == (1, 2)
    return str(changed.visit_id)


@pytest.fixture
def both(world) -> Both:
    return Both(world)


TEXTS = ["Nord", "Fjord", "Hjemme", "M", "K", "S", "E", *NUMBERS[TUNVIK], *NUMBERS[FJORDBY]]
SYSTEMS = ["", systems.HER_ID, systems.ORGANISATION_NUMBER, systems.SERVICE_ID, systems.FNR, systems.DNR]


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Who asks, about what, how, and with which parameters; an id stands as a place in the list of all ids."""
    kind = draw(st.sampled_from(KINDS))
    method = draw(st.sampled_from(["GET", "POST", "READ"]))
    parameters = []
    for name, parameter in PARAMETERS[kind].items():
        if not draw(st.booleans()):
            continue
        if name == "_id" or parameter.sort is Sort.REFERENCE:
            value = f"#{draw(st.integers(0, 200))}"
            value = draw(st.sampled_from([value, *(f"{target}/{value}" for target in parameter.targets)]))
        elif parameter.codes:
            value = ",".join(draw(st.lists(st.sampled_from(parameter.codes), min_size=1, unique=True)))
        elif parameter.sort is Sort.DATE:
            value = draw(st.sampled_from(["ge2020-01-01", "lt2030", "2026", "ge2026-03-02"]))
        elif parameter.sort is Sort.STRING:
            value = draw(st.sampled_from(TEXTS))
        else:
            number = draw(st.sampled_from([*TEXTS, *NATIONAL_IDS.values()]))
            value = "|".join(filter(None, (draw(st.sampled_from(SYSTEMS)), number)))
        parameters.append((name, value))
    parameters += [("_include", f"{kind}:{name}") for name in INCLUDES[kind] if draw(st.booleans())]
    if draw(st.booleans()):
        parameters.append(
            ("_elements", draw(st.sampled_from(["id", "status,start", "subject,patient,agent", "nothing"])))
        )
    if kind == "Appointment":
        parameters += [("_revinclude", "Task:focus")] if draw(st.booleans()) else []
        parameters += [("_sort", order) for order in [draw(st.sampled_from(["", *beside_visits.SORTS]))] if order]
    if draw(st.booleans()):
        parameters.append(("_count", str(draw(st.integers(1, 3)))))
    return draw(st.sampled_from([TUNVIK, FJORDBY])), kind, method, parameters


def ask(both: Both, who: str, kind: str, method: str, parameters: list[tuple[str, str]]):
    def real(value: str) -> str:
        before, mark, place = value.partition("#")
        return before + both.ids[int(place) % len(both.ids)] if mark else value

    given = urlencode([(name, real(value)) for name, value in parameters])
    if method == "READ":
        return both.calls[who]("GET", f"{kind}/{both.ids[len(given) % len(both.ids)]}")
    if method == "GET":
        return both.calls[who]("GET", f"{kind}?{given}")
    return both.calls[who]("POST", f"{kind}/_search", (given or "_count=50").encode(), type=FORM)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(question=questions())
def test_whatever_one_asks_nothing_of_the_others_is_seen(both, question) -> None:
    who, *how = question
    answer = ask(both, who, *how)
    for _ in range(20):
        assert answer.status_code in (200, 400, 404), answer.content
        told = said(answer)
        assert told["resourceType"] == (
            "OperationOutcome" if answer.status_code >= 400 else "Bundle" if how[1] != "READ" else how[0]
        )
        held = told["issue"] if answer.status_code >= 400 else told.get("entry", [])  # its own question is in the link
        assert both.foreign_in(who, json.dumps(held)) == set()
        other = FJORDBY if who == TUNVIK else TUNVIK
        seen = {entry["resource"]["id"] for entry in told.get("entry", [])}
        assert not seen & both.log[other]
        following = [link["url"] for link in told.get("link", []) if link["relation"] == "next"]
        if not following:
            return
        path = following[0].removeprefix("http://testserver/fhir/")
        assert both.calls[other]("GET", path).status_code == 400
        answer = both.calls[who]("GET", path)
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("kind", KINDS)
def test_each_sees_its_own(both, kind) -> None:
    """So that the test above would notice something: each type answers both journals with something."""
    for who, key in ((TUNVIK, "astrid"), (FJORDBY, "siri")):
        asked = f"target={both.visits[who]}" if kind == "Provenance" else f"patient={an_id(key)}"
        answer = both.calls[who]("GET", f"{kind}?{asked}")
        text = answer.content.decode()
        assert said(answer)["entry"], who
        assert both.own[who] & {each for each in both.own[who] if each in text}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_the_others_is_answered_as_what_is_not_there(both, kind) -> None:
    for who, other in ((TUNVIK, FJORDBY), (FJORDBY, TUNVIK)):
        unknown = both.calls[who]("GET", f"{kind}/{an_id('nowhere')}")
        for id in sorted(both.own[other] | both.log[other]):
            foreign = both.calls[who]("GET", f"{kind}/{id}")
            assert (foreign.status_code, foreign.content) == (404, unknown.content), (kind, id)


def test_who_is_helped_by_both_is_seen_by_each_with_its_own_decision(both) -> None:
    for who in (TUNVIK, FJORDBY):
        answer = both.calls[who](
            "GET", f"EpisodeOfCare?patient=Patient/{an_id('einar')}&_include=EpisodeOfCare:patient"
        )
        assert [each["search"]["mode"] for each in said(answer)["entry"]] == ["match", "include"]
        assert both.foreign_in(who, answer.content.decode()) == set()


def test_the_other_knows_nobody_by_number(both) -> None:
    for who, key in ((TUNVIK, "siri"), (FJORDBY, "astrid")):
        form = f"identifier={quote(f'{systems.FNR}|{NATIONAL_IDS[key]}')}".encode()
        assert "entry" not in said(both.calls[who]("POST", "Patient/_search", form, type=FORM))
        told = both.calls[who]("POST", "digitaltaktiv/helsenorgeaktivsjekken/v1", {"fnrListe": [NATIONAL_IDS[key]]})
        assert "true" not in json.dumps(said(told))
