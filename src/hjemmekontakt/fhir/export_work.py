"""An export worked on: a page of one resource type at a time, read as a search reads it, and so logged as one (R74).

No more than a page is ever held. A worker that is killed between the reading and the writing down reads the page again.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from hjemmekontakt.access.actions import intent
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.bulk import queries as bulk
from hjemmekontakt.bulk import working
from hjemmekontakt.bulk.rules import JobState
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.fhir.whole import next_page

AT_ONCE = 500
PLACE = "place"


def asked_as(sought: Search, types: Sequence[str]) -> dict[str, Any]:
    """An export as its job keeps it: which types, and the place it has come to."""
    return {"types": list(types), PLACE: msgspec.to_builtins(sought)}


def work_on(actor: Actor, job_id: UUID, *, failed: int) -> bool:
    """Read the next page of an export and write it down; False where nothing is left, or another worker was first."""
    job = bulk.job(actor, job_id)
    if job is None or job.state is not JobState.WAITING:
        return False
    sought = msgspec.convert(job.asked[PLACE], Search)
    found, further = next_page(actor, sought)
    return _keep(actor, job_id, sought.kinds[0], found, came_from=job.asked, further=further, failed=failed)


@intent
def _keep(
    actor: Actor,
    job_id: UUID,
    kind: str,
    found: Sequence[Mapping[str, Any]],
    *,
    came_from: Mapping[str, Any],
    further: Search | None,
    failed: int = 0,
) -> bool:
    grant = working.let_in(actor)
    job = working.take_job(grant, job_id)
    if job is None or job.asked != came_from:
        return False
    lines = [msgspec.json.encode(each) for each in found]
    working.put_piece(grant, job, name=kind, kind=kind, place=job.done, lines=lines)
    asked = {**came_from, PLACE: msgspec.to_builtins(further)} if further else came_from
    working.come_on(job, done=len(lines), counts={kind: len(lines)} if lines else {}, failed=failed, asked=asked)
    if further is None:
        working.finish(job)
    return True
