"""SMS to Astrid over real HTTP: what goes on the wire, and what every kind of refusal means."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from hjemmekontakt.demo.sink import Sink
from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.sms import Flaw, LinkMobility, Sms, e164, why_not_number

NEWS = Sms(to="+4790000001", text="Tunvik: Du har fått en ny melding.", sender="Tunvik", reference="notice-1")


@dataclass
class Aggregator:
    """An aggregator whose answer the test decides."""

    url: str = ""
    answer: Reply = field(default_factory=lambda: as_json({"messageId": "m-1", "resultCode": 1005}))
    calls: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.answer


@pytest.fixture
def aggregator() -> Iterator[Aggregator]:
    told = Aggregator()
    server = serve({("POST", "/sms/send"): told.take}, host="127.0.0.1", port=0)
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    opened = Sink()
    yield opened
    opened.stop()


def gateway(url: str, **more: Any) -> LinkMobility:
    return LinkMobility(url, user="tunvik", password="hemmelig", platform_partner_id="123", **more)


def test_the_aggregator_gets_the_message_in_its_own_shape(aggregator):
    accepted = gateway(aggregator.url).send(NEWS)

    (call,) = aggregator.calls
    assert accepted.provider_reference == "m-1"
    assert call.headers["Authorization"] == "Basic dHVudmlrOmhlbW1lbGln"
    assert call.json_object() == {
        "source": "Tunvik",
        "sourceTON": "ALPHANUMERIC",
        "destination": "+4790000001",
        "destinationTON": "MSISDN",
        "userData": "Tunvik: Du har fått en ny melding.",
        "dcs": "GSM",
        "refId": "notice-1",
        "relativeValidityTime": 43_200_000,
        "useDeliveryReport": False,
        "deliveryReportGates": [],
        "ignoreResponse": False,
        "platformId": "COMMON_API",
        "platformPartnerId": "123",
    }


def test_quotes_are_folded_and_a_sami_name_goes_as_ucs2(aggregator):
    for text in ("Besøket «i dag» – utført", "Buorre beaivi, Áilu"):
        gateway(aggregator.url).send(Sms(to="90000001", text=text, sender="Tunvik", reference="r"))

    cheap, dear = (call.json_object() for call in aggregator.calls)
    assert (cheap["dcs"], cheap["userData"], cheap["destination"]) == ("GSM", 'Besøket "i dag" - utført', "+4790000001")
    assert (dear["dcs"], dear["userData"]) == ("UCS2", "Buorre beaivi, Áilu")


def test_a_long_message_is_left_to_them_to_cut_and_a_short_one_is_not(aggregator):
    for text in ("a" * 160, "a" * 161, "š" * 71):
        gateway(aggregator.url).send(Sms(to="90000001", text=text, sender="Tunvik", reference="r"))

    assert [call.json_object()["dcs"] for call in aggregator.calls] == ["GSM", "TEXT", "TEXT"]


def test_a_receipt_is_asked_for_where_there_is_a_gate_for_it(aggregator):
    gateway(aggregator.url, delivery_report_gate="hk").send(NEWS)

    said = aggregator.calls[0].json_object()
    assert (said["useDeliveryReport"], said["deliveryReportGates"]) == (True, ["hk"])


@pytest.mark.parametrize(
    ("status", "code", "why", "again"),
    [
        (HTTPStatus.SERVICE_UNAVAILABLE, 1, Why.UNAVAILABLE, True),
        (HTTPStatus.BAD_GATEWAY, None, Why.UNCERTAIN, True),
        (HTTPStatus.TOO_MANY_REQUESTS, 3, Why.BUSY, True),
        (HTTPStatus.OK, 3, Why.BUSY, True),
        (HTTPStatus.OK, 2107, Why.BUSY, True),
        (HTTPStatus.UNAUTHORIZED, None, Why.SETUP, True),
        (HTTPStatus.FORBIDDEN, None, Why.SETUP, True),
        (HTTPStatus.BAD_REQUEST, 2104, Why.BAD_ADDRESS, False),
        (HTTPStatus.OK, 2105, Why.BAD_ADDRESS, False),
        (HTTPStatus.BAD_REQUEST, 4003, Why.REFUSED, False),
        (HTTPStatus.BAD_REQUEST, None, Why.REFUSED, False),
        (HTTPStatus.OK, 1006, Why.REFUSED, False),
        (HTTPStatus.NO_CONTENT, None, Why.UNCERTAIN, True),
    ],
)
def test_every_refusal_has_a_reason_that_tells_whether_to_try_again(aggregator, status, code, why, again):
    said = as_json({"messageId": "m-1", "resultCode": code} if code else {}, status=status)
    aggregator.answer = Reply(status) if status is HTTPStatus.NO_CONTENT else said

    with pytest.raises(NotAccepted) as refused:
        gateway(aggregator.url).send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (why, again)


def test_after_an_answer_that_is_no_json_the_message_may_have_been_taken_over(aggregator):
    aggregator.answer = Reply(HTTPStatus.OK, b"<html>", "text/html")

    with pytest.raises(NotAccepted) as refused:
        gateway(aggregator.url).send(NEWS)

    assert refused.value.why is Why.UNCERTAIN


def test_one_that_fell_silent_may_have_the_message_and_one_that_is_gone_has_not():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotAccepted) as timed_out:
            gateway(url, timeout_s=0.2).send(NEWS)
    with pytest.raises(NotAccepted) as refused:
        gateway(url, timeout_s=0.2).send(NEWS)

    assert (timed_out.value.why, timed_out.value.is_temporary) == (Why.UNCERTAIN, True)
    assert (refused.value.why, refused.value.is_temporary) == (Why.UNAVAILABLE, True)


def test_neither_number_nor_text_is_in_what_goes_wrong_or_in_what_is_printed(aggregator):
    aggregator.answer = as_json(
        {"resultCode": 2104, "description": "+4790000001 unknown"}, status=HTTPStatus.BAD_REQUEST
    )

    with pytest.raises(NotAccepted) as refused:
        gateway(aggregator.url).send(NEWS)

    assert str(refused.value) == "bad-address"
    assert refused.value.__cause__ is None
    assert "90000001" not in repr(NEWS)
    assert "melding" not in repr(NEWS)


def test_a_number_that_takes_no_sms_never_leaves_the_house(aggregator):
    with pytest.raises(NotAccepted) as refused:
        gateway(aggregator.url).send(Sms(to="32000000", text="x", sender="Tunvik", reference="r"))

    assert refused.value.why is Why.BAD_ADDRESS
    assert aggregator.calls == []


def test_passwords_leave_this_machine_over_tls_only():
    with pytest.raises(ValueError, match="https"):
        gateway("http://sms.example.no")

    gateway("https://sms.example.no").close()


def test_the_same_message_sent_twice_is_one_message_in_the_sink(sink):
    receipts = {gateway(sink.sms_url).send(NEWS).provider_reference for _ in range(2)}

    assert len(receipts) == 1
    assert [sms["text"] for sms in httpx.get(f"{sink.page_url}/sms").json()] == ["Tunvik: Du har fått en ny melding."]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("90000001", "+4790000001"),
        ("900 00 001", "+4790000001"),
        ("+47 40 00 00 01", "+4740000001"),
        ("0047-900-00-001", "+4790000001"),
        ("+46 70 123 45 67", "+46701234567"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_mobile_is_stored_one_way_however_it_is_written(written, stored):
    assert why_not_number(written) is None
    assert e164(written) == stored


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("", Flaw.NOT_A_NUMBER),
        ("ring meg", Flaw.NOT_A_NUMBER),
        ("9000000", Flaw.NOT_A_NUMBER),
        ("900000011", Flaw.NOT_A_NUMBER),
        ("+467012", Flaw.NOT_A_NUMBER),
        ("32000000", Flaw.NOT_A_MOBILE),
        ("59000000", Flaw.NOT_A_MOBILE),
        ("580000000001", Flaw.NOT_A_MOBILE),
        ("+49 30 1234567", Flaw.NOT_A_MOBILE),
        ("116117", Flaw.NOT_A_MOBILE),
    ],
)
def test_what_takes_no_sms_is_refused_with_its_reason(written, flaw):
    assert why_not_number(written) is flaw
    with pytest.raises(ValueError, match="no SMS"):
        e164(written)
