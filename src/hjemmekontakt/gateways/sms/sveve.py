"""Sveve's HTTP interface: POST /SMS/SendMessage with JSON, and the delivery reports that it sends to our door."""

from collections.abc import Mapping

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.lines import Answer, Lines, object_in
from hjemmekontakt.gateways.sms import over_http
from hjemmekontakt.gateways.sms.message import Sms, sender_name
from hjemmekontakt.ground import clock

NAME = "sveve"


class Sveve:
    """The client that hands SMS to Sveve."""

    def __init__(self, url: str, *, user: str, password: str, timeout_s: float = 10.0) -> None:
        self._who = {"user": user, "passwd": password}
        self._lines = Lines(url, timeout_s=timeout_s)

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS; the number, the text and the password go in the body, never in the address."""
        letter = {
            **self._who,
            "to": over_http.number_of(sms).removeprefix("+"),
            "msg": gsm7.fold(sms.text),
            "from": sender_name(sms.sender),
            "ref": sms.reference,
            "f": "json",
        }
        return _read(over_http.call(self._lines, "POST", "/SMS/SendMessage", json=letter))

    def close(self) -> None:
        """Let go of the open lines."""
        self._lines.close()


def read_reports(fields: Mapping[str, str]) -> list[DeliveryReport]:
    """Read the one delivery report of a call; ValueError where it is none. The number in it is not read.

    >>> read_reports({"status": "false", "id": "42824112", "ref": "n-1", "errorCode": "1"})[0].state
    <Delivery.FAILED: 'failed'>
    """
    states = {"true": Delivery.DELIVERED, "false": Delivery.FAILED}
    state = states.get(fields.get("status", "").strip().lower())
    reference, own = fields.get("ref", "").strip(), fields.get("id", "").strip()
    if state is None or not (reference or own):
        raise ValueError("not a delivery report")
    return [
        DeliveryReport(provider=NAME, state=state, at=clock.real(), reference=reference, provider_reference=own),
    ]


def _read(answer: Answer) -> Accepted:
    said = object_in(answer).get("response")
    if not answer.is_success or not isinstance(said, dict):
        raise NotAccepted(over_http.why_of(answer.status))
    ids = said.get("ids")
    if said.get("msgOkCount") and isinstance(ids, list) and ids:
        return Accepted(str(ids[0]))
    if said.get("fatalError"):  # user, password or prepaid messages: somebody here must see to it
        raise NotAccepted(Why.SETUP)
    raise NotAccepted(Why.BAD_ADDRESS if said.get("errors") else Why.UNCERTAIN)
