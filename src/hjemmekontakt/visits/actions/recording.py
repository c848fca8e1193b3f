"""A journal reports visits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.visits import reporting
from hjemmekontakt.visits.actions.answering_wishes import overtake
from hjemmekontakt.visits.actions.asking import report_beside_others
from hjemmekontakt.visits.actions.covering import Told, cover
from hjemmekontakt.visits.actions.settling import back_in_the_plan, called_off_after_undo, close_of_ended
from hjemmekontakt.visits.events import VisitsPerformed
from hjemmekontakt.visits.reporting import Known, Row
from hjemmekontakt.visits.rules import (
    COMING,
    NOT_OVER,
    CancelledBy,
    NotTaken,
    Outcome,
    Recorded,
    VisitReport,
    VisitStatus,
)
from hjemmekontakt.visits.rules.wishes import Window, new_time


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
    return record_visits_within(grant, reports, expected_version=expected_version)


def record_visits_within(
    grant: Grant, reports: Sequence[VisitReport], *, expected_version: int | None = None
) -> list[Recorded]:
    """The same, within an intent that does more than this."""
    now, real = clock.now(), clock.real()
    understood = reporting.understand(grant, reports, now=real)
    rows = reporting.latest(understood)

    report_beside_others(grant, (row.citizen_id for row in rows if row.status in COMING))
    away = reporting.take_places(rows, now=now)
    new = reporting.put_in(rows, now=now, stored_at=real) if expected_version is None else set()
    known = reporting.known([row for row in rows if row.id not in new])
    became = {row.key: _become(row, new, known, expected_version, stored_at=real) for row in rows}
    changed = [(row, known[row.key]) for row in rows if became[row.key].outcome is Outcome.CHANGED]
    reporting.change(changed, now=now, stored_at=real)
    again = [(row, known[row.key]) for row in rows if became[row.key].outcome is Outcome.KNOWN]
    reporting.heard_again(again, now=now)

    _tell_of_performed(grant, [row.id for row in rows if row.id in new and _is_performed(row)], changed)
    _settle(grant, changed, now=now, stored_at=real)
    cover(grant, _told([row for row in rows if row.id in new], changed), now=now, away=away)
    overtake(grant, dict(_overtaken(changed)))
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


def _overtaken(changed: Iterable[tuple[Row, Known]]) -> Iterator[tuple[UUID, Window | None]]:
    """The visits that got another time, or no longer come: what was wished for them is no longer as it was (R42)."""
    for row, before in changed:
        other = new_time(Window(before.starts_at, before.ends_at), Window(row.starts_at, row.ends_at))
        if row.status not in COMING or other:
            yield before.id, other if row.status in COMING else None


def _is_performed(row: Row) -> bool:
    return row.status == VisitStatus.PERFORMED


def _tell_of_performed(grant: Grant, new: Iterable[UUID], changed: Iterable[tuple[Row, Known]]) -> None:
    became = [before.id for row, before in changed if _is_performed(row) and before.status != VisitStatus.PERFORMED]
    visit_ids = (*new, *became)
    if visit_ids and grant.municipality_id:
        outbox.publish(VisitsPerformed(visit_ids=visit_ids, municipality_id=grant.municipality_id))


def _settle(grant: Grant, changed: Sequence[tuple[Row, Known]], *, now: datetime, stored_at: datetime) -> None:
    ended = [(before.id, row) for row, before in changed if row.status not in NOT_OVER]
    close_of_ended(grant, ended, now=now, stored_at=stored_at)
    off = [before.id for row, before in changed if row.status == VisitStatus.CANCELLED]
    of_their_own = {before.id for row, before in changed if row.cancelled_by == CancelledBy.MUNICIPALITY}
    called_off_after_undo(grant, [id for id in off if id not in of_their_own])
    back = [before.id for row, before in changed if before.status == VisitStatus.CANCELLED and row.status in COMING]
    back_in_the_plan(grant, back, now=now, stored_at=stored_at)


def _told(new: Iterable[Row], changed: Iterable[tuple[Row, Known]]) -> list[Told]:
    came = [Told(visit_id=row.id, citizen_id=row.citizen_id) for row in new if row.status in COMING]
    return came + [
        Told(
            visit_id=before.id,
            citizen_id=row.citizen_id,
            status_before=before.status,
            starts_at_before=before.starts_at,
        )
        for row, before in changed
        if row.status in COMING
    ]
