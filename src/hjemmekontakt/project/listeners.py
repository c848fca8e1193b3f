"""Who hears which event: the one place where domains are connected."""

from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.fhir import reactions as journals
from hjemmekontakt.fhir import subscribers
from hjemmekontakt.ground.outbox import listen, listen_by_number
from hjemmekontakt.messages import reactions as messages
from hjemmekontakt.messages.events import (
    LetterSent,
    MessageAnswered,
    MessageSent,
    ThreadTransferred,
    ThreadTreatedAsCase,
)
from hjemmekontakt.municipalities.events import HoursChanged
from hjemmekontakt.notifications import reactions as notices
from hjemmekontakt.representation.events import FullmaktEnded, FullmaktGiven, FullmaktOffered
from hjemmekontakt.visits.events import (
    CancellationAnswered,
    CancellationAsked,
    CancellationWithdrawn,
    ChangeWished,
    VisitsChanged,
    VisitsNotPerformed,
    VisitsPerformed,
    VisitsStillSilent,
    WishAnswered,
    WishSettled,
)


def connect() -> None:
    """Subscribe every reaction to its event."""
    listen(MessageSent, journals.tell_of_messages)
    listen(ThreadTransferred, journals.tell_of_transfers)
    listen(CancellationAsked, journals.tell_of_cancellations)
    listen(CancellationWithdrawn, journals.tell_of_withdrawals)
    listen(ChangeWished, journals.tell_of_wishes)
    listen(WishSettled, journals.tell_of_settled_wishes)
    listen(CitizenActivated, journals.tell_of_activations)
    for event in subscribers.HEARD:
        listen_by_number(event, subscribers.put_to_subscribers)

    listen(HoursChanged, messages.set_clocks)

    listen(MessageAnswered, notices.tell_of_answers)
    listen(ThreadTreatedAsCase, notices.tell_of_cases)
    listen(LetterSent, notices.tell_of_sent_letters)
    listen(VisitsPerformed, notices.tell_of_performed_visits)
    listen(VisitsNotPerformed, notices.tell_of_visits_not_performed)
    listen(VisitsChanged, notices.tell_of_changes)
    listen(VisitsStillSilent, notices.tell_of_silent_visits)
    listen(CancellationAnswered, notices.tell_of_answered_cancellations)
    listen(WishAnswered, notices.tell_of_answered_wishes)
    listen(CitizenActivated, notices.tell_of_activations)
    listen(FullmaktOffered, notices.tell_of_offered_fullmakter)
    listen(FullmaktGiven, notices.tell_of_given_fullmakter)
    listen(FullmaktEnded, notices.tell_of_ended_fullmakter)
