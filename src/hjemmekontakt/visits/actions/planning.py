"""A journal reports plans of visits that come again, and each night they reach a day further."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.for_journal import municipality_of
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.statements import array_of, fetch
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits import planning
from hjemmekontakt.visits.actions.answering_wishes import overtake
from hjemmekontakt.visits.actions.asking import wait_for_reports
from hjemmekontakt.visits.actions.covering import Told, cover
from hjemmekontakt.visits.actions.settling import close_of_ended
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.models import VisitPlan
from hjemmekontakt.visits.rules import (
    ANYHOW,
    DAYS_EXPECTED,
    Condition,
    NotTaken,
    Outcome,
    PlanReport,
    Recorded,
)
from hjemmekontakt.visits.rules.wishes import Window
from hjemmekontakt.visits.statements import SQL

AT_ONCE = 500


@intent
def record_plans(
    actor: Actor, reports: Sequence[PlanReport], *, conditions: Sequence[Condition] = ()
) -> list[Recorded]:
    """The journal tells of plans: their visits of the next sixty days are expected until each is confirmed (R31, R34).

    A plan that ends, or that leaves out a day, takes away what it had let expect from now on. What was asked about a visit
    that it moves or takes away is settled as where a single one is moved or called off.
    """
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(municipality_of(actor)))
    return keep_plans(grant, reports, conditions=conditions)


def keep_plans(grant: Grant, reports: Sequence[PlanReport], *, conditions: Sequence[Condition] = ()) -> list[Recorded]:
    """Keep what a journal tells of plans and let their visits be expected, within an intent that does more than this."""
    if not reports:
        return []
    conditions = conditions or [ANYHOW] * len(reports)
    now, real = clock.now(), clock.real()
    understood = planning.understand(grant, reports, now=now, stored_at=real)
    plans = planning.latest(understood)
    kept = {plan.id for plan in plans}
    of_the_newest = {
        planning.key_of(plan): condition
        for plan, condition in zip(understood, conditions, strict=True)
        if isinstance(plan, VisitPlan) and plan.id in kept
    }

    became = planning.keep(plans, conditions=of_the_newest)
    news = [plan for plan in plans if became[planning.key_of(plan)].outcome in (Outcome.CREATED, Outcome.CHANGED)]
    wait_for_reports(grant, (plan.citizen_id for plan in news))
    expanded = planning.expand(news, by=grant.actor, now=now, stored_at=real)
    _tell_of_changed(grant, expanded.changed)
    close_of_ended(grant, expanded.ended, now=now, stored_at=real)
    _cover(grant, expanded, now=now)
    overtake(grant, _overtaken(grant, expanded))
    return [
        Recorded(not_taken=each) if isinstance(each, NotTaken) else became[planning.key_of(each)] for each in understood
    ]


def _tell_of_changed(grant: Grant, visit_ids: Sequence[UUID]) -> None:
    """One event for all the visits that moved, or come no more, with the plans of a bundle (R36)."""
    if visit_ids and grant.municipality_id:
        outbox.publish(VisitsChanged(visit_ids=tuple(visit_ids), municipality_id=grant.municipality_id))


@intent
def extend_plans(actor: Actor, municipality_id: UUID, *, now: datetime) -> int:
    """Let the plans of a municipality reach sixty days ahead again; how many were extended, at most 500 at once."""
    grant = require(actor, May.EXTEND_PLANS, about=lookup.municipality(municipality_id))
    until = day_of(now) + timedelta(days=DAYS_EXPECTED)
    rows = VisitPlan.objects.select_for_update(skip_locked=True).filter(
        municipality_id=municipality_id, ended=False, expanded_until__lt=until
    )
    plans = list(rows.order_by("id")[:AT_ONCE])
    if plans:
        wait_for_reports(grant, (plan.citizen_id for plan in plans))
        _cover(grant, planning.reach_further(plans, by=grant.actor, now=now, stored_at=clock.real()), now=now)
    return len(plans)


def _cover(grant: Grant, expanded: planning.Expanded, *, now: datetime) -> None:
    """What is newly expected in a time away is called off too (R41); a plan's visit that moves keeps its day."""
    cover(grant, [Told(visit_id=id, citizen_id=citizen) for id, citizen in expanded.new], now=now)


def _overtaken(grant: Grant, expanded: planning.Expanded) -> dict[UUID, Window | None]:
    """The visits with a wish that got another time, or no longer come: mostly none of very many (R42).

    They are asked for when all have changed: whoever wishes locks the visit, so no wish comes in between.
    """
    times = {**expanded.moved, **dict.fromkeys(id for id, _ in expanded.ended)}
    if not times:
        return {}
    wished = fetch(SQL["wished_visits"], [grant.municipality_id, array_of(list(times))])
    return {id: times[id] for (id,) in wished}
