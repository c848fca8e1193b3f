"""How a time away is told on a page: which days, what it did to each visit, and what she can do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import phrases_of_time as phrases
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.cards import Card, Tag, by_day
from hjemmekontakt.visits.rules import (
    COMING,
    AwayFate,
    AwayView,
    CancellationState,
    Days,
    VisitView,
    fate,
    is_late,
    is_off_against_her_will,
)
from hjemmekontakt.visits.words import FATES


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayCard:
    """A time away in words."""

    id: UUID
    heading: str
    until: str
    done: tuple[str, ...]
    warning: str
    told_by: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visit in a time away, and what becomes of it; `need` is its request, where it may be needed after all."""

    card: Card
    tag: Tag
    note: str = ""
    phone: str = ""
    need: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a time away would do, before it is confirmed (M6)."""

    heading: str
    days: tuple[tuple[str, list[Line]], ...]
    falling: str
    late: str
    staying: str
    phone: str


def away_card(view: AwayView, actor: Actor, *, now: datetime) -> AwayCard:
    """Tell one time away to who reads: «Du er borte 3.–10. juli»."""
    days = said_days(view.days, now=now)
    return AwayCard(
        id=view.id,
        heading=_heading(view, actor, days),
        until="" if view.days.last or view.ended_at else _("Det varer til du sier fra at du er tilbake."),
        done=tuple(_done(view)),
        warning="" if view.covers_new or view.ended_at else _lapsed(view),
        told_by=_told_by(view, actor, now=now),
        ended=_ended(view, now=now),
    )


def said_days(days: Days, *, now: datetime) -> str:
    """Say which days: «3.–10. juli», or «fra 3. juli» where there is no last day."""
    language, today = get_language() or "nb", day_of(now)
    if days.last is None:
        return _("fra %(day)s") % {"day": phrases.calendar_date(days.first, today=today, language=language)}
    return phrases.span(days.first, days.last, today=today, language=language)


def preview(days: Days, visits: Sequence[VisitView], *, now: datetime, reader_id: UUID | None) -> Preview:
    """Tell what would fall away, what may be too late, and what comes all the same (M6)."""
    fates = {view.id: fate(view.why_not_cancel, late=is_late(now, deadline=view.deadline)) for view in visits}
    lines = [_to_come(view, fates[view.id], now=now, reader_id=reader_id) for view in visits]
    count = {each: list(fates.values()).count(each) for each in AwayFate}
    falling = count[AwayFate.FALLS_AWAY] + count[AwayFate.LATE]
    phones = [view.unit.phone for view in visits if fates[view.id] in (AwayFate.STAYS, AwayFate.LATE)]
    return Preview(
        heading=said_days(days, now=now),
        days=grouped(lines),
        falling=ngettext("%(num)s besøk faller bort.", "%(num)s besøk faller bort.", falling) % {"num": falling},
        late=_late(count[AwayFate.LATE]),
        staying=_staying(count[AwayFate.STAYS]),
        phone=phones[0] if phones else "",
    )


def outcomes(
    visits: Iterable[VisitView], *, now: datetime, reader_id: UUID | None
) -> tuple[tuple[str, list[Line]], ...]:
    """Tell what became of each visit in a time away, by day (R41)."""
    return grouped([_outcome(view, now=now, reader_id=reader_id) for view in visits])


def grouped(lines: Iterable[Line]) -> tuple[tuple[str, list[Line]], ...]:
    """The lines under the name of their day."""
    known = {line.card.id: line for line in lines}
    days = by_day(line.card for line in known.values())
    return tuple((day, [known[each.id] for each in cards]) for day, cards in days)


def _heading(view: AwayView, actor: Actor, days: str) -> str:
    if view.what:
        return _("Avlyst %(days)s: %(what)s") % {"days": days, "what": view.what}
    if view.ended_at:
        return _("Avsluttet: borte %(days)s") % {"days": days}
    if actor.id == view.citizen_id:
        return _("Du er borte %(days)s") % {"days": days}
    return _("%(name)s er borte %(days)s") % {"name": actor.about_name, "days": days}


def _done(view: AwayView) -> Iterable[str]:
    if view.accepted:
        yield ngettext("%(num)s besøk er avlyst.", "%(num)s besøk er avlyst.", view.accepted) % {"num": view.accepted}
    if view.waiting:
        yield ngettext(
            "%(num)s besøk venter på svar fra kommunen.", "%(num)s besøk venter på svar fra kommunen.", view.waiting
        ) % {"num": view.waiting}
    if view.declined:
        yield ngettext("%(num)s besøk kunne ikke avlyses.", "%(num)s besøk kunne ikke avlyses.", view.declined) % {
            "num": view.declined
        }
    if not (view.accepted or view.waiting or view.declined):
        yield _("Ingen besøk er avlyst ennå.")


def _lapsed(view: AwayView) -> str:
    return _(
        "%(name)s sa fra på vegne av deg, og har ikke lenger fullmakt til å avlyse. Besøk som blir planlagt nå, blir ikke"
        " avlyst. Er du fortsatt borte, si fra selv."
    ) % {"name": view.asked_by_name}


def _told_by(view: AwayView, actor: Actor, *, now: datetime) -> str:
    when = phrases.moment(view.asked_at, now=now, language=get_language() or "nb")
    if view.asked_by_id == actor.id:
        return _("Du sa fra %(when)s.") % {"when": when}
    return _("%(name)s sa fra %(when)s.") % {"name": view.asked_by_name, "when": when}


def _ended(view: AwayView, *, now: datetime) -> str:
    if view.ended_at is None:
        return ""
    when = phrases.moment(view.ended_at, now=now, language=get_language() or "nb")
    return _("Avsluttet %(when)s av %(name)s.") % {"when": when, "name": view.ended_by_name}


def _late(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "Det er kort tid igjen til %(num)s av besøkene. Vi vet ikke om vi rekker å stanse det.",
        "Det er kort tid igjen til %(num)s av besøkene. Vi vet ikke om vi rekker å stanse dem.",
        number,
    ) % {"num": number}


def _staying(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(num)s besøk kan du ikke avlyse her. Vi kommer som planlagt hvis du ikke ringer.",
        "%(num)s besøk kan du ikke avlyse her. Vi kommer som planlagt hvis du ikke ringer.",
        number,
    ) % {"num": number}


def _to_come(view: VisitView, becomes: AwayFate, *, now: datetime, reader_id: UUID | None) -> Line:
    kind, words = FATES[becomes]
    return Line(card=Card(view, now=now, reader_id=reader_id), tag=Tag(kind, str(words)))


def _outcome(view: VisitView, *, now: datetime, reader_id: UUID | None) -> Line:
    shown, asked = Card(view, now=now, reader_id=reader_id), view.cancellation
    line = {"card": shown, "phone": view.unit.phone}
    if asked is None or view.status not in COMING:
        stays = view.status in COMING and view.starts_at > now
        off = asked is not None and asked.state is CancellationState.ACCEPTED
        tag = Tag("warning", _("Ikke avlyst")) if stays else shown.tags[0]
        need = asked.id if off and asked and asked.needed_at is None and view.ends_at > now else None
        return Line(**line, tag=tag, note=shown.why_not_cancel if stays else "", need=need)
    match asked.state:
        case CancellationState.ACCEPTED:
            needed = asked.needed_at is not None
            tag = Tag("warning", _("Avlyst, men trengs likevel")) if needed else Tag("success", _("Avlyst"))
            return Line(**line, tag=tag, need=None if needed or view.ends_at <= now else asked.id)
        case CancellationState.DECLINED:
            return Line(**line, tag=Tag("warning", _("Ikke avlyst")), note=asked.decline_reason)
        case CancellationState.WITHDRAWN if is_off_against_her_will(asked.state, asked.answered_too_late):
            return Line(**line, tag=Tag("danger", _("Angret, men avlyst av kommunen")))
        case CancellationState.WITHDRAWN | CancellationState.EXPIRED:
            return Line(**line, tag=Tag("info", _("Vi kommer som planlagt")))
        case _:
            return Line(**line, tag=Tag("info", _("Venter på svar fra kommunen")))
