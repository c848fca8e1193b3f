"""An employee reports in the field how a visit went, where no journal does; and takes it back within ten minutes (R86)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.events import VisitsNotPerformed, VisitsPerformed
from hjemmekontakt.visits.models import Cancellation, Visit, WorkReport
from hjemmekontakt.visits.queries.at_work import as_reported
from hjemmekontakt.visits.rules import (
    OPEN,
    AtTheDoor,
    CancellationState,
    NotReported,
    ReportedAtWork,
    VisitStatus,
    moment_at_the_door,
    why_not_report,
    why_not_undo,
    why_not_words_at_the_door,
)

TOLD = (
    "status",
    "starts_at",
    "ends_at",
    "is_window",
    "not_performed_reason",
    "reported_by_name",
    "source_updated_at",
    "outcome_at",
    "planned_until",
)
"""What a report changes of a visit, and an undoing puts back."""


class ReportedAlready(Refused):
    """Somebody has reported the visit before: a colleague by name, or the journal (no name)."""

    def __init__(self, by_name: str) -> None:
        super().__init__(NotReported.REPORTED_ALREADY)
        self.by_name = by_name


@intent
def report_visit(actor: Actor, visit_id: UUID, told: AtTheDoor, *, form_key: UUID) -> ReportedAtWork:
    """An employee reports that a visit was performed, or why not; the same form twice reports once (R31, R86).

    Only for a service whose journal does not report. What the journal tells later counts: the report is as new as now, and
    the journal's own of what it knew before changes nothing.
    """
    grant = require(actor, May.REPORT_VISIT_AT_WORK, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    before = WorkReport.objects.filter(municipality_id=visit.municipality_id, by_id=actor.id, form_key=form_key).first()
    if before is not None:
        if before.visit_id != visit.id:
            raise Refused(NotReported.FORM_USED)
        return as_reported(grant, before)

    now = clock.now()
    at = _moment_or_refuse(grant, visit, told, now=now)
    report = WorkReport(
        visit=visit,
        citizen_id=visit.citizen_id,
        municipality_id=visit.municipality_id,
        unit_id=visit.unit_id,
        reason=told.reason or "",
        words=told.words.strip(),
        at=at,
        by_id=actor.id,
        by_name=actor.name,
        form_key=form_key,
        reported_at=now,
        before={name: _kept(getattr(visit, name)) for name in TOLD},
    )
    report.before["cancellations"] = _close_cancellations(grant, visit, now=now)
    _write(grant, visit, told, at=at, now=now)
    report.version = visit.version
    report.save(force_insert=True)
    event = VisitsPerformed if told.reason is None else VisitsNotPerformed
    outbox.publish(event(visit_ids=(visit.id,), municipality_id=visit.municipality_id))
    return as_reported(grant, report)


@intent
def undo_report(actor: Actor, visit_id: UUID) -> None:
    """An employee takes back what she has just reported: the visit stands as before; undone already, nothing changes (R86)."""
    grant = require(actor, May.UNDO_VISIT_REPORT, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    report = WorkReport.objects.filter(visit_id=visit_id).order_by("-reported_at", "-id").first()
    if report is None:
        raise Refused(NotReported.CHANGED_MEANWHILE)
    if report.undone_at is not None and report.by_id == actor.id:
        return
    now = clock.now()
    why_not = why_not_undo(
        by_id=report.by_id,
        actor_id=actor.id,
        reported_at=report.reported_at,
        is_as_reported=report.version == visit.version and report.undone_at is None,
        now=now,
    )
    if why_not:
        raise Refused(why_not)

    for name in TOLD:
        setattr(visit, name, _given_back(name, report.before[name]))
    _store(grant, visit, now=now)
    _open_cancellations(grant, report.before["cancellations"])
    report.undone_at = now
    report.save(update_fields=["undone_at"])


def _moment_or_refuse(grant: Grant, visit: Visit, told: AtTheDoor, *, now: datetime) -> datetime:
    called_off = visit.cancellations.filter(state=CancellationState.ACCEPTED).exists()
    why_not = why_not_report(
        VisitStatus(visit.status),
        visits_in=municipalities.service(visit.service_id).visits_in,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        called_off=called_off,
        now=now,
    )
    if why_not is NotReported.REPORTED_ALREADY:
        raise ReportedAlready(visit.reported_by_name)
    if why_not := why_not or why_not_words_at_the_door(told):
        raise Refused(why_not)
    at = moment_at_the_door(told.clock_time, starts_at=visit.starts_at, ends_at=visit.ends_at, now=now)
    if isinstance(at, NotReported):
        raise Refused(at)
    return at


def _write(grant: Grant, visit: Visit, told: AtTheDoor, *, at: datetime, now: datetime) -> None:
    visit.planned_until, visit.outcome_at = visit.ends_at, now
    visit.reported_by_name = grant.actor.name
    visit.source_updated_at = max(visit.source_updated_at, clock.real())
    if told.reason is None:
        visit.status, visit.is_window, visit.ends_at = VisitStatus.PERFORMED, False, at
        visit.starts_at = at - timedelta(minutes=visit.minutes or 0)
    else:
        visit.status, visit.not_performed_reason = VisitStatus.NOT_PERFORMED, told.reason
    _store(grant, visit, now=now)


def _store(grant: Grant, visit: Visit, *, now: datetime) -> None:
    visit.version += 1
    visit.reported_at, visit.stored_at = now, clock.real()
    visit.told_by_id, visit.told_by_name = grant.actor.id, grant.actor.name
    visit.save(update_fields=[*TOLD, "version", "reported_at", "stored_at", "told_by_id", "told_by_name"])


def _close_cancellations(grant: Grant, visit: Visit, *, now: datetime) -> list[str]:
    """What was asked and not answered is closed, since the visit no longer comes (R38); the ids and states, for an undoing."""
    asked = list(visit.cancellations.select_for_update().filter(state__in=OPEN))
    closed = [f"{each.id} {each.state}" for each in asked]
    for each in asked:
        each.state, each.answered_at = CancellationState.EXPIRED, now
        each.version, each.stored_at = each.version + 1, clock.real()
        each.save(update_fields=["state", "answered_at", "version", "stored_at"])
    return closed


def _open_cancellations(grant: Grant, closed: list[str]) -> None:
    for line in closed:
        id, state = line.split()
        each = Cancellation.objects.select_for_update().get(id=id)
        each.state, each.answered_at = state, None
        each.version, each.stored_at = each.version + 1, clock.real()
        each.save(update_fields=["state", "answered_at", "version", "stored_at"])


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _given_back(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if value and name.endswith(("_at", "_until")) else value
