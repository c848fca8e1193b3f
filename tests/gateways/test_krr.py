"""The contact register over real HTTP: batches, both kinds of time stamps, the 18 months, and failures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.gateways import krr_fake
from hjemmekontakt.gateways.calling import NotAnswered, Why
from hjemmekontakt.gateways.krr import Address, Channel, Contact, Krr, usable
from hjemmekontakt.ground.workdays import OSLO

ASTRID, JONAS, SIRI, NILS = "14894410052", "02897210056", "11908210044", "05903610052"
NOW = datetime(2026, 3, 23, 9, 0, tzinfo=OSLO)


@dataclass
class Register:
    """A contact register that knows whom the test puts in it."""

    url: str = ""
    people: dict[str, Contact] = field(default_factory=dict)
    answer: Reply | None = None
    calls: list[Call] = field(default_factory=list)

    def tell(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.answer or as_json(krr_fake.answer(call.json_object(), self.people))


@pytest.fixture
def register() -> Iterator[Register]:
    told = Register()
    server = serve({("POST", "/rest/v2/personer"): told.tell}, host="127.0.0.1", port=0)
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def asked(register: Register, *national_ids: str) -> dict[str, Contact]:
    return Krr(register.url, token=lambda: "a-token").contacts(national_ids)


def reply(*people: dict) -> Reply:
    return as_json({"personer": list(people)})


def test_a_person_comes_through_the_register_s_shape_unchanged(register):
    mobile = Address(value="+4790000002", updated_at=NOW - timedelta(days=400), verified_at=NOW)
    email = Address(value="jonas.berg@example.no", updated_at=NOW)
    jonas = Contact(national_id=JONAS, mobile=mobile, email=email, reserved=True, language="nn")
    register.people = {JONAS: jonas}

    assert asked(register, JONAS, SIRI) == {JONAS: jonas}


def test_the_numbers_stand_in_the_body_with_a_token_and_never_in_the_address(register):
    asked(register, ASTRID, JONAS)

    (call,) = register.calls
    assert call.headers["Authorization"] == "Bearer a-token"
    assert json.loads(call.body) == {"personidentifikatorer": [ASTRID, JONAS]}


def test_two_and_a_half_thousand_people_are_asked_for_in_three_calls(register):
    numbers = [f"{number:011d}" for number in range(2500)]
    register.people = {number: Contact(national_id=number) for number in numbers}

    assert list(asked(register, *numbers)) == numbers
    assert [len(json.loads(call.body)["personidentifikatorer"]) for call in register.calls] == [1000, 1000, 500]


def test_nobody_asked_for_is_no_call_at_all(register):
    assert asked(register) == {}
    assert register.calls == []


def test_both_forms_of_time_stamp_are_read_and_a_missing_zone_is_norway(register):
    register.answer = reply(
        {
            "personidentifikator": ASTRID,
            "status": "AKTIV",
            "reservasjon": "NEI",
            "kontaktinformasjon": {
                "mobiltelefonnummer": "+4790000001",
                "mobiltelefonnummer_oppdatert": "2018-06-29T10:14:52+02",
                "mobiltelefonnummer_sist_verifisert": "2025-06-29T08:14:52Z",
                "epostadresse": "astrid@example.no",
                "epostadresse_oppdatert": "2025-06-29T10:14:52",
            },
        }
    )

    contact = asked(register, ASTRID)[ASTRID]

    assert contact.mobile == Address(
        value="+4790000001",
        updated_at=datetime(2018, 6, 29, 8, 14, 52, tzinfo=UTC),
        verified_at=datetime(2025, 6, 29, 8, 14, 52, tzinfo=UTC),
    )
    assert contact.email == Address(value="astrid@example.no", updated_at=datetime(2025, 6, 29, 8, 14, 52, tzinfo=UTC))
    assert (contact.reserved, contact.language) == (False, "nb")


@pytest.mark.parametrize("status", ["SLETTET", "IKKE_REGISTRERT"])
def test_who_is_deleted_or_was_never_registered_is_not_in_the_answer(register, status):
    register.answer = reply({"personidentifikator": NILS, "status": status})

    assert asked(register, NILS) == {}


def test_each_channel_grows_old_by_itself():
    siri = Contact(
        national_id=SIRI,
        mobile=Address(
            value="+4790000004",
            updated_at=datetime(2018, 1, 1, tzinfo=UTC),
            verified_at=datetime(2025, 1, 1, tzinfo=UTC),
        ),
        email=Address(value="siri.holm@example.no", updated_at=datetime(2023, 1, 1, tzinfo=UTC)),
    )

    assert usable(siri, Channel.SMS, now=NOW) == "+4790000004"
    assert usable(siri, Channel.EMAIL, now=NOW) is None


@pytest.mark.parametrize(
    ("touched", "found"),
    [
        (datetime(2024, 9, 23, 9, 0, 1, tzinfo=OSLO), "+4790000001"),
        (datetime(2024, 9, 23, 9, 0, 0, tzinfo=OSLO), None),
        (datetime(2024, 9, 22, 9, 0, 0, tzinfo=OSLO), None),
        (None, None),
    ],
)
def test_eighteen_months_to_the_second(touched, found):
    astrid = Contact(national_id=ASTRID, mobile=Address(value="+4790000001", updated_at=touched))

    assert usable(astrid, Channel.SMS, now=NOW) == found


def test_eighteen_months_before_the_last_of_august_is_the_last_of_february():
    last_of_august = datetime(2026, 8, 31, 12, 0, tzinfo=UTC)
    astrid = Contact(
        national_id=ASTRID, mobile=Address(value="+4790000001", updated_at=datetime(2025, 2, 28, 13, 0, tzinfo=UTC))
    )

    assert usable(astrid, Channel.SMS, now=last_of_august) == "+4790000001"
    assert usable(astrid, Channel.SMS, now=last_of_august + timedelta(hours=1)) is None


def test_who_reserved_herself_may_still_be_told_that_there_is_news():
    siri = Contact(national_id=SIRI, reserved=True, mobile=Address(value="+4790000004", updated_at=NOW))

    assert usable(siri, Channel.SMS, now=NOW) == "+4790000004"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(0, 900))
def test_an_address_is_used_from_the_day_it_was_confirmed_until_it_is_too_old_and_never_again(confirmed, days):
    astrid = Contact(national_id=ASTRID, mobile=Address(value="+4790000001", verified_at=confirmed))
    found = usable(astrid, Channel.SMS, now=confirmed + timedelta(days=days))

    if days < 545:
        assert found == "+4790000001"
    if days > 550:
        assert found is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(HTTPStatus.SERVICE_UNAVAILABLE), Why.UNAVAILABLE),
        (Reply(HTTPStatus.TOO_MANY_REQUESTS), Why.UNAVAILABLE),
        (Reply(HTTPStatus.UNAUTHORIZED), Why.NOT_LET_IN),
        (Reply(HTTPStatus.FORBIDDEN), Why.NOT_LET_IN),
        (Reply(HTTPStatus.BAD_REQUEST), Why.NOT_UNDERSTOOD),
        (Reply(HTTPStatus.NOT_FOUND), Why.NOT_UNDERSTOOD),
        (Reply(HTTPStatus.OK, b"<html>"), Why.NOT_UNDERSTOOD),
        (as_json([]), Why.NOT_UNDERSTOOD),
        (as_json({}), Why.NOT_UNDERSTOOD),
        (reply({"status": "AKTIV"}), Why.NOT_UNDERSTOOD),
    ],
)
def test_a_register_that_fails_says_why_and_never_whom_it_was_asked_about(register, answer, why):
    register.answer = answer

    with pytest.raises(NotAnswered) as failed:
        asked(register, ASTRID)

    assert (failed.value.why, str(failed.value)) == (why, why.value)
    assert failed.value.__cause__ is None


def test_a_register_that_is_gone_is_unavailable_and_one_without_tls_is_refused_at_once():
    with pytest.raises(NotAnswered) as failed:
        Krr("http://127.0.0.1:9", token=lambda: "a-token").contacts([ASTRID])
    with pytest.raises(ValueError, match="https"):
        Krr("http://krr.example.no", token=lambda: "a-token")

    assert failed.value.why is Why.UNAVAILABLE


def test_numbers_and_addresses_are_not_printed():
    astrid = Contact(national_id=ASTRID, mobile=Address(value="+4790000001"))

    assert ASTRID not in repr(astrid)
    assert "90000001" not in repr(astrid)
