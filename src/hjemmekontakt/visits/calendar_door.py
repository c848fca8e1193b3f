"""Where calendars fetch (`/kalender/<secret>.ics`): past sessions, forms and languages; the secret is all they bring."""

import logging
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.ground import clock
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.ics import as_ics, tag_of
from hjemmekontakt.visits.rules import digest_of

log = logging.getLogger(__name__)

AREA = "/kalender/"
ENDING = ".ics"
LONGEST = 200
FETCHES, WITHIN = 120, timedelta(minutes=10)
HEADERS = {
    "Cache-Control": "private, no-cache",  # its own calendar may keep it, and asks each time whether it still holds
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class Pace:
    """How often each address has been fetched lately from this process; the addresses are kept as digests."""

    def __init__(self, *, at_most: int, within: timedelta, remembered: int = 10_000) -> None:
        self.at_most, self.within, self.remembered = at_most, within, remembered
        self._seen: OrderedDict[bytes, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def is_too_fast(self, digest: bytes, *, now: datetime) -> bool:
        """Count this fetch, unless there have been too many."""
        with self._lock:
            lately = self._seen.setdefault(digest, deque())
            self._seen.move_to_end(digest)
            while len(self._seen) > self.remembered:
                self._seen.popitem(last=False)
            while lately and now - lately[0] >= self.within:
                lately.popleft()
            if len(lately) >= self.at_most:
                return True
            lately.append(now)
            return False

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()


PACE = Pace(at_most=FETCHES, within=WITHIN)


def address_of(secret: str, *, scheme: str = "") -> str:
    """The whole secret address, as it is shown once; with `webcal` it opens in the calendar itself."""
    address = f"{settings.PUBLIC_URL}{AREA}{secret}{ENDING}"
    return f"{scheme}:{address.partition(':')[2]}" if scheme else address


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a calendar that fetches; why an address leads nowhere is never told, and no address is written down."""
    if request.method not in ("GET", "HEAD"):
        return _plain("", status=405, Allow="GET, HEAD")
    secret = secret_in(request.path_info)
    if not secret:
        return _nowhere()
    if PACE.is_too_fast(digest_of(secret), now=clock.real()):
        return _plain("", status=429, **{"Retry-After": str(int(WITHIN.total_seconds()))})
    try:
        return _fetched(request, secret) or _nowhere()
    except Denied:  # it ended in this very moment
        return _nowhere()
    except Exception as bug:
        log.error("A calendar could not be fetched", exc_info=bug, extra={"method": request.method})
        return _plain("", status=500, **{"Retry-After": "600"})


def secret_in(path: str) -> str:
    """The secret in an address; empty where it is no calendar's.

    >>> secret_in("/kalender/abc.ics"), secret_in("/kalender/abc"), secret_in("/kalender/a/b.ics")
    ('abc', '', '')
    """
    secret, ending, rest = path.removeprefix(AREA).partition(ENDING)
    return secret if ending and not rest and "/" not in secret and len(secret) <= LONGEST else ""


def _fetched(request: HttpRequest, secret: str) -> HttpResponse | None:
    fetcher = queries.who_fetches(secret)
    if fetcher is None:
        return None
    entries = actions.fetch_calendar(fetcher.actor, fetcher.feed_id)
    with translation.override(fetcher.actor.language):
        tag = tag_of(entries)
        known = get_conditional_response(request, etag=tag)
        if known is not None:
            return _with_headers(known, ETag=tag)
        response = HttpResponse(as_ics(entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="besok.ics"'
    return _with_headers(response, ETag=tag)


def _nowhere() -> HttpResponse:
    log.info("A calendar address leads nowhere")
    return _plain("Denne kalenderadressen finnes ikke.\n", status=404)


def _plain(text: str, *, status: int, **headers: str) -> HttpResponse:
    return _with_headers(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"), **headers)


def _with_headers(response: HttpResponse, **headers: str) -> HttpResponse:
    for name, value in {**HEADERS, **headers}.items():
        response[name] = value
    return response
