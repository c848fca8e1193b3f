"""The citizen's own visits: what comes, one of them, and what has been."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from msgspec import structs

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import (
    Beside,
    Denied,
    Grant,
    intent,
    intent_in_one_statement,
    require,
    requiring,
    requiring_lists,
)
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of, start_of
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.away import times_away
from hjemmekontakt.visits.queries.shown import (
    COMES_AS_PLANNED,
    COMES_OR_CAME_TODAY,
    COMES_OR_IS_WORTH_A_WORD,
    NOT_LOOKED,
    WORTH_A_WORD,
    Read,
    her_visits,
    in_touch,
    in_touch_without_visits,
    of_rows,
    read_shown,
    views_of,
    visits_shown_of,
)
from hjemmekontakt.visits.queries.wishes import latest_wish_given
from hjemmekontakt.visits.rules import (
    COMING,
    DAYS_AHEAD,
    DAYS_BACK,
    CancellationState,
    JournalAway,
    Nearest,
    Plan,
    VisitInFull,
    VisitView,
)

FEW, MANY = 4, 60


@intent_in_one_statement
def visits_of(actor: Actor) -> Plan:
    """The visits from today and two weeks on, in their order, each with whether it may be called off (R30, R32)."""
    grant, parts, values = requiring(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    return plan_in(grant, f"{parts}, {NOT_LOOKED.format(beside='NULL')}", values, now=clock.now())


def plan_in(grant: Grant, parts: str, values: Mapping[str, object], *, now: datetime) -> Plan:
    """The visits from today and two weeks on, and what has changed since she `looked` before (R30, R32); in one statement.

    Her times away are asked for, where there are any.
    """
    found = read_shown(grant, parts, COMES_OR_CAME_TODAY, now=now, values=values)
    silent, heard_at = _touch(grant, found, now=now)
    away = times_away(grant.actor) if found.is_away else ()
    return Plan(visits=tuple(found.views), updated_at=heard_at or _told(found.views), out_of_touch=silent, away=away)


def _touch(grant: Grant, found: Read, *, now: datetime) -> tuple[JournalAway | None, datetime | None]:
    return in_touch(grant, found, now=now) if found.views else in_touch_without_visits(grant.actor)


@intent
def week_of(actor: Actor, monday: date) -> Plan:
    """A citizen's visits of one week, for the sheet that she prints; only weeks that touch the time she may see (R32, R37)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    now = clock.now()
    found = of_rows(grant, _week(her_visits(grant), monday), now=now)
    silent, heard_at = in_touch(grant, found, now=now)
    return Plan(visits=tuple(found.views), updated_at=heard_at or _told(found.views), out_of_touch=silent)


def week_at_work(grant: Grant, citizen_id: UUID, monday: date) -> list[VisitView]:
    """A citizen's visits of one week from the units of the grant, for the sheet that staff hand out (R37)."""
    rows = _week(visits_shown_of(grant, citizen_id).filter(unit_id__in=grant.units), monday)
    return views_of(grant, rows, now=clock.now())


def _week(rows: "QuerySet[Visit]", monday: date) -> "QuerySet[Visit]":
    return rows.filter(starts_at__gte=start_of(monday), starts_at__lt=start_of(monday + timedelta(days=7))).order_by(
        "starts_at", "id"
    )


def _told(views: Sequence[VisitView]) -> datetime | None:
    return max((view.reported_at for view in views), default=None)


@intent
def visit(actor: Actor, visit_id: UUID) -> VisitView:
    """One visit; one entered in error is not there, and a protected person's place is not told (R11, R30)."""
    return _visit(actor, visit_id)[1].views[0]


@intent
def visit_in_full(actor: Actor, visit_id: UUID) -> VisitInFull:
    """One visit with all its page tells: is the journal that told of it out of touch (R33), and what of other times (R42)."""
    grant, found = _visit(actor, visit_id)
    view = found.views[0]
    return VisitInFull(
        visit=view,
        out_of_touch=in_touch(grant, found, now=clock.now())[0],
        other_times=latest_wish_given(
            grant,
            view,
            wishes_from=found.around[view.service_id].service.wishes_from,
            cancellation=view.cancellation.state if view.cancellation else None,
        ),
    )


def _visit(actor: Actor, visit_id: UUID) -> tuple[Grant, Read]:
    about = lookup.visit(visit_id)
    grant = require(actor, May.SEE_VISITS, about=about)
    found = of_rows(grant, her_visits(grant).filter(id=visit_id), now=clock.now())
    if not found.views:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("visit", visit_id))
    return grant, replace(found, views=[structs.replace(found.views[0], place=None)]) if about.protected else found


@intent
def visit_of_cancellation(actor: Actor, cancellation_id: UUID) -> VisitView:
    """The visit that a cancellation is about."""
    grant = require(actor, May.SEE_VISITS, about=lookup.cancellation(cancellation_id))
    for view in views_of(grant, her_visits(grant).filter(cancellations__id=cancellation_id), now=clock.now()):
        return view
    raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("cancellation", cancellation_id))


@intent_in_one_statement
def nearest(actor: Actor, *, beside: Beside | None = None) -> Nearest:
    """For the first page: the next visit, what of today and tomorrow was cancelled or moved, and a journal that is away.

    What was cancelled or moved is read first, and then those that come as planned: a few are enough to find the next one.
    Only where none of those few comes are more of them read. What another domain asks `beside` is answered with them.
    """
    acts = [May.SEE_VISITS, *([beside.may] if beside else [])]
    grant, parts, values = requiring_lists(actor, acts, about=lookup.citizen(actor.about_whom()))
    if beside:
        values |= beside.values
    parts = f"{parts}, {NOT_LOOKED.format(beside=beside.sql if beside else 'NULL')}"
    now = clock.now()
    read = partial(read_shown, grant, parts, COMES_OR_IS_WORTH_A_WORD, now=now, values=values)
    found = read(most=FEW, last=COMES_AS_PLANNED)
    if found.is_cut and not any(_comes(view) and view.moved_from is None for view in found.views):
        found = read(most=MANY, last=COMES_AS_PLANNED)
    day_after = start_of(day_of(now) + timedelta(days=2))
    return Nearest(
        next_visit=next(filter(_comes, found.views), None),
        warnings=tuple(view for view in found.views if _is_worth_a_word(view, before=day_after)),
        out_of_touch=_touch(grant, found, now=now)[0],
        beside=found.beside,
    )


def _comes(view: VisitView) -> bool:
    called_off = view.cancellation is not None and view.cancellation.state is CancellationState.ACCEPTED
    return view.status in COMING and not called_off


def _is_worth_a_word(view: VisitView, *, before: datetime) -> bool:
    if view.moved_from is not None:
        return min(view.moved_from, view.starts_at) < before
    return view.status in WORTH_A_WORD and view.starts_at < before


@intent
def told_since(actor: Actor) -> datetime | None:
    """From when past visits are told of: when her service became active (R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    far = consent.how_far(grant, actor.about_whom())
    return far.since if far else None


@intent
def past_visits(actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = 20) -> list[VisitView]:
    """The visits of the last 90 days up to yesterday, the latest first; `before` is the last one shown (R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    now = clock.now()
    today = start_of(day_of(now))
    rows = her_visits(grant).filter(
        ends_at__lte=now, starts_at__lt=today, starts_at__gte=start_of(day_of(now) + timedelta(days=-DAYS_BACK))
    )
    if before:
        rows = rows.filter(Q(starts_at__lt=before[0]) | Q(starts_at=before[0], id__lt=before[1]))
    return views_of(grant, rows.order_by("-starts_at", "-id")[:limit], now=now)


def shown_visits_of(grant: Grant) -> list[VisitView]:
    """All that the pages of coming and of past visits show, in its order, for a calendar (R32, R37)."""
    now = clock.now()
    today = start_of(day_of(now))
    lately = Q(ends_at__gte=today) | Q(starts_at__gte=start_of(day_of(now) + timedelta(days=-DAYS_BACK)))
    rows = her_visits(grant).filter(lately, starts_at__lt=start_of(day_of(now) + timedelta(days=DAYS_AHEAD + 1)))
    return views_of(grant, rows.order_by("starts_at", "id"), now=now)
