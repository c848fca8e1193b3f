"""What people are told when a visit cannot be called off, and the words for how far things have come."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules import AwayFate, CancellationState, Refusal

SENTENCES: dict[Refusal, str | Promise] = {
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

CRITICAL = _("Kommunen har merket besøket som viktig, og vil snakke med deg først.")

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


def say_late(*, phone: str) -> str:
    """Say that it is so late that somebody must call as well (R39)."""
    return str(LATE) % {"phone": phone}
