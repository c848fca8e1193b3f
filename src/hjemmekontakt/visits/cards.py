"""How a visit is told on a page: when, what, who and how it stands, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
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


class Card:
    """One visit in words, in the reader's language as it was when the card was made; each is said when it is asked for.

    `reader_id` is who reads, so that «du» is right (R30, R31, R35). A list says little of each visit, and its page all.
    """

    __slots__ = (
        "day",
        "heading",
        "id",
        "language",
        "now",
        "reader_id",
        "starts_at",
        "view",
        "when",
        "within_a_sentence",
    )

    def __init__(self, view: VisitView, *, now: datetime, reader_id: UUID | None) -> None:
        self.view, self.now, self.reader_id = view, now, reader_id
        self.id, self.starts_at = view.id, view.starts_at
        self.language = get_language() or "nb"
        end = view.ends_at if view.is_window else view.starts_at
        self.day, self.when, self.heading, self.within_a_sentence = _times(
            view.starts_at, end, day_of(now), self.language
        )

    @property
    def what(self) -> str:
        """What is to be done, or the service."""
        return self.view.title or self.view.service_name

    @property
    def who(self) -> str:
        """Who comes, or came, as far as may be told."""
        return _who(self.view)

    @property
    def who_is_open(self) -> bool:
        """Whether nobody knows yet who comes."""
        view = self.view
        return not (view.performer_name or view.performer_role or view.name_hidden)

    @property
    def duration(self) -> str:
        """«omtrent 20 minutter»; empty where nobody has said."""
        return phrases.duration(self.view.minutes, self.language) if self.view.minutes else ""

    @property
    def place(self) -> str:
        """Where, if it is not at home."""
        return _("På kontoret") if self.view.place is Place.OFFICE else ""

    @property
    def instruction(self) -> str:
        """What she is asked to have ready."""
        return self.view.instruction

    @property
    def tags(self) -> tuple[Tag, ...]:
        """How it stands."""
        return tuple(_tags(self.view, now=self.now, reader_id=self.reader_id))

    @property
    def moved(self) -> str:
        """When it was to be before."""
        return _moved(self.view, now=self.now, language=self.language)

    @property
    def unit_name(self) -> str:
        """Whose visit it is."""
        return self.view.unit.name

    @property
    def phone(self) -> str:
        """Where one calls about it."""
        return self.view.unit.phone

    @property
    def is_coming(self) -> bool:
        """Whether it is still to begin."""
        return self.view.status in COMING and self.starts_at > self.now

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it may be called off here."""
        return self.view.why_not_cancel is None

    @property
    def can_be_moved(self) -> bool:
        """Whether another time may be wished for here."""
        return _may_be_wished_elsewhere(self.view, now=self.now)

    @property
    def why_not_cancel(self) -> str:
        """Why it may not be called off here, where that is worth a word."""
        return _why_not(self.view)

    @property
    def late(self) -> str:
        """That it is called off so late that it may be too late."""
        is_short = self.can_be_cancelled and is_late(self.now, deadline=self.view.deadline)
        return say_late(phone=self.phone) if is_short else ""

    @property
    def changed(self) -> str:
        """What has changed since she last looked."""
        return str(CHANGED[self.view.change]) if self.view.change else ""

    @property
    def rhythm(self) -> str:
        """How often it is, of a visit that a plan lets her expect."""
        return say_rhythm(self.view.rhythm, phone=self.phone)

    @property
    def warning(self) -> str:
        """What the first page says of it, where it will not be as planned."""
        return _warning(self.view, now=self.now, language=self.language)


@lru_cache(maxsize=4096)
def _times(start: datetime, end: datetime, today: date, language: str) -> tuple[str, str, str, str]:
    """Its day and its hours as headings and within a sentence: «Tirsdag 24. november», «mellom kl. 08 og 10», …"""
    day = phrases.day(start, today=today, language=language)
    when = phrases.window(start, end, language=language)
    return phrases.opening(day), when, phrases.opening(when), f"{day} {when}"


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
