"""The unit's inbox: whom the reader may open and nobody else, who waits longest first (R78, R79)."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Count, QuerySet
from django.db.models.expressions import RawSQL

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.queries.reading import beyond
from hjemmekontakt.messages.rules import Bookmark, Inbox, InboxFilter, InboxRow, ThreadState
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person

INBOX_PAGE = 50
_NOT_OPENED = [ThreadState.SENT, ThreadState.RECEIVED]


@intent
def inbox(
    actor: Actor,
    unit_id: UUID,
    *,
    filter: InboxFilter = InboxFilter.WAITING,
    after: Bookmark | None = None,
    limit: int = INBOX_PAGE,
) -> Inbox:
    """A unit's inbox: who waits longest for an answer first; answered ones by the newest (R78, R82).

    Whoever the reader may not open is neither shown nor counted: her own family, one without a decision on the
    service, and one with a confidential address (R11, R79).
    """
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    grant = require(actor, May.SEE_INBOX, about=about)
    today = day_of(clock.now())
    rows = list(_inbox_rows(actor, unit_id, filter, after, today=today)[: limit + 1])
    shown = rows[:limit]
    persons = people.persons(grant, {row.citizen_id for row in shown})
    log_list(grant, about, [row.citizen_id for row in shown])
    return Inbox(
        unit_id=unit_id,
        unit_name=next(each.unit_name for each in actor.units if each.unit_id == unit_id),
        filter=filter,
        rows=tuple(_inbox_row(row, persons[row.citizen_id]) for row in shown),
        counts=_counts(_reachable(actor, unit_id, today=today)),
        following=_inbox_bookmark(shown[-1], filter) if len(rows) > limit else None,
    )


HELPED_TODAY = (
    "(thread.case_kind <> ''"
    " OR EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = thread.citizen_id AND d.unit_id = thread.unit_id"
    " AND d.service_id = thread.service_id AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on >= %s)))"
)


def _reachable(actor: Actor, unit_id: UUID, *, today: date) -> QuerySet[Thread]:
    rows = Thread.objects.filter(
        RawSQL(HELPED_TODAY, [today, today], output_field=BooleanField()),  # noqa: S611 - a constant, its values bound
        municipality_id=actor.municipality_id,
        unit_id=unit_id,
        citizen__protection="none",
    )
    return rows.exclude(citizen_id__in=actor.family) if actor.family else rows


def _inbox_rows(
    actor: Actor, unit_id: UUID, filter: InboxFilter, after: Bookmark | None, *, today: date
) -> QuerySet[Thread]:
    rows = _reachable(actor, unit_id, today=today).select_related("service")
    if filter in rules.WAITING_LISTS:
        rows = rows.filter(answer_by__isnull=False).order_by("answer_by", "last_message_at", "id")
        comparison = "(thread.answer_by, thread.last_message_at, thread.id) > (%s, %s, %s)"
    else:
        rows = rows.order_by("-last_message_at", "-id")
        comparison = "(thread.last_message_at, thread.id) < (%s, %s)"
    if filter is InboxFilter.NEW:
        rows = rows.filter(state__in=_NOT_OPENED)
    if filter is InboxFilter.ANSWERED:
        rows = rows.filter(answer_by__isnull=True)
    return rows if after is None else rows.filter(beyond(comparison, after))


def _inbox_bookmark(row: Thread, filter: InboxFilter) -> Bookmark:
    moments: tuple[datetime, ...] = (row.last_message_at,)
    return Bookmark((row.answer_by, *moments) if filter in rules.WAITING_LISTS and row.answer_by else moments, row.id)


def _counts(reachable: QuerySet[Thread]) -> dict[InboxFilter, int]:
    states = reachable.filter(answer_by__isnull=False).order_by().values_list("state").annotate(count=Count("id"))
    waiting = dict(states)
    new = sum(count for state, count in waiting.items() if state in _NOT_OPENED)
    return {InboxFilter.NEW: new, InboxFilter.WAITING: sum(waiting.values())}


def _inbox_row(row: Thread, person: Person) -> InboxRow:
    return InboxRow(
        id=row.id,
        citizen_id=row.citizen_id,
        person_name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        subject=row.subject,
        service_name=row.service.name,
        state=ThreadState(row.state),
        answer_by=row.answer_by,
        last_at=row.last_message_at,
    )
