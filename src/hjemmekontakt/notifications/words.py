"""What the page of notices says: each refusal, each kind and each channel in plain words."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.codes import CodeOutcome
from hjemmekontakt.notifications.levels import Level
from hjemmekontakt.notifications.rules import Channel, Decision, Kind, Mode, Refusal

SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_FOR_THIS_PERSON: _(
        "Du kan ikke få dette varselet lenger. Se over valgene dine og prøv en gang til. Ingenting er lagret."
    ),
    Refusal.ALWAYS_TOLD: _("Varsler om fullmakter kan du ikke slå av. Velg SMS eller e-post. Ingenting er lagret."),
    Refusal.NOBODY_REPORTS: _(
        "Kommunen melder ikke fra om besøk som uteblir, så du kan ikke velge bare dem. Ingenting er lagret."
    ),
    Refusal.NOT_AN_HOUR: _("Velg et klokkeslett mellom 9 og 20 for oppsummeringen. Ingenting er lagret."),
    Refusal.NOT_A_MOBILE: _(
        "Dette er ikke et mobilnummer vi kan sende SMS til. Skriv åtte sifre, for eksempel 900 00 000."
    ),
    Refusal.NOT_AN_ADDRESS: _("Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no."),
    Refusal.TOO_MANY_CODES: _(
        "Du har bedt om mange koder på kort tid. Ingenting er endret. Vent en time og prøv en gang til."
    ),
    Refusal.NO_BROWSER: _(
        "Ingen nettleser får varsler for deg nå. Trykk «Få varsler i denne nettleseren» først. Ingenting er lagret."
    ),
    Refusal.NOT_A_BROWSER: _(
        "Vi kan ikke sende varsler til denne nettleseren. Ingenting er endret. Varslene kommer på SMS eller e-post som før."
    ),
    Refusal.TOO_MANY_BROWSERS: _(
        "Du har varsler i ti nettlesere. Ingenting er endret. Slutt med varsler i alle, og begynn på nytt i dem du bruker."
    ),
}

CODES: dict[CodeOutcome, str | Promise] = {
    CodeOutcome.CONFIRMED: _("Bekreftet. Varslene går hit fra nå av."),
    CodeOutcome.WRONG: _("Koden stemmer ikke. Se på meldingen en gang til, og skriv de seks sifrene."),
    CodeOutcome.RUN_OUT: _("Koden gjelder ikke lenger. Ingenting er endret. Be om en ny kode."),
}

LEVELS: dict[Level, str | Promise] = {
    Level.OBLIGATORY: _("Bare det viktigste"),
    Level.NORMAL: _("Vanlig"),
    Level.FULL: _("Alt"),
}

LEVELS_SAID: dict[Level, str | Promise] = {
    Level.OBLIGATORY: _("Besøk som er flyttet eller avlyst, svar på det du har bedt om, og fullmakter."),
    Level.NORMAL: _("Det viktigste, og nye meldinger."),
    Level.FULL: _("Det vanlige, og hvert besøk."),
}

MODES: dict[Mode, str | Promise] = {
    Mode.EACH: _("Hvert besøk"),
    Mode.FIRST: _("Det første besøket hver dag"),
    Mode.DIGEST: _("En oppsummering én gang om dagen"),
    Mode.DEVIATIONS: _("Bare hvis et besøk ikke blir utført, eller vi ikke får melding om det"),
}

KINDS: dict[Kind, str | Promise] = {
    Kind.READY: _("Tjenesten er klar"),
    Kind.MESSAGE: _("Nye meldinger"),
    Kind.VISIT_PERFORMED: _("Utførte besøk"),
    Kind.CANCELLATION: _("Svar på avlysninger og ønsker om annen tid"),
    Kind.FULLMAKT: _("Fullmakter"),
    Kind.VISIT_SILENT: _("Besøk vi ikke har fått melding om"),
    Kind.VISIT_CHANGED: _("Besøk som er flyttet eller avlyst av kommunen"),
    Kind.LETTER: _("Viktige brev"),
}

CHANNELS: dict[Channel, str | Promise] = {
    Channel.SMS: _("SMS"),
    Channel.EMAIL: _("E-post"),
    Channel.PUSH: _("Nettleser"),
    Channel.NONE: _("Ingen varsler"),
}

DECISIONS: dict[Decision, str | Promise] = {
    Decision.DUE: _("Sendes nå."),
    Decision.SENT: _("Sendt."),
    Decision.NO_WISH: _("Ikke sendt. Varselet er slått av."),
    Decision.NOT_OPENED: _("Ikke sendt. Varsler er ikke åpnet for denne tjenesten."),
    Decision.TOO_OLD: _("Ikke sendt. Kommunen meldte det mer enn et døgn etterpå."),
    Decision.NOT_ANY_MORE: _("Ikke sendt. Tilgangen var avsluttet."),
    Decision.NO_CONTACT: _("Ikke sendt. Vi fant verken mobilnummer eller e-post i registeret."),
    Decision.SAME_ADDRESS: _("Ikke sendt på nytt. Samme nummer, e-post eller nettleser hadde fått det."),
    Decision.FAILED: _("Ikke sendt. Vi prøvde flere ganger."),
    Decision.SETTLED: _("Ikke sendt. Det var avklart."),
    Decision.GATHERED: _("Venter på oppsummeringen."),
    Decision.JOINED: _("Samlet i en oppsummering."),
    Decision.NOT_FIRST: _("Ikke sendt. Varselet gjelder bare det første besøket hver dag."),
    Decision.ONLY_DEVIATIONS: _("Ikke sendt. Varselet gjelder bare besøk som ikke blir utført."),
    Decision.ALREADY_READ: _("Ikke sendt. Meldingen var lest."),
    Decision.ON_PAPER: _("Ikke sendt. Brevet sendes i posten."),
    Decision.OVER_CAP: _("Ikke sendt på SMS. Kommunen har brukt det den har satt av til SMS denne måneden."),
}


def say(why: StrEnum) -> str:
    """The sentence for a refusal, in the reader's language."""
    return str(SENTENCES[Refusal(why)])


def at_hour(hour: int) -> str | Promise:
    """An hour of the day: «kl. 18»."""
    return format_lazy(_("kl. {hour}"), hour=f"{hour:02}")
