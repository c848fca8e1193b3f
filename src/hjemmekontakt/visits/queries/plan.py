"""The citizen's own visits: what comes, one of them, and what has been."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.away import away_views
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    COMING,
    DAYS_AHEAD,
    DAYS_BACK,
    EXPECTED_SYSTEM,
    CancellationState,
    CancellationView,
    CancelledBy,
    Change,
    JournalAway,
    Nearest,
    Place,
    Plan,
    VisitStatus,
    VisitView,
    why_not_cancel,
)

WORTH_A_WORD = frozenset({VisitStatus.CANCELLED, VisitStatus.ON_HOLD, VisitStatus.GONE})


@intent
def visits_of(actor: Actor) -> Plan:
    """The visits from today and two weeks on, in their order, each with whether it may be called off (R30, R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    return plan_in(grant, now=clock.now())


def plan_in(grant: Grant, *, now: datetime, since: datetime | None = None) -> Plan:
    """The visits from today and two weeks on; with what has changed `since`, where she had looked before (R30, R32)."""
    first, last = _midnight(now), _midnight(now, days=DAYS_AHEAD + 1)
    rows = _shown(grant.actor).filter(
        Q(starts_at__gte=first) | Q(ends_at__gt=now), ends_at__gt=first, starts_at__lt=last
    )
    views = _views(grant, rows.order_by("starts_at", "id"), now=now, since=since)
    silent, heard_at = _journal(grant, views, now=now)
    return Plan(
        visits=tuple(views),
        updated_at=heard_at or _told(views),
        out_of_touch=silent,
        away=away_views(grant, _about(grant.actor), now=now),
    )


@intent
def week_of(actor: Actor, monday: date) -> Plan:
    """A citizen's visits of one week, for the sheet that she prints; only weeks that touch the time she may see (R32, R37)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    views = _views(grant, _week(_shown(grant.actor), monday), now=now)
    silent, heard_at = _journal(grant, views, now=now)
    return Plan(visits=tuple(views), updated_at=heard_at or _told(views), out_of_touch=silent)


def week_at_work(grant: Grant, citizen_id: UUID, monday: date) -> list[VisitView]:
    """A citizen's visits of one week from the units of the grant, for the sheet that staff hand out (R37)."""
    rows = _week(_of(citizen_id).filter(unit_id__in=grant.units), monday)
    return _views(grant, rows, now=clock.now())


def _week(rows: "QuerySet[Visit]", monday: date) -> "QuerySet[Visit]":
    first = datetime.combine(monday, time(0), tzinfo=OSLO)
    last = datetime.combine(monday + timedelta(days=7), time(0), tzinfo=OSLO)
    return rows.filter(starts_at__gte=first, starts_at__lt=last).order_by("starts_at", "id")


def _journal(grant: Grant, views: Sequence[VisitView], *, now: datetime) -> tuple[JournalAway | None, datetime | None]:
    """Whether a journal that tells of these visits is out of touch; and until when all of them were heard."""
    phones = {view.unit.municipality_id: view.unit.phone for view in reversed(views)}
    if not phones:
        units = people.units_that_help(grant, _about(grant.actor), today=day_of(now))
        phones = {unit.municipality_id: unit.phone for unit in map(municipalities.unit, units)}
    states = municipalities.journal_states(phones)
    heard = [state.heard_at for state in states.values() if state.heard_at]
    for municipality_id, state in states.items():
        if state.is_away(now):
            return JournalAway(state.heard_at, phones[municipality_id]), min(heard, default=None)
    return None, min(heard) if len(heard) == len(phones) else None


def _told(views: Sequence[VisitView]) -> datetime | None:
    return max((view.reported_at for view in views), default=None)


@intent
def visit(actor: Actor, visit_id: UUID) -> VisitView:
    """One visit; one entered in error is not there, and a protected person's place is not told (R11, R30)."""
    return _visit(actor, visit_id)[1]


@intent
def visit_and_journal(actor: Actor, visit_id: UUID) -> tuple[VisitView, JournalAway | None]:
    """One visit, and whether the journal that told of it is out of touch (R33)."""
    grant, view = _visit(actor, visit_id)
    return view, _journal(grant, [view], now=clock.now())[0]


def _visit(actor: Actor, visit_id: UUID) -> tuple[Grant, VisitView]:
    about = lookup.visit(visit_id)
    grant = require(actor, May.SEE_VISITS, about=about)
    for view in _views(grant, _shown(actor).filter(id=visit_id), now=clock.now()):
        return grant, replace(view, place=None) if about.protected else view
    raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("visit", visit_id))


@intent
def visit_of_cancellation(actor: Actor, cancellation_id: UUID) -> VisitView:
    """The visit that a cancellation is about."""
    grant = require(actor, May.SEE_VISITS, about=lookup.cancellation(cancellation_id))
    for view in _views(grant, _shown(actor).filter(cancellations__id=cancellation_id), now=clock.now()):
        return view
    raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("cancellation", cancellation_id))


@intent
def nearest(actor: Actor) -> Nearest:
    """For the first page: the next visit, what of today and tomorrow was cancelled or moved, and a journal that is away."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    day_after = _midnight(now, days=2)
    comes = Q(status__in=COMING, ends_at__gt=now, starts_at__lt=_midnight(now, days=DAYS_AHEAD + 1))
    worth_a_word = Q(status__in=WORTH_A_WORD) | Q(moved_from__isnull=False)
    near = Q(starts_at__gte=_midnight(now), starts_at__lt=day_after, ends_at__gt=now) & worth_a_word
    near |= Q(moved_from__gte=_midnight(now), moved_from__lt=day_after, status__in=COMING)
    views = _views(grant, _shown(actor).filter(comes | near).order_by("starts_at", "id")[:30], now=now)
    coming = (view for view in views if view.status in COMING and not _is_called_off(view))
    return Nearest(
        next_visit=next(coming, None),
        warnings=tuple(view for view in views if _is_worth_a_word(view, before=day_after)),
        out_of_touch=_journal(grant, views, now=now)[0],
    )


def _is_worth_a_word(view: VisitView, *, before: datetime) -> bool:
    if view.moved_from is not None:
        return min(view.moved_from, view.starts_at) < before
    return view.status in WORTH_A_WORD and view.starts_at < before


@intent
def told_since(actor: Actor) -> datetime | None:
    """From when past visits are told of: when her service became active (R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    far = consent.how_far(grant, _about(actor))
    return far.since if far else None


@intent
def past_visits(actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = 20) -> list[VisitView]:
    """The visits of the last 90 days up to yesterday, the latest first; `before` is the last one shown (R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    today = _midnight(now)
    rows = _shown(actor).filter(ends_at__lte=now, starts_at__lt=today, starts_at__gte=_midnight(now, days=-DAYS_BACK))
    if before:
        rows = rows.filter(Q(starts_at__lt=before[0]) | Q(starts_at=before[0], id__lt=before[1]))
    return _views(grant, rows.order_by("-starts_at", "-id")[:limit], now=now)


def shown_visits_of(grant: Grant) -> list[VisitView]:
    """All that the pages of coming and of past visits show, in its order, for a calendar (R32, R37)."""
    now = clock.now()
    today = _midnight(now)
    lately = Q(ends_at__gte=today) | Q(starts_at__gte=_midnight(now, days=-DAYS_BACK))
    rows = _shown(grant.actor).filter(lately, starts_at__lt=_midnight(now, days=DAYS_AHEAD + 1))
    return _views(grant, rows.order_by("starts_at", "id"), now=now)


def _about(actor: Actor) -> UUID:
    if actor.about_id is None:
        raise ValueError("only a citizen, or who acts for her, has visits")
    return actor.about_id


def _shown(actor: Actor) -> "QuerySet[Visit]":
    return _of(_about(actor))


def _of(citizen_id: UUID) -> "QuerySet[Visit]":
    """A citizen's visits but those entered in error, and those that were expected and never came to be (R31)."""
    rows = Visit.objects.filter(citizen_id=citizen_id).exclude(status=VisitStatus.ENTERED_IN_ERROR)
    return rows.exclude(status=VisitStatus.GONE, identifier_system=EXPECTED_SYSTEM)


def _midnight(now: datetime, *, days: int = 0) -> datetime:
    return datetime.combine(day_of(now) + timedelta(days=days), time(0), tzinfo=OSLO)


def _views(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime, since: datetime | None = None) -> list[VisitView]:
    found = list(rows)
    if not found:
        return []
    hidden = _hidden(grant, found)
    asked = latest_cancellations(grant, [row.id for row in found])
    services = municipalities.services(list({row.service_id for row in found}))
    calendars = {id: municipalities.calendar_of_municipality(id) for id in {row.municipality_id for row in found}}
    today = day_of(now)
    return [
        _view(
            row,
            asked.get(row.id),
            services[row.service_id],
            calendars[row.municipality_id],
            now=now,
            change=_change(row, since),
            is_hidden=hidden is None or row.performer_id in hidden,
        )
        for row in found
        if services[row.service_id].opened(Function.VISITS, today=today)
    ]


def _hidden(grant: Grant, found: Sequence[Visit]) -> frozenset[UUID] | None:
    """Those whose names are not told; nothing is asked where no name is there to be told (R35)."""
    if grant.actor.standing is Standing.EMPLOYEE or not any(row.performer_name for row in found):
        return frozenset()
    performers = {row.performer_id for row in found if row.performer_id}
    return people.hidden_names(grant, found[0].citizen_id, performers)


def _change(row: Visit, since: datetime | None) -> Change | None:
    """What has changed since she last looked, of what she then could see (R32)."""
    if since is None or not row.change or row.changed_at is None or row.changed_at <= since:
        return None
    change = Change(row.change)
    if change is Change.NEW and row.starts_at >= _midnight(since, days=DAYS_AHEAD + 1):
        return None
    return change


def views_of(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime) -> list[VisitView]:
    """Some visits as the citizen, or who acts for her, sees them; each with whether it may be called off (R30)."""
    return _views(grant, rows, now=now)


def _view(
    row: Visit,
    asked: CancellationView | None,
    service: ServiceView,
    calendar: Calendar,
    *,
    now: datetime,
    change: Change | None,
    is_hidden: bool,
) -> VisitView:
    status = VisitStatus(row.status)
    deadline = calendar.last_hour_before(row.starts_at)
    comes = status in (VisitStatus.ASSIGNED, VisitStatus.PERFORMED)
    is_named = comes and service.unit.shows_names and not is_hidden  # R35
    return VisitView(
        id=row.id,
        version=row.version,
        stored_at=row.stored_at,
        status=status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes=row.minutes,
        title=row.title,
        instruction=row.instruction,
        service_id=service.id,
        service_name=service.name,
        unit=service.unit,
        performer_name=row.performer_name if is_named else "",
        performer_role=row.performer_role if comes else "",
        name_hidden=comes and not is_named and bool(row.performer_name),
        change=change,
        rhythm=row.series_rhythm if status is VisitStatus.EXPECTED else "",
        series=row.series,
        place=Place(row.place),
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        not_performed_reason=row.not_performed_reason,
        moved_from=row.moved_from if status in COMING else None,
        cancellation=asked,
        why_not_cancel=why_not_cancel(
            status,
            now=now,
            starts_at=row.starts_at,
            deadline=deadline,
            may_be_cancelled=row.cancellable,
            cancel_from=service.cancel_from,
            today=day_of(now),
            late_is_allowed=service.late_cancel_allowed,
            asked=asked.state if asked else None,
        ),
        deadline=deadline,
        reported_at=row.reported_at,
    )


def _is_called_off(view: VisitView) -> bool:
    return view.cancellation is not None and view.cancellation.state is CancellationState.ACCEPTED
