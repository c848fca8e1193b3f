"""What the worker takes of a job and puts back, within the very transaction that does the work.

So a worker that is killed leaves nothing half done: the lines wait still, or their work is there and they are gone.
"""

import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class HeldJob:
    """A job that nobody else can take until the transaction ends: what was asked, and how far it has come."""

    id: UUID
    municipality_id: UUID
    done: int
    counts: dict[str, int]
    asked: dict[str, Any]


def take_job(grant: Grant, job_id: UUID) -> HeldJob | None:
    """The job, held until the transaction ends; None where another worker holds it, or it is over or gone."""
    found = fetch(SQL["take_job"], {"job": job_id, "client": grant.actor.id})
    if not found:
        return None
    id, municipality_id, done, counts, asked = found[0]
    return HeldJob(id, municipality_id, done, json.loads(counts), json.loads(asked))


@dataclass(frozen=True, slots=True)
class SealedPart:
    """Some lines that wait, sealed as they are stored; they never change while they wait."""

    job_id: UUID
    id: int
    first_line: int
    lines: int
    content_sealed: bytes = field(repr=False, compare=False)

    def opened(self) -> Part:
        """The lines themselves."""
        return Part(self.first_line, self.lines, unseal(self.content_sealed))


def take_part(job: HeldJob) -> tuple[SealedPart | None, SealedPart | None]:
    """The next lines of a held job, taken out of it for good when the transaction commits, and those after, which wait on."""
    found = fetch(SQL["take_part"], {"job": job.id, "municipality": job.municipality_id})
    part, following, *_ = (*(SealedPart(*each) for each in found), None, None)
    return part, following


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


def come_on(job: HeldJob, *, done: int, counts: Mapping[str, int], asked: Mapping[str, Any] | None = None) -> None:
    """A held job has come so much further."""
    job.done += done
    job.counts = dict(Counter(job.counts) + Counter(counts))
    job.asked = job.asked if asked is None else dict(asked)
    values = {"counts": json.dumps(job.counts), "asked": json.dumps(job.asked), "now": clock.real()}
    run_with_next(SQL["come_on"], {"job": job.id, "done": job.done, **values})


def finish(job: HeldJob) -> None:
    """A held job is done; what came of it is kept for a day."""
    now = clock.real()
    run_with_next(SQL["finish"], {"job": job.id, "now": now, "forget_at": now + KEPT_FOR})
