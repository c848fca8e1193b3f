"""The citizen's own visits: what comes, one of them, and what has been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import named
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, JournalState, ServiceAround
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.away import away_views
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.reporting import SQL
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

COMES_OR_CAME_TODAY = """v.starts_at < %(day_15)s AND v.ends_at > %(day_0)s
    AND (v.starts_at >= %(day_0)s OR v.ends_at > %(now)s) AND v.starts_at > %(day_0)s - interval '7 days'"""

COMES = ", ".join(f"'{status}'" for status in sorted(COMING))
COMES_OR_IS_WORTH_A_WORD = f"""v.starts_at > %(day_0)s - interval '7 days' AND v.starts_at < %(day_15)s AND (
    v.status IN ({COMES}) AND v.ends_at > %(now)s
    OR v.starts_at >= %(day_0)s AND v.starts_at < %(day_2)s AND v.ends_at > %(now)s
        AND (v.status IN ({", ".join(f"'{status}'" for status in sorted(WORTH_A_WORD))}) OR v.moved_from IS NOT NULL)
    OR v.moved_from >= %(day_0)s AND v.moved_from < %(day_2)s AND v.status IN ({COMES}))"""


@intent
def visits_of(actor: Actor) -> Plan:
    """The visits from today and two weeks on, in their order, each with whether it may be called off (R30, R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    return plan_in(grant, now=clock.now())


def plan_in(grant: Grant, *, now: datetime, since: datetime | None = None, is_away: bool = True) -> Plan:
    """The visits from today and two weeks on; with what has changed `since`, where she had looked before (R30, R32).

    Her times away are asked for unless it is known that there are none.
    """
    read = _read(grant, COMES_OR_CAME_TODAY, now=now, since=since)
    silent, heard_at = _in_touch(grant, read, now=now)
    away = away_views(grant, _about(grant.actor), now=now) if is_away else ()
    return Plan(visits=tuple(read.views), updated_at=heard_at or _told(read.views), out_of_touch=silent, away=away)


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
    return _of_journals(phones, municipalities.journal_states(phones), now=now)


def _in_touch(grant: Grant, read: "Read", *, now: datetime) -> tuple[JournalAway | None, datetime | None]:
    """The same of what was read, whose journals are known already."""
    if not read.views:
        return _journal(grant, (), now=now)
    phones = {view.unit.municipality_id: view.unit.phone for view in reversed(read.views)}
    states = {each.service.unit.municipality_id: each.journal for each in read.around.values() if each.journal}
    return _of_journals(phones, {id: states[id] for id in phones if id in states}, now=now)


def _of_journals(
    phones: Mapping[UUID, str], states: Mapping[UUID, JournalState], *, now: datetime
) -> tuple[JournalAway | None, datetime | None]:
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
    read = _read(grant, COMES_OR_IS_WORTH_A_WORD, now=now, most=30)
    coming = (view for view in read.views if view.status in COMING and not _is_called_off(view))
    day_after = _midnight(now, days=2)
    return Nearest(
        next_visit=next(coming, None),
        warnings=tuple(view for view in read.views if _is_worth_a_word(view, before=day_after)),
        out_of_touch=_in_touch(grant, read, now=now)[0],
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


@dataclass(frozen=True, slots=True)
class Read:
    """The visits that were read, and what bears on their services."""

    views: list[VisitView]
    around: Mapping[UUID, ServiceAround]


def _read(grant: Grant, which: str, *, now: datetime, since: datetime | None = None, most: int | None = None) -> Read:
    """The citizen's visits for which a condition of `shown_visits` holds, for the pages that are opened most."""
    values = {"citizen": _about(grant.actor), "expected": EXPECTED_SYSTEM, "most": most, "now": now}
    days = {f"day_{days}": _midnight(now, days=days) for days in (0, 2, DAYS_AHEAD + 1)}
    rows = [SimpleNamespace(**row) for row in named(SQL["shown_visits"].format_map({"which": which}), **values, **days)]
    asked = [row.id for row in rows if row.is_asked]
    return _with_services(grant, rows, asked=latest_cancellations(grant, asked) if asked else {}, now=now, since=since)


def _views(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime, since: datetime | None = None) -> list[VisitView]:
    found = list(rows)
    if not found:
        return []
    asked = latest_cancellations(grant, [row.id for row in found])
    return _with_services(grant, found, asked=asked, now=now, since=since).views


def _with_services(
    grant: Grant,
    rows: Sequence[Any],
    *,
    asked: Mapping[UUID, CancellationView],
    now: datetime,
    since: datetime | None,
) -> Read:
    around = municipalities.services_around(list({row.service_id for row in rows})) if rows else {}
    hidden, today = _hidden(grant, rows), day_of(now)
    shown = {id for id, each in around.items() if each.service.opened(Function.VISITS, today=today)}
    views = [
        _view(
            row,
            asked.get(row.id),
            around[row.service_id],
            now=now,
            today=today,
            change=_change(row, since),
            is_hidden=hidden is None or row.performer_id in hidden,
        )
        for row in rows
        if row.service_id in shown
    ]
    return Read(views, around)


def _hidden(grant: Grant, found: Sequence[Any]) -> frozenset[UUID] | None:
    """Those whose names are not told; nothing is asked where the rows themselves tell it (R35)."""
    if grant.actor.standing is Standing.EMPLOYEE or not any(row.performer_name for row in found):
        return frozenset()
    performers = {row.performer_id for row in found if row.performer_id}
    if not performers and hasattr(found[0], "names_hidden"):
        return None if found[0].names_hidden else frozenset()
    return people.hidden_names(grant, found[0].citizen_id, performers)


def _change(row: Any, since: datetime | None) -> Change | None:
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
    row: Any,
    asked: CancellationView | None,
    around: ServiceAround,
    *,
    now: datetime,
    today: date,
    change: Change | None,
    is_hidden: bool,
) -> VisitView:
    status, service = VisitStatus(row.status), around.service
    deadline = around.calendar.last_hour_before(row.starts_at)
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
            today=today,
            late_is_allowed=service.late_cancel_allowed,
            asked=asked.state if asked else None,
        ),
        deadline=deadline,
        reported_at=row.reported_at,
    )


def _is_called_off(view: VisitView) -> bool:
    return view.cancellation is not None and view.cancellation.state is CancellationState.ACCEPTED
