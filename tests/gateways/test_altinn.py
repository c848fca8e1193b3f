"""SMS to Astrid ordered from Altinn over real HTTP: the token exchanged, one order for a reference, and the feed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.calling import Why as NoToken
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.sms import Altinn, Sms

NEWS = Sms(to="+4790000001", text="Tunvik: Du har fått en ny melding.", sender="Tunvik", reference="notice-1")
ORDERS, FEED = "/notifications/api/v1/future/orders", "/notifications/api/v1/future/shipment/feed"
EXCHANGE = "/authentication/api/v1/exchange/maskinporten"


@dataclass
class Platform:
    """Altinn's side: it gives a token for a token, an order for a reference, and a feed by sequence number."""

    url: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    feed: list[dict[str, Any]] = field(default_factory=list)
    says_instead: dict[str, int] = field(default_factory=dict)

    def answer(self, path: str, query: dict[str, list[str]], key: str, body: bytes) -> tuple[int, bytes]:
        self.calls.append((path, key))
        if path in self.says_instead:
            return self.says_instead[path], b"{}"
        if path == EXCHANGE:
            return 200, f'"altinn of {key.removeprefix("Bearer ")}"'.encode()
        if path == ORDERS:
            order = json.loads(body)
            known = order["idempotencyId"] in self.orders
            self.orders.setdefault(order["idempotencyId"], order)
            shipment = {"shipmentId": f"ship-{order['idempotencyId']}", "sendersReference": order["sendersReference"]}
            return 200 if known else 201, json.dumps({"notificationOrderId": "o", "notification": shipment}).encode()
        after, size = int(query["seq"][0]), int(query["pageSize"][0])
        if query["orderBy"] == ["asc"]:
            return 200, json.dumps([each for each in self.feed if each["sequenceNumber"] > after][:size]).encode()
        newest = [each for each in reversed(self.feed) if after == 0 or each["sequenceNumber"] < after]
        return 200, json.dumps(newest[:size]).encode()

    def happens(self, reference: str, status: str) -> None:
        """Something happens to a shipment, and the feed has a line of it."""
        number = len(self.feed) + 1
        self.feed.append(
            {
                "sequenceNumber": number,
                "shipmentId": f"ship-{reference}",
                "sendersReference": reference,
                "type": "Notification",
                "status": "Order_Processed",
                "lastUpdate": "2026-03-02T09:00:00Z",
                "recipients": [
                    {
                        "type": "SMS",
                        "destination": "+4790000001",
                        "status": status,
                        "lastUpdate": f"2026-03-02T09:{number % 60:02}:00.5Z",
                    }
                ],
            }
        )


@pytest.fixture
def platform() -> Iterator[Platform]:
    told = Platform()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            key = self.headers["Authorization"]
            status, said = told.answer(address.path, parse_qs(address.query), key, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing is written: the test looks at `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Hour:
    """A clock that the test moves."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def altinn(platform: Platform, hour: Hour) -> Altinn:
    return Altinn(platform.url, maskinporten_token=lambda: "maskinporten", now=hour)


def told_by(altinn: Altinn) -> list[DeliveryReport]:
    kept: list[DeliveryReport] = []
    altinn.hand_reports_to(kept.extend)
    return kept


def test_altinn_gets_an_order_for_one_sms_with_our_reference_and_its_own_token(altinn, platform):
    accepted = altinn.send(NEWS)

    assert accepted.provider_reference == "ship-notice-1"
    assert platform.calls == [(EXCHANGE, "Bearer maskinporten"), (ORDERS, "Bearer altinn of maskinporten")]
    assert platform.orders["notice-1"] == {
        "idempotencyId": "notice-1",
        "sendersReference": "notice-1",
        "recipient": {
            "recipientSms": {
                "phoneNumber": "+4790000001",
                "smsSettings": {
                    "sender": "Tunvik",
                    "body": "Tunvik: Du har fått en ny melding.",
                    "sendingTimePolicy": "Anytime",
                },
            }
        },
    }


def test_the_same_reference_again_is_the_same_order(altinn, platform):
    assert {altinn.send(NEWS).provider_reference for _ in range(3)} == {"ship-notice-1"}
    assert list(platform.orders) == ["notice-1"]


def test_the_token_is_kept_for_a_while_and_exchanged_anew_when_it_is_not_let_in(altinn, platform, hour):
    altinn.send(NEWS)
    altinn.send(NEWS)
    hour.passes(minutes=11)
    altinn.send(NEWS)
    platform.says_instead = {ORDERS: 401}
    with pytest.raises(NotAccepted) as refused:
        altinn.send(NEWS)
    platform.says_instead = {}
    altinn.send(NEWS)

    assert refused.value.why is Why.SETUP
    assert [path for path, _ in platform.calls].count(EXCHANGE) == 3


@pytest.mark.parametrize(
    ("path", "status", "why", "again"),
    [
        (EXCHANGE, HTTPStatus.FORBIDDEN, Why.SETUP, True),
        (EXCHANGE, HTTPStatus.BAD_GATEWAY, Why.UNAVAILABLE, True),
        (ORDERS, HTTPStatus.FORBIDDEN, Why.SETUP, True),
        (ORDERS, HTTPStatus.BAD_REQUEST, Why.REFUSED, False),
        (ORDERS, HTTPStatus.UNPROCESSABLE_ENTITY, Why.BAD_ADDRESS, False),
        (ORDERS, HTTPStatus.TOO_MANY_REQUESTS, Why.BUSY, True),
        (ORDERS, HTTPStatus.INTERNAL_SERVER_ERROR, Why.UNCERTAIN, True),
        (ORDERS, HTTPStatus.OK, Why.UNCERTAIN, True),
    ],
)
def test_every_refusal_has_a_reason_that_tells_whether_to_try_again(altinn, platform, path, status, why, again):
    platform.says_instead = {path: status}

    with pytest.raises(NotAccepted) as refused:
        altinn.send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (why, again)


def test_where_maskinporten_gives_no_token_nothing_is_sent(platform):
    def no_token() -> str:
        raise NotAnswered(NoToken.UNAVAILABLE)

    with pytest.raises(NotAccepted) as refused:
        Altinn(platform.url, maskinporten_token=no_token).send(NEWS)

    assert refused.value.why is Why.UNAVAILABLE
    assert platform.calls == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SMS_New", Delivery.QUEUED),
        ("SMS_Accepted", Delivery.SENT),
        ("SMS_Delivered", Delivery.DELIVERED),
        ("SMS_Failed", Delivery.FAILED),
        ("SMS_Failed_InvalidRecipient", Delivery.FAILED),
        ("SMS_Failed_TTL", Delivery.EXPIRED),
        ("SMS_Failed_Rejected", Delivery.REJECTED),
    ],
)
def test_the_feed_tells_of_our_order_and_not_of_its_number(altinn, platform, status, state):
    platform.happens("notice-1", status)

    (report,) = told_by(altinn)

    assert (report.provider, report.state, report.reference) == ("altinn", state, "notice-1")
    assert report.provider_reference == "ship-notice-1"
    assert report.at == datetime(2026, 3, 2, 9, 1, 0, 500_000, tzinfo=UTC)
    assert "90000001" not in repr(report)


def test_the_feed_is_read_on_from_where_it_was_kept_and_not_asked_all_the_time(altinn, platform, hour):
    platform.happens("notice-1", "SMS_Accepted")
    assert len(told_by(altinn)) == 1
    platform.happens("notice-1", "SMS_Delivered")
    assert told_by(altinn) == []
    hour.passes(seconds=31)
    assert [report.state for report in told_by(altinn)] == [Delivery.DELIVERED]
    hour.passes(seconds=31)
    assert told_by(altinn) == []


def test_what_cannot_be_kept_is_read_again(altinn, platform, hour):
    platform.happens("notice-1", "SMS_Delivered")

    def database_is_gone(_: object) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        altinn.hand_reports_to(database_is_gone)
    hour.passes(seconds=31)

    assert len(told_by(altinn)) == 1


def test_at_the_start_it_looks_back_on_what_came_while_nobody_listened(altinn, platform, hour):
    for number in range(1, 1201):
        platform.happens(f"notice-{number}", "SMS_Delivered")

    assert len({report.reference for report in told_by(altinn)}) == 1200
    platform.happens("notice-1201", "SMS_Delivered")
    assert [report.reference for report in told_by(altinn)] == ["notice-1201"]


def test_a_feed_that_does_not_answer_is_a_reason_not_a_crash(altinn, platform):
    platform.says_instead = {FEED: 503}

    with pytest.raises(NotAccepted) as refused:
        told_by(altinn)

    assert refused.value.why is Why.UNCERTAIN
