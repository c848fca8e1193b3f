"""The lines of an import read: while the database works on those before them, else when their turn comes.

Reading is a matter of the lines alone: who reads, and when, changes nothing of what is read. So what was read ahead is only
in memory, of one part at most, and is read again where it is lost (decision 73).
"""

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from hjemmekontakt.bulk.rules import Part
from hjemmekontakt.bulk.working import SealedPart
from hjemmekontakt.fhir.appointment import read
from hjemmekontakt.fhir.outcome import BadResource, Issue
from hjemmekontakt.visits.rules import PlanReport, VisitReport

AT_A_STEP = 5  # lines: a seventh of a millisecond


class Understood(msgspec.Struct, frozen=True, gc=False):
    """What a line says of a visit or a plan, and what to tell of it where remarks are asked for."""

    report: VisitReport
    plan: PlanReport | None
    remarks: Sequence[Issue]


Read = Understood | Sequence[Issue]
Line = tuple[int, Read]
"""A line with its number in the whole body: what it says, or why it is not understood."""


class Ahead:
    """The next part of an import, as far as it is read; never more than one."""

    def __init__(self) -> None:
        self.forget()

    @property
    def holds(self) -> int:
        """How many lines it holds."""
        return len(self._lines)

    def forget(self) -> None:
        """Forget what was read."""
        self._part: SealedPart | None = None
        self._lines: list[Line] = []
        self._unread: Iterator[Line] = iter(())

    def steps(self, part: SealedPart, *, with_remarks: bool) -> Iterator[None]:
        """Read a part, some lines at each step. What breaks something here is left to its own turn, and breaks it there."""
        self._part, self._lines, self._unread = part, [], read_lines(part, with_remarks=with_remarks)
        try:
            for place, line in enumerate(self._unread, start=1):
                self._lines.append(line)
                if place % AT_A_STEP == 0:
                    yield
        except Exception:
            self.forget()

    def take(self, part: SealedPart, *, with_remarks: bool) -> Iterator[Line]:
        """The lines of a part: those that were read, and the rest, which is read as it is asked for. Then they are forgotten."""
        lines, unread = self._lines, self._unread
        if part != self._part:
            lines, unread = [], read_lines(part, with_remarks=with_remarks)
        self.forget()
        return chain(lines, unread)


def read_lines(part: SealedPart, *, with_remarks: bool) -> Iterator[Line]:
    """Read a part line by line."""
    for number, line in numbered(part.opened()):
        yield number, _read(line, with_remarks)


def numbered(part: Part) -> Iterator[tuple[int, bytes]]:
    """The lines of a part with their numbers in the whole body; an empty one is passed over, and counted."""
    for number, line in enumerate(part.content.split(b"\n"), start=part.first_line):
        if line.strip():
            yield number, line


def _read(line: bytes, with_remarks: bool) -> Read:
    try:
        found = read(line)
    except BadResource as bad:
        return bad.issues
    return Understood(found.report, found.plan, found.remarks if with_remarks else ())
