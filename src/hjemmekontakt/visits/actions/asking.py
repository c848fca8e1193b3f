"""What all ways of asking have in common: whether each visit can be called off, and the request itself with its event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.events import CancellationAsked, CancellationWithdrawn
from hjemmekontakt.visits.models import AwayPeriod, Cancellation, Visit
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    OPEN,
    REASON_LIMIT,
    CancellationState,
    Refusal,
    VisitStatus,
    is_late,
    why_not_cancel,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a visit can be called off now, and whether it is late for it."""

    why_not: Refusal | None
    late: bool


def verdicts(grant: Grant, visits: Sequence[Visit], *, now: datetime) -> dict[UUID, Verdict]:
    """Whether each of some visits can be called off now (R39, R40); the visits are locked by whoever asks."""
    asked = latest_cancellations(grant, [visit.id for visit in visits])
    around = municipalities.services_around(list({visit.service_id for visit in visits}))
    found = {}
    for visit in visits:
        service, latest = around[visit.service_id].service, asked.get(visit.id)
        deadline = around[visit.service_id].calendar.last_hour_before(visit.starts_at)
        why_not = why_not_cancel(
            VisitStatus(visit.status),
            now=now,
            starts_at=visit.starts_at,
            deadline=deadline,
            may_be_cancelled=visit.cancellable,
            cancel_from=service.cancel_from,
            today=day_of(now),
            late_is_allowed=service.late_cancel_allowed,
            asked=latest.state if latest else None,
        )
        found[visit.id] = Verdict(why_not, is_late(now, deadline=deadline))
    return found


def ask_for(
    grant: Grant,
    visit: Visit,
    *,
    asker: dict[str, object],
    late: bool,
    reason: str = "",
    form_key: UUID | None = None,
    away: AwayPeriod | None = None,
) -> Cancellation:
    """Ask the journal to call off a visit that can be called off: the row and its event (R38)."""
    asked = Cancellation.objects.create(
        visit=visit,
        citizen_id=visit.citizen_id,
        municipality_id=visit.municipality_id,
        unit_id=visit.unit_id,
        state=CancellationState.SENT,
        reason=reason[:REASON_LIMIT],
        late=late,
        form_key=form_key or uuid4(),
        asked_at=clock.now(),
        stored_at=clock.real(),
        away=away,
        **asker,
    )
    outbox.publish(CancellationAsked(**asked.as_told()))
    return asked


def take_back(grant: Grant, asked: Cancellation, *, by_name: str) -> None:
    """Take back a request that is still open, and tell the journal; the row is locked by whoever does it (R43)."""
    if asked.state not in OPEN:
        raise ValueError("only an open request is taken back")
    asked.state = CancellationState.WITHDRAWN
    asked.version += 1
    asked.stored_at = clock.real()
    asked.withdrawn_at, asked.withdrawn_by_name = clock.now(), by_name
    asked.save(update_fields=["state", "version", "stored_at", "withdrawn_at", "withdrawn_by_name"])
    outbox.publish(CancellationWithdrawn(**asked.as_told()))


def wait_for_reports(grant: Grant, citizen_ids: Iterable[UUID]) -> None:
    """Hold back the journal's reports about some citizens until this transaction ends.

    None slips past a time away (R41), and none puts in a visit beside the one that a plan lets expect (R31).
    """
    names = sorted(f"visits {id}" for id in set(citizen_ids))
    if names:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(hashtextextended(name, 0))) FROM unnest(%s::text[]) AS name",
                [names],
            )
