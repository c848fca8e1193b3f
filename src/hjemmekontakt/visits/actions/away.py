"""«Jeg er borte en periode»: a citizen's visits in a time are called off, also those planned later, until she is back (R41)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.actions.asking import ask_for, take_back, verdicts, wait_for_reports
from hjemmekontakt.visits.models import AwayPeriod, Cancellation, Visit
from hjemmekontakt.visits.queries.away import coming_in, standing_periods
from hjemmekontakt.visits.rules import OPEN, REASON_LIMIT, CancellationState, Days, Refusal, why_not_away


@intent
def go_away(actor: Actor, days: Days, *, form_key: UUID, reason: str = "", visit_id: UUID | None = None) -> list[UUID]:
    """The citizen, or someone with her fullmakt, tells that she is away: one request for each visit (R41, R45).

    One time away for each municipality that helps her, mostly one. With a visit that belongs to a plan, the time is of that
    plan alone. The same form sent twice is one time away.
    """
    citizen_id = actor.about_whom()
    about = lookup.citizen(citizen_id) if visit_id is None else lookup.visit(visit_id)
    grant = require(actor, May.TELL_AWAY, about=about)
    wait_for_reports(grant, [citizen_id])
    before = _sent_before(grant, actor, citizen_id, form_key)
    if before:
        return before
    now = clock.now()
    _must_be_possible(grant, citizen_id, days, now=now)

    begun = []
    for municipality_id, unit_ids, series in _whose_visits(grant, citizen_id, visit_id, now=now):
        period = _begin(
            grant,
            municipality_id=municipality_id,
            unit_ids=unit_ids,
            series=series,
            days=days,
            reason=reason,
            form_key=form_key,
            now=now,
        )
        _call_off(grant, period, now=now)
        begun.append(period.id)
    return begun


@intent
def end_time_away(actor: Actor, away_id: UUID) -> None:
    """She is back: nothing more is called off, and what the journal has not answered is taken back (R41, R43)."""
    grant = require(actor, May.COME_BACK, about=lookup.away_period(away_id))
    wait_for_reports(grant, [actor.about_whom()])
    period = AwayPeriod.objects.select_for_update().get(id=away_id)
    if period.ended_at is None:
        _end(grant, period, now=clock.now())


@intent
def change_time_away(actor: Actor, away_id: UUID, *, days: Days, form_key: UUID, reason: str = "") -> UUID:
    """She is away at another time: what is asked for in both times stands, the rest is asked for, or taken back (R41)."""
    grant = require(actor, May.TELL_AWAY, about=lookup.away_period(away_id))
    wait_for_reports(grant, [actor.about_whom()])
    period = AwayPeriod.objects.select_for_update().get(id=away_id)
    before = _sent_before(grant, actor, period.citizen_id, form_key)
    if before:
        return before[0]
    if period.ended_at is not None:
        raise Refused(Refusal.HAS_ENDED)
    now = clock.now()
    _must_be_possible(grant, period.citizen_id, days, now=now, since=period.from_day)

    new = _begin(
        grant,
        municipality_id=period.municipality_id,
        unit_ids=period.unit_ids,
        series=period.series,
        days=days,
        reason=reason or period.reason,
        form_key=form_key,
        now=now,
    )
    _end(grant, period, now=now)
    for asked in Cancellation.objects.filter(away=period, state=CancellationState.ACCEPTED).select_related("visit"):
        if new.covers(asked.visit.starts_at, asked.visit.series):
            Cancellation.objects.filter(id=asked.id).update(away=new)
    _call_off(grant, new, now=now)
    return new.id


def _sent_before(grant: Grant, actor: Actor, citizen_id: UUID, form_key: UUID) -> list[UUID]:
    rows = AwayPeriod.objects.filter(citizen_id=citizen_id, asked_by_id=actor.id, form_key=form_key)
    return list(rows.order_by("id").values_list("id", flat=True))


def _must_be_possible(grant: Grant, citizen_id: UUID, days: Days, *, now: datetime, since: date | None = None) -> None:
    if not consent.is_active(grant, citizen_id):
        raise Refused(Refusal.NOT_ACTIVE)
    why_not = why_not_away(days, today=day_of(now))
    if why_not and not (why_not is Refusal.DAY_PASSED and days.first == since):
        raise Refused(why_not)


def _whose_visits(
    grant: Grant, citizen_id: UUID, visit_id: UUID | None, *, now: datetime
) -> Iterable[tuple[UUID, list[UUID], str]]:
    helping: dict[UUID, set[UUID]] = {}
    for decision in people.decisions_that_hold(grant, citizen_id, today=day_of(now)):
        helping.setdefault(decision.municipality_id, set()).add(decision.unit_id)
    series = ""
    if visit_id is not None:
        visit = Visit.objects.get(id=visit_id)
        if not visit.series:
            raise Refused(Refusal.NOT_PLANNED)
        helping = {visit.municipality_id: {visit.unit_id}}
        series = visit.series
    if not helping:
        raise Refused(Refusal.NOT_ACTIVE)
    return [(municipality, sorted(units), series) for municipality, units in sorted(helping.items())]


def _begin(
    grant: Grant,
    *,
    municipality_id: UUID,
    unit_ids: list[UUID],
    series: str,
    days: Days,
    reason: str,
    form_key: UUID,
    now: datetime,
) -> AwayPeriod:
    return AwayPeriod.objects.create(
        citizen_id=grant.actor.about_whom(),
        municipality_id=municipality_id,
        unit_ids=unit_ids,
        from_day=days.first,
        until_day=days.last,
        series=series,
        reason=reason[:REASON_LIMIT],
        form_key=form_key,
        asked_at=now,
        stored_at=clock.real(),
        **grant.actor.as_asker(),
    )


def _call_off(grant: Grant, period: AwayPeriod, *, now: datetime) -> None:
    rows = coming_in(
        grant,
        period.citizen_id,
        period.days,
        series=period.series,
        municipality_id=period.municipality_id,
        now=now,
    )
    visits = list(rows.order_by("identifier_system", "identifier_value").select_for_update())
    possible = verdicts(grant, visits, now=now)
    for visit in sorted(visits, key=lambda each: (each.starts_at, each.id)):
        verdict = possible[visit.id]
        if verdict.why_not is None:
            ask_for(grant, visit, asker=period.as_asker(), late=verdict.late, reason=period.reason, away=period)


def _end(grant: Grant, period: AwayPeriod, *, now: datetime) -> None:
    period.ended_at, period.ended_by_name = now, grant.actor.name
    period.save(update_fields=["ended_at", "ended_by_name"])
    others = [each for each in standing_periods(grant, [period.citizen_id], now=now) if each.id != period.id]
    rows = Cancellation.objects.filter(away=period, state__in=OPEN, visit__starts_at__gt=now)
    for asked in rows.select_related("visit").order_by("id").select_for_update(of=("self",)):
        let_go(grant, asked, others)


def let_go(grant: Grant, asked: Cancellation, periods: Iterable[AwayPeriod]) -> None:
    """A time away covers a visit no more: another one that does takes its request over, or it is taken back (R41)."""
    visit = asked.visit
    other = next((each for each in periods if each.covers(visit.starts_at, visit.series)), None)
    if other is None or other.municipality_id != asked.municipality_id:
        take_back(grant, asked, by_name=grant.actor.name if grant.actor.about_id else "")
    elif other.id != asked.away_id:
        asked.away = other
        asked.save(update_fields=["away"])
