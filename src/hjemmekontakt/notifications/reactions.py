"""What the notices do when something has happened in another domain: decide whom to tell, once for each person."""

from collections.abc import Sequence

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.messages.events import LetterSent, MessageAnswered, ThreadTreatedAsCase
from hjemmekontakt.notifications import actions
from hjemmekontakt.notifications.changes.actions import tell_of_changed_visits
from hjemmekontakt.notifications.letters.actions import tell_of_letters
from hjemmekontakt.notifications.rules import What
from hjemmekontakt.representation.events import FullmaktEnded, FullmaktGiven, FullmaktOffered
from hjemmekontakt.visits.events import (
    CancellationAnswered,
    VisitsChanged,
    VisitsNotPerformed,
    VisitsPerformed,
    VisitsStillSilent,
    WishAnswered,
)


def tell_of_answers(events: Sequence[MessageAnswered]) -> None:
    """A unit has written: she and who may read her messages are told that there is something new (★12)."""
    actions.tell_of_messages(
        the_portal(), [(each.message_id, each.citizen_id, each.municipality_id) for each in events]
    )


def tell_of_cases(events: Sequence[ThreadTreatedAsCase]) -> None:
    """A dialogue is treated as a case: she is told, in the same neutral words, that there is something new (R28)."""
    actions.tell_of_messages(the_portal(), [(each.thread_id, each.citizen_id, each.municipality_id) for each in events])


def tell_of_sent_letters(events: Sequence[LetterSent]) -> None:
    """Important letters have come: she is told of each, whatever she has chosen (R28, R49)."""
    tell_of_letters(the_portal(), events)


def tell_of_performed_visits(events: Sequence[VisitsPerformed]) -> None:
    """Visits were performed: those who have asked for it are told (★7)."""
    actions.tell_of_performed_visits(the_portal(), [id for each in events for id in each.visit_ids])


def tell_of_visits_not_performed(events: Sequence[VisitsNotPerformed]) -> None:
    """Visits were not performed: those who have asked for visits are told, also who wants nothing else (R31, R48)."""
    actions.tell_of_visits_not_performed(the_portal(), [id for each in events for id in each.visit_ids])


def tell_of_changes(events: Sequence[VisitsChanged]) -> None:
    """Visits were moved or called off: she and who may see her visits are told of what matters (R36)."""
    tell_of_changed_visits(the_portal(), [id for each in events for id in each.visit_ids])


def tell_of_silent_visits(events: Sequence[VisitsStillSilent]) -> None:
    """Nobody has settled silent visits: kin who asked for it are told (M2)."""
    actions.tell_of_silent_visits(the_portal(), [id for each in events for id in each.visit_ids])


def tell_of_answered_cancellations(events: Sequence[CancellationAnswered]) -> None:
    """The journal has answered a cancellation: she and who may see her visits are told what it said (R38)."""
    actions.tell_of_cancellations(the_portal(), [each.cancellation_id for each in events])


def tell_of_answered_wishes(events: Sequence[WishAnswered]) -> None:
    """The municipality has answered a wish for another time: she and who may see her visits are told that it has (R42)."""
    actions.tell_of_wishes(the_portal(), [each.wish_id for each in events])


def tell_of_activations(events: Sequence[CitizenActivated]) -> None:
    """A service is ready: the citizen is told (R5)."""
    actions.tell_of_activations(the_portal(), [each.citizen_id for each in events])


def tell_of_offered_fullmakter(events: Sequence[FullmaktOffered]) -> None:
    """A fullmakt was offered: both parties are told (R57)."""
    _tell_both("fullmakt-offered", events, giver=What.FULLMAKT_SENT, receiver=What.FULLMAKT_OFFERED)


def tell_of_given_fullmakter(events: Sequence[FullmaktGiven]) -> None:
    """A fullmakt holds from now: both parties are told (R57)."""
    _tell_both("fullmakt-given", events, giver=What.FULLMAKT_GIVEN, receiver=What.FULLMAKT_TAKEN)


def tell_of_ended_fullmakter(events: Sequence[FullmaktEnded]) -> None:
    """A fullmakt has ended: both parties are told, in the same neutral words (R57)."""
    _tell_both("fullmakt-ended", events, giver=What.FULLMAKT_ENDED, receiver=What.FULLMAKT_ENDED)


def _tell_both(
    event: str, events: Sequence[FullmaktOffered | FullmaktGiven | FullmaktEnded], *, giver: What, receiver: What
) -> None:
    fullmakter = [(each.fullmakt_id, each.giver_id, each.receiver_id) for each in events]
    actions.tell_of_fullmakter(the_portal(), event, fullmakter, giver=giver, receiver=receiver)
