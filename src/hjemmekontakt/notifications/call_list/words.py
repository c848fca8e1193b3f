"""What the list «Ring nå» says: why each is there, and why a call is not undone."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.call_list.rules import NotUndone, WhyCall

WHY: dict[WhyCall, str | Promise] = {
    WhyCall.CRITICAL: _("Dette besøket må ikke utebli uten at noen vet det. Ring uansett."),
    WhyCall.NO_NUMBER: _("Vi fant verken mobilnummer eller e-post å varsle på."),
    WhyCall.NOT_TOLD: _("Ingen er varslet."),
    WhyCall.NO_RECEIPT: _("Varselet er sendt, men vi vet ikke om det kom fram."),
}

NOT_UNDONE: dict[NotUndone, str | Promise] = {
    NotUndone.NOT_CALLED: _("Det var alt angret. Ingenting er endret."),
    NotUndone.ANOTHERS: _(
        "En kollega har notert at det er ringt. Bare den som ringte, kan angre det. Ingenting er endret."
    ),
    NotUndone.TOO_LATE: _("Det er mer enn ti minutter siden. Da kan det ikke angres her. Ingenting er endret."),
}


def say(why: StrEnum) -> str:
    """The sentence for what is not undone, in the reader's language."""
    return str(NOT_UNDONE[NotUndone(why)])
