"""The times in which a citizen is away, how their cancellations stand, and which ones cover what is planned later (R41)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Scope
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import ONE_DAY, day_of, start_of
from hjemmekontakt.visits.models import AwayPeriod, Visit
from hjemmekontakt.visits.rules import COMING, OPEN, AwayView, CancellationState, Days


def coming_in(
    grant: Grant, citizen_id: UUID, days: Days, *, series: str, municipality_id: UUID | None, now: datetime
) -> "QuerySet[Visit]":
    """A citizen's visits that come in a time and have not begun."""
    rows = Visit.objects.filter(
        _in_days(days, series=series), citizen_id=citizen_id, status__in=COMING, starts_at__gt=now
    )
    return rows if municipality_id is None else rows.filter(municipality_id=municipality_id)


def visits_of_time_away(grant: Grant, view: AwayView) -> "QuerySet[Visit]":
    """The visits that a time away is about: those it has asked for and, until it ends, all that come in it."""
    asked = Q(cancellations__away_id=view.id)
    inside = _in_days(view.days, series=view.series) & Q(status__in=COMING, municipality_id=view.municipality_id)
    rows = Visit.objects.filter(asked if view.ended_at else asked | inside, citizen_id=view.citizen_id)
    return rows.order_by("starts_at", "id").distinct()


def one_away_view(grant: Grant, citizen_id: UUID, away_id: UUID, *, now: datetime) -> AwayView | None:
    """One time away of a citizen, also one that has ended."""
    rows = AwayPeriod.objects.filter(id=away_id, citizen_id=citizen_id)
    return next(iter(_views(grant, rows, today=day_of(now))), None)


def away_views(grant: Grant, citizen_id: UUID, *, now: datetime) -> tuple[AwayView, ...]:
    """The times away of a citizen that last or are to come, the first one first, in one query."""
    rows = AwayPeriod.objects.filter(_standing(day_of(now)), citizen_id=citizen_id)
    return _views(grant, rows.order_by("from_day", "id"), today=day_of(now))


@intent
def times_away(actor: Actor) -> tuple[AwayView, ...]:
    """The times away of whom she works with, as `away_views` has them."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    return away_views(grant, actor.about_whom(), now=clock.now())


def standing_periods(grant: Grant, citizen_ids: Iterable[UUID], *, now: datetime) -> list[AwayPeriod]:
    """The times away of some citizens that have not ended, the first asked first, in one query."""
    rows = AwayPeriod.objects.filter(_standing(day_of(now)), citizen_id__in=list(citizen_ids))
    if grant.scope is Scope.MUNICIPALITY:
        rows = rows.filter(municipality_id=grant.municipality_id)
    return list(rows.order_by("asked_at", "id"))


def that_cover_new(grant: Grant, periods: Sequence[AwayPeriod], *, today: date) -> set[UUID]:
    """Those times away whose asker may still cancel: a fullmakt that has ended calls off nothing more (R69).

    Asked of the database only where somebody asked on her behalf (`hk_away_periods_that_cover`).
    """
    asked_for_her = [period.id for period in periods if period.on_behalf]
    found = {period.id for period in periods if not period.on_behalf}
    if asked_for_her:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hk_away_periods_that_cover(%s, %s)", [asked_for_her, today])
            found |= {id for (id,) in cursor.fetchall()}
    return found


def _views(grant: Grant, rows: "QuerySet[AwayPeriod]", *, today: date) -> tuple[AwayView, ...]:
    found = list(
        rows.annotate(
            accepted=_how_many(CancellationState.ACCEPTED),
            waiting=_how_many(*OPEN),
            declined=_how_many(CancellationState.DECLINED),
        )
    )
    titles = _titles(found)
    covering = that_cover_new(grant, found, today=today)
    return tuple(
        AwayView(
            id=row.id,
            citizen_id=row.citizen_id,
            municipality_id=row.municipality_id,
            days=row.days,
            series=row.series,
            what=titles.get(row.series, ""),
            reason=row.reason,
            asked_by_id=row.asked_by_id,
            asked_by_name=row.asked_by_name,
            on_behalf=row.on_behalf,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            ended_by_name=row.ended_by_name,
            accepted=row.accepted,
            waiting=row.waiting,
            declined=row.declined,
            covers_new=row.id in covering,
        )
        for row in found
    )


def _titles(periods: Iterable[AwayPeriod]) -> dict[str, str]:
    of_plans = [period for period in periods if period.series]
    if not of_plans:
        return {}
    rows = Visit.objects.filter(
        citizen_id__in=[period.citizen_id for period in of_plans], series__in=[period.series for period in of_plans]
    )
    return dict(rows.order_by("starts_at").values_list("series", "title"))


def _how_many(*states: CancellationState) -> Count:
    return Count("cancellations", filter=Q(cancellations__state__in=states))


def _standing(today: date) -> Q:
    return Q(ended_at__isnull=True) & (Q(until_day__isnull=True) | Q(until_day__gte=today))


def _in_days(days: Days, *, series: str) -> Q:
    """A visit belongs to the day on which it begins, by the clock in Norway."""
    inside = Q(starts_at__gte=start_of(days.first))
    if days.last is not None:
        inside &= Q(starts_at__lt=start_of(days.last + ONE_DAY))
    return inside & Q(series=series) if series else inside
