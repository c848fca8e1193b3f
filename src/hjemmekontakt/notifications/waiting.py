"""What waits for its hour: the digest of a day's visits, and the reminder of a message that nobody has read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import Row
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.rules import ReadBy
from hjemmekontakt.notifications.claiming import id_in
from hjemmekontakt.notifications.deciding import keep
from hjemmekontakt.notifications.models import ContactCode
from hjemmekontakt.notifications.rules import Channel, Decision, Happening, Planned, What
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import KEEP_CODES, Timed

DIGESTS_AT_ONCE = 2000
REMINDERS_AT_ONCE = 500
TOLD = frozenset({Decision.SENT, Decision.SAME_ADDRESS})


def do_what_waits(actor: Actor, *, now: datetime) -> None:
    """Make the digests whose hour has come, remind of what is unread, and forget old codes."""
    while gather_digests(actor, now=now):
        pass
    while remind_of_unread(actor, now=now) == REMINDERS_AT_ONCE:
        pass
    forget_old_codes(actor)


@intent
def gather_digests(actor: Actor, *, now: datetime, limit: int = DIGESTS_AT_ONCE) -> int:
    """Make one notice of all that waits for each digest; says how many decisions were joined in one (R48, R53)."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    with connection.cursor() as cursor:
        cursor.execute(SQL["gather_digests"], {"now": now, "limit": limit})
        return int(cursor.rowcount)


@intent
def remind_of_unread(actor: Actor, *, now: datetime, limit: int = REMINDERS_AT_ONCE) -> int:
    """Decide to remind, once and by the other channel, of messages that neither she nor her kin have read (R56).

    Says how many notices were looked at. A dialogue is reminded of once a day, however many messages are unread in it.
    """
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    ripe = SQL.rows("unread_to_remind", now=now, limit=limit)
    told = {_message_of(row) for row in ripe if row["decision"] in TOLD}
    marks = messages.readers_of(grant, {id for id in told if id})
    keep([Timed(plan, now) for plan in _reminders(ripe, marks, now=now)], now=now)
    return len(ripe)


def _reminders(ripe: Iterable[Row], marks: Sequence[ReadBy], *, now: datetime) -> list[Planned]:
    thread_of = {mark.message_id: mark.thread_id for mark in marks}
    read = {mark.message_id for mark in marks if mark.reader_id}
    plans: dict[tuple[str, UUID], Planned] = {}
    for row in ripe:
        message_id = _message_of(row)
        if message_id is None or row["decision"] not in TOLD or message_id not in thread_of or message_id in read:
            continue
        key = f"message-reminder:{thread_of[message_id]}:{day_of(now).isoformat()}"
        unread = Happening(key, What.REMINDER, row["about_id"], row["municipality_id"], message_id=message_id)
        plans[key, row["receiver_id"]] = Planned(unread, row["receiver_id"], OTHER[row["channel"]], Decision.DUE)
    return [plans[place] for place in sorted(plans)]


def _message_of(row: Row) -> UUID | None:
    return id_in(row["event_key"].partition(":")[2])


OTHER: Mapping[str, Channel] = {
    Channel.SMS: Channel.EMAIL,
    Channel.EMAIL: Channel.SMS,
    Channel.PUSH: Channel.SMS,
}


@intent
def forget_old_codes(actor: Actor) -> int:
    """Forget codes, used or not, when they no longer count towards how many one may ask for (R49)."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    return ContactCode.objects.filter(asked_at__lt=clock.real() - KEEP_CODES).delete()[0]
