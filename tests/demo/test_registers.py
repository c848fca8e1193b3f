"""The demo's two registers and its persons, seen through the portal's own clients."""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus

import httpx
import pytest

from hjemmekontakt.demo import registers
from hjemmekontakt.demo.persons import BY_KEY, PERSONS, Role
from hjemmekontakt.gateways.folkeregister import PATH, Folkeregister, Protection
from hjemmekontakt.gateways.krr import Channel, Contact, Krr, usable
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.national_ids import birth_date, is_synthetic, make_synthetic

NEWCOMER = make_synthetic(date(1950, 5, 20), 102)


@pytest.fixture
def url() -> Iterator[str]:
    server = registers.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def reach(url: str, national_id: str) -> Contact | None:
    return Krr(url, token=lambda: "demo").contacts([national_id]).get(national_id)


def known(url: str, national_id: str):
    return Folkeregister(url, token=lambda: "demo").person(national_id)


def test_every_person_has_a_synthetic_number_of_her_own_that_tells_her_day_of_birth():
    assert len({person.national_id for person in PERSONS}) == len(PERSONS)
    for person in PERSONS:
        assert is_synthetic(person.national_id), person.key
        assert int(person.national_id[2:4]) > 80, person.key
        assert birth_date(person.national_id) == person.birth_date, person.key


@pytest.mark.parametrize(
    ("key", "age"), [("astrid", 82), ("einar", 79), ("jonas", 54), ("siri", 44), ("nils", 90), ("ruth", 77)]
)
def test_the_citizens_are_as_old_as_the_demo_says_in_2026(key, age):
    assert 2026 - BY_KEY[key].birth_date.year == age


def test_six_are_citizens_and_six_are_employees():
    keys = {role: [person.key for person in PERSONS if person.role is role] for role in Role}

    assert keys[Role.CITIZEN] == ["astrid", "einar", "jonas", "siri", "nils", "ruth"]
    assert keys[Role.EMPLOYEE] == ["mona", "per", "gerd", "liv", "tor", "kari"]


@pytest.mark.parametrize(
    ("key", "mobile", "email"),
    [
        ("astrid", "+4790000001", None),
        ("jonas", "+4790000002", "jonas.berg@example.no"),
        ("einar", "+4790000003", None),
        ("siri", "+4790000004", "siri.holm@example.no"),
    ],
)
def test_the_contact_register_knows_where_they_are_reached_today(url, key, mobile, email):
    contact = reach(url, BY_KEY[key].national_id)

    assert usable(contact, Channel.SMS, now=clock.real()) == mobile
    assert usable(contact, Channel.EMAIL, now=clock.real()) == email
    assert contact.language == "nb"


def test_nils_is_protected_and_cannot_be_reached(url):
    nils = BY_KEY["nils"].national_id

    assert reach(url, nils) is None
    assert known(url, nils).protection is Protection.STRICTLY_CONFIDENTIAL


def test_the_population_register_knows_everybody_in_the_demo_and_nobody_else(url):
    for person in PERSONS:
        found = known(url, person.national_id)
        assert (found.given_name, found.family_name, found.birth_date) == (
            person.given_name,
            person.family_name,
            person.birth_date,
        )
    assert known(url, NEWCOMER) is None


def test_somebody_can_be_added_and_then_die(url):
    said = {"national_id": NEWCOMER, "given_name": "Kari", "family_name": "Eide", "birth_date": "1950-05-20"}

    assert httpx.post(f"{url}/persons", json=said | {"mobile": "+4790000009"}).status_code == HTTPStatus.NO_CONTENT
    assert known(url, NEWCOMER).birth_date == date(1950, 5, 20)
    assert reach(url, NEWCOMER).mobile.value == "+4790000009"

    httpx.post(f"{url}/persons", json=said | {"deceased_on": "2026-03-01"})
    assert known(url, NEWCOMER).deceased_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    "change", [{"national_id": "30108299920"}, {"national_id": None}, {"birth_date": "i fjor"}, {"protection": "litt"}]
)
def test_a_real_number_or_nonsense_is_never_let_in(url, change):
    said = {"national_id": NEWCOMER, "given_name": "Kari", "family_name": "Eide", "birth_date": "1950-05-20"}

    assert httpx.post(f"{url}/persons", json=said | change).status_code == HTTPStatus.BAD_REQUEST
    assert known(url, NEWCOMER) is None


def test_without_a_token_the_registers_tell_nothing(url):
    asked = {"personidentifikatorer": [BY_KEY["astrid"].national_id]}

    assert httpx.post(f"{url}/rest/v2/personer", json=asked).status_code == HTTPStatus.UNAUTHORIZED
    assert httpx.post(f"{url}{PATH}", data={"nin": NEWCOMER}).status_code == HTTPStatus.UNAUTHORIZED


def test_more_than_a_thousand_at_once_are_refused_as_the_register_does(url):
    asked = {"personidentifikatorer": ["14894410052"] * 1001}
    answer = httpx.post(f"{url}/rest/v2/personer", json=asked, headers={"Authorization": "Bearer demo"})

    assert answer.status_code == HTTPStatus.BAD_REQUEST
