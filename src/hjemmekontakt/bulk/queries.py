"""What a client may know of its own large jobs, and fetch of them."""

from uuid import UUID

from django.db.models import Count, Sum

from hjemmekontakt.access.actions import intent
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.bulk.models import BulkFile, BulkJob
from hjemmekontakt.bulk.rules import FileView, JobKind, JobState, JobView
from hjemmekontakt.bulk.working import let_in, unseal


@intent
def job(actor: Actor, job_id: UUID) -> JobView | None:
    """A client's own job, and the files that came of it where it is done; None where it has no such job."""
    let_in(actor)
    row = BulkJob.objects.filter(id=job_id, client_id=actor.id).first()
    if row is None:
        return None
    files = BulkFile.objects.filter(job_id=job_id, client_id=actor.id) if row.state == JobState.DONE else []
    if files:
        totals = files.values("name", "kind").annotate(total=Sum("lines"), pieces=Count("id"))
        files = [
            FileView(each["name"], each["kind"], each["total"], each["pieces"]) for each in totals.order_by("name")
        ]
    return JobView(
        id=row.id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        request=row.request,
        asked=row.asked,
        asked_at=row.asked_at,
        lines=row.lines,
        done=row.done,
        counts=row.counts,
        finished_at=row.finished_at,
        forget_at=row.forget_at,
        files=tuple(files),
    )


@intent
def piece(actor: Actor, job_id: UUID, name: str, *, after: int) -> tuple[int, bytes] | None:
    """The piece of a file after a place, and its place; None where there is no further one."""
    let_in(actor)
    rows = BulkFile.objects.filter(job_id=job_id, client_id=actor.id, name=name, place__gt=after)
    found = rows.order_by("place").first()
    return (found.place, unseal(found.content_sealed)) if found else None
