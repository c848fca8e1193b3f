"""What falls due by the clock: the minute's jobs and the night's, each done once by whichever worker comes first."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import connection, transaction

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.access.seal import seal_the_log
from hjemmekontakt.consent import actions as consent
from hjemmekontakt.fhir import large_jobs
from hjemmekontakt.fhir import reactions as journals
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.login import queries as login
from hjemmekontakt.messages import actions as messages
from hjemmekontakt.messages import queries as messages_queries
from hjemmekontakt.messages.actions import alarms
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.subscriptions import telling
from hjemmekontakt.notifications import waiting as notices
from hjemmekontakt.notifications.call_list import actions as call_list
from hjemmekontakt.notifications.changes import actions as changes
from hjemmekontakt.notifications.costs import actions as costs
from hjemmekontakt.notifications.reconciling.actions import reconcile_by_night
from hjemmekontakt.representation import actions as representation
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits import queries as visits_queries
from hjemmekontakt.visits.actions import alarms as visits_alarms
from hjemmekontakt.visits.actions import answering_wishes, forgetting, silence

log = logging.getLogger(__name__)

NIGHT = time(2, 0)  # R5: the nightly job runs between two and four, local time
SEAL_EVERY = timedelta(seconds=20)  # the log is sealed within a minute


@dataclass(frozen=True, slots=True)
class Nightly:
    """A job for each night, given the domain's time."""

    name: str
    work: Callable[[datetime], object]


def _activate(now: datetime) -> None:
    after = None
    while True:
        _, after = consent.activate_due(the_portal(), now=now, after=after)
        if after is None:
            return


def _extend_plans(now: datetime) -> None:
    for municipality_id, _name in municipalities.municipalities_named(""):
        while visits.extend_plans(the_portal(), municipality_id, now=now) == visits.planning.AT_ONCE:
            pass


def _forget_versions(now: datetime) -> None:
    for municipality_id, _name in municipalities.municipalities_named(""):
        while visits.forget_versions(the_portal(), municipality_id) == forgetting.AT_ONCE:
            pass


def _letters_to_protected(now: datetime) -> None:
    while messages.put_protected_on_paper(the_portal()):
        pass


NIGHTLY: Sequence[Nightly] = (
    Nightly("verify-fullmakter", lambda now: representation.verify_fullmakter(the_portal(), now=now)),
    Nightly("letters-to-protected", _letters_to_protected),  # after the register has been asked
    Nightly("activate", _activate),
    Nightly("extend-plans", _extend_plans),
    Nightly("forget-versions", _forget_versions),
    Nightly("forget-told-visits", lambda now: changes.forget_told_visits(the_portal(), now=now)),
    Nightly("forget-deliveries", lambda now: telling.forget(the_portal())),
    Nightly("reconcile", lambda now: reconcile_by_night(the_portal(), night=last_night(now))),
)


def last_night(now: datetime) -> datetime:
    """The latest two o'clock in Oslo that has passed, in UTC.

    >>> last_night(datetime(2026, 3, 29, 6, tzinfo=UTC)).isoformat()  # the night the clock springs forward: 02:00 is 03:00
    '2026-03-29T01:00:00+00:00'
    """
    local = now.astimezone(OSLO)
    tonight = datetime.combine(local.date(), NIGHT, tzinfo=OSLO)
    due = tonight if tonight.astimezone(UTC) <= now else tonight - timedelta(days=1)
    return due.astimezone(UTC)


def run_nightly(*, now: datetime) -> list[str]:
    """Do the night's jobs that are not done for the last night passed; missed nights are caught up by one run."""
    done = []
    for job in NIGHTLY:
        due = last_night(now)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO job_run (name, done_for, finished_at) VALUES (%s, '-infinity', %s) ON CONFLICT DO NOTHING",
                [job.name, clock.real()],
            )
            # A clock moved back (the demo's) lets the nights that lie ahead come once more.
            cursor.execute(
                "UPDATE job_run SET done_for = %s, finished_at = %s WHERE name = %s AND done_for > %s",
                [due, clock.real(), job.name, now],
            )
            cursor.execute("SELECT done_for < %s FROM job_run WHERE name = %s", [due, job.name])
            wanted = cursor.fetchone()[0]
        if not wanted:
            continue
        with _alone(job.name) as alone:
            if alone:
                job.work(now)
                with connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE job_run SET done_for = greatest(done_for, %s), finished_at = %s WHERE name = %s",
                        [due, clock.real(), job.name],
                    )
                log.info("A night's job is done", extra={"job": job.name})
                done.append(job.name)
    return done


def run_minutely(*, now: datetime) -> None:
    """Do the minute's jobs once: ring before promises break, close what was overtaken, make digests, seal the log, forget."""
    for municipality_id in messages_queries.municipalities_with_something_due(now):
        while alarms.hand_on_from_absent(the_portal(), municipality_id, now=now) == alarms.AT_ONCE:
            pass
        while alarms.ring_alarms(the_portal(), municipality_id, now=now) == alarms.AT_ONCE:
            pass
    for municipality_id in municipalities.municipalities_with_silence():
        silence.watch_silence(the_portal(), municipality_id, now=now)
    for municipality_id in visits_queries.municipalities_with_silent_journals(now):
        while visits_alarms.ring_for_silent_journals(the_portal(), municipality_id, now=now) == visits_alarms.AT_ONCE:
            pass
    for municipality_id in visits_queries.municipalities_with_begun_wishes(now):
        while visits.expire_wishes(the_portal(), municipality_id, now=now) == answering_wishes.AT_ONCE:
            pass
    messages.decide_waiting_letters(the_portal())
    notices.do_what_waits(the_portal(), now=now)
    call_list.raise_calls(the_portal(), now=now)
    costs.warn_of_cost(the_portal(), now=now)
    while seal_the_log(the_portal()):
        pass
    login.forget_old()
    large_jobs.forget()


def send_broadcasts(*, now: datetime) -> int:
    """Send one batch of each broadcast whose two minutes have passed; how many receivers were dealt with (R85)."""
    return sum(
        messages.send_batch(the_portal(), id, municipality_id=municipality, unit_id=unit)
        for id, municipality, unit in messages.broadcasts_due(the_portal(), now=now)
    )


def keep_in_touch() -> int:
    """Ask each journal once a minute whether it is there; how many were asked (R33)."""
    return journals.ask_whether_journals_are_there()


class _alone:
    """A lock that one worker holds for a job by name; the database lets go of it when the worker dies."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"job {self.name}"])
            self.held = bool(cursor.fetchone()[0])
        return self.held

    def __exit__(self, *_: object) -> None:
        if self.held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"job {self.name}"])
