"""What has changed of a visit since somebody last looked, as far as she should hear of it (R32, R36)."""

from enum import StrEnum

from hjemmekontakt.visits.rules.visits import COMING, VisitStatus


class Change(StrEnum):
    """What last changed of a visit; who comes, and a move of some minutes, are no change."""

    NEW = "new"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ON_HOLD = "on-hold"
    BACK = "back"
    NOT_DONE = "not-done"
    GONE = "gone"


_BECAME = {
    VisitStatus.CANCELLED: Change.CANCELLED,
    VisitStatus.ON_HOLD: Change.ON_HOLD,
    VisitStatus.NOT_PERFORMED: Change.NOT_DONE,
    VisitStatus.GONE: Change.GONE,
}


def what_changed(before: VisitStatus, *, to: VisitStatus, is_moved: bool) -> Change | None:
    """Say what of a change she should hear of; None where it is nothing to her.

    >>> what_changed(VisitStatus.PLANNED, to=VisitStatus.ASSIGNED, is_moved=False)
    >>> what_changed(VisitStatus.ASSIGNED, to=VisitStatus.PLANNED, is_moved=True)
    <Change.MOVED: 'moved'>
    >>> what_changed(VisitStatus.ON_HOLD, to=VisitStatus.PLANNED, is_moved=True)
    <Change.BACK: 'back'>
    """
    if to in _BECAME:
        return _BECAME[to] if to is not before else None
    if to not in COMING:
        return None
    if before in _BECAME:
        return Change.BACK
    return Change.MOVED if is_moved else None
