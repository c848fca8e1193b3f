"""How subscribers come to hear: events are put to them as they happen, and brought by callers who wait for nobody (R99)."""

import hashlib
import hmac
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any
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
from hjemmekontakt.municipalities.subscriptions import telling
from hjemmekontakt.municipalities.subscriptions.keeping import on_this_machine
from hjemmekontakt.municipalities.subscriptions.rules import Happening, Letter, Outcome, Told
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.events import CancellationAsked, CancellationWithdrawn, ChangeWished, WishSettled

AT_ONCE = 16
A_ROUND = timedelta(seconds=20)  # a letter's lease is a minute: no call is begun after this
SIGNATURE = "X-Hub-Signature-256"

HEARD = (
    CancellationAsked,
    CancellationWithdrawn,
    ChangeWished,
    WishSettled,
    MessageSent,
    ThreadTransferred,
    CitizenActivated,
)


def put_to_subscribers(heard: Sequence[tuple[int, Any]]) -> None:
    """Put events to those who subscribe to them; the same row of the outbox heard twice is put to each once (R97)."""
    telling.put(the_portal(), [each for number, event in heard for each in _happenings(number, event)])


def _happenings(number: int, event: Any) -> list[Happening]:
    match event:
        case CancellationAsked():
            return [_one(number, event, notification.CANCELLATION_ASKED, event.cancellation_id, "cancellation")]
        case CancellationWithdrawn():
            return [_one(number, event, notification.CANCELLATION_WITHDRAWN, event.cancellation_id, "cancellation")]
        case ChangeWished() | WishSettled():
            return [_one(number, event, notification.CHANGE_WISHED, event.wish_id, "change wish")]
        case MessageSent() | ThreadTransferred():
            return [_one(number, event, notification.MESSAGE_SENT, event.message_id, "message")]
        case CitizenActivated():
            return _activated(number, event.citizen_id)
    raise TypeError(type(event).__name__)


def _one(number: int, event: Any, topic: Topic, id: UUID, kind: str) -> Happening:
    return Happening(
        topic=topic.name,
        municipality_id=event.municipality_id,
        focus_kind=topic.resource,
        focus_id=id,
        source=number,
        kind=kind,
    )


def _activated(number: int, citizen_id: UUID) -> list[Happening]:
    """A citizen's service is ready, where she is helped: those journals send their full window (R98)."""
    topic = notification.CITIZEN_ACTIVATED
    where = people.municipalities_that_help(the_portal(), citizen_id, today=day_of(clock.now()))
    return [
        Happening(topic=topic.name, municipality_id=each, focus_kind=topic.resource, focus_id=citizen_id, source=number)
        for each in where
    ]


class Callers:
    """Some callers who each bring one subscriber its letter, beside the database; none waits for another's subscriber."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="subscribers")
        self._under_way: set[Future[Outcome]] = set()

    def step(self, *, patience_s: float = 0.0) -> bool:
        """Write down what has come back, and send those callers who are free; True where there was anything to do."""
        done, self._under_way = (
            wait(self._under_way, timeout=patience_s, return_when=FIRST_COMPLETED)
            if self._under_way
            else (set(), self._under_way)
        )
        for each in done:
            telling.note(the_portal(), each.result())
        free = self.at_once - len(self._under_way)
        letters = telling.claim(the_portal(), limit=free) if free else []
        self._under_way |= {self._pool.submit(bring, each) for each in letters}
        return bool(done or letters)


def bring(letter: Letter) -> Outcome:
    """Bring a subscriber what it is to hear now, in order, until it does not answer; knows no database."""
    begun = clock.real()
    heard: list[int] = []
    refused: list[tuple[int, str]] = []
    failed = ""
    for part in [[each] for each in letter.events] or [[]]:
        if part and clock.real() - begun > A_ROUND:
            break
        why = _call(letter, part)
        if why is None:
            heard += [each.id for each in part]
        elif why is Why.REFUSED and part:
            refused += [(each.id, why.value) for each in part]
        else:
            failed = why.value
            break
    return Outcome(
        subscription_id=letter.subscription.id,
        version=letter.subscription.version,
        errand=letter.errand,
        heard=tuple(heard),
        refused=tuple(refused),
        failed=failed,
    )


def _call(letter: Letter, events: Sequence[Told]) -> Why | None:
    to, base = letter.subscription, f"{settings.PUBLIC_URL}/fhir"
    body = notification.encoded(notification.to_subscriber(to, letter.errand, events, base=base, told_at=clock.real()))
    try:
        journal.tell_outside(to.url, headers=_proof(letter, body), body=body, on_this_machine=on_this_machine())
    except NotAccepted as refused:
        return refused.why
    return None


def _proof(letter: Letter, body: bytes) -> dict[str, str]:
    """What the subscriber knows us by: its own header, and the body signed with its secret (HMAC-SHA-256)."""
    headers = {"Authorization": letter.authorization} if letter.authorization else {}
    if letter.secret:
        signature = hmac.new(letter.secret.encode(), body, hashlib.sha256).hexdigest()
        headers[SIGNATURE] = f"sha256={signature}"
    return headers
