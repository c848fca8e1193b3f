"""The population register over real HTTP: names, protection and death, and a register that is down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import pytest

from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.gateways import folkeregister_fake
from hjemmekontakt.gateways.calling import NotAnswered, Why
from hjemmekontakt.gateways.folkeregister import PATH, Folkeregister, Person, Protection

ASTRID = "14894410052"
NAMED = {"name": [{"givenName": "Astrid", "familyName": "Berg", "isValid": True}]}


@dataclass
class Register:
    """A population register whose answer the test decides."""

    url: str = ""
    answer: Reply = field(default_factory=lambda: as_json(NAMED))
    calls: list[Call] = field(default_factory=list)

    def tell(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.answer


@pytest.fixture
def register() -> Iterator[Register]:
    told = Register()
    server = serve({("POST", PATH): told.tell}, host="127.0.0.1", port=0)
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def astrid(register: Register, **said: Any) -> Person | None:
    if said:
        register.answer = as_json(NAMED | said)
    return Folkeregister(register.url, token=lambda: "a-token").person(ASTRID)


def test_the_number_stands_in_the_body_and_only_what_is_needed_is_asked_for(register):
    astrid(register)

    (call,) = register.calls
    assert call.headers["Authorization"] == "Bearer a-token"
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(call.body.decode()) == {
        "nin": [ASTRID],
        "informationParts": ["Name", "Birth", "AddressProtection", "Death"],
    }


@pytest.mark.parametrize("protection", Protection)
@pytest.mark.parametrize("deceased_on", [None, date(2026, 3, 1)])
def test_a_person_comes_through_the_register_s_shape_unchanged(register, protection, deceased_on):
    person = Person(
        given_name="Astrid",
        middle_name="Dahl",
        family_name="Berg",
        birth_date=date(1944, 9, 14),
        protection=protection,
        deceased_on=deceased_on,
    )
    register.answer = as_json(folkeregister_fake.answer(ASTRID, {ASTRID: person}))

    assert astrid(register) == person


def test_a_number_that_belongs_to_nobody_is_not_found(register):
    register.answer = Reply(HTTPStatus.NOT_FOUND)

    assert astrid(register) is None


def test_only_the_name_in_force_counts(register):
    old, new = {"givenName": "Astrid", "familyName": "Vik"}, {"givenName": "Astrid", "familyName": "Berg"}

    person = astrid(register, name=[new | {"isValid": True}, old | {"isValid": False}])

    assert (person.given_name, person.family_name) == ("Astrid", "Berg")


@pytest.mark.parametrize(
    ("entries", "protection"),
    [
        (None, Protection.NONE),
        ([], Protection.NONE),
        ([{"protectionLevel": "Unclassified"}], Protection.NONE),
        ([{"protectionLevel": "ClientAddress"}], Protection.CONFIDENTIAL),
        ([{"protectionLevel": "Confidential"}], Protection.CONFIDENTIAL),
        ([{"protectionLevel": "StrictlyConfidential", "isValid": False}], Protection.NONE),
        (
            [{"protectionLevel": "StrictlyConfidential"}, {"protectionLevel": "Unclassified"}],
            Protection.STRICTLY_CONFIDENTIAL,
        ),
        ([{"protectionLevel": "Unclassified"}, {"protectionLevel": "Confidential"}], Protection.CONFIDENTIAL),
        ([{"protectionLevel": "SomethingNew"}], Protection.STRICTLY_CONFIDENTIAL),
    ],
)
def test_the_strictest_protection_in_force_counts_and_an_unknown_one_is_the_strictest(register, entries, protection):
    assert astrid(register, addressProtection=entries, gender=[]).protection is protection


@pytest.mark.parametrize(
    ("death", "deceased_on"),
    [
        (None, None),
        ({"isValid": True, "deceasedDate": "2026-03-01T23:30:00Z"}, date(2026, 3, 1)),
        ({"deceasedDate": "2026-03-01"}, date(2026, 3, 1)),
        ({"isValid": True, "registeredAt": "2026-03-05T08:00:00+01:00"}, date(2026, 3, 5)),
        ({"isValid": False, "deceasedDate": "2026-03-01"}, None),
    ],
)
def test_a_death_is_the_register_s_day_whatever_the_hour_says(register, death, deceased_on):
    assert astrid(register, death=death).deceased_on == deceased_on


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(HTTPStatus.BAD_GATEWAY), Why.UNAVAILABLE),
        (Reply(HTTPStatus.UNAUTHORIZED), Why.NOT_LET_IN),
        (Reply(HTTPStatus.BAD_REQUEST), Why.NOT_UNDERSTOOD),
        (Reply(HTTPStatus.OK, b"null"), Why.NOT_UNDERSTOOD),
        (as_json({"name": []}), Why.NOT_UNDERSTOOD),
        (as_json(NAMED | {"death": {"isValid": True}}), Why.NOT_UNDERSTOOD),
        (as_json(NAMED | {"birth": [{"birthDate": "1944"}]}), Why.NOT_UNDERSTOOD),
    ],
)
def test_a_register_that_fails_says_why_and_never_whom_it_was_asked_about(register, answer, why):
    register.answer = answer

    with pytest.raises(NotAnswered) as failed:
        astrid(register)

    assert (failed.value.why, str(failed.value)) == (why, why.value)
    assert failed.value.__cause__ is None


def test_names_are_not_printed(register):
    assert "Astrid" not in repr(astrid(register))
