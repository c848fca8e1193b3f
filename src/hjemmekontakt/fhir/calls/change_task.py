"""A wish for another time at the door: the journal's answer to it, and how it is written for the journal (R42)."""

from datetime import datetime
from typing import Any

from hjemmekontakt.fhir import change_task
from hjemmekontakt.fhir.change_task import Times, WishRequest
from hjemmekontakt.fhir.door import patient_system
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.task import Asker, TaskStatus
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.rules.wishes import JournalWish, Window, WishRefusal, WishSought, WishState, WishView

SOUGHT: dict[TaskStatus, frozenset[WishSought]] = {
    TaskStatus.REQUESTED: frozenset({WishSought(WishState.SENT)}),
    TaskStatus.RECEIVED: frozenset({WishSought(WishState.RECEIVED)}),
    TaskStatus.ON_HOLD: frozenset({WishSought(WishState.PROPOSED)}),
    TaskStatus.ACCEPTED: frozenset({WishSought(WishState.ACCEPTED)}),
    TaskStatus.REJECTED: frozenset({WishSought(WishState.DECLINED, by_her=False)}),
    TaskStatus.CANCELLED: frozenset(
        {
            WishSought(WishState.WITHDRAWN),
            WishSought(WishState.EXPIRED),
            WishSought(WishState.DECLINED, by_her=True),
        }
    ),
}
"""What a Task's status means among wishes: a proposal that she has declined is cancelled, not rejected."""
FROM_THE_WIRE: dict[TaskStatus, WishState] = {
    TaskStatus.RECEIVED: WishState.RECEIVED,
    TaskStatus.ON_HOLD: WishState.PROPOSED,
    TaskStatus.ACCEPTED: WishState.ACCEPTED,
    TaskStatus.COMPLETED: WishState.ACCEPTED,
    TaskStatus.REJECTED: WishState.DECLINED,
}
NOT_TAKEN: dict[str, tuple[int, Issue]] = {
    WishRefusal.BEGUN: (422, unacceptable("business-rule", "The visit has begun; the wish has run out.")),
    WishRefusal.NO_WINDOW: (422, unacceptable("required", "A proposal needs its time.", expression="Task.output")),
    WishRefusal.PASSED: (
        422,
        unacceptable("business-rule", "The proposed time is not in the future.", expression="Task.output"),
    ),
    WishRefusal.ENDS_BEFORE: (
        422,
        unacceptable("invariant", "The proposed time ends before it starts.", expression="Task.output"),
    ),
    WishRefusal.TOO_LONG: (
        422,
        unacceptable("business-rule", "A proposed time is at most fourteen hours.", expression="Task.output"),
    ),
    WishRefusal.TOO_FAR: (
        422,
        unacceptable("business-rule", "A proposed time is within 120 days.", expression="Task.output"),
    ),
}


def on_the_wire(wish: WishView) -> tuple[TaskStatus, str]:
    """How a wish stands on the wire: the Task's status, and its business status where that says more.

    It agrees with what a search for the status finds (`SOUGHT`).
    """
    by_her = wish.settled_at is not None
    status = next(
        status
        for status, meant in SOUGHT.items()
        if any(each.state is wish.state and each.by_her in (None, by_her) for each in meant)
    )
    said = {
        WishState.PROPOSED: "proposed",
        WishState.ACCEPTED: "proposal-accepted" if by_her else "",
        WishState.DECLINED: "proposal-declined" if by_her else "",
        WishState.WITHDRAWN: "withdrawn",
        WishState.EXPIRED: "expired",
    }
    return status, said.get(wish.state, "")


def written(found: JournalWish) -> dict[str, Any]:
    """Write a wish for the journal."""
    wish, number = found.wish, found.national_id
    system, value = found.visit_identifier
    status, business_status = on_the_wire(wish)
    return change_task.write(
        WishRequest(
            id=str(wish.id),
            version=wish.version,
            visit_id=str(wish.visit_id),
            visit_identifier_system=system,
            visit_identifier_value=value,
            unit_her_id=found.unit_her_id,
            patient_identifier_system=patient_system(number),
            patient_national_id=number,
            status=status,
            asker=asker_of(wish, number),
            asked_at=wish.asked_at,
            changed_at=_changed_at(wish),
            last_updated=wish.stored_at,
            windows=tuple(_local(each) for each in wish.windows),
            text=wish.text,
            answer=wish.answer,
            proposed=_local(wish.proposed) if wish.proposed else None,
            business_status=business_status,
        )
    )


def asker_of(asked: Any, national_id: str) -> Asker:
    """Who asked; the journal is told who acts for its patient by name alone."""
    if asked.on_behalf:
        return Asker(identifier_system="", national_id="", name=asked.asked_by_name, on_behalf=True)
    return Asker(identifier_system=patient_system(national_id), national_id=national_id, name=asked.asked_by_name)


def _changed_at(wish: WishView) -> datetime:
    return wish.settled_at or wish.answered_at or wish.received_at or wish.asked_at


def _local(window: Window) -> Times:
    return window.starts_at.astimezone(OSLO), window.ends_at.astimezone(OSLO)
