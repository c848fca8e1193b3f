"""Altinn 3 Notifications: an order for one SMS, and the feed that tells what became of the orders."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.lines import Answer, LineBroke, Lines, NotConnected, object_in
from hjemmekontakt.gateways.sms import over_http
from hjemmekontakt.gateways.sms.message import Record, Sms, sender_name
from hjemmekontakt.ground import clock

NAME = "altinn"
SCOPE = "altinn:serviceowner/notifications.create"
ORDERS = "/notifications/api/v1/future/orders"
FEED = "/notifications/api/v1/future/shipment/feed"
EXCHANGE = "/authentication/api/v1/exchange/maskinporten"
TOKEN_LASTS = timedelta(minutes=10)
ASK_EVERY = timedelta(seconds=30)
PAGE = 500
PAGES_BACK = 20
STATES = {
    "SMS_New": Delivery.QUEUED,
    "SMS_Sending": Delivery.QUEUED,
    "SMS_Accepted": Delivery.SENT,
    "SMS_Delivered": Delivery.DELIVERED,
    "SMS_Failed_Expired": Delivery.EXPIRED,
    "SMS_Failed_TTL": Delivery.EXPIRED,
    "SMS_Failed_Rejected": Delivery.REJECTED,
    "SMS_Failed_BarredReceiver": Delivery.REJECTED,
    "SMS_Failed_RecipientReserved": Delivery.REJECTED,
}

log = logging.getLogger(__name__)


class Altinn:
    """The client that orders SMS from Altinn, who honours our reference: the same one again is the same order."""

    def __init__(
        self,
        url: str,
        *,
        maskinporten_token: Callable[[], str],
        timeout_s: float = 10.0,
        now: Callable[[], datetime] = clock.real,
    ) -> None:
        self._lines = Lines(url, timeout_s=timeout_s)
        self._maskinporten_token = maskinporten_token
        self._now = now
        self._lock = Lock()
        self._token, self._good_until = "", now()
        self._read_to: int | None = None
        self._ask_at = now()

    def send(self, sms: Sms) -> Accepted:
        """Order one SMS."""
        settings = {
            "sender": sender_name(sms.sender),
            "body": gsm7.fold(sms.text),
            "sendingTimePolicy": "Anytime",  # quiet hours are the portal's own, and have been kept by now
        }
        order = {
            "idempotencyId": sms.reference,
            "sendersReference": sms.reference,
            "recipient": {"recipientSms": {"phoneNumber": over_http.number_of(sms), "smsSettings": settings}},
        }
        return self._read(over_http.call(self._lines, "POST", ORDERS, json=order, headers=self._headers()))

    def hand_reports_to(self, record: Record) -> int:
        """Ask the feed, at most every half minute, for what has happened since; at the start, for what happened lately."""
        if self._now() < self._ask_at:
            return 0
        self._ask_at = self._now() + ASK_EVERY
        entries = self._since(self._read_to) if self._read_to is not None else self._lately()
        reports = [report for entry in entries for report in _reports(entry)]
        if reports:
            record(reports)
        self._read_to = max((entry["sequenceNumber"] for entry in entries), default=self._read_to or 0)
        if len(entries) >= PAGE:
            self._ask_at = self._now()
        return len(reports)

    def close(self) -> None:
        """Let go of the open lines."""
        self._lines.close()

    def _since(self, read_to: int) -> list[dict[str, Any]]:
        return self._page({"seq": read_to, "pageSize": PAGE, "orderBy": "asc"})

    def _lately(self) -> list[dict[str, Any]]:
        """Read backwards from the newest, for what came while no worker listened; it is no harm to read a thing twice."""
        entries: list[dict[str, Any]] = []
        page = self._page({"seq": 0, "pageSize": PAGE, "orderBy": "desc"})
        while page:
            entries += page
            if len(page) < PAGE or len(entries) >= PAGE * PAGES_BACK:
                break
            page = self._page({"seq": page[-1]["sequenceNumber"], "pageSize": PAGE, "orderBy": "desc"})
        return entries

    def _page(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        answer = over_http.call(self._lines, "GET", FEED, params=asked, headers=self._headers())
        if not answer.is_success:
            self._forget_token()
            log.warning("Altinn's feed does not answer", extra={"status": answer.status})
            raise NotAccepted(over_http.why_of(answer.status))
        entries: list[dict[str, Any]] = json.loads(answer.body)
        return entries

    def _read(self, answer: Answer) -> Accepted:
        if not answer.is_success:
            why = over_http.why_of(answer.status)
            if why is Why.SETUP:
                self._forget_token()
            raise NotAccepted(Why.BAD_ADDRESS if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY else why)
        said = object_in(answer).get("notification")
        if not isinstance(said, dict) or not said.get("shipmentId"):
            raise NotAccepted(Why.UNCERTAIN)
        return Accepted(str(said["shipmentId"]))

    def _headers(self) -> dict[str, str]:
        with self._lock:
            if not self._token or self._now() >= self._good_until:
                self._token = self._exchanged()
                self._good_until = self._now() + TOKEN_LASTS
            return {"Authorization": f"Bearer {self._token}"}

    def _exchanged(self) -> str:
        """Change Maskinporten's token into Altinn's own; nothing of any message has left yet when this fails."""
        try:
            key = {"Authorization": f"Bearer {self._maskinporten_token()}"}
            answer = self._lines.call("GET", EXCHANGE, headers=key)
        except (NotAnswered, NotConnected, LineBroke):
            raise NotAccepted(Why.UNAVAILABLE) from None
        if not answer.is_success:
            why = over_http.why_of(answer.status)
            raise NotAccepted(Why.UNAVAILABLE if why is Why.UNCERTAIN else Why.SETUP)
        return answer.body.decode("ascii", "replace").strip().strip('"')

    def _forget_token(self) -> None:
        with self._lock:
            self._token = ""


def _reports(entry: dict[str, Any]) -> list[DeliveryReport]:
    """Read what an entry of the feed says of its SMS; the number in it is not read."""
    return [
        DeliveryReport(
            provider=NAME,
            state=STATES.get(each["status"], Delivery.FAILED),
            at=datetime.fromisoformat(each["lastUpdate"]),
            reference=str(entry.get("sendersReference") or ""),
            provider_reference=str(entry["shipmentId"]),
        )
        for each in entry.get("recipients", [])
        if str(each.get("status", "")).startswith("SMS_")
    ]
