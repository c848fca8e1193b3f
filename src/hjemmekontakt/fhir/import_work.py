"""An import worked on: some lines at a time, each read as the door reads an Appointment, and told of where it is not taken.

One transaction takes the lines out of the job, records the visits and writes down what was wrong: a worker that is killed
has done all of it or none. Several may be at one import, each at lines of its own, for no line waits for another: what a journal
tells counts by when it was told of, not by when it came (R97).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.bulk import working
from hjemmekontakt.bulk.rules import Part
from hjemmekontakt.fhir import outcome as outcomes
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.appointment import ReadAppointment, read
from hjemmekontakt.fhir.calls.appointment import NOT_TAKEN, said_of
from hjemmekontakt.fhir.outcome import BadResource, Issue, unacceptable
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits.rules import Outcome, Recorded

ERRORS, REMARKS, OUTCOME = "errors", "remarks", "OperationOutcome"
WITH_REMARKS = "with-remarks"
BUG = unacceptable("exception", "Something went wrong here. It is written down; send the line again later.")

Read = ReadAppointment | Sequence[Issue]
"""What a line says of a visit or a plan, or why it is not understood."""
Told = tuple[str, str, Sequence[Issue]]
"""In which file a line is told of, which word it counts under, and what is said of it."""


@intent
def work_on(actor: Actor, job_id: UUID, *, failed: int) -> bool:
    """Work on the next lines of an import that nobody else is at; False where there are none.

    `failed` is how many times that has failed before: then it is worked on by one alone, and fewer lines are tried together,
    at last one by one.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id))
    job = working.take_job(grant, job_id) if failed else working.share_job(grant, job_id)
    if job is None:
        return False
    part = working.take_part(job)
    if part is None:
        working.finish(job)
        return False
    if failed > 1 and part.lines > 1:
        working.put_halves(grant, job, part)
        working.come_on(job, done=0, counts={}, failed=failed)
        return True
    lines = list(numbered(part))
    with_remarks = bool(job.asked.get(WITH_REMARKS, False))
    told = list(_told(grant, [line for _, line in lines], is_hopeless=failed > 2, with_remarks=with_remarks))
    for name in (ERRORS, REMARKS):
        said = [
            _outcome(issues, line=number)
            for (number, _), (file, _, issues) in zip(lines, told, strict=True)
            if file == name and issues
        ]
        working.put_piece(grant, job, name=name, kind=OUTCOME, place=part.first_line, lines=said)
    working.come_on(job, done=part.lines, counts=Counter(word for _, word, _ in told), failed=failed)
    return True


def numbered(part: Part) -> Iterator[tuple[int, bytes]]:
    """The lines of a part with their numbers in the whole body; an empty one is passed over, and counted."""
    for number, line in enumerate(part.content.split(b"\n"), start=part.first_line):
        if line.strip():
            yield number, line


def _told(grant: Grant, lines: Sequence[bytes], *, is_hopeless: bool, with_remarks: bool) -> Iterator[Told]:
    """What is told of each line; one that has broken something here thrice is not even read again."""
    if is_hopeless:
        yield from ((ERRORS, "refused", (BUG,)) for _ in lines)
        return
    understood = [_read(line) for line in lines]
    became = iter(_recorded(grant, [each for each in understood if isinstance(each, ReadAppointment)]))
    for each in understood:
        if isinstance(each, ReadAppointment):
            yield _became(each, next(became), with_remarks)
        else:
            yield ERRORS, "refused", each


def _read(line: bytes) -> Read:
    try:
        return read(line)
    except BadResource as bad:
        return bad.issues


def _recorded(grant: Grant, understood: Sequence[ReadAppointment]) -> list[Recorded]:
    """What became of each; plans first, so that visits find what was expected of them."""
    of_plans = iter(visits.keep_plans(grant, [each.plan for each in understood if each.plan]))
    of_visits = iter(visits.keep_visits(grant, [each.report for each in understood if not each.plan]))
    return [next(of_plans if each.plan else of_visits) for each in understood]


def _became(read: ReadAppointment, recorded: Recorded, with_remarks: bool) -> Told:
    if recorded.not_taken is not None:
        return ERRORS, "refused", (NOT_TAKEN[recorded.not_taken][1],)
    remarks = (*said_of(recorded), *read.remarks) if with_remarks else ()
    return REMARKS, recorded.outcome or Outcome.KNOWN, remarks


def _outcome(issues: Sequence[Issue], *, line: int) -> bytes:
    """What is said of one line, with its number; nothing of what stood in it."""
    named = {"url": systems.LINE, "valueUnsignedInt": line}
    told = outcomes.outcome(replace(issue, diagnostics=f"Line {line}: {issue.diagnostics}") for issue in issues)
    return msgspec.json.encode({**told, "extension": [named]})
