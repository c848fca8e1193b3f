"""What people are told when a visit is not called off or a calendar address not made, and the words for how far things are."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules import CancellationState, Refusal

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


def say_late(*, phone: str) -> str:
    """Say that it is so late that somebody must call as well (R39)."""
    return str(LATE) % {"phone": phone}
