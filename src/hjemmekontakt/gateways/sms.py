"""SMS out of the house: the message, the numbers it may go to, and a client for LINK Mobility's HTTP interface."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Protocol

import httpx
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.calling import client_for
from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
LONGEST_SENDER = 11
TAKEN_OVER = frozenset({1000, 1001, 1005, 1007, 1008, 1011, 1012, 1013})
TRY_LATER = frozenset({0, 1, 3, 4, 5, 6, 105, 2107})
NUMBER_CANNOT_BE_REACHED = frozenset({2100, 2101, 2102, 2103, 2104, 2105, 2106})


class Flaw(StrEnum):
    """What is wrong with a number for SMS."""

    NOT_A_NUMBER = "not-a-number"
    NOT_A_MOBILE = "not-a-mobile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One SMS; the reference is ours, and the same reference is the same message however often it is sent."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    reference: str
    valid_for: timedelta = timedelta(hours=12)


class SmsGateway(Protocol):
    """Whoever can take over an SMS."""

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS, or raise NotAccepted."""
        ...


def why_not_number(text: str) -> Flaw | None:
    """Say why no SMS can go to this number; None means that one can (in Norway 4 or 9 comes first).

    >>> why_not_number("900 00 001"), why_not_number("590 00 000"), why_not_number("ring meg")
    (None, <Flaw.NOT_A_MOBILE: 'not-a-mobile'>, <Flaw.NOT_A_NUMBER: 'not-a-number'>)
    """
    number = _parsed(text)
    if number is None:
        return Flaw.NOT_A_NUMBER
    if number.country_code == 47 and str(number.national_number)[0] not in "49":
        return Flaw.NOT_A_MOBILE
    if not phonenumbers.is_valid_number(number):
        return Flaw.NOT_A_NUMBER
    return None if phonenumbers.number_type(number) in MOBILE else Flaw.NOT_A_MOBILE


def e164(text: str) -> str:
    """Write a number the one way it is stored and compared: «+4790000001»; ValueError where no SMS can go to it.

    >>> e164("0047 900 00 001")
    '+4790000001'
    """
    number = _parsed(text)
    if number is None or why_not_number(text):
        raise ValueError("no SMS can go to this number")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


class LinkMobility:
    """The client that hands SMS to an aggregator in LINK Mobility's shape (POST /sms/send with JSON)."""

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
        self._client = client_for(url, timeout_s=timeout_s, auth=(user, password))

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS; a silent or broken line counts as passing, and the same reference may be sent again."""
        if why_not_number(sms.to):
            raise NotAccepted(Why.BAD_ADDRESS)
        try:
            answer = self._client.post("/sms/send", json=self._letter(sms))
        except httpx.TransportError:
            raise NotAccepted(Why.UNAVAILABLE) from None
        return _read(answer)

    def close(self) -> None:
        """Let go of the open lines."""
        self._client.close()

    def _letter(self, sms: Sms) -> dict[str, object]:
        text = gsm7.fold(sms.text)
        return {
            "source": sms.sender[:LONGEST_SENDER],
            "sourceTON": "ALPHANUMERIC",
            "destination": e164(sms.to),
            "destinationTON": "MSISDN",
            "userData": text,
            "dcs": gsm7.alphabet(text).value,
            "refId": sms.reference,
            "relativeValidityTime": int(sms.valid_for.total_seconds() * 1000),
            "useDeliveryReport": bool(self._gates),
            "deliveryReportGates": self._gates,
            "ignoreResponse": False,
            **self._platform,
        }


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, "NO")
    except phonenumbers.NumberParseException:
        return None


def _read(answer: httpx.Response) -> Accepted:
    said = _json(answer)
    code = said.get("resultCode")
    if answer.is_success and said.get("messageId") and code in TAKEN_OVER:
        return Accepted(str(said["messageId"]))
    raise NotAccepted(_why(answer.status_code, code if isinstance(code, int) else None))


def _why(status: int, code: int | None) -> Why:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status < HTTPStatus.INTERNAL_SERVER_ERROR and code in TRY_LATER):
        return Why.BUSY
    if code in NUMBER_CANNOT_BE_REACHED:
        return Why.BAD_ADDRESS
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or (code is None and status < HTTPStatus.BAD_REQUEST):
        return Why.UNAVAILABLE
    return Why.REFUSED


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
