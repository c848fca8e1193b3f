"""What people are told when a wish, or the answer to one, cannot be taken; the same sentences at home and at work."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.visits.rules.waiting import AnswerRefusal, RequestKind, Urgency, WaitingFilter
from hjemmekontakt.visits.rules.wishes import WishRefusal, WishState

SENTENCES: dict[WishRefusal, str | Promise] = {
    WishRefusal.NOT_ACTIVE: _("Tjenesten er ikke i bruk. Ring %(phone)s for å få en annen tid."),
    WishRefusal.NOT_OPENED: _("Du kan ikke be om annen tid her ennå. Ring %(phone)s."),
    WishRefusal.NOT_PLANNED: _("Besøket er ikke lenger planlagt. Ring %(phone)s hvis du lurer på noe."),
    WishRefusal.BEGUN: _("Tiden for besøket har begynt. Ring %(phone)s."),
    WishRefusal.CANCELLATION_ASKED: _(
        "Besøket er avlyst, eller du har bedt om det. Trenger du det på en annen tid? Ring %(phone)s."
    ),
    WishRefusal.ALREADY_WISHED: _(
        "Du har allerede bedt om annen tid for dette besøket. Svaret kommer på siden til besøket."
    ),
    WishRefusal.FORM_USED: _("Skjemaet er brukt før. Gå tilbake til besøket og prøv en gang til."),
    WishRefusal.TEXT_TOO_LONG: _("Teksten er for lang, eller har tegn vi ikke kan ta imot. Skriv inntil 500 tegn."),
    WishRefusal.NO_WINDOW: _("Skriv minst én tid som passer."),
    WishRefusal.TOO_MANY_WINDOWS: _("Du kan ønske deg inntil tre tider."),
    WishRefusal.NO_SUCH_HOUR: _("Den natten stilles klokka fram, så dette klokkeslettet finnes ikke. Velg et annet."),
    WishRefusal.ENDS_BEFORE: _("Slutten må være senere enn starten."),
    WishRefusal.PASSED: _("Denne tiden er allerede passert. Velg en tid som kommer."),
    WishRefusal.TOO_LONG: _("Tiden kan vare inntil 14 timer. Velg en kortere tid."),
    WishRefusal.TOO_FAR: _("Denne dagen er for langt fram. Velg en dag som er nærmere."),
    WishRefusal.THE_SAME_TIME: _("Dette er tiden besøket har nå. Velg en annen tid."),
    WishRefusal.ANSWERED: _("Kommunen har allerede svart på ønsket. Svaret står her."),
    WishRefusal.NOT_PROPOSED: _("Forslaget er endret eller trukket tilbake. Her ser du hvordan det står nå."),
}

AT_WORK: dict[AnswerRefusal, str | Promise] = {
    AnswerRefusal.ANSWERED_ALREADY: _(
        "En annen var før deg, så svaret ditt er ikke sendt. Her ser du hvordan det står nå."
    ),
    AnswerRefusal.IN_THE_JOURNAL: _("Dere svarer på dette i journalen. Ingenting er sendt herfra."),
    AnswerRefusal.VISIT_BEGUN: _("Tiden for besøket har begynt. Ring den det gjelder."),
    AnswerRefusal.NOT_WAITING: _("Det er ingenting å avklare på telefon her."),
    AnswerRefusal.NO_SUCH_WINDOW: _("Velg en av tidene som er ønsket."),
    AnswerRefusal.REASON_MISSING: _("Skriv hvorfor. Den som spurte, ser det du skriver."),
}

STATES_AT_WORK: dict[str, tuple[str, str | Promise]] = {
    "sent": ("info", _("Venter på svar")),
    "received": ("info", _("Venter på svar")),
    WishState.PROPOSED: ("neutral", _("Forslag er sendt")),
    "accepted": ("success", _("Bekreftet")),
    "declined": ("neutral", _("Avslått")),
    "withdrawn": ("neutral", _("Tatt tilbake")),
    "expired": ("neutral", _("Utløpt")),
}

KINDS: dict[RequestKind, str | Promise] = {
    RequestKind.CANCELLATION: _("Avlysning"),
    RequestKind.WISH: _("Ønske om annen tid"),
}

URGENCIES: dict[Urgency, tuple[str, str | Promise]] = {
    Urgency.NEEDED: ("danger", _("Trenger besøket likevel")),
    Urgency.SILENT: ("danger", _("Journalen har ikke svart på 30 minutter")),
    Urgency.LATE: ("warning", _("Kom sent")),
    Urgency.SOON: ("warning", _("Innen et døgn")),
}

NOT_ANSWERED_HERE = _("Ikke besvart på 30 minutter")

FILTERS: dict[WaitingFilter, tuple[str, str | Promise]] = {
    WaitingFilter.ALL: ("", _("Alle")),
    WaitingFilter.CANCELLATIONS: ("avlysninger", _("Avlysninger")),
    WaitingFilter.WISHES: ("onsker", _("Ønsker")),
    WaitingFilter.URGENT: ("haster", _("Haster")),
}


def say_wish(why: StrEnum, *, phone: str) -> str:
    """Say why a wish cannot be sent, taken back or answered, and whom to call."""
    return str(SENTENCES[WishRefusal(why)]) % {"phone": phone}


def say_at_work(why: StrEnum) -> str:
    """Say to an employee why the answer was not taken."""
    if isinstance(why, WishRefusal):
        return str(SENTENCES[why])
    return str(AT_WORK[AnswerRefusal(why)])


def urgency_of(urgency: Urgency, *, answers_in: str) -> tuple[str, str | Promise] | None:
    """The kind of tag and the words for what hurries; where a unit answers here, it is not the journal that is silent."""
    if urgency is Urgency.SILENT and answers_in == "portal":
        return "danger", NOT_ANSWERED_HERE
    return URGENCIES.get(urgency)
