"""An import worked on: some lines at a time, each read as the door reads an Appointment, and told of where it is not taken.

One transaction takes the lines out of the job, records the visits and writes down what was wrong: a worker that is killed
has done all of it or none.
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


@intent
def work_on(actor: Actor, job_id: UUID, *, failed: int) -> bool:
    """Work on the next lines of an import; False where another worker does, or nothing is left.

    `failed` is how many times that has failed before: then fewer lines are tried together, at last one by one.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id))
    job = working.take_job(grant, job_id)
    if job is None:
        return False
    part = working.take_part(job)
    if part is None:
        working.finish(job)
        return False
    if failed > 1 and part.lines > 1:
        working.put_halves(grant, job, part)
        working.come_on(job, done=0, counts={})
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
    working.come_on(job, done=part.lines, counts=Counter(word for _, word, _ in told))
    return True


def numbered(part: Part) -> Iterator[tuple[int, bytes]]:
    """The lines of a part with their numbers in the whole body; an empty one is passed over, and counted."""
    for number, line in enumerate(part.content.split(b"\n"), start=part.first_line):
        if line.strip():
            yield number, line


def _told(
    grant: Grant, lines: Sequence[bytes], *, is_hopeless: bool, with_remarks: bool
) -> Iterator[tuple[str, str, Sequence[Issue]]]:
    """For each line in which file it is told of, which word it counts under, and what is said."""
    understood = [_read(line) for line in lines]
    became = {} if is_hopeless else _recorded(grant, understood)
    for place, each in enumerate(understood):
        if not isinstance(each, ReadAppointment):
            yield ERRORS, "refused", each
        elif is_hopeless:
            yield ERRORS, "refused", (BUG,)
        elif (why := became[place].not_taken) is not None:
            yield ERRORS, "refused", (NOT_TAKEN[why][1],)
        else:
            remarks = (*said_of(became[place]), *each.remarks) if with_remarks else ()
            yield REMARKS, (became[place].outcome or Outcome.KNOWN).value, remarks


def _read(line: bytes) -> Read:
    try:
        return read(line)
    except BadResource as bad:
        return bad.issues


def _recorded(grant: Grant, understood: Sequence[Read]) -> dict[int, Recorded]:
    """What became of the lines that were understood; plans first, so that visits find what was expected of them."""
    plans = [
        (place, each.plan) for place, each in enumerate(understood) if isinstance(each, ReadAppointment) and each.plan
    ]
    told = [
        (place, each.report)
        for place, each in enumerate(understood)
        if isinstance(each, ReadAppointment) and each.plan is None
    ]
    became: dict[int, Recorded] = {}
    if plans:
        recorded = visits.keep_plans(grant, [plan for _, plan in plans])
        became.update(zip((place for place, _ in plans), recorded, strict=True))
    if told:
        recorded = visits.keep_visits(grant, [report for _, report in told])
        became.update(zip((place for place, _ in told), recorded, strict=True))
    return became


def _outcome(issues: Sequence[Issue], *, line: int) -> bytes:
    """What is said of one line, with its number; nothing of what stood in it."""
    named = {"url": systems.LINE, "valueUnsignedInt": line}
    told = outcomes.outcome(replace(issue, diagnostics=f"Line {line}: {issue.diagnostics}") for issue in issues)
    return msgspec.json.encode({**told, "extension": [named]})
