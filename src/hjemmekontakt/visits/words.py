"""What people are told when a visit is not called off or a calendar address not made, and the words for how far things are."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules import CancellationState, Change, Refusal

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
}

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
