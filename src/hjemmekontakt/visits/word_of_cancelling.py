"""What a visit's page says of the request to call it off: how it stands, what to do now, whom to call (R38, R43, R44)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.visits.rules import (
    COMING,
    OPEN,
    CancellationState,
    CancellationView,
    Refusal,
    VisitView,
    is_off_against_her_will,
    silent_since,
    why_not_need,
)
from hjemmekontakt.visits.words import CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The state of one request in words; `withdraw` and `need` are its id where the button may be pressed."""

    title: str = ""
    kind: str = "info"
    text: str = ""
    silent: datetime | None = None
    critical: str = ""
    withdraw: UUID | None = None
    need: UUID | None = None
    away: UUID | None = None


def word(view: VisitView, actor: Actor, *, now: datetime) -> Word:
    """Say how the latest request stands for a visit, and what she who reads can do."""
    asked = view.cancellation
    if asked is None:
        return Word(critical=str(CRITICAL) if view.why_not_cancel is Refusal.NOT_CANCELLABLE else "")
    match asked.state:
        case CancellationState.WITHDRAWN:
            return _withdrawn(view, asked, actor)
        case CancellationState.ACCEPTED:
            return _accepted(view, asked, now=now)
        case CancellationState.SENT | CancellationState.RECEIVED:
            return _open(view, asked, now=now)
        case _:
            return Word(away=asked.away_id)


def _open(view: VisitView, asked: CancellationView, *, now: datetime) -> Word:
    silent = silent_since(asked.state, asked_at=asked.asked_at, now=now)
    can_undo = view.ends_at > now and asked.state in OPEN
    return Word(silent=silent, withdraw=asked.id if can_undo else None, away=asked.away_id)


def _accepted(view: VisitView, asked: CancellationView, *, now: datetime) -> Word:
    if asked.needed_at is not None:
        return Word(
            kind="warning",
            title=_("Ring for å få besøket likevel"),
            text=_("Kommunen har sett at besøket trengs likevel. Ring for å få vite om noen kommer.")
            if asked.handled_at
            else _(
                "Vi har sagt fra til kommunen at besøket trengs likevel. Bare på telefon får du vite om noen kommer."
            ),
            away=asked.away_id,
        )
    why_not = why_not_need(asked.state, answered_too_late=asked.answered_too_late, ends_at=view.ends_at, now=now)
    return Word(need=None if why_not else asked.id, away=asked.away_id)


def _withdrawn(view: VisitView, asked: CancellationView, actor: Actor) -> Word:
    if is_off_against_her_will(asked.state, asked.answered_too_late):
        return Word(
            kind="danger",
            title=_("Du angret, men kommunen har avlyst besøket.")
            if asked.withdrawn_by_name == actor.name
            else _("Avlysningen ble angret, men kommunen har avlyst besøket."),
            text=_("Kommunen har sett at besøket trengs. Ring for å få vite om noen kommer.")
            if asked.handled_at
            else _("Vi har sagt fra til kommunen at besøket trengs. Bare på telefon får du vite om noen kommer."),
        )
    if view.status not in COMING:
        return Word()
    return Word(kind="success", title=_who_withdrew(asked, actor))


def _who_withdrew(asked: CancellationView, actor: Actor) -> str:
    if asked.withdrawn_by_name == actor.name:
        return _("Du har angret. Vi kommer som planlagt.")
    if asked.withdrawn_by_name:
        return _("%(name)s har angret avlysningen. Vi kommer som planlagt.") % {"name": asked.withdrawn_by_name}
    return _("Besøket er ikke lenger avlyst. Vi kommer som planlagt.")
