"""What the pages of a time away show: what it would do, and what became of each visit (R41, M6)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import clock
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.away import coming_in, one_away_view, visits_of_time_away
from hjemmekontakt.visits.queries.shown import views_of
from hjemmekontakt.visits.rules import AwayPage, Days, VisitView


@intent
def away_period(actor: Actor, away_id: UUID) -> AwayPage:
    """A time away with each of its visits: those that were asked for, and those in it that come all the same (R41)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.away_period(away_id))
    now = clock.now()
    view = one_away_view(grant, actor.about_whom(), away_id, now=now)
    if view is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("away period", away_id))
    return AwayPage(away=view, visits=tuple(views_of(grant, visits_of_time_away(grant, view), now=now)))


@intent
def visits_in_time_away(actor: Actor, days: Days, *, visit_id: UUID | None = None) -> list[VisitView]:
    """The coming visits in a time, each with whether it can be called off; those of one visit's plan where it is given (M6)."""
    about = lookup.citizen(actor.about_whom()) if visit_id is None else lookup.visit(visit_id)
    grant = require(actor, May.SEE_VISITS, about=about)
    series, municipality_id = "", None
    if visit_id is not None:
        series, municipality_id = Visit.objects.values_list("series", "municipality_id").get(id=visit_id)
    now = clock.now()
    rows = coming_in(grant, actor.about_whom(), days, series=series, municipality_id=municipality_id, now=now)
    return views_of(grant, rows.order_by("starts_at", "id"), now=now)
