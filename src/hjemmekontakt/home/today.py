"""I dag: the day's visits of an employee's units, made for the field and one hand, with who waits for an answer (R86)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of, start_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.queries.at_work import WaitingThread
from hjemmekontakt.messages.rules import Bookmark
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.queries.at_work import OpenSince
from hjemmekontakt.visits.rules import (
    COMING,
    UNDO_WITHIN,
    NotPerformed,
    NotReported,
    ReportedAtWork,
    VisitAtWork,
    VisitStatus,
    why_not_report,
)

DAY_PAGE = 60
STILL_SHOWN = timedelta(hours=1)
DAYS_AROUND = 14


class Next(StrEnum):
    """What an employee may do with a visit on the list: say how it went, or take back what she has just said."""

    REPORT = "report"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Round:
    """One visit on the list: when, to whom, what, who comes, how it stands, and what she has written."""

    id: UUID
    citizen_id: UUID
    when: str
    name: str
    what: str
    who: str
    tag: tuple[str, str] | None
    threads: tuple[WaitingThread, ...]
    reported: str
    may: Next | None
    form_key: UUID


@dataclass(frozen=True, slots=True)
class Day:
    """A page of a day's visits, the zones there are, and where the next page begins."""

    day: date
    rounds: tuple[Round, ...]
    zones: tuple[str, ...]
    following: Bookmark | None
    skips_earlier: bool


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """I dag."""
    if not request.actor.units_of_care():
        return render(request, "home/no_unit.html.jinja", {"title": _("I dag")}, status=403)
    now = clock.now()
    day, today = _day_of_address(request.GET.get("dag", ""), today=day_of(now)), day_of(now)
    zone, every = request.GET.get("sone", ""), "hele" in request.GET
    after = Bookmark.from_text(request.GET.get("etter", ""), moments=1)
    found = day_of_visits(request.actor, day, zone=zone, after=after, from_the_beginning=every)
    language = get_language() or "nb"
    page = {
        "found": found,
        "zone": zone,
        "title": phrases_of_time.opening(phrases_of_time.day(day, today=today, language=language)),
        "is_today": day == today,
        "before": day - timedelta(days=1) if day > today - timedelta(days=DAYS_AROUND) else None,
        "after": day + timedelta(days=1) if day < today + timedelta(days=DAYS_AROUND) else None,
        "unit_names": ", ".join(unit.unit_name for unit in request.actor.units_of_care()),
        "silent": visits.silent_count(request.actor, today=today),
        "every": every,
    }
    return render(request, "home/today.html.jinja", page)


@intent
def day_of_visits(
    actor: Actor, day: date, *, zone: str = "", after: Bookmark | None = None, from_the_beginning: bool = False
) -> Day:
    """A day's visits of an employee's units in the order of time, those alone whom she may see (R11, R79, R86).

    Today's list begins an hour back, unless the whole day is asked for.
    """
    units = [unit.unit_id for unit in actor.units_of_care()]
    about = lookup.unit(units[0], actor.municipality_id) if units and actor.municipality_id else About("unit", None)
    grant = require(actor, May.SEE_TODAY, about=about)
    now, midnight = clock.now(), start_of(day)
    helped = people.helped_in(grant, units, today=day_of(now))
    in_zone = {citizen for (citizen, _service), where in helped.items() if zone in ("", where)}
    skips = day == day_of(now) and not from_the_beginning and now - STILL_SHOWN > midnight
    services = municipalities.services(list({service for _citizen, service in helped}))
    kept_here = tuple(id for id, service in services.items() if service.visits_in == "portal")
    rows = visits.visits_at_work(
        grant,
        units,
        starts_from=now - STILL_SHOWN if skips else midnight,
        starts_before=start_of(day + timedelta(days=1)),
        citizen_ids=in_zone,
        after=(after.moments[0], after.id) if after else None,
        limit=DAY_PAGE + 1,
        also_open=OpenSince(kept_here, midnight, now - UNDO_WITHIN) if skips and kept_here else None,
    )
    shown = [row for row in rows[:DAY_PAGE] if (row.citizen_id, row.service_id) in helped]
    persons = people.persons(grant, {row.citizen_id for row in shown})
    pairs = {pair for pair in helped if pair[0] in persons}
    waiting = messages.waiting_threads_of(grant, pairs, units)
    reports = visits.reports_at_work(grant, [row.id for row in shown if row.reported_by_name]) if kept_here else {}
    log_list(grant, about, [row.citizen_id for row in shown])
    return Day(
        day=day,
        rounds=tuple(
            _round(
                grant,
                row,
                persons[row.citizen_id].name,
                services[row.service_id],
                waiting.get(row.citizen_id, ()),
                reports.get(row.id),
            )
            for row in shown
            if row.citizen_id in persons
        ),
        zones=tuple(sorted({where for where in helped.values() if where})),
        following=Bookmark((rows[DAY_PAGE - 1].starts_at,), rows[DAY_PAGE - 1].id) if len(rows) > DAY_PAGE else None,
        skips_earlier=skips,
    )


def _round(
    grant: Grant,
    row: VisitAtWork,
    name: str,
    service: ServiceView,
    waiting: Iterable[WaitingThread],
    report: ReportedAtWork | None,
) -> Round:
    return Round(
        id=row.id,
        citizen_id=row.citizen_id,
        when=said_time(row),
        name=name,
        what=row.title or service.name,
        who=row.performer_name if row.status in (VisitStatus.ASSIGNED, VisitStatus.PERFORMED) else "",
        tag=said_status(row),
        threads=tuple(waiting),
        reported=said_report(report) if report and row.reported_by_name else "",
        may=_next(grant, row, service, report),
        form_key=uuid4(),
    )


def _next(grant: Grant, row: VisitAtWork, service: ServiceView, report: ReportedAtWork | None) -> Next | None:
    now = clock.now()
    if why_not_report_of(row, service, now=now) is None:
        return Next.REPORT
    is_hers = report is not None and row.reported_by_name and report.by_id == grant.actor.id
    return Next.UNDO if is_hers and report and now <= report.undo_until else None


def why_not_report_of(row: VisitAtWork, service: ServiceView, *, now: datetime) -> NotReported | None:
    """Say why a visit on the list cannot be reported here now, as the act itself would (R86)."""
    return why_not_report(
        row.status,
        visits_in=service.visits_in,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        called_off=row.called_off,
        now=now,
    )


def said_report(report: ReportedAtWork) -> str:
    """Who reported a visit here, and when; with her own words where she had to say why."""
    now, language = clock.now(), get_language() or "nb"
    values = {
        "name": report.by_name,
        "when": phrases_of_time.moment(report.reported_at, now=now, language=language),
        "words": report.words,
    }
    if report.words:
        return _("Meldt av %(name)s %(when)s: «%(words)s»") % values
    return _("Meldt av %(name)s %(when)s.") % values


def said_time(row: VisitAtWork) -> str:
    """When a visit is, as short as a list needs it: «08.15», «08.00–10.00»."""
    language = get_language() or "nb"
    starts = phrases_of_time.clock_time(row.starts_at, language=language)
    return f"{starts}–{phrases_of_time.clock_time(row.ends_at, language=language)}" if row.is_window else starts


def said_status(row: VisitAtWork) -> tuple[str, str] | None:
    """How a visit stands, where it is anything else than planned: the kind of its tag and the word."""
    if row.status is VisitStatus.PERFORMED:
        return "success", _("Utført")
    if row.status is VisitStatus.NOT_PERFORMED:
        return "danger", _not_performed(row)
    if row.status is VisitStatus.CANCELLED or (row.status in COMING and row.called_off):
        return "neutral", _("Avlyst")
    if row.status is VisitStatus.ON_HOLD:
        return "warning", _("Satt på vent")
    if row.status is VisitStatus.GONE:
        return "warning", _("Ikke lenger i planen")
    return None


def _not_performed(row: VisitAtWork) -> str:
    match row.not_performed_reason:
        case NotPerformed.REFUSED:
            return _("Ikke utført. Avslått")
        case NotPerformed.NO_CONTACT:
            return _("Ikke utført. Ingen kontakt")
        case NotPerformed.NOT_HOME:
            return _("Ikke utført. Ikke hjemme")
        case _:
            return _("Ikke utført")


def _day_of_address(text: str, *, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs((day - today).days) <= DAYS_AROUND else today
