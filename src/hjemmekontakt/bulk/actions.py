"""A journal begins a large job, hands in its body and gives it up; the portal finds work, and forgets what is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.bulk.models import BulkJob
from hjemmekontakt.bulk.rules import (
    ARRIVES_WITHIN,
    KEPT_FOR,
    TRIES,
    JobKind,
    JobState,
    Part,
    Work,
    wait_after,
    why_not_begin,
)
from hjemmekontakt.bulk.statements import SQL
from hjemmekontakt.bulk.working import let_in, put_parts
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.statements import fetch, run

UNDER_WAY = (JobState.ARRIVING, JobState.WAITING)
CANDIDATES = 20


@intent
def begin(actor: Actor, kind: JobKind, *, request: str, asked: Mapping[str, Any]) -> UUID:
    """Begin a job: an export waits at once, an import until its body has come (`hand_in`)."""
    grant = let_in(actor)
    refusal = why_not_begin(BulkJob.objects.filter(client_id=actor.id, state__in=UNDER_WAY).count())
    if refusal:
        raise Refused(refusal)
    now = clock.real()
    job = BulkJob.objects.create(
        municipality_id=grant.municipality_id,
        client_id=actor.id,
        client_name=actor.name,
        kind=kind,
        state=JobState.ARRIVING if kind is JobKind.IMPORT else JobState.WAITING,
        request=request,
        asked=dict(asked),
        asked_at=now,
        due_at=now,
        worked_at=now,
        forget_at=now + (ARRIVES_WITHIN if kind is JobKind.IMPORT else 7 * KEPT_FOR),
    )
    return job.id


@intent
def keep_part(actor: Actor, job_id: UUID, part: Part) -> None:
    """Keep some lines of a body that arrives: they are on the disk when this returns."""
    grant = let_in(actor)
    put_parts(grant, job_id, [part])


@intent
def hand_in(actor: Actor, job_id: UUID, *, lines: int) -> None:
    """The whole body has come: the worker may begin."""
    let_in(actor)
    BulkJob.objects.filter(id=job_id, client_id=actor.id, state=JobState.ARRIVING).update(
        state=JobState.WAITING, lines=lines, forget_at=clock.real() + 7 * KEPT_FOR
    )


@intent
def give_up(actor: Actor, job_id: UUID) -> bool:
    """Take a job away with all that waits in it and came of it; False where the client has no such job.

    What the worker is doing just now is finished first.
    """
    let_in(actor)
    run(SQL["stop_at"], {"job": job_id, "client": actor.id})
    return _take_away("id = %s AND client_id = %s", [job_id, actor.id]) > 0


@intent
def find_work(actor: Actor, *, now: datetime) -> list[Work]:
    """The jobs that wait, those that have waited longest since they were last worked on first: each gets its turn."""
    require(actor, May.FIND_LARGE_JOBS, about=lookup.portal())
    found = fetch(SQL["find_work"], {"now": now, "candidates": CANDIDATES})
    return [Work(id, JobKind(kind), *others) for id, kind, *others in found]


@intent
def try_later(actor: Actor, work: Work, *, now: datetime) -> int:
    """A job could not be worked on: it is tried again after a while, at last no more; how many times it has failed."""
    require(actor, May.FIND_LARGE_JOBS, about=lookup.portal())
    job = BulkJob.objects.select_for_update(no_key=True).filter(id=work.job_id).first()
    if job is None:
        return 0
    job.attempts += 1
    job.due_at = now + wait_after(job.attempts)
    if work.kind is JobKind.EXPORT and job.attempts >= TRIES:
        job.state, job.finished_at, job.forget_at = JobState.FAILED, now, now + KEPT_FOR
    job.save(update_fields=["attempts", "due_at", "state", "finished_at", "forget_at"])
    return job.attempts


@intent
def forget_old(actor: Actor, *, now: datetime) -> None:
    """Forget jobs whose time is over, with all that is in them."""
    require(actor, May.FIND_LARGE_JOBS, about=lookup.portal())
    _take_away("forget_at < %s", [now])


def _take_away(which: str, values: list[Any]) -> int:
    """Delete jobs; what belongs to them goes with them by the database's own hand, so that it is not read first."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM bulk_job WHERE {which}", values)  # noqa: S608 - our own conditions
        return int(cursor.rowcount)
