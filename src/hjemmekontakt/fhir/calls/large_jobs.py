"""$import of Appointments, $export of the municipality's own, and the jobs that they become: asked after, fetched, given up."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse, UnreadablePostError
from django.utils.http import http_date

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.bulk import actions, queries
from hjemmekontakt.bulk.rules import LINES_AT_ONCE, FileView, JobKind, JobState, JobView, Part
from hjemmekontakt.bulk.words import SENTENCES
from hjemmekontakt.fhir.door import Asked, Stop, Wanted, base, closed, stop, wanted
from hjemmekontakt.fhir.export_work import AT_ONCE, asked_as
from hjemmekontakt.fhir.import_work import ERRORS, OUTCOME, WITH_REMARKS
from hjemmekontakt.fhir.outcome import unacceptable
from hjemmekontakt.fhir.scopes import Deed, lets
from hjemmekontakt.fhir.search import Search, instant, must_be_known, one
from hjemmekontakt.fhir.whole import EXPORTED
from hjemmekontakt.ground.refused import Refused

IMPORT, EXPORT, JOB = "$import", "$export", "$job"
NDJSON = "application/fhir+ndjson"
TAKEN = frozenset({NDJSON, "application/ndjson", "application/x-ndjson"})
LONGEST_LINE = 1024 * 1024
LARGEST_PART = 2 * 1024 * 1024
LARGEST = 512 * 1024 * 1024
MOST_LINES = 1_000_000
READ_AT_ONCE = 256 * 1024
RETRY_AFTER = "1"
PARAMETERS = frozenset({"_type", "_since", "_outputFormat"})
TOO_LARGE = "An import is at most 512 mebibytes and 1,000,000 lines. Nothing of it was kept; send it as several."
BROKE_OFF = "The request broke off. Nothing of it was kept; send it again."

Read = Callable[[int], bytes]


# ---- $import


def hand_in(asked: Asked) -> HttpResponse:
    """POST $import: lines of Appointments, kept on the disk before they are answered for, and then worked on (R96, R96a)."""
    for deed in (Deed.UPDATE, Deed.CREATE):
        asked.must_be_let(deed)
    request = asked.request
    if (request.content_type or "").lower() not in TAKEN:
        stop(415, "not-supported", f"Send one Appointment on each line, as {NDJSON}.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        stop(413, "too-long", TOO_LARGE)
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    read: Read = (request.META["wsgi.input"] if chunked else request).read
    want = wanted(request) is Wanted.OUTCOME
    job_id = _begin(asked, JobKind.IMPORT, f"{base()}/{IMPORT}", {WITH_REMARKS: want})
    try:
        lines = _keep(asked.actor, job_id, read)
        if not lines:
            stop(400, "required", "There is no line in the body.")
        actions.hand_in(asked.actor, job_id, lines=lines)
    except BaseException as problem:
        actions.give_up(asked.actor, job_id)
        if isinstance(problem, UnreadablePostError | OSError):
            stop(400, "incomplete", BROKE_OFF)
        raise
    return _accepted(job_id)


def _keep(actor: Actor, job_id: UUID, read: Read) -> int:
    """Keep a body part by part as it comes; how many lines it had."""
    last = 0
    for part in parts_in(read):
        last = part.first_line + part.lines - 1
        if last > MOST_LINES:
            stop(413, "too-long", TOO_LARGE)
        actions.keep_part(actor, job_id, part)
    return last


def parts_in(read: Read) -> Iterator[Part]:
    """A body as parts of whole lines, never more of it at once than one part and what was read beyond it."""
    waiting: list[bytes] = []
    first, size, total, rest = 1, 0, 0, b""
    while True:
        content = read(READ_AT_ONCE)
        total += len(content)
        if total > LARGEST:
            stop(413, "too-long", TOO_LARGE)
        *lines, rest = (rest + content).split(b"\n") if content else (*((rest,) if rest else ()), b"")
        if len(rest) > LONGEST_LINE:
            stop(413, "too-long", f"Line {first + len(waiting) + len(lines)} is longer than one mebibyte.")
        for line in lines:
            waiting.append(line)
            size += len(line)
            if len(waiting) == LINES_AT_ONCE or size >= LARGEST_PART:
                yield Part(first, len(waiting), b"\n".join(waiting))
                first, size = first + len(waiting), 0
                waiting = []
        if not content:
            break
    if any(line.strip() for line in waiting):
        yield Part(first, len(waiting), b"\n".join(waiting))


# ---- $export


def ask_for(asked: Asked) -> HttpResponse:
    """GET $export: what the municipality's own client may read, written out by the worker."""
    given = asked.request.GET
    must_be_known(asked.request, given, PARAMETERS)
    if (one(given, "_outputFormat") or NDJSON) not in (*TAKEN, "ndjson"):
        stop(400, "not-supported", f"An export is written as {NDJSON}.")
    since = instant(one(given, "_since"), name="_since")
    types = _types(asked, one(given, "_type"))
    sought = Search(kinds=types, changed_from=since, count=AT_ONCE)
    request = asked.request.get_full_path()
    job_id = _begin(asked, JobKind.EXPORT, f"{base()}{request.removeprefix('/fhir')}"[:2000], asked_as(sought, types))
    return _accepted(job_id)


def _types(asked: Asked, text: str | None) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(text.split(","))) if text else ()
    if set(named) - set(EXPORTED):
        stop(400, "not-supported", f"_type names some of: {', '.join(EXPORTED)}.")
    let = tuple(kind for kind in named or EXPORTED if lets(asked.scopes, kind=kind, deed=Deed.READ))
    if not let or (named and let != named):
        stop(403, "forbidden", "The token does not let you read all that is asked for.")
    return let


# ---- the jobs


def about(asked: Asked) -> HttpResponse:
    """GET $job/<id>: how far it has come (202), or what came of it (200)."""
    job = _job(asked)
    if job.state in (JobState.ARRIVING, JobState.WAITING):
        return _under_way(job)
    if job.state is JobState.FAILED:
        stop(500, "exception", "The job could not be done. It is written down here; ask for it again later.")
    content = json.dumps(_manifest(job), separators=(",", ":")).encode()
    response = HttpResponse(content, content_type="application/json")
    if job.forget_at:
        response.headers["Expires"] = http_date(job.forget_at.timestamp())
    return closed(response)


def give_up(asked: Asked) -> HttpResponse:
    """DELETE $job/<id>: it goes no further, and what came of it is gone; what is recorded already stands."""
    job = _job(asked)
    actions.give_up(asked.actor, job.id)
    return closed(HttpResponse(status=202, content_type=NDJSON))


def fetch(asked: Asked, name: str) -> HttpResponse:
    """GET $job/<id>/<name>: one file of what came of a job, piece by piece."""
    job = _job(asked)
    file = next((each for each in job.files if each.name == name.removesuffix(".ndjson")), None)
    if file is None:
        stop(404, "not-found", "There is no such file.")
    if file.kind != OUTCOME and not lets(asked.scopes, kind=file.kind, deed=Deed.READ):
        stop(403, "forbidden", f"The token does not let you read {file.kind}.")
    response = StreamingHttpResponse(_pieces(asked.actor, job.id, file), content_type=NDJSON)
    return cast(HttpResponse, closed(response))


def _pieces(actor: Actor, job_id: UUID, file: FileView) -> Iterator[bytes]:
    place = -1
    for _ in range(file.pieces):
        found = queries.piece(actor, job_id, file.name, after=place)
        if found is None:
            raise ConnectionAbortedError("the job was deleted meanwhile")  # half a file must not look like a whole one
        place, content = found
        yield content


def _job(asked: Asked) -> JobView:
    job = queries.job(asked.actor, asked.uuid())
    if job is None:
        stop(404, "not-found", "There is no such job of yours.")
    if job.kind is JobKind.IMPORT and not lets(asked.scopes, kind="Appointment", deed=Deed.UPDATE):
        stop(403, "forbidden", "The token does not let you do this with Appointment.")
    return job


def _begin(asked: Asked, kind: JobKind, request: str, what: Mapping[str, Any]) -> UUID:
    try:
        return actions.begin(asked.actor, kind, request=request, asked=what)
    except Refused as refused:
        issue = unacceptable("throttled", next(said for why, said in SENTENCES.items() if why == refused.why))
        raise Stop(429, issue, headers={"Retry-After": "60"}) from None


def _accepted(job_id: UUID) -> HttpResponse:
    response = HttpResponse(status=202)
    response.headers.pop("Content-Type", None)
    response.headers["Content-Location"] = f"{base()}/{JOB}/{job_id}"
    return closed(response)


def _under_way(job: JobView) -> HttpResponse:
    response = HttpResponse(status=202)
    response.headers.pop("Content-Type", None)
    done = f"{job.done} of {job.lines} lines" if job.kind is JobKind.IMPORT else f"{job.done} resources"
    response.headers["X-Progress"] = done if job.state is JobState.WAITING else "arriving"
    response.headers["Retry-After"] = RETRY_AFTER
    return closed(response)


def _manifest(job: JobView) -> dict[str, Any]:
    begun = job.asked_at.astimezone(UTC).isoformat()
    return {
        "transactionTime": begun,
        "request": job.request,
        "requiresAccessToken": True,
        "output": [_file(job, each) for each in job.files if each.name != ERRORS],
        "error": [_file(job, each) for each in job.files if each.name == ERRORS],
        "extension": {"lines": job.lines, "counts": dict(job.counts)} if job.kind is JobKind.IMPORT else {},
    }


def _file(job: JobView, file: FileView) -> dict[str, Any]:
    return {"type": file.kind, "url": f"{base()}/{JOB}/{job.id}/{file.name}.ndjson", "count": file.lines}
