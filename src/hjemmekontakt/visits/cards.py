"""How a visit is told on a page: when, what, who and how it stands, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjemmekontakt.ground import phrases_of_time as phrases
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.rules import (
    COMING,
    OPEN,
    CancellationState,
    CancellationView,
    CancelledBy,
    Place,
    Refusal,
    VisitStatus,
    VisitView,
    is_late,
    is_needed,
)
from hjemmekontakt.visits.words import STEPS, say, say_late


@dataclass(frozen=True, slots=True)
class Tag:
    """How something stands, in words; the kind chooses its colour and icon."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One visit in words."""

    id: UUID
    starts_at: datetime
    day: str
    when: str
    heading: str
    what: str
    who: str
    who_is_open: bool
    duration: str
    place: str
    instruction: str
    tags: tuple[Tag, ...]
    moved: str
    unit_name: str
    phone: str
    is_coming: bool
    can_be_cancelled: bool
    why_not_cancel: str
    late: str


def card(view: VisitView, *, now: datetime, reader_id: UUID | None) -> Card:
    """Tell one visit; `reader_id` is who reads, so that «du» is right (R30, R31, R35)."""
    language = get_language() or "nb"
    end = view.ends_at if view.is_window else view.starts_at
    when = phrases.window(view.starts_at, end, language=language)
    why_not = view.why_not_cancel
    late = is_late(now, deadline=view.deadline) and why_not is None
    return Card(
        id=view.id,
        starts_at=view.starts_at,
        day=phrases.opening(phrases.day(view.starts_at, today=day_of(now), language=language)),
        when=when,
        heading=phrases.opening(when),
        what=view.title or view.service_name,
        who=_who(view),
        who_is_open=not view.performer_name,
        duration=phrases.duration(view.minutes, language) if view.minutes else "",
        place=_("På kontoret") if view.place is Place.OFFICE else "",
        instruction=view.instruction,
        tags=tuple(_tags(view, now=now, reader_id=reader_id)),
        moved=_moved(view, now=now, language=language),
        unit_name=view.unit.name,
        phone=view.unit.phone,
        is_coming=view.status in COMING and view.starts_at > now,
        can_be_cancelled=why_not is None,
        why_not_cancel=_why_not(view),
        late=say_late(phone=view.unit.phone) if late else "",
    )


def by_day(cards: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    """The visits under the name of their day: «I dag», «I morgen», «Tirsdag 24. november»."""
    return [(day, list(group)) for day, group in groupby(cards, key=lambda each: each.day)]


def steps(asked: CancellationView, *, now: datetime) -> list[tuple[str, str]]:
    """The three steps of a cancellation, each with whether it is done (R38, M6)."""
    reached = [state for state, _words in STEPS].index(
        CancellationState.ACCEPTED
        if asked.state is CancellationState.ACCEPTED
        else CancellationState.RECEIVED
        if asked.state is CancellationState.RECEIVED
        else CancellationState.SENT
    )
    times = (asked.asked_at, asked.received_at, asked.answered_at)
    shown = []
    for place, ((_state, words), at) in enumerate(zip(STEPS, times, strict=True)):
        done = place <= reached
        state = "done" if done else ("current" if place == reached + 1 else "coming")
        shown.append((_step(words, at if done else None, now=now), state))
    return shown


def updated(at: datetime | None, *, now: datetime) -> str:
    """When the journal last told about the visits: «Oppdatert i dag kl. 07.42» (R33)."""
    if at is None:
        return ""
    language = get_language() or "nb"
    if day_of(at) == day_of(now):
        return _("Oppdatert kl. %(time)s") % {"time": phrases.clock_time(at, language=language)}
    return _("Oppdatert %(when)s") % {"when": phrases.moment(at, now=now, language=language)}


def _who(view: VisitView) -> str:
    name, role = view.performer_name, view.performer_role.lower()
    if name and view.status is VisitStatus.PERFORMED:
        return (
            _("%(name)s, %(role)s, var hos deg") % {"name": name, "role": role}
            if role
            else _("%(name)s var hos deg") % {"name": name}
        )
    if name:
        return (
            _("%(name)s, %(role)s, kommer") % {"name": name, "role": role}
            if role
            else _("%(name)s kommer") % {"name": name}
        )
    return _("Hvem som kommer, er ikke bestemt ennå") if view.status in COMING else ""


def _tags(view: VisitView, *, now: datetime, reader_id: UUID | None) -> Iterable[Tag]:
    asked = view.cancellation
    if asked and is_needed(asked) and view.status in (*COMING, VisitStatus.CANCELLED) and view.ends_at > now:
        yield Tag("danger", _("Avlyst, men trengs likevel"))
        return
    if view.status in COMING and asked and asked.state is CancellationState.ACCEPTED:
        yield Tag("neutral", _cancelled_by(view, reader_id))
        return
    if view.status in COMING and view.ends_at < now:
        yield Tag("neutral", _("Ikke meldt utført"))
        return
    yield _status_tag(view, reader_id)
    if view.moved_from:
        yield Tag("warning", _("Ny tid"))
    if view.status in COMING and asked and asked.state in OPEN:
        yield Tag("info", _("Avlysning er sendt"))
    if view.status in COMING and asked and asked.state is CancellationState.DECLINED:
        yield Tag("warning", _("Ikke avlyst"))


def _status_tag(view: VisitView, reader_id: UUID | None) -> Tag:
    match view.status:
        case VisitStatus.PERFORMED:
            return Tag("success", _("Utført"))
        case VisitStatus.CANCELLED:
            return Tag("neutral", _cancelled_by(view, reader_id))
        case VisitStatus.NOT_PERFORMED:
            return Tag("danger", _("Ikke utført. Vi fikk ikke kontakt med deg."))
        case _:
            return Tag("info", _("Planlagt"))


def _cancelled_by(view: VisitView, reader_id: UUID | None) -> str:
    asked = view.cancellation
    if asked and asked.state is CancellationState.ACCEPTED and view.cancelled_by is not CancelledBy.MUNICIPALITY:
        if asked.asked_by_id == reader_id:
            return _("Avlyst av deg")
        return _("Avlyst av %(name)s") % {"name": asked.asked_by_name}
    if view.cancelled_by in (CancelledBy.RECIPIENT, CancelledBy.ON_BEHALF):
        return _("Avlyst")
    return _("Avlyst av kommunen")


def _moved(view: VisitView, *, now: datetime, language: str) -> str:
    if view.moved_from is None:
        return ""
    return _("Besøket var satt opp %(when)s.") % {"when": phrases.moment(view.moved_from, now=now, language=language)}


def _why_not(view: VisitView) -> str:
    silent = (None, Refusal.NOT_PLANNED, Refusal.ALREADY_ASKED)
    return "" if view.why_not_cancel in silent else say(view.why_not_cancel, phone=view.unit.phone)


def _step(words: str | Promise, at: datetime | None, *, now: datetime) -> str:
    if at is None:
        return str(words)
    return f"{words} {phrases.moment(at, now=now, language=get_language() or 'nb')}"
