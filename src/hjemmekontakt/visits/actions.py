"""What is done with visits: a journal reports them, a citizen asks to call one off, the journal answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits import reporting
from hjemmekontakt.visits.events import CancellationAnswered, CancellationAsked, VisitsPerformed
from hjemmekontakt.visits.models import Cancellation, Visit
from hjemmekontakt.visits.reporting import Known, Row
from hjemmekontakt.visits.rules import (
    OPEN,
    REASON_LIMIT,
    CancellationState,
    CancellationView,
    NotTaken,
    Outcome,
    Recorded,
    Refusal,
    VisitReport,
    VisitStatus,
    is_late,
    why_not_cancel,
    why_not_step,
    why_not_words,
)


@intent
def record_visits(
    actor: Actor, reports: Sequence[VisitReport], *, expected_version: int | None = None
) -> list[Recorded]:
    """The journal tells about home visits; one that is not taken does not hold back the others (R34, R96a, R97).

    A bundle is one intent of few statements, however many visits it holds. `expected_version` is the version that the
    journal believes to change (If-Match): then a visit that is unknown, or has another version, is not taken.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id))
    now, real = clock.now(), clock.real()
    understood = reporting.understand(grant, reports, now=real)
    rows = reporting.latest(understood)

    new = reporting.put_in(rows, now=now, stored_at=real) if expected_version is None else set()
    known = reporting.known([row for row in rows if row.id not in new])
    became = {row.key: _become(row, new, known, expected_version, stored_at=real) for row in rows}
    changed = [(row, known[row.key]) for row in rows if became[row.key].outcome is Outcome.CHANGED]
    reporting.change(changed, now=now, stored_at=real)
    again = [(row, known[row.key]) for row in rows if became[row.key].outcome is Outcome.KNOWN]
    reporting.heard_again(again, now=now)

    _tell_of_performed(grant, [row.id for row in rows if row.id in new and _is_performed(row)], changed)
    _close_cancellations(grant, changed, now=now, stored_at=real)
    return [became[each.key] if isinstance(each, Row) else Recorded(not_taken=each) for each in understood]


def _become(
    row: Row,
    new: set[UUID],
    known: dict[tuple[str, str], Known],
    expected_version: int | None,
    *,
    stored_at: datetime,
) -> Recorded:
    if row.id in new:
        return Recorded(outcome=Outcome.CREATED, visit_id=row.id, version=1, stored_at=stored_at)
    if row.key not in known:
        return Recorded(not_taken=NotTaken.CHANGED_MEANWHILE)
    recorded = reporting.judge(row, known[row.key], expected_version=expected_version)
    if recorded.outcome is not Outcome.CHANGED:
        return recorded
    return Recorded(outcome=Outcome.CHANGED, visit_id=recorded.visit_id, version=recorded.version, stored_at=stored_at)


def _is_performed(row: Row) -> bool:
    return row.status == VisitStatus.PERFORMED


def _tell_of_performed(grant: Grant, new: Iterable[UUID], changed: Iterable[tuple[Row, Known]]) -> None:
    became = [before.id for row, before in changed if _is_performed(row) and before.status != VisitStatus.PERFORMED]
    visit_ids = (*new, *became)
    if visit_ids and grant.municipality_id:
        outbox.publish(VisitsPerformed(visit_ids=visit_ids, municipality_id=grant.municipality_id))


def _close_cancellations(
    grant: Grant, changed: Iterable[tuple[Row, Known]], *, now: datetime, stored_at: datetime
) -> None:
    ended = [
        (before.id, row) for row, before in changed if row.status not in (VisitStatus.PLANNED, VisitStatus.ASSIGNED)
    ]
    for closed in reporting.close_cancellations(ended, now=now, stored_at=stored_at):
        if closed.state is CancellationState.ACCEPTED and grant.municipality_id:
            outbox.publish(
                CancellationAnswered(
                    cancellation_id=closed.id,
                    visit_id=closed.visit_id,
                    citizen_id=closed.citizen_id,
                    municipality_id=grant.municipality_id,
                )
            )


@intent
def ask_to_cancel_visit(actor: Actor, visit_id: UUID, *, form_key: UUID, reason: str = "") -> CancellationView:
    """The citizen, or someone with her fullmakt, asks the journal to call off a planned visit (R38, R39, R45).

    The same form sent twice asks once and answers as it did. The visit is the journal's: it does not change here.
    """
    grant = require(actor, May.CANCEL_VISIT, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    asker = actor.as_asker()
    before = Cancellation.objects.filter(asked_by_id=asker["asked_by_id"], form_key=form_key).first()
    if before is not None:
        if before.visit_id != visit.id:
            raise Refused(Refusal.FORM_USED)
        return before.as_seen()

    why_not, late = _why_not_cancel(grant, visit)
    if why_not:
        raise Refused(why_not)

    asked = Cancellation.objects.create(
        visit=visit,
        citizen_id=visit.citizen_id,
        municipality_id=visit.municipality_id,
        unit_id=visit.unit_id,
        state=CancellationState.SENT,
        reason=reason[:REASON_LIMIT],
        late=late,
        form_key=form_key,
        asked_at=clock.now(),
        stored_at=clock.real(),
        **asker,
    )
    outbox.publish(
        CancellationAsked(
            cancellation_id=asked.id,
            visit_id=visit.id,
            citizen_id=visit.citizen_id,
            municipality_id=visit.municipality_id,
        )
    )
    return asked.as_seen()


def _why_not_cancel(grant: Grant, visit: Visit) -> tuple[Refusal | None, bool]:
    if not consent.is_active(grant, visit.citizen_id):
        return Refusal.NOT_ACTIVE, False
    now = clock.now()
    service = municipalities.service(visit.service_id)
    deadline = municipalities.calendar_of_municipality(visit.municipality_id).last_hour_before(visit.starts_at)
    latest = visit.cancellations.order_by("-asked_at", "-id").first()
    why_not = why_not_cancel(
        VisitStatus(visit.status),
        now=now,
        starts_at=visit.starts_at,
        deadline=deadline,
        may_be_cancelled=visit.cancellable,
        cancel_from=service.cancel_from,
        today=day_of(now),
        late_is_allowed=service.late_cancel_allowed,
        asked=CancellationState(latest.state) if latest else None,
    )
    return why_not, is_late(now, deadline=deadline)


@intent
def answer_cancellation(
    actor: Actor,
    cancellation_id: UUID,
    *,
    state: CancellationState,
    reason: str = "",
    visit_id: UUID | None = None,
    version: int | None = None,
) -> CancellationView:
    """The journal has received, accepted or declined a cancellation; the same answer again changes nothing (R38, R44).

    `version` is the one that the journal believes to change (If-Match), `visit_id` the visit it believes to answer for.
    The visit itself changes only by a report.
    """
    grant = require(actor, May.ANSWER_CANCELLATION, about=lookup.cancellation(cancellation_id))
    if why_not := why_not_words(reason, at_most=REASON_LIMIT):
        raise Refused(why_not)
    asked = Cancellation.objects.select_for_update().get(id=cancellation_id, municipality_id=grant.municipality_id)
    before = CancellationState(asked.state)
    if version is not None and version != asked.version:
        raise Refused(NotTaken.CHANGED_MEANWHILE)
    if visit_id not in (None, asked.visit_id):
        raise Refused(NotTaken.ANOTHER_VISIT)
    if state is before or (state is CancellationState.RECEIVED and before not in OPEN):
        return asked.as_seen()  # the receipt that comes after the answer says nothing new
    why_not = why_not_step(before, to=state)
    if why_not:
        raise Refused(why_not)

    _write_answer(asked, state, reason=reason)
    if state in (CancellationState.ACCEPTED, CancellationState.DECLINED):
        outbox.publish(
            CancellationAnswered(
                cancellation_id=asked.id,
                visit_id=asked.visit_id,
                citizen_id=asked.citizen_id,
                municipality_id=asked.municipality_id,
            )
        )
    return asked.as_seen()


def _write_answer(asked: Cancellation, state: CancellationState, *, reason: str) -> None:
    now = clock.now()
    asked.state = state
    asked.version += 1
    asked.stored_at = clock.real()
    asked.received_at = asked.received_at or now
    if state not in OPEN:
        asked.answered_at = now
    if state is CancellationState.DECLINED:
        asked.decline_reason = reason
    asked.save(update_fields=["state", "version", "stored_at", "received_at", "answered_at", "decline_reason"])
