"""What the worker takes of a job and puts back, within the very transaction that does the work.

So a worker that is killed leaves nothing half done: the lines wait still, or their work is there and they are gone.
"""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.bulk.models import BulkFile, BulkJob, BulkPart
from hjemmekontakt.bulk.rules import KEPT_FOR, JobState, Part, halves
from hjemmekontakt.ground import clock, keys


def let_in(actor: Actor) -> Grant:
    """Let a client at its own large jobs; inside an intent."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    return require(actor, May.RUN_LARGE_JOB, about=lookup.municipality(actor.municipality_id))


def seal(content: bytes) -> bytes:
    """Content as it is stored: small, and readable by nobody who has the table alone."""
    return keys.seal_bytes(zlib.compress(content, 1))


def unseal(sealed: bytes) -> bytes:
    """What `seal` made small and unreadable."""
    return zlib.decompress(keys.unseal_bytes(sealed))


def take_job(grant: Grant, job_id: UUID) -> BulkJob | None:
    """The job, held until the transaction ends; None where another worker holds it, or it is over or gone."""
    rows = BulkJob.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(id=job_id, client_id=grant.actor.id, state=JobState.WAITING).first()


def take_part(job: BulkJob) -> Part | None:
    """The next lines of a held job, taken out of it for good when the transaction commits; None where none is left."""
    row = BulkPart.objects.filter(job_id=job.id).order_by("first_line").first()
    if row is None:
        return None
    BulkPart.objects.filter(id=row.id).delete()
    return Part(row.first_line, row.lines, unseal(row.content_sealed))


def put_parts(grant: Grant, job_id: UUID, parts: Sequence[Part]) -> None:
    """Put lines in, to wait for the worker."""
    BulkPart.objects.bulk_create(
        BulkPart(
            job_id=job_id,
            municipality_id=grant.municipality_id,
            client_id=grant.actor.id,
            first_line=part.first_line,
            lines=part.lines,
            content_sealed=seal(part.content),
        )
        for part in parts
    )


def put_halves(grant: Grant, job: BulkJob, part: Part) -> None:
    """Put a part that could not be worked on back as two."""
    put_parts(grant, job.id, halves(part))


def put_piece(grant: Grant, job: BulkJob, *, name: str, kind: str, place: int, lines: list[bytes]) -> None:
    """Write a piece of what came of a job; nothing where there are no lines."""
    if lines:
        BulkFile.objects.create(
            job_id=job.id,
            municipality_id=grant.municipality_id,
            client_id=grant.actor.id,
            name=name,
            kind=kind,
            place=place,
            lines=len(lines),
            content_sealed=seal(b"".join(line + b"\n" for line in lines)),
        )


def come_on(job: BulkJob, *, done: int, counts: Mapping[str, int], asked: Mapping[str, Any] | None = None) -> None:
    """A held job has come so much further."""
    job.done += done
    job.counts = dict(Counter(job.counts) + Counter(counts))
    job.attempts = 0
    job.worked_at = clock.real()
    if asked is not None:
        job.asked = dict(asked)
    job.save(update_fields=["done", "counts", "attempts", "worked_at", "asked"])


def finish(job: BulkJob) -> None:
    """A held job is done; what came of it is kept for a day."""
    now = clock.real()
    job.state, job.finished_at, job.forget_at = JobState.DONE, now, now + KEPT_FOR
    job.save(update_fields=["state", "finished_at", "forget_at"])
