"""A calendar address is made and deleted, and calendars fetch what it shows."""

import base64
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.models import CalendarFeed
from hjemmekontakt.visits.rules import (
    Entry,
    MadeCalendar,
    Refusal,
    digest_of,
    entry_of,
    is_fetched_anew,
)


@intent
def make_calendar(actor: Actor, *, form_key: UUID, tells_more: bool) -> MadeCalendar:
    """The citizen, or someone with her fullmakt, makes a secret address for a calendar of her own (R37).

    The address is made from the form's key under the house's own, so that a form sent twice makes one address and both
    answers show it; what is kept is a digest alone.
    """
    grant = require(actor, May.MAKE_CALENDAR, about=lookup.citizen(actor.about_id))
    secret = _secret(actor, form_key)
    row = CalendarFeed.objects.filter(digest=digest_of(secret)).first()
    if row is None:
        why_not = queries.why_not_make_another(grant)
        if why_not:
            raise Refused(why_not)
        row = _keep(actor, digest_of(secret), tells_more=tells_more)
    if row.ended_at is not None:
        raise Refused(Refusal.CALENDAR_ENDED)
    return MadeCalendar(row.as_seen(), secret)


@intent
def end_calendar(actor: Actor, feed_id: UUID) -> None:
    """The owner, or the citizen whose visits it shows, deletes a calendar address; it leads nowhere at once (R37).

    Deleting one that is deleted already changes nothing.
    """
    require(actor, May.END_CALENDAR, about=lookup.calendar_feed(feed_id))
    row = CalendarFeed.objects.select_for_update().filter(id=feed_id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.END_CALENDAR, about=About("calendar feed", feed_id))
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])


@intent
def fetch_calendar(actor: Actor, feed_id: UUID) -> list[Entry]:
    """A calendar fetches what its address shows: the visits of her pages, and no more of each than was chosen (R37).

    That it did is a line in her log, once a day for each address.
    """
    grant = require(actor, May.FETCH_CALENDAR, about=lookup.calendar_feed(feed_id))
    feed = CalendarFeed.objects.filter(id=feed_id, ended_at__isnull=True).first()
    if feed is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.FETCH_CALENDAR, about=About("calendar feed", feed_id))
    now = clock.now()
    if is_fetched_anew(now, last=feed.fetched_at):
        CalendarFeed.objects.filter(id=feed_id).update(fetched_at=now)
    return [
        entry_of(view, on_behalf=feed.on_behalf, tells_more=feed.tells_more) for view in queries.shown_visits_of(grant)
    ]


def _secret(actor: Actor, form_key: UUID) -> str:
    made_of = f"{actor.id} {actor.about_id} {form_key}"
    mac = salted_hmac("hjemmekontakt.visits.calendar", made_of, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _keep(actor: Actor, digest: bytes, *, tells_more: bool) -> CalendarFeed:
    try:
        with transaction.atomic():
            return CalendarFeed.objects.create(
                citizen_id=actor.about_id,
                owner_id=actor.id,
                owner_name=actor.name,
                on_behalf=actor.standing is Standing.FULLMAKT,
                digest=digest,
                tells_more=tells_more,
                created_at=clock.now(),
            )
    except IntegrityError:  # a second press came first: the same address stands
        return CalendarFeed.objects.get(digest=digest)
