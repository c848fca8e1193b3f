"""Notices to browsers, handed to a service that checks who sends and opens what is sealed (RFC 8030, 8291, 8292)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hjemmekontakt.demo.push_service import browser
from hjemmekontakt.gateways import outside
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.push import Browser, Flaw, Push, Urgency, VapidKey, WebPush, new_push_key, services_in
from hjemmekontakt.gateways.push.sealing import in_base64url, seal_record
from tests.push_service import PushService, running

REFERENCE = "0f8fad5b-d9cb-469f-a165-70867728950e"
KEY, OTHER_KEY = VapidKey.of(new_push_key()), VapidKey.of(new_push_key())


@pytest.fixture(scope="module")
def _service() -> Iterator[PushService]:
    with running() as service:
        yield service


@pytest.fixture
def service(_service: PushService) -> PushService:
    _service.begin_again()
    return _service


@pytest.fixture
def client(service: PushService) -> WebPush:
    return WebPush(KEY, contact="mailto:drift@tunvik.example", services=services_in(service.url, is_demo=True))


def a_push(to: Browser, text: str = "Du har fått en ny melding. Logg inn for å lese den.", **more) -> Push:
    return Push(**({"to": to, "title": "Tunvik", "text": text, "reference": REFERENCE} | more))


def why_refused(client: WebPush, push: Push) -> NotAccepted:
    with pytest.raises(NotAccepted) as refused:
        client.send(push)
    return refused.value


def test_the_sealing_is_that_of_the_standards_own_example() -> None:
    """RFC 8291, 5: its keys, its salt, its watermelon."""
    theirs = Browser(
        "",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    secret = int.from_bytes(in_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = seal_record(
        b"When I grow up, I want to be a watermelon\x02",
        theirs,
        ours=ec.derive_private_key(secret, ec.SECP256R1()),
        salt=in_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert sealed == in_base64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru"
        "3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_shows_what_was_sealed_for_it_and_the_service_cannot_tell_texts_apart(service, client) -> None:
    firefox = service.browser("firefox")
    client.send(a_push(firefox))
    client.send(a_push(firefox, "Kort.", reference=str(uuid4()), urgency=Urgency.HIGH, valid_for=timedelta(hours=1)))
    long, short = service.shown()
    assert (long["title"], long["body"], long["lang"]) == (
        "Tunvik",
        "Du har fått en ny melding. Logg inn for å lese den.",
        "nb",
    )
    assert long["tag"] == long["topic"] == UUID(REFERENCE).hex
    assert (long["ttl"], long["urgency"], short["ttl"], short["urgency"]) == (86400, "normal", 3600, "high")
    assert long["bytes"] == short["bytes"]


def test_the_demos_browser_is_the_one_that_the_service_knows_by_its_name(service) -> None:
    assert browser(service.url, "jonas") == service.browser("jonas")


def test_the_same_reference_again_takes_the_place_of_what_was_sent(service, client) -> None:
    for text in ("Først", "Så"):
        client.send(a_push(service.browser("firefox"), text))
    assert [each["body"] for each in service.shown()] == ["Så"]


@pytest.mark.parametrize(
    ("status", "why", "passes"),
    [
        (404, Why.GONE, False),
        (410, Why.GONE, False),
        (400, Why.REFUSED, False),
        (413, Why.REFUSED, False),
        (307, Why.REFUSED, False),
        (401, Why.SETUP, True),
        (429, Why.BUSY, True),
        (500, Why.UNAVAILABLE, True),
        (503, Why.UNAVAILABLE, True),
    ],
)
def test_what_each_answer_means(service, client, status, why, passes) -> None:
    service.answers(status, Location=f"{service.url}/push/elsewhere")
    refused = why_refused(client, a_push(service.browser("firefox")))
    assert (refused.why, refused.is_temporary, refused.after) == (why, passes, None)
    assert service.shown() == []  # also where it was led elsewhere


def test_a_service_that_is_busy_says_how_long(service, client) -> None:
    service.answers(429, Retry_After="120")
    assert why_refused(client, a_push(service.browser("firefox"))).after == timedelta(seconds=120)
    service.answers(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
    assert why_refused(client, a_push(service.browser("firefox"))).after == timedelta(0)


@pytest.mark.parametrize("fault", ["another's signature", "another service", "no contact"])
def test_the_service_lets_nobody_in_who_does_not_prove_who_it_is(service, client, monkeypatch, fault) -> None:
    right = VapidKey.authorization

    def wrong(self, endpoint, *, contact, now):
        if fault == "another's signature":
            return right(OTHER_KEY, endpoint, contact=contact, now=now).split(", k=")[0] + f", k={self.public}"
        if fault == "another service":
            return right(self, "https://fcm.googleapis.com/x", contact=contact, now=now)
        return right(self, endpoint, contact="", now=now)

    monkeypatch.setattr(VapidKey, "authorization", wrong)
    assert why_refused(client, a_push(service.browser("firefox"))).why is Why.SETUP
    assert service.shown() == []


def test_what_is_sealed_for_another_browser_cannot_be_opened(service, client) -> None:
    firefox, safari = service.browser("firefox"), service.browser("safari")
    assert why_refused(client, a_push(replace(safari, endpoint=firefox.endpoint))).why is Why.REFUSED


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://push.apple.com.evil.example/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/\r\nx",
        "https://[/x",
        "ftp://fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_only_the_known_services_are_spoken_to(service, client, endpoint) -> None:
    known = WebPush(KEY, contact="mailto:drift@tunvik.example", services=services_in("google apple"))
    forged = replace(service.browser("firefox"), endpoint=endpoint)
    assert known.why_not(forged) is Flaw.NOT_A_SERVICE
    assert why_refused(known, a_push(forged)).why is Why.BAD_ADDRESS


def test_a_known_name_that_leads_inside_is_not_called(service, monkeypatch) -> None:
    known = WebPush(KEY, contact="mailto:drift@tunvik.example", services=services_in("google"))
    to = replace(service.browser("firefox"), endpoint="https://fcm.googleapis.com/fcm/send/x")
    for address in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:192.168.0.1"):
        monkeypatch.setattr(
            outside.socket, "getaddrinfo", lambda *_, address=address, **__: [(0, 0, 0, "", (address, 443))]
        )
        assert why_refused(known, a_push(to)).why is Why.SETUP


def test_an_address_on_this_machine_belongs_to_the_demo() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        services_in("http://127.0.0.1:8008")


@pytest.mark.parametrize(
    "keys", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "BA" + "A" * 85}, {"auth": "å"}, {"p256dh": ""}]
)
def test_a_browser_without_proper_keys_is_none(service, client, keys) -> None:
    assert client.why_not(replace(service.browser("firefox"), **keys)) is Flaw.NOT_A_KEY


def test_a_key_that_is_not_ours_to_use_stops_the_start() -> None:
    public = {name: value for name, value in new_push_key().items() if name != "d"}
    for jwk in (public, {"kty": "oct", "k": "AAAA"}, {}, json.loads('{"kty": "EC", "crv": "P-384"}')):
        with pytest.raises(ValueError, match="P-256"):
            VapidKey.of(jwk)
    with pytest.raises(ValueError, match="mailto"):
        WebPush(KEY, contact="drift@tunvik.example", services=services_in("google"))
