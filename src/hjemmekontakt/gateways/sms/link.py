"""LINK Mobility's HTTP interface: POST /sms/send with JSON, and the delivery reports that its gate sends to our door."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.lines import Answer, Lines, object_in
from hjemmekontakt.gateways.sms import over_http
from hjemmekontakt.gateways.sms.message import Sms, sender_name
from hjemmekontakt.ground import clock

NAME = "link"
TAKEN_OVER = frozenset({1000, 1001, 1005, 1007, 1008, 1011, 1012, 1013})
TRY_LATER = frozenset({0, 1, 3, 4, 5, 6, 105, 2107})
NUMBER_CANNOT_BE_REACHED = frozenset({2100, 2101, 2102, 2103, 2104, 2105, 2106})
STATES = {
    **dict.fromkeys([1005, 1012], Delivery.QUEUED),
    **dict.fromkeys([1000, 1008, 1011, 1013], Delivery.SENT),
    **dict.fromkeys([1001, 1007], Delivery.DELIVERED),
    **dict.fromkeys([1002, 1010], Delivery.EXPIRED),
    **dict.fromkeys([0, 1, 2, 3, 4, 5, 6, 104, 105, 1004, 1006, 1009, *range(2100, 2108)], Delivery.FAILED),
}


class LinkMobility:
    """The client that hands SMS to an aggregator in LINK Mobility's shape."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        platform_id: str = "COMMON_API",
        platform_partner_id: str = "",
        delivery_report_gate: str = "",
        timeout_s: float = 10.0,
    ) -> None:
        self._platform = {"platformId": platform_id, "platformPartnerId": platform_partner_id}
        self._gates = [delivery_report_gate] if delivery_report_gate else []
        self._lines = Lines(url, timeout_s=timeout_s, auth=(user, password))

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS; a silent or broken line counts as passing, and the same reference may be sent again."""
        return _read(over_http.call(self._lines, "POST", "/sms/send", json=self._letter(sms)))

    def close(self) -> None:
        """Let go of the open lines."""
        self._lines.close()

    def _letter(self, sms: Sms) -> dict[str, object]:
        text = gsm7.fold(sms.text)
        size = gsm7.size(text)
        return {
            "source": sender_name(sms.sender),
            "sourceTON": "ALPHANUMERIC",
            "destination": over_http.number_of(sms),
            "destinationTON": "MSISDN",
            "userData": text,
            # Only where the encoding is left to them do they cut a long message into parts.
            "dcs": size.alphabet.value if size.segments == 1 else "TEXT",
            "refId": sms.reference,
            "relativeValidityTime": int(sms.valid_for.total_seconds() * 1000),
            "useDeliveryReport": bool(self._gates),
            "deliveryReportGates": self._gates,
            "ignoreResponse": False,
            **self._platform,
        }


def read_reports(body: bytes) -> list[DeliveryReport]:
    """Read the delivery reports of one call, one or a list of them; ValueError where they are none.

    >>> read_reports(b'{"refId": "n-1", "id": "m-1", "resultCode": 1001, "timestamp": "2026-03-02T09:00:00Z"}')[0].state
    <Delivery.DELIVERED: 'delivered'>
    """
    said = json.loads(body)
    return [_report(each) for each in (said if isinstance(said, list) else [said])]


def _report(said: Any) -> DeliveryReport:
    if not isinstance(said, dict) or not isinstance(said.get("resultCode"), int):
        raise ValueError("not a delivery report")  # noqa: TRY004 – one kind of fault for all that cannot be read
    return DeliveryReport(
        provider=NAME,
        state=STATES.get(said["resultCode"], Delivery.REJECTED),
        at=_time(said.get("timestamp")),
        reference=str(said.get("refId") or ""),
        provider_reference=str(said.get("id") or "").partition("$")[0],  # a part of a long message ends in «$0», «$1»
    )


def _time(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return clock.real()
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read(answer: Answer) -> Accepted:
    said = object_in(answer)
    code = said.get("resultCode")
    if answer.is_success and said.get("messageId") and code in TAKEN_OVER:
        return Accepted(str(said["messageId"]))
    raise NotAccepted(_why(answer.status, code if isinstance(code, int) else None))


def _why(status: int, code: int | None) -> Why:
    if code is None or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        return over_http.why_of(status)
    if code in NUMBER_CANNOT_BE_REACHED:
        return Why.BAD_ADDRESS
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Why.UNAVAILABLE
    return Why.BUSY if code in TRY_LATER else Why.REFUSED
