"""Logg over bruk › Varsler: what was told, to whom and how, or why not (R73, M8)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.home.log import Day, Told, as_place, place_in
from hjemmekontakt.notifications import queries
from hjemmekontakt.notifications.rules import Channel, Decision, NoticeView
from hjemmekontakt.notifications.words import CHANNELS, DECISIONS, KINDS

PORTION = 60


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Profil › Logg over bruk › Varsler."""
    found = queries.notices_of(request.actor, before=_place(request.GET.get("fra", "")), limit=PORTION + 1)
    shown = found[:PORTION]
    following = f"?fra={as_place(shown[-1].decided_at, shown[-1].id.int)}" if len(found) > PORTION else ""
    days = tuple(_by_day(shown, reader_id=request.actor.id))
    return render(request, "home/notices.html.jinja", {"days": days, "following": following})


def _place(text: str) -> tuple[datetime, UUID] | None:
    place = place_in(text)
    return (place[0], UUID(int=place[1])) if place and place[1] < 2**128 else None


def _by_day(notices: Iterable[NoticeView], *, reader_id: UUID) -> Iterator[Day]:
    today, language = day_of(clock.now()), get_language() or "nb"

    def the_day(notice: NoticeView) -> date:
        return day_of(notice.decided_at)

    for day, group in groupby(notices, key=the_day):
        name = phrases_of_time.opening(phrases_of_time.day(day, today=today, language=language))
        yield Day(name=name, told=tuple(_told(notice, reader_id=reader_id, language=language) for notice in group))


def _told(notice: NoticeView, *, reader_id: UUID, language: str) -> Told:
    values = {
        "kind": KINDS[notice.kind],
        "receiver": _("deg") if notice.receiver_id == reader_id else notice.receiver_name or _("en med fullmakt"),
        "channel": CHANNELS[notice.channel],
        "time": phrases_of_time.clock_time(notice.decided_at, language=language),
        "decision": _became(notice, language=language),
    }
    if notice.channel is Channel.NONE:
        text = _("%(kind)s. Til %(receiver)s kl. %(time)s. %(decision)s") % values
    else:
        text = _("%(kind)s. %(channel)s til %(receiver)s kl. %(time)s. %(decision)s") % values
    return Told(at=notice.decided_at, text=text)


def _became(notice: NoticeView, *, language: str) -> str:
    """What became of it; of one that is held back by the night, or waits for others, when it goes (R53)."""
    now = clock.now()
    if notice.due_at is None or notice.due_at <= now:
        return str(DECISIONS[notice.decision])
    waits = {"moment": phrases_of_time.moment(notice.due_at, now=now, language=language)}
    if notice.decision is Decision.GATHERED:
        return _("Kommer i oppsummeringen %(moment)s.") % waits
    return _("Kommer %(moment)s.") % waits
