"""The worker at the large jobs of journals: whose turn it is, and what happens when one fails."""

import logging
from threading import Lock

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.bulk import actions as bulk
from hjemmekontakt.bulk.rules import JobKind, Work
from hjemmekontakt.fhir import export_work, import_work
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import again_if_it_gave_way

log = logging.getLogger(__name__)

EXPORTING = Lock()
"""Of this worker: what two would read of one export at a time, one of them would have read in vain, and have logged."""


def work() -> bool:
    """Do the next piece of the job that has waited longest; False where there is nothing to do for this worker."""
    return any(_do(each) for each in bulk.find_work(the_portal(), now=clock.real()))


def forget() -> None:
    """Forget the jobs whose time is over."""
    bulk.forget_old(the_portal(), now=clock.real())


def _do(work: Work) -> bool:
    client = Actor(Standing.MACHINE, work.client_id, work.client_name, municipality_id=work.municipality_id)
    try:
        if work.kind is JobKind.IMPORT:
            return again_if_it_gave_way(lambda: import_work.work_on(client, work.job_id, failed=work.failed))
        return _export(client, work)
    except Exception as problem:
        failed = bulk.try_later(the_portal(), work, now=clock.real())
        log.error(
            "A piece of a large job failed; it is tried again",
            extra={"job": str(work.job_id), "error": type(problem).__name__, "failed": failed},
        )
        return False


def _export(client: Actor, work: Work) -> bool:
    if not EXPORTING.acquire(blocking=False):
        return False
    try:
        return export_work.work_on(client, work.job_id, failed=work.failed)
    finally:
        EXPORTING.release()
