"""The demo's moved clock: one row that web and worker follow; nothing of it exists outside the demo."""

import json
import threading
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.models import DemoClock
from hjemmekontakt.municipalities import contact
from hjemmekontakt.notifications import delivery, waiting
from hjemmekontakt.project import jobs

FRESH = 0.2  # seconds a process may go on with the shift it last read
PATIENCE = 15.0

_seen: tuple[float, timedelta] = (0.0, timedelta(0))
_one_at_a_time = threading.Lock()


def follow() -> None:
    """Let the domain's time follow the demo's clock."""
    clock.follow(lambda: clock.real() + _shift())


def _shift() -> timedelta:
    global _seen
    read_at, shift = _seen
    if time.monotonic() - read_at < FRESH:
        return shift
    try:
        row = DemoClock.objects.filter(id=1).first()
        shift = row.moved_by if row else timedelta(0)
    except DatabaseError:  # inside a transaction that has failed already: its own error is the one to tell
        return shift
    _seen = (time.monotonic(), shift)
    return shift


def move(request: HttpRequest) -> HttpResponse:
    """`POST /demo/clock {"now": "…"}`: move the domain's time, then do what came due; answers when it is done."""
    if not settings.IS_DEMO or request.method != "POST":
        return HttpResponse(status=404)
    try:
        moment = datetime.fromisoformat(json.loads(request.body)["now"])
        if moment.tzinfo is None:
            raise ValueError("a zone is needed")
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": 'Send {"now": "2027-03-22T09:00:00+01:00"}, with a zone.'}, status=400)
    with _one_at_a_time:
        DemoClock.objects.update_or_create(id=1, defaults={"moved_by": moment - clock.real()})
        time.sleep(FRESH * 1.5)  # until every process has read it
        catch_up()
    return JsonResponse({"now": clock.now().isoformat()})


def catch_up() -> None:
    """Do what has come due: the night's jobs once, the minute's jobs once, events carried, notices handed over."""
    jobs.run_nightly(now=clock.now())
    waiting.do_what_waits(the_portal(), now=clock.now())
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        claimed = outbox.claim()
        heard = outbox.deliver(claimed) if claimed else 0
        sent = delivery.deliver_due(clock.now())
        if not heard and not sent:
            break
    jobs.run_minutely(now=clock.now())
    contact.ask_all_again()
    jobs.keep_in_touch()
    connection.close()
