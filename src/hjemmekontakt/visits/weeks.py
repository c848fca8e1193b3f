"""A week of visits on paper: which week, what stands on each of its days, and the weeks before and after (R37)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjemmekontakt.ground import phrases_of_time as phrases
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.cards import Card
from hjemmekontakt.visits.rules import DAYS_AHEAD, DAYS_BACK, VisitView

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One week for the wall; `before` and `after` are the Mondays beside it, where she may see them."""

    title: str
    days: tuple[tuple[str, tuple[Card, ...]], ...]
    before: date | None
    after: date | None


def monday_of(text: str, *, now: datetime) -> date:
    """The Monday of the week that is asked for, within the time that is shown; this week where the text is no such day."""
    today = day_of(now)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = today
    return _monday(min(max(asked, today - timedelta(days=DAYS_BACK)), today + timedelta(days=DAYS_AHEAD)))


def sheet(views: Iterable[VisitView], monday: date, *, now: datetime, reader_id: UUID | None) -> Sheet:
    """Put a week together, each of its seven days under its full name: a sheet on the wall knows no «today»."""
    language, today = get_language() or "nb", day_of(now)
    shown = [(day_of(view.starts_at), Card(view, now=now, reader_id=reader_id)) for view in views]
    week = [monday + timedelta(days=number) for number in range(7)]
    first = phrases.calendar_date(monday, today=today, language=language)
    last = phrases.calendar_date(week[-1], today=today, language=language)
    return Sheet(
        title=_("Besøk i uke %(number)s, %(first)s til %(last)s")
        % {"number": monday.isocalendar().week, "first": first, "last": last},
        days=tuple(
            (
                phrases.opening(phrases.full_date(day, today=today, language=language)),
                tuple(each for when, each in shown if when == day),
            )
            for day in week
        ),
        before=monday - ONE_WEEK if monday - timedelta(days=1) >= today - timedelta(days=DAYS_BACK) else None,
        after=monday + ONE_WEEK if monday + ONE_WEEK <= today + timedelta(days=DAYS_AHEAD) else None,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
