"""The door at which SMS providers tell what became of messages: no session, no form, a shared secret in the header."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from hmac import compare_digest
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from hjemmekontakt.gateways.handover import DeliveryReport
from hjemmekontakt.gateways.sms import link, sveve
from hjemmekontakt.notifications.receipts import record

MOST_AT_ONCE = 1000

READERS: dict[str, Callable[[HttpRequest], list[DeliveryReport]]] = {
    "link": lambda request: link.read_reports(request.body),
    "sveve": lambda request: sveve.read_reports(request.POST.dict()),
}


def receipts(request: HttpRequest, provider: str) -> HttpResponse:
    """Take the receipts of one call; only POST, so that no number stands in an address, and so in no log."""
    read = READERS.get(provider)
    if read is None or not settings.SMS_RECEIPT_SECRET:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if not _knows_the_secret(request.headers.get("Authorization", "")):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="kvittering"'})
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    try:
        reports = read(request)
    except RequestDataTooBig:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except (ValueError, MultiPartParserError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if len(reports) > MOST_AT_ONCE:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    record(reports)
    return HttpResponse("OK", content_type="text/plain")


def _knows_the_secret(header: str) -> bool:
    """`Bearer <secret>`, or `Basic` with it as the password; who asks has no name here."""
    kind, _, given = header.partition(" ")
    if kind.lower() == "basic":
        try:
            given = b64decode(given, validate=True).decode().partition(":")[2]
        except (NotBase64, ValueError):
            return False
    elif kind.lower() != "bearer":
        return False
    return compare_digest(given.encode(), settings.SMS_RECEIPT_SECRET.encode())
