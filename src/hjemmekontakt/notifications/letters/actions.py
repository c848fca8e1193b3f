"""Notices of important letters: decided on the day, looked at after seven or as soon as one is known to have failed (R56)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways.handover import Delivery
from hjemmekontakt.ground.statements import Row
from hjemmekontakt.messages import actions as messages_actions
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.events import LetterSent
from hjemmekontakt.messages.rules import LetterNow, OnPaper
from hjemmekontakt.notifications.deciding import decide
from hjemmekontakt.notifications.letters.rules import (
    Looked,
    Next,
    has_reached_her,
    letter_key,
    reminder_key,
    what_next,
    why_posted,
)
from hjemmekontakt.notifications.models import Notice
from hjemmekontakt.notifications.rules import OTHER_CHANNEL, Channel, Decision, Happening, Planned, What
from hjemmekontakt.notifications.timing import REMIND_OF_LETTER_AFTER, Timed

CAME_BACK = frozenset({Delivery.EXPIRED, Delivery.FAILED, Delivery.REJECTED})
SAID_OF = {Next.SAY_READ: Decision.ALREADY_READ, Next.SAY_ON_PAPER: Decision.ON_PAPER}


@intent
def tell_of_letters(actor: Actor, letters: Iterable[LetterSent]) -> int:
    """Decide whom to tell that a letter has come: herself always, and kin who are told of messages (R28, R47, R49)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    return decide(
        grant,
        [
            Happening(
                letter_key(each.letter_id),
                What.LETTER,
                each.citizen_id,
                each.municipality_id,
                message_id=each.message_id,
            )
            for each in letters
        ],
    )


def look_at_letters(grant: Grant, rows: Sequence[Row], *, now: datetime) -> list[Timed]:
    """Look at letters whose week has passed, or of which a notice failed: what is decided of each, and what goes by post.

    Within the intent that took the notices; the decisions are for it to keep.
    """
    letters = messages.letters_now(grant, {_letter_of(row) for row in rows})
    looked_at = [(row, _looked(row)) for row in rows]
    told = _told_of({_letter_of(row) for row, looked in looked_at if looked.reached_nobody()})
    on_paper: dict[UUID, OnPaper] = {}
    stopped: set[UUID] = set()
    decided: list[Timed] = []
    for row, looked in looked_at:
        letter = letters.get(_letter_of(row))
        if letter is None:
            continue
        next_ = what_next(
            looked,
            state=letter.state,
            is_opened=letter.is_opened,
            is_dead=letter.is_dead,
            has_reached_her=has_reached_her(told.get(letter.id, [looked])),
        )
        match next_:
            case Next.PUT_ON_PAPER:
                on_paper[letter.id] = why_posted(looked)
            case Next.STOP:
                stopped.add(letter.id)
            case Next.REMIND | Next.SAY_READ | Next.SAY_ON_PAPER:
                decided.append(_reminder(row, letter, next_, now=now))
    messages_actions.put_on_paper(grant, on_paper)
    messages_actions.stop_letters(grant, stopped)
    return decided


def _told_of(letter_ids: Collection[UUID]) -> dict[UUID, list[Looked]]:
    """All that was decided of telling of some letters; asked only where a notice of theirs reached nobody."""
    keys = [name(id) for id in letter_ids for name in (letter_key, reminder_key)]
    columns = ("event_key", "kind", "about_id", "receiver_id", "decision", "receipt", "last_error")
    rows = Notice.objects.filter(event_key__in=keys).values(*columns) if keys else ()
    told: dict[UUID, list[Looked]] = {}
    for row in rows:
        told.setdefault(_letter_of(row), []).append(_looked(row))
    return told


def _reminder(row: Row, letter: LetterNow, next_: Next, *, now: datetime) -> Timed:
    """The one decision about a reminder: due by the other channel, or why there is none."""
    unopened = Happening(
        reminder_key(letter.id),
        What.LETTER_REMINDER,
        letter.citizen_id,
        letter.municipality_id,
        message_id=UUID(row["message"]) if row["message"] else None,
    )
    said = SAID_OF.get(next_)
    channel = Channel.NONE if said else OTHER_CHANNEL.get(row["channel"], Channel.SMS)
    plan = Planned(unopened, row["receiver_id"], channel, said or Decision.DUE)
    sent_at = row["sent_at"]
    return Timed(plan, max(now, sent_at + REMIND_OF_LETTER_AFTER) if sent_at and not said else now)


def _looked(row: Row) -> Looked:
    return Looked(
        what=What(row["kind"]),
        is_to_herself=row["receiver_id"] == row["about_id"],
        decision=Decision(row["decision"]),
        has_come_back=row["receipt"] in CAME_BACK,
        word=row["last_error"],
    )


def _letter_of(row: Row) -> UUID:
    return UUID(row["event_key"].partition(":")[2])
