"""How an SMS is handed over by HTTP: what broke before anything was sent, and what broke when it may have arrived."""

from http import HTTPStatus
from typing import Any

from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.lines import Answer, LineBroke, Lines, NotConnected
from hjemmekontakt.gateways.sms.message import Sms
from hjemmekontakt.gateways.sms.numbers import e164


def call(lines: Lines, method: str, path: str, **request: Any) -> Answer:
    """Call a provider; a line that broke after the message left counts as UNCERTAIN, for it may have been taken over."""
    try:
        return lines.call(method, path, **request)
    except NotConnected:
        raise NotAccepted(Why.UNAVAILABLE) from None
    except LineBroke:
        raise NotAccepted(Why.UNCERTAIN) from None


def why_of(status: int) -> Why:
    """Say what an answer without any words of the provider's own means; a server's fault says nothing of the message.

    >>> why_of(403), why_of(429), why_of(504), why_of(400)
    (<Why.SETUP: 'setup'>, <Why.BUSY: 'busy'>, <Why.UNCERTAIN: 'uncertain'>, <Why.REFUSED: 'refused'>)
    """
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Why.REFUSED
    return Why.UNCERTAIN


def number_of(sms: Sms) -> str:
    """The number that an SMS goes to, as it is written on the wire; one that takes no SMS never leaves the house."""
    try:
        return e164(sms.to)
    except ValueError:
        raise NotAccepted(Why.BAD_ADDRESS) from None
