"""What leaves for the journals when something has happened: an id to fetch, told until the journal has heard (R99)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.conf import settings

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.fhir import notification
from hjemmekontakt.fhir.notification import Topic
from hjemmekontakt.gateways import journal
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages.events import MessageSent, ThreadTransferred
from hjemmekontakt.municipalities import contact
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import JournalHookView
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.events import CancellationAsked, CancellationWithdrawn, ChangeWished, WishSettled

AT_ONCE = 16


def tell_of_cancellations(events: Sequence[CancellationAsked]) -> None:
    """Tell the journal that somebody asks to have a visit called off (R38)."""
    for event in events:
        _tell(event.municipality_id, notification.CANCELLATION_ASKED, event.cancellation_id)


def tell_of_withdrawals(events: Sequence[CancellationWithdrawn]) -> None:
    """Tell the journal that a request was taken back: the same Task, with the status cancelled (R43)."""
    for event in events:
        _tell(event.municipality_id, notification.CANCELLATION_WITHDRAWN, event.cancellation_id)


def tell_of_wishes(events: Sequence[ChangeWished]) -> None:
    """Tell the journal that somebody wishes another time for a visit (R42)."""
    for event in events:
        _tell(event.municipality_id, notification.CHANGE_WISHED, event.wish_id)


def tell_of_settled_wishes(events: Sequence[WishSettled]) -> None:
    """Tell the journal of a wish again: she has answered its proposal or taken the wish back, or it has run out (R42)."""
    for event in events:
        _tell(event.municipality_id, notification.CHANGE_WISHED, event.wish_id)


def tell_of_messages(events: Sequence[MessageSent]) -> None:
    """Tell the journal that a citizen has written to a unit."""
    for event in events:
        _tell(event.municipality_id, notification.MESSAGE_SENT, event.message_id)


def tell_of_transfers(events: Sequence[ThreadTransferred]) -> None:
    """Tell the journal of a dialogue's last message again: another unit has it now (R78)."""
    for event in events:
        _tell(event.municipality_id, notification.MESSAGE_SENT, event.message_id)


def tell_of_activations(events: Sequence[CitizenActivated]) -> None:
    """Tell the journals that a citizen's service is ready, where she is helped: they send their full window (R98)."""
    today = day_of(clock.now())
    for event in events:
        for municipality_id in people.municipalities_that_help(the_portal(), event.citizen_id, today=today):
            _tell(municipality_id, notification.CITIZEN_ACTIVATED, event.citizen_id)


def _tell(municipality_id: UUID, topic: Topic, id: UUID) -> None:
    for hook in municipalities.journal_hooks(municipality_id):
        body = notification.write(topic, id, base=f"{settings.PUBLIC_URL}/fhir", hook_id=hook.id, told_at=clock.real())
        _call(hook, body)


def ask_whether_journals_are_there() -> int:
    """Ask each journal whether it is there, once a minute: a heartbeat that tells nothing (R33); how many were asked."""
    hooks = contact.hooks_to_ask()
    if hooks:
        with ThreadPoolExecutor(max_workers=min(len(hooks), AT_ONCE)) as callers:
            for hook, answers in zip(hooks, list(callers.map(_answers, hooks)), strict=True):
                _note(hook, answers)
    return len(hooks)


def _answers(hook: JournalHookView) -> Why | None:
    """Why a journal does not answer; asked beside the database, so that a slow one holds no transaction."""
    base = f"{settings.PUBLIC_URL}/fhir"
    try:
        journal.tell(
            hook.url, secret=hook.secret, body=notification.heartbeat(base=base, hook_id=hook.id, told_at=clock.real())
        )
    except NotAccepted as refused:
        return refused.why
    return None


def _call(hook: JournalHookView, body: bytes) -> None:
    try:
        journal.tell(hook.url, secret=hook.secret, body=body)
    except NotAccepted as refused:
        _note(hook, refused.why)
        raise
    _note(hook, None)


def _note(hook: JournalHookView, why: Why | None) -> None:
    """A journal that answers «not so» or «too much» is there; one that cannot be reached, or knows us not, is away."""
    if why in (Why.UNAVAILABLE, Why.SETUP):
        contact.journal_failed(hook.id)
    else:
        contact.journal_answered(hook.id)
