"""The worker at the large jobs of journals: whose turn it is, and what happens when one fails."""

import logging

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.bulk import actions as bulk
from hjemmekontakt.bulk.rules import JobKind, Work
from hjemmekontakt.fhir import export_work, import_work
from hjemmekontakt.fhir.reading_ahead import Ahead
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import again_if_it_gave_way

log = logging.getLogger(__name__)

AHEAD = Ahead()


def work() -> bool:
    """Do the next piece of the job that has waited longest; False where there is nothing to do for this worker."""
    waiting = bulk.find_work(the_portal(), now=clock.real())
    is_alone = len(waiting) == 1
    if not is_alone:
        AHEAD.forget()
    return any(_do(each, is_alone=is_alone) for each in waiting)


def forget() -> None:
    """Forget the jobs whose time is over."""
    bulk.forget_old(the_portal(), now=clock.real())


def _do(work: Work, *, is_alone: bool) -> bool:
    client = Actor(Standing.MACHINE, work.client_id, work.client_name, municipality_id=work.municipality_id)
    try:
        if work.kind is JobKind.IMPORT:
            return again_if_it_gave_way(
                lambda: import_work.work_on(client, work.job_id, failed=work.failed, ahead=AHEAD, is_alone=is_alone)
            )
        return export_work.work_on(client, work.job_id, failed=work.failed)
    except Exception as problem:
        failed = bulk.try_later(the_portal(), work, now=clock.real())
        log.error(
            "A piece of a large job failed; it is tried again",
            extra={"job": str(work.job_id), "error": type(problem).__name__, "failed": failed},
        )
        return False
