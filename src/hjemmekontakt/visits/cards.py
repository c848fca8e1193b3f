"""How a visit is told on a page: when, what, who and how it stands, in the reader's language."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language
from msgspec import Struct

from hjemmekontakt.ground import phrases_of_time as phrases
from hjemmekontakt.ground.texts import told as _
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.rules import (
    COMING,
    OPEN,
    CancellationState,
    CancellationView,
    CancelledBy,
    JournalAway,
    NotPerformed,
    Place,
    Refusal,
    VisitStatus,
    VisitView,
    is_late,
    is_needed,
)
from hjemmekontakt.visits.rules.wishes import WishState
from hjemmekontakt.visits.words import CHANGED, STEPS, say, say_late, say_rhythm


class Tag(Struct, frozen=True):
    """How something stands, in words; the kind chooses its colour and icon.

    What is `usual` is said only where there is room for it: that a visit is planned.
    """

    kind: str
    text: str
    usual: bool = False


class Card(Struct, frozen=True, kw_only=True):
    """One visit in words."""

    id: UUID
    starts_at: datetime
    day: str
    when: str
    within_a_sentence: str
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
    can_be_moved: bool
    why_not_cancel: str
    late: str
    changed: str
    rhythm: str
    warning: str


def card(view: VisitView, *, now: datetime, reader_id: UUID | None) -> Card:
    """Tell one visit; `reader_id` is who reads, so that «du» is right (R30, R31, R35)."""
    language = get_language() or "nb"
    end = view.ends_at if view.is_window else view.starts_at
    when = phrases.window(view.starts_at, end, language=language)
    day = phrases.day(view.starts_at, today=day_of(now), language=language)
    why_not = view.why_not_cancel
    late = why_not is None and is_late(now, deadline=view.deadline)
    return Card(
        id=view.id,
        starts_at=view.starts_at,
        day=phrases.opening(day),
        when=when,
        within_a_sentence=f"{day} {when}",
        heading=phrases.opening(when),
        what=view.title or view.service_name,
        who=_who(view),
        who_is_open=not (view.performer_name or view.performer_role or view.name_hidden),
        duration=phrases.duration(view.minutes, language) if view.minutes else "",
        place=_("På kontoret") if view.place is Place.OFFICE else "",
        instruction=view.instruction,
        tags=tuple(_tags(view, now=now, reader_id=reader_id)),
        moved=_moved(view, now=now, language=language),
        unit_name=view.unit.name,
        phone=view.unit.phone,
        is_coming=view.status in COMING and view.starts_at > now,
        can_be_cancelled=why_not is None,
        can_be_moved=_may_be_wished_elsewhere(view, now=now),
        why_not_cancel=_why_not(view),
        late=say_late(phone=view.unit.phone) if late else "",
        changed=str(CHANGED[view.change]) if view.change else "",
        rhythm=say_rhythm(view.rhythm, phone=view.unit.phone),
        warning=_warning(view, now=now, language=language),
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


def _warning(view: VisitView, *, now: datetime, language: str) -> str:
    """What the first page says of a visit today or tomorrow that will not be as planned: «Besøket i dag er avlyst»."""
    if view.status in COMING and not view.moved_from:
        return ""
    day = phrases.day(view.moved_from or view.starts_at, today=day_of(now), language=language)
    if view.moved_from:
        return _("Besøket %(day)s har fått ny tid") % {"day": day}
    match view.status:
        case VisitStatus.CANCELLED:
            return _("Besøket %(day)s er avlyst") % {"day": day}
        case VisitStatus.ON_HOLD:
            return _("Besøket %(day)s er satt på vent") % {"day": day}
        case VisitStatus.GONE:
            return _("Besøket %(day)s er ikke lenger i planen. Ring hvis du lurer.") % {"day": day}
        case _:
            return ""


def out_of_touch(away: JournalAway | None, *, now: datetime) -> str:
    """That the journal does not answer, how old the picture is, and whom to call; empty while it answers (R33)."""
    if away is None:
        return ""
    values = {"phone": away.phone}
    if away.as_of is None:
        return (
            _(
                "Vi får ikke kontakt med kommunens system akkurat nå. Besøkene her er de siste vi fikk vite om."
                " Ring %(phone)s hvis det haster."
            )
            % values
        )
    language = get_language() or "nb"
    if day_of(away.as_of) == day_of(now):
        values["time"] = phrases.clock_time(away.as_of, language=language)
        return (
            _(
                "Vi får ikke kontakt med kommunens system akkurat nå. Besøkene her er slik de var kl. %(time)s."
                " Ring %(phone)s hvis det haster."
            )
            % values
        )
    values["when"] = phrases.moment(away.as_of, now=now, language=language)
    return (
        _(
            "Vi får ikke kontakt med kommunens system akkurat nå. Besøkene her er slik de var %(when)s."
            " Ring %(phone)s hvis det haster."
        )
        % values
    )


def _who(view: VisitView) -> str:
    name, role = view.performer_name, view.performer_role.lower()
    if view.name_hidden or (role and not name):
        return _who_by_role(view, role)
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


def _who_by_role(view: VisitView, role: str) -> str:
    if view.status is VisitStatus.PERFORMED:
        return _("%(role)s var hos deg") % {"role": phrases.opening(role)} if role else ""
    return _("%(role)s kommer") % {"role": phrases.opening(role)} if role else _("En ansatt kommer")


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
    if view.status in COMING and view.starts_at <= now:
        yield Tag("info", _("Nå"), usual=True)
    yield _status_tag(view, reader_id)
    if view.moved_from:
        yield Tag("warning", _("Ny tid"))
    if view.status in COMING and asked and asked.state in OPEN:
        yield Tag("info", _("Avlysning er sendt"))
    if view.status in COMING and asked and asked.state is CancellationState.DECLINED:
        yield Tag("warning", _("Ikke avlyst"))
    if view.status in COMING and view.wish is WishState.PROPOSED:
        yield Tag("warning", _("Svar på forslag til ny tid"))
    elif view.status in COMING and view.wish is WishState.ACCEPTED:
        yield Tag("warning", _("Ny tid er avtalt"))
    elif view.status in COMING and view.wish:
        yield Tag("info", _("Annen tid er ønsket"))


def _may_be_wished_elsewhere(view: VisitView, *, now: datetime) -> bool:
    """Whether to show the way to «Be om annen tid»: the visit comes, and nothing is asked about it already (R42)."""
    called_off = view.cancellation and view.cancellation.state in (*OPEN, CancellationState.ACCEPTED)
    return view.status in COMING and view.starts_at > now and not called_off and view.wish is None


def _status_tag(view: VisitView, reader_id: UUID | None) -> Tag:
    match view.status:
        case VisitStatus.PERFORMED:
            return Tag("success", _("Utført"))
        case VisitStatus.CANCELLED:
            return Tag("neutral", _cancelled_by(view, reader_id))
        case VisitStatus.NOT_PERFORMED:
            return Tag("danger", _not_performed(view))
        case VisitStatus.ON_HOLD:
            return Tag("warning", _("Satt på vent"))
        case VisitStatus.GONE:
            return Tag("warning", _("Ikke lenger i planen. Ring hvis du lurer."))
        case VisitStatus.EXPECTED:
            return Tag("neutral", _("Etter vedtaket"))
        case _:
            return Tag("info", _("Planlagt"), usual=True)


def _not_performed(view: VisitView) -> str:
    if view.not_performed_reason == NotPerformed.REFUSED:
        return _("Ikke utført. Du takket nei.")
    if view.not_performed_reason == NotPerformed.OTHER:
        return _("Ikke utført. Lurer du på hvorfor, ring oss.")
    return _("Ikke utført. Vi fikk ikke kontakt med deg.")


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
