"""The worker: carries events to their listeners, hands notices over, and does what falls due by the clock."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

log = logging.getLogger(__name__)

IDLE = 0.25  # seconds between looks at an empty outbox
HANDS_AT_LARGE_JOBS = 2  # while one reads lines, the database works on another's (decision 83)
CONNECTIONS = 12  # at most: one for each loop, so that none waits for another, least of all the sign of life
BEAT = 5.0
JOBS = 10.0
SENDINGS = 5.0
RECEIPTS = 1.0
SUBSCRIBERS = 1.0
ALIVE = timedelta(seconds=30)


def main() -> int:
    """Work until asked to stop (SIGTERM, Ctrl-C); what is under way is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjemmekontakt.project.settings")
    os.environ.setdefault("HK_POOL_SIZE", str(CONNECTIONS))
    import django

    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=_loop, args=(stop, *loop), name=loop[0], daemon=True) for loop in loops()]
    for thread in threads:
        thread.start()
    log.info("The worker is at work", extra={"worker": name()})
    stop.wait()
    for thread in threads:
        thread.join(timeout=30)
    log.info("The worker has stopped", extra={"worker": name()})
    return 0


def loops() -> list[tuple[str, Callable[[], bool], float]]:
    """What goes on beside each other: its name, one step of it, and how many seconds it rests when there was nothing to do."""
    return [
        ("outbox", carry_events, IDLE),
        ("notices", hand_over_notices, IDLE),
        ("more notices", hand_over_notices, IDLE),  # one batch is settled and the next claimed while another is sent
        ("receipts", take_receipts, RECEIPTS),
        ("broadcasts", send_broadcasts, SENDINGS),
        *(("large jobs", work_at_large_jobs, IDLE) for _ in range(HANDS_AT_LARGE_JOBS)),
        ("jobs", do_jobs, JOBS),
        ("journals", keep_in_touch, JOBS),
        ("subscribers", tell_subscribers(), SUBSCRIBERS),
        ("heartbeat", beat, BEAT),
    ]


def name() -> str:
    """This worker's name: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def _loop(stop: threading.Event, part: str, step: Callable[[], bool], idle: float) -> None:
    from django.db import close_old_connections, connection

    pause = idle
    while not stop.is_set():
        try:
            busy = step()
            pause = 0.0 if busy else idle
        except Exception as problem:
            log.exception(
                "A part of the worker failed; it goes on", extra={"job": part, "error": type(problem).__name__}
            )
            connection.close()
            pause = min(max(pause, idle) * 2, 30.0)
        if pause:
            close_old_connections()
            stop.wait(pause)
    connection.close()


def carry_events() -> bool:
    """Carry one batch from the outbox; True where there may be more."""
    from hjemmekontakt.ground import outbox

    claimed = outbox.claim()
    if claimed:
        outbox.deliver(claimed)
    return bool(claimed)


def hand_over_notices() -> bool:
    """Hand one batch of due notices over to the SMS and e-mail providers; True where there may be more."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.notifications import delivery

    return delivery.deliver_due(clock.now()) > 0


def take_receipts() -> bool:
    """Take what SMS providers tell of by themselves, or when asked; True where there may be more."""
    from hjemmekontakt.notifications import delivery, receipts

    return receipts.take_reports(delivery.gateways_from_settings().sms) > 0


def send_broadcasts() -> bool:
    """Send one batch of each broadcast that is due; True where there may be more."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.project import jobs

    return jobs.send_broadcasts(now=clock.now()) > 0


def work_at_large_jobs() -> bool:
    """Do the next piece of a journal's import or export; True where there may be more."""
    from hjemmekontakt.fhir import large_jobs

    return large_jobs.work()


def keep_in_touch() -> bool:
    """Ask the journals whether they are there, beside all else: one that hangs holds nobody up."""
    from hjemmekontakt.project import jobs

    return jobs.keep_in_touch() > 0


def tell_subscribers() -> Callable[[], bool]:
    """What brings events to those who subscribe to them, some at a time, none waiting for another."""
    from hjemmekontakt.fhir.subscribers import Callers

    callers = Callers()
    return lambda: callers.step(patience_s=IDLE)


def do_jobs() -> bool:
    """Do what fell due by the clock."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.project import jobs

    now = clock.now()
    jobs.run_minutely(now=now)
    jobs.run_nightly(now=now)
    return False


def beat() -> bool:
    """Write down that this worker lives, and forget those that have not for an hour."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.ground.models import Heartbeat

    now = clock.real()
    Heartbeat.objects.update_or_create(worker=name(), defaults={"beat_at": now})
    Heartbeat.objects.filter(beat_at__lt=now - timedelta(hours=1)).delete()
    return False


def is_alive() -> bool:
    """Tell whether any worker has given a sign of life in the last half minute."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.ground.models import Heartbeat

    return Heartbeat.objects.filter(beat_at__gt=clock.real() - ALIVE).exists()
