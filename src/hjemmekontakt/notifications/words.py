"""What the page of notices says: each refusal, each kind and each channel in plain words."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.rules import Channel, Decision, Kind, Refusal

SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_FOR_THIS_PERSON: _(
        "Du kan ikke få dette varselet lenger. Se over valgene dine og prøv en gang til. Ingenting er lagret."
    ),
    Refusal.ALWAYS_TOLD: _("Varsler om fullmakter kan du ikke slå av. Velg SMS eller e-post. Ingenting er lagret."),
}

KINDS: dict[Kind, str | Promise] = {
    Kind.READY: _("Tjenesten er klar"),
    Kind.MESSAGE: _("Nye meldinger"),
    Kind.VISIT_PERFORMED: _("Utførte besøk"),
    Kind.CANCELLATION: _("Svar på avlysninger og ønsker om annen tid"),
    Kind.FULLMAKT: _("Fullmakter"),
    Kind.VISIT_SILENT: _("Besøk vi ikke har fått melding om"),
    Kind.VISIT_CHANGED: _("Besøk som er flyttet eller avlyst av kommunen"),
}

CHANNELS: dict[Channel, str | Promise] = {
    Channel.SMS: _("SMS"),
    Channel.EMAIL: _("E-post"),
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
    Decision.SAME_ADDRESS: _("Ikke sendt på nytt. Samme nummer eller e-post hadde fått det."),
    Decision.FAILED: _("Ikke sendt. Vi prøvde flere ganger."),
    Decision.SETTLED: _("Ikke sendt. Det var avklart."),
    Decision.OVER_CAP: _("Ikke sendt på SMS. Kommunen har brukt det den har satt av til SMS denne måneden."),
}


def say(why: StrEnum) -> str:
    """The sentence for a refusal, in the reader's language."""
    return str(SENTENCES[Refusal(why)])
