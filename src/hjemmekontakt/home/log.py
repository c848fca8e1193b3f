"""Logg over bruk: who did what with my content, by day, in sentences; the whole of it as a file (R73, M5)."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hjemmekontakt.access import lookup
from hjemmekontakt.access import queries as access_log
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.queries import Line, Place, Who
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.home.log_words import sentence
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.municipalities import queries as municipalities

PORTION = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

FILTERS = {"": Who.ALL, "ansatte": Who.STAFF, "fullmakt": Who.PROXIES, "meg": Who.HERSELF}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the log in words."""

    at: datetime
    text: str
    is_refused: bool = False
    in_list: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the log: what was done, and on whose lists one stood."""

    name: str
    told: tuple[Told, ...]
    lists: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class LogPage:
    """A portion of the log, and where the next one begins."""

    days: tuple[Day, ...]
    following: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Profil › Logg over bruk."""
    chosen = request.GET.get("vis", "")
    chosen = chosen if chosen in FILTERS else ""
    before = place_in(request.GET.get("fra", ""))
    page = log_of(request.actor, who=FILTERS[chosen], before=before if before and before[1] < 2**63 else None)
    words = {"": _("Alle"), "ansatte": _("Ansatte"), "fullmakt": _("De med fullmakt"), "meg": _("Meg selv")}
    filters = [(text, f"?vis={key}" if key else "?", None, key == chosen) for key, text in words.items()]
    filters.append((_("Varsler"), "/profil/logg/varsler/", None, False))
    following = f"?vis={chosen}&fra={page.following}" if page.following else ""
    return render(request, "home/log.html.jinja", {"days": page.days, "filters": filters, "following": following})


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """Profil › Logg over bruk › Last ned: every line, as a table for a spreadsheet."""
    response = HttpResponse(as_table(whole_log_of(request.actor)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="logg-over-bruk.csv"'
    return response


@intent
def log_of(actor: Actor, *, who: Who = Who.ALL, before: Place | None = None) -> LogPage:
    """A portion of the citizen's own log, the latest first (R73)."""
    grant = require(actor, May.READ_LOG, about=lookup.citizen(actor.id))
    lines = access_log.entries_of(grant, actor.id, who=who, before=before, limit=PORTION + 1)
    shown = lines[:PORTION]
    told = _told(grant, shown)
    following = as_place(shown[-1].at, shown[-1].id) if len(lines) > PORTION else ""
    return LogPage(days=tuple(_by_day(told)), following=following)


@intent
def whole_log_of(actor: Actor) -> list[Told]:
    """The citizen's whole log, to take away (R73, R76); the taking leaves a line of its own."""
    grant = require(actor, May.EXPORT_LOG, about=lookup.citizen(actor.id))
    return _told(grant, list(access_log.all_entries_of(grant, actor.id)))


def as_table(told: Iterable[Told]) -> str:
    """The log as semicolon-separated values that Norwegian spreadsheets open; a cell never begins as a formula."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow([_("Dato"), _("Klokkeslett"), _("Hva")])
    for each in told:
        local = each.at.astimezone(OSLO)
        safe = f"'{each.text}" if each.text[:1] in "=+-@\t\r" else each.text
        table.writerow([f"{local:%Y-%m-%d}", f"{local:%H.%M}", safe])
    return "\N{BYTE ORDER MARK}" + out.getvalue()


def place_in(text: str) -> Place | None:
    """Read where in the log the reader stood; anything else begins at the top.

    >>> place_in("1772442720000000-7"), place_in("x"), place_in("")
    ((datetime.datetime(2026, 3, 2, 9, 12, tzinfo=datetime.timezone.utc), 7), None, None)
    """
    moment, _dash, number = text.partition("-")
    if not (moment.isdecimal() and number.isdecimal() and len(moment) < 18 and len(number) < 40):
        return None
    try:
        return EPOCH + int(moment) * MICROSECOND, int(number)
    except OverflowError:
        return None


def as_place(at: datetime, number: int) -> str:
    """Write where in the log one stands, as `place_in` reads it."""
    return f"{(at - EPOCH) // MICROSECOND}-{number}"


def _told(grant: Grant, lines: list[Line]) -> list[Told]:
    language, reader_id = get_language() or "nb", grant.actor.id
    threads = {line.about_id for line in lines if line.about_kind == "thread" and line.about_id}
    subjects = messages.subjects_of(grant, threads) if threads else {}
    named = _names_of_municipalities(lines)
    return [
        Told(
            at=line.at,
            text=sentence(
                line,
                reader_id=reader_id,
                time=phrases_of_time.clock_time(line.at, language=language),
                subject=subjects.get(line.about_id, ""),
                municipality=named.get(line.municipality_id, ""),
            ),
            is_refused=line.outcome != "done",
            in_list=line.in_list and line.actor_id != reader_id,
        )
        for line in lines
    ]


def _names_of_municipalities(lines: Iterable[Line]) -> dict[UUID | None, str]:
    ids = {line.municipality_id for line in lines if line.municipality_id}
    return {each.id: each.name for each in municipalities.overview_of(list(ids))} if ids else {}


def _by_day(told: Iterable[Told]) -> Iterator[Day]:
    today, language = day_of(clock.now()), get_language() or "nb"

    def the_day(each: Told) -> date:
        return day_of(each.at)

    for day, group in groupby(told, key=the_day):
        lines = list(group)
        name = phrases_of_time.opening(phrases_of_time.day(day, today=today, language=language))
        yield Day(
            name=name,
            told=tuple(each for each in lines if not each.in_list),
            lists=tuple(each for each in lines if each.in_list),
        )
