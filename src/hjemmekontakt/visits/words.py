"""What people are told when a visit is not called off or a calendar address not made, and the words for how far things are."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules import (
    AwayFate,
    CancellationState,
    Change,
    NotPerformed,
    NotReported,
    NotSwitched,
    Refusal,
)

SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.CALENDAR_ENDED: _("Adressen som ble laget med dette skjemaet, er slettet. Lag en ny."),
    Refusal.CALENDAR_NOT_IN_USE: _("Tjenesten er ikke i bruk. Da kan vi ikke lage en kalenderadresse."),
    Refusal.CALENDAR_PROTECTED: _(
        "Du kan ikke lage en kalenderadresse når du har sperret adresse. Du ser besøkene under Timeavtaler."
    ),
    Refusal.CALENDAR_TOO_MANY: _("Du har mange kalenderadresser allerede. Slett en du ikke bruker, og prøv igjen."),
    Refusal.NOT_ACTIVE: _("Tjenesten er ikke i bruk. Ring %(phone)s for å avlyse besøket."),
    Refusal.NOT_PLANNED: _("Besøket er ikke lenger planlagt. Ring %(phone)s hvis du lurer på noe."),
    Refusal.BEGUN: _("Tiden for besøket har begynt. Ring %(phone)s."),
    Refusal.NOT_CANCELLABLE: _("Dette besøket kan du ikke avlyse her. Ring %(phone)s."),
    Refusal.NOT_OPENED: _("Du kan ikke avlyse besøk her ennå. Ring %(phone)s."),
    Refusal.ALREADY_ASKED: _("Du har allerede bedt om at besøket blir avlyst."),
    Refusal.TOO_LATE: _("Det er for sent å avlyse besøket her. Ring %(phone)s."),
    Refusal.FORM_USED: _("Skjemaet er brukt før. Gå tilbake til besøket og prøv en gang til."),
    Refusal.ANSWERED: _("Kommunen har allerede svart. Se svaret under. Haster det, ring %(phone)s."),
    Refusal.NOT_CALLED_OFF: _("Besøket er ikke avlyst. Lurer du på noe? Ring %(phone)s."),
    Refusal.DAY_PASSED: _("Den første dagen er passert. Velg i dag eller en senere dag."),
    Refusal.DAY_TOO_FAR: _("Velg en dag som er mindre enn ett år fram."),
    Refusal.ENDS_BEFORE: _("Den siste dagen kan ikke være før den første."),
    Refusal.HAS_ENDED: _("Du har allerede sagt fra at du er tilbake. Si fra på nytt hvis du skal bort."),
}

AT_WORK: dict[NotReported, str | Promise] = {
    NotReported.KEPT_IN_JOURNAL: _("Dette besøket meldes i journalen, ikke her. Ingenting er endret."),
    NotReported.TOO_EARLY: _("Du kan melde fra tidligst to timer før besøket. Ingenting er endret."),
    NotReported.TOO_LATE: _("Besøket er for lenge siden til å meldes her. Skriv det i journalen."),
    NotReported.REPORTED_ALREADY: _("Besøket er meldt fra før. Ingenting er endret."),
    NotReported.CALLED_OFF: _("Besøket er avlyst. Ingenting er endret."),
    NotReported.NOT_COMING: _("Besøket er ikke lenger i planen. Ingenting er endret."),
    NotReported.IN_THE_FUTURE: _("Klokkeslettet har ikke vært ennå. Skriv når dere var der."),
    NotReported.BEFORE_THE_VISIT: _("Klokkeslettet er for lenge før besøket. Skriv når dere var der."),
    NotReported.WORDS_MISSING: _("Skriv hvorfor besøket ikke ble utført."),
    NotReported.WORDS_TOO_LONG: _("Teksten kan være på inntil 200 tegn."),
    NotReported.FORM_USED: _("Skjemaet er brukt før. Last siden på nytt og prøv en gang til."),
    NotReported.NOT_HERS_TO_UNDO: _("Bare den som meldte besøket, kan angre det."),
    NotReported.UNDONE_TOO_LATE: _("Det er gått mer enn ti minutter. Er noe feil, retter du det i journalen."),
    NotReported.CHANGED_MEANWHILE: _("Noen har meldt noe nytt om besøket i mellomtiden. Ingenting er endret."),
}

NOT_PERFORMED: dict[NotPerformed, str | Promise] = {
    NotPerformed.NO_CONTACT: _("Ingen kontakt"),
    NotPerformed.NOT_HOME: _("Ikke hjemme"),
    NotPerformed.REFUSED: _("Avslått"),
    NotPerformed.OTHER: _("Annet"),
}

NOT_SWITCHED: dict[NotSwitched, str | Promise] = {
    NotSwitched.NOT_OPENED: _("Tjenesten er ikke åpnet for besøk ennå."),
    NotSwitched.NO_VISITS: _(
        "Ingen besøk skulle vært meldt de siste 14 dagene. Da vet vi ikke om de blir meldt i tide."
    ),
    NotSwitched.TOO_FEW_IN_TIME: _("For få besøk ble meldt i tide. 95 av 100 må være meldt innen en halv time."),
    NotSwitched.NOT_DISCUSSED: _("Kryss av for at dere har drøftet dette med de tillitsvalgte."),
}
CRITICAL = _("Kommunen har merket besøket som viktig, og vil snakke med deg først.")

LATE = _("Det er kort tid igjen. Vi vet ikke om vi rekker å stanse besøket. Ring også %(phone)s.")

STEPS: tuple[tuple[CancellationState, str | Promise], ...] = (
    (CancellationState.SENT, _("Sendt")),
    (CancellationState.RECEIVED, _("Mottatt av kommunen")),
    (CancellationState.ACCEPTED, _("Bekreftet")),
)

CHANGED: Final[dict[Change, str | Promise]] = {
    Change.NEW: _("Nytt besøk"),
    Change.MOVED: _("Besøket har fått ny tid"),
    Change.CANCELLED: _("Besøket er avlyst"),
    Change.ON_HOLD: _("Besøket er satt på vent"),
    Change.BACK: _("Besøket er i planen igjen"),
    Change.NOT_DONE: _("Besøket ble ikke utført"),
    Change.GONE: _("Besøket er ikke lenger i planen"),
}

RHYTHMS: Final[dict[str, str | Promise]] = {
    "2d": _("Annenhver dag etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken dag."),
    "2w": _("Annenhver uke etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken uke."),
    "2m": _("Annenhver måned etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken måned."),
    "d": _("Hver %(number)s. dag etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken dag."),
    "w": _("Hver %(number)s. uke etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken uke."),
    "m": _("Hver %(number)s. måned etter vedtaket. Ring %(phone)s hvis du er usikker på hvilken måned."),
}

REASONS: tuple[tuple[str, str | Promise], ...] = (
    ("away", _("Jeg er ikke hjemme")),
    ("not-needed", _("Jeg trenger ikke hjelpen den dagen")),
    ("other", _("Annet")),
)


AWAY_REASONS: tuple[tuple[str, str | Promise], ...] = (
    ("travel", _("Jeg er på reise")),
    ("hospital", _("Jeg er på sykehus eller korttidsopphold")),
    ("other", _("Annet")),
)

FATES: dict[AwayFate, tuple[str, str | Promise]] = {
    AwayFate.FALLS_AWAY: ("neutral", _("Faller bort")),
    AwayFate.LATE: ("warning", _("Kort tid igjen")),
    AwayFate.ASKED_ALREADY: ("info", _("Du har bedt om det før")),
    AwayFate.STAYS: ("warning", _("Kan ikke avlyses her")),
}


def say(why: StrEnum, *, phone: str) -> str:
    """Say why a visit cannot be called off, and whom to call."""
    return str(SENTENCES[Refusal(why)]) % {"phone": phone}


def say_of_calendar(why: StrEnum) -> str:
    """Say why no calendar address was made (R37)."""
    return str(SENTENCES[Refusal(why)])


def say_rhythm(rhythm: str, *, phone: str) -> str:
    """Say how often visits come that skip weeks, and that only the unit knows which for certain (R33)."""
    if not rhythm:
        return ""
    words = RHYTHMS.get(rhythm) or RHYTHMS[rhythm[-1]]
    return str(words) % {"number": rhythm[:-1], "phone": phone}


def say_late(*, phone: str) -> str:
    """Say that it is so late that somebody must call as well (R39)."""
    return str(LATE) % {"phone": phone}


def say_at_work(why: StrEnum) -> str:
    """Say to an employee why a visit is not reported so, or not undone (R86)."""
    return str(AT_WORK[NotReported(why)])


def say_reported_by(name: str) -> str:
    """Say who was first to report a visit: a colleague by name, or the journal (R86)."""
    if name:
        return gettext("%(name)s har alt meldt dette besøket. Ingenting er endret.") % {"name": name}
    return gettext("Journalen har alt meldt dette besøket. Ingenting er endret.")


def say_not_switched(why: StrEnum) -> str:
    """Say why the silence alarm cannot be switched on (M2)."""
    return str(NOT_SWITCHED[NotSwitched(why)])
