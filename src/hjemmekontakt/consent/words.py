"""What consent says to people: each refusal, and each thing that is missing with who can mend it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.consent.rules import Missing, Refusal

SENTENCES: Final[dict[Refusal, str | Promise]] = {
    Refusal.NEW_VERSION: _("Vilkårene er endret siden du åpnet siden. Les dem på nytt før du godtar."),
    Refusal.DECEASED: _("Tjenesten kan ikke tas i bruk her. Ring kommunen hvis du lurer på noe."),
}

MISSING: Final[dict[Missing, str | Promise]] = {
    Missing.TERMS: _("Du må godta bruksvilkårene først."),
    Missing.WAITING: _("Vi kobler deg til kommunen i natt. Du trenger ikke gjøre noe."),
    Missing.NO_DECISION: _(
        "Vi finner ingen hjemmetjeneste som du får nå. Får du hjelp hjemme, kan kommunen rette det. Ring dem."
    ),
    Missing.NOT_OPENED: _("Kommunen har ikke åpnet dette for tjenesten din ennå. Bruk telefonen som før."),
    Missing.NO_JOURNAL: _("Kommunen har ikke koblet til journalen sin ennå. Det er de som må gjøre det."),
    Missing.DECEASED: _("Tjenesten er avsluttet. Ring kommunen hvis du lurer på noe."),
    Missing.TOO_YOUNG: _("Du må være 16 år for å bruke tjenesten selv. Foreldrene dine kan ringe kommunen."),
}

MISSING_FOR_ANOTHER: Final[dict[Missing, str | Promise]] = {
    Missing.TERMS: _("Den du hjelper, må godta bruksvilkårene først. Det gjør man selv, med egen innlogging."),
    Missing.WAITING: _("Den du hjelper, blir koblet til kommunen i natt."),
    Missing.NO_DECISION: _("Vi finner ingen hjemmetjeneste til den du hjelper. Kommunen kan rette det. Ring dem."),
    Missing.NOT_OPENED: _("Kommunen har ikke åpnet dette for tjenesten ennå. Bruk telefonen som før."),
    Missing.NO_JOURNAL: _("Kommunen har ikke koblet til journalen sin ennå. Det er de som må gjøre det."),
    Missing.DECEASED: _("Tilgangen er avsluttet. Ring kommunen hvis du lurer på noe."),
    Missing.TOO_YOUNG: _("Den du hjelper, er under 16 år. Ring kommunen."),
}


def say(why: Refusal) -> str:
    """The sentence of a refusal."""
    return str(SENTENCES[why])


def say_missing(what: Missing, *, about_self: bool) -> str:
    """The sentence that names what is missing, to her or to who acts for her."""
    return str((MISSING if about_self else MISSING_FOR_ANOTHER)[what])
