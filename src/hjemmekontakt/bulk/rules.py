"""Large jobs: their words, how much one may hold, and how long what came of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

KEPT_FOR = timedelta(hours=24)  # what came of a job can be fetched so long
ARRIVES_WITHIN = timedelta(hours=1)  # a body that has not come by then never will
AT_MOST = 5  # jobs under way for one client
LINES_AT_ONCE = 1000  # of one transaction
TRIES = 8
LONGEST_WAIT = timedelta(minutes=5)


class JobKind(StrEnum):
    """What is to be done."""

    IMPORT = "import"
    EXPORT = "export"


class JobState(StrEnum):
    """How far a job has come: its body arrives, it waits for the worker or is worked on, it is done, it could not be done."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Refusal(StrEnum):
    """Why a job is not begun."""

    TOO_MANY_JOBS = "too-many-jobs"


@dataclass(frozen=True, slots=True)
class FileView:
    """What came of a job, under one name: how many lines of what, in how many pieces."""

    name: str
    kind: str
    lines: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as its client may know it."""

    id: UUID
    kind: JobKind
    state: JobState
    request: str
    asked: Mapping[str, Any]
    asked_at: datetime
    lines: int
    done: int
    counts: Mapping[str, int]
    finished_at: datetime | None = None
    forget_at: datetime | None = None
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A job that waits, and for whom it is done."""

    job_id: UUID
    kind: JobKind
    client_id: UUID
    client_name: str
    municipality_id: UUID
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines that wait; `first_line` is the number of the first one in the whole body, counted from 1."""

    first_line: int
    lines: int
    content: bytes = field(repr=False)


def why_not_begin(under_way: int) -> Refusal | None:
    """Say why a client may not begin a further job now.

    >>> why_not_begin(4), why_not_begin(5)
    (None, <Refusal.TOO_MANY_JOBS: 'too-many-jobs'>)
    """
    return Refusal.TOO_MANY_JOBS if under_way >= AT_MOST else None


def wait_after(attempts: int) -> timedelta:
    """How long a job that failed so many times waits before it is tried again.

    >>> [int(wait_after(times).total_seconds()) for times in (1, 2, 5, 20)]
    [1, 2, 16, 300]
    """
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST_WAIT)


def halves(part: Part) -> tuple[Part, Part]:
    """A part that could not be worked on, as two: what is wrong with one line soon holds back that line alone.

    >>> halves(Part(11, 3, b"a\\nb\\nc"))
    (Part(first_line=11, lines=1), Part(first_line=12, lines=2))
    """
    lines = part.content.split(b"\n")
    middle = len(lines) // 2
    first, second = lines[:middle], lines[middle:]
    return (
        Part(part.first_line, len(first), b"\n".join(first)),
        Part(part.first_line + len(first), len(second), b"\n".join(second)),
    )
