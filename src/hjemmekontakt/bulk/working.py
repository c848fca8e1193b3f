"""What the worker takes of a job and puts back, within the very transaction that does the work.

So a worker that is killed leaves nothing half done: the lines wait still, or their work is there and they are gone. Several
may work on one import, each on lines of its own (decision 83).
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.bulk.models import BulkFile, BulkPart
from hjemmekontakt.bulk.rules import KEPT_FOR, Part, halves
from hjemmekontakt.bulk.statements import SQL
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.statements import fetch, run_with_next


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


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job that is worked on until the transaction ends: what was asked, and how far it had come."""

    id: UUID
    municipality_id: UUID
    done: int
    asked: dict[str, Any]


def take_job(grant: Grant, job_id: UUID) -> HeldJob | None:
    """The job, held alone until the transaction ends; None where others are at it, or it is over or gone."""
    return _held("take_job", grant, job_id)


def share_job(grant: Grant, job_id: UUID) -> HeldJob | None:
    """The job, held beside others who take other parts of it; None where one is at it alone, it has failed, is over or gone."""
    return _held("share_job", grant, job_id)


def _held(how: str, grant: Grant, job_id: UUID) -> HeldJob | None:
    found = fetch(SQL[how], {"job": job_id, "client": grant.actor.id})
    if not found:
        return None
    id, municipality_id, done, asked = found[0]
    return HeldJob(id, municipality_id, done, json.loads(asked))


def take_part(job: HeldJob) -> Part | None:
    """The next lines of a held job that nobody else is at, taken out of it for good when the transaction commits."""
    found = fetch(SQL["take_part"], {"job": job.id, "municipality": job.municipality_id})
    if not found:
        return None
    first_line, lines, sealed = found[0]
    return Part(first_line, lines, unseal(sealed))


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


def put_halves(grant: Grant, job: HeldJob, part: Part) -> None:
    """Put a part that could not be worked on back as two."""
    put_parts(grant, job.id, halves(part))


def put_piece(grant: Grant, job: HeldJob, *, name: str, kind: str, place: int, lines: list[bytes]) -> None:
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


def come_on(
    job: HeldJob, *, done: int, counts: Mapping[str, int], failed: int, asked: Mapping[str, Any] | None = None
) -> None:
    """A held job has come so many lines further, which counted as so many of each word.

    `failed` is how many times it had failed when it was taken: those are forgotten, and one beside this is not.
    """
    values = {
        "done": done,
        "failed": failed,
        "now": clock.real(),
        "asked": None if asked is None else json.dumps(asked),
    }
    run_with_next(SQL["come_on"], {"job": job.id, "counts": json.dumps(counts), **values})


def finish(job: HeldJob) -> None:
    """A held job is done, if nobody is at a part of it still; what came of it is kept for a day."""
    now = clock.real()
    run_with_next(SQL["finish"], {"job": job.id, "now": now, "forget_at": now + KEPT_FOR})
