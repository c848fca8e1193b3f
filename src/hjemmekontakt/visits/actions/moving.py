"""A visit gets its new time, or falls away, where the unit keeps its visits here and no journal does it (R34, R42)."""

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.rules import CancelledBy, Change, VisitStatus, moved_from
from hjemmekontakt.visits.rules.wishes import Window


def move(grant: Grant, visit: Visit, to: Window) -> None:
    """Give a locked visit another time, and remember from when it was moved (R36)."""
    visit.moved_from = moved_from(
        visit.starts_at,
        window_ended=visit.ends_at if visit.is_window else None,
        first_told=visit.moved_from,
        now_at=to.starts_at,
    )
    visit.starts_at, visit.ends_at = to.starts_at, to.ends_at
    visit.is_window = to.starts_at != to.ends_at
    if visit.moved_from is not None:
        visit.change, visit.changed_at = Change.MOVED, clock.now()
    _keep(visit, "moved_from", "starts_at", "ends_at", "is_window", "change", "changed_at")


def call_off(grant: Grant, visit: Visit, *, by: CancelledBy) -> None:
    """Let a locked visit stand as called off by her, or by one who acts for her."""
    visit.status, visit.cancelled_by = VisitStatus.CANCELLED, by
    _keep(visit, "status", "cancelled_by")


def _keep(visit: Visit, *changed: str) -> None:
    visit.version += 1
    visit.reported_at, visit.stored_at = clock.now(), clock.real()
    visit.save(update_fields=[*changed, "version", "reported_at", "stored_at"])
