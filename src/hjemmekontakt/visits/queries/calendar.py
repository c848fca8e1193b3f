"""A citizen's calendar addresses, and whose calendar it is that fetches."""

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, Right, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection
from hjemmekontakt.visits.models import CalendarFeed
from hjemmekontakt.visits.rules import Calendars, CalendarView, Fetcher, Refusal, digest_of, why_not_make


def who_fetches(secret: str) -> Fetcher | None:
    """Whose calendar a secret address lets in now; None where it leads nowhere, whatever the reason (R11, R37, R62).

    One look-up (`hk_calendar_at_the_door`) asks all at once: the address lives, her service is in use, neither is
    protected or dead, the owner has not stopped using the service, and his fullmakt holds today and opens the visits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT feed_id, citizen_id, citizen_name, owner_id, owner_name, language, rights"
            " FROM hk_calendar_at_the_door(%s, %s)",
            [digest_of(secret), day_of(clock.now())],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    feed_id, citizen_id, citizen_name, owner_id, owner_name, language, rights = row
    owner = Actor(Standing.SELF, owner_id, owner_name, about_id=owner_id, about_name=owner_name, language=language)
    if owner_id != citizen_id:
        held = frozenset(Right(right) for right in rights)
        owner = owner.on_behalf_of(citizen_id, citizen_name, rights=held)
    return Fetcher(owner, feed_id)


@intent
def calendars(actor: Actor) -> Calendars:
    """The addresses from which calendars fetch a citizen's visits, the newest first (R37).

    She sees all of them, one who acts for her his own.
    """
    grant = require(actor, May.SEE_CALENDARS, about=lookup.citizen(actor.about_id))
    rows = _living().filter(citizen_id=actor.about_id).order_by("-created_at", "id")
    return Calendars(tuple(row.as_seen() for row in rows), why_not_make_another(grant))


def why_not_make_another(grant: Grant) -> Refusal | None:
    """Say why the actor cannot have one more calendar address now; the page that shows the button asks the same (R11, R37)."""
    owner, citizen_id = grant.actor.id, grant.actor.about_id
    if citizen_id is None:
        raise ValueError("only a citizen, or who acts for her, has visits")
    parties = people.persons(grant, grant.persons).values()
    return why_not_make(
        active=consent.is_active(grant, citizen_id),
        protected=any(each.protection is not Protection.NONE for each in parties),
        living=_living().filter(citizen_id=citizen_id, owner_id=owner).count(),
    )


@intent
def calendar(actor: Actor, feed_id: UUID) -> CalendarView:
    """One calendar address, to ask before it is deleted."""
    require(actor, May.SEE_CALENDARS, about=lookup.calendar_feed(feed_id))
    row = _living().filter(id=feed_id).first()
    if row is None:
        unknown = About("calendar feed", feed_id)
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_CALENDARS, about=unknown)
    return row.as_seen()


def _living() -> "QuerySet[CalendarFeed]":
    return CalendarFeed.objects.filter(ended_at__isnull=True)
