"""An import worked on: some lines at a time, each read as the door reads an Appointment, and told of where it is not taken.

One transaction takes the lines out of the job, records the visits and writes down what was wrong: a worker that is killed
has done all of it or none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import msgspec

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.bulk import working
from hjemmekontakt.fhir import outcome as outcomes
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.calls.appointment import NOT_TAKEN, said_of
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.reading_ahead import Ahead, Line, Understood, numbered
from hjemmekontakt.ground.statements import all_meanwhile, check_references, meanwhile
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits.rules import Outcome, PlanReport, Recorded, VisitReport

ERRORS, REMARKS, OUTCOME = "errors", "remarks", "OperationOutcome"
WITH_REMARKS = "with-remarks"
TOLD_AT_A_STEP = 100
BUG = unacceptable("exception", "Something went wrong here. It is written down; send the line again later.")


@intent
def work_on(actor: Actor, job_id: UUID, *, failed: int, ahead: Ahead, is_alone: bool) -> bool:
    """Work on the next lines of an import; False where another worker does, or nothing is left.

    `failed` is how many times that has failed before: then fewer lines are tried together, at last one by one. `ahead` reads
    the lines after these while the database is busy with them, where no other job waits: else another's lines come next.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id))
    job = working.take_job(grant, job_id)
    if job is None:
        return False
    part, following = working.take_part(job)
    if part is None:
        working.finish(job)
        return False
    if failed > 1 and part.lines > 1:
        working.put_halves(grant, job, part.opened())
        working.come_on(job, done=0, counts={})
        return True
    with_remarks = bool(job.asked.get(WITH_REMARKS, False))
    coming = ahead.take(part, with_remarks=with_remarks)
    read_on = ahead.steps(following, with_remarks=with_remarks) if following and is_alone else iter(())
    with meanwhile(read_on):
        lines, became = (_hopeless(part), iter(())) if failed > 2 else _recorded(grant, coming)
    told = Told()
    with all_meanwhile(_tell(lines, became, with_remarks=with_remarks, into=told)):
        check_references()
    for name, said in told.files.items():
        working.put_piece(grant, job, name=name, kind=OUTCOME, place=part.first_line, lines=said)
    working.come_on(job, done=part.lines, counts=told.counts)
    return True


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of some lines: how many of them became what, and for each file the lines that go into it."""

    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, list[bytes]] = field(default_factory=lambda: {ERRORS: [], REMARKS: []})


def _tell(lines: Sequence[Line], became: Iterator[Recorded], *, with_remarks: bool, into: Told) -> Iterator[None]:
    """Tell of each line, some at each step."""
    for place, (number, read) in enumerate(lines, start=1):
        if isinstance(read, Understood):
            file, word, issues = _became(read, next(became), with_remarks)
        else:
            file, word, issues = ERRORS, "refused", read
        into.counts[word] += 1
        if issues:
            into.files[file].append(_outcome(issues, line=number))
        if place % TOLD_AT_A_STEP == 0:
            yield


def _became(read: Understood, recorded: Recorded, with_remarks: bool) -> tuple[str, str, Sequence[Issue]]:
    """In which file a line that was understood is told of, which word it counts under, and what is said."""
    if recorded.not_taken is not None:
        return ERRORS, "refused", (NOT_TAKEN[recorded.not_taken][1],)
    remarks = (*said_of(recorded), *read.remarks) if with_remarks else ()
    return REMARKS, recorded.outcome or Outcome.KNOWN, remarks


def _recorded(grant: Grant, coming: Iterator[Line]) -> tuple[list[Line], Iterator[Recorded]]:
    """The lines, and what became of those that were understood, in their order."""
    lines: list[Line] = []

    def understood() -> Iterator[PlanReport | VisitReport]:
        for line in coming:
            lines.append(line)
            if isinstance(line[1], Understood):
                yield line[1].plan or line[1].report

    return lines, iter(visits.keep_as_read(grant, understood()))


def _hopeless(part: working.SealedPart) -> list[Line]:
    """The line that has broken something here thrice, in the reading or after it: it is not even read again."""
    return [(number, (BUG,)) for number, _line in numbered(part.opened())]


def _outcome(issues: Sequence[Issue], *, line: int) -> bytes:
    """What is said of one line, with its number; nothing of what stood in it."""
    named = {"url": systems.LINE, "valueUnsignedInt": line}
    told = outcomes.outcome(replace(issue, diagnostics=f"Line {line}: {issue.diagnostics}") for issue in issues)
    return msgspec.json.encode({**told, "extension": [named]})
