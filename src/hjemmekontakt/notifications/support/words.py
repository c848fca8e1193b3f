"""What is read aloud of each decision: the reason in whole sentences, for one who asks on the phone."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.gateways.handover import Delivery, Why
from hjemmekontakt.notifications.costs.rules import NotSet
from hjemmekontakt.notifications.nights.rules import NightNotSet
from hjemmekontakt.notifications.rules import Decision, RegisterWord

ALOUD: dict[Decision, str | Promise] = {
    Decision.DUE: _("Varselet er ikke sendt ennå. Det står i kø og sendes så snart det går."),
    Decision.SENT: _("Varselet er sendt."),
    Decision.NO_WISH: _("Varselet er ikke sendt, fordi mottakeren har valgt å ikke få varsel om dette."),
    Decision.NOT_OPENED: _("Varselet er ikke sendt, fordi tjenesten ikke har tatt i bruk varsler."),
    Decision.TOO_OLD: _("Varselet er ikke sendt, fordi kommunen meldte det mer enn et døgn etterpå."),
    Decision.NOT_ANY_MORE: _(
        "Varselet er ikke sendt, fordi tilgangen var avsluttet eller tjenesten ikke lenger var i bruk da det skulle sendes."
    ),
    Decision.NO_CONTACT: _("Varselet er ikke sendt, fordi vi ikke fant noe nummer eller noen e-post vi kan bruke."),
    Decision.SAME_ADDRESS: _(
        "Varselet er ikke sendt en gang til, fordi samme nummer, e-post eller nettleser alt hadde fått det."
    ),
    Decision.FAILED: _("Varselet er ikke sendt. Vi prøvde flere ganger, og ga opp."),
    Decision.SETTLED: _(
        "Varselet er ikke sendt, fordi det som hadde skjedd, var avklart eller endret før det gikk ut."
    ),
    Decision.OVER_CAP: _(
        "Varselet er ikke sendt, fordi kommunen har brukt det den har satt av til SMS denne måneden, "
        "og mottakeren ikke har e-post."
    ),
    Decision.GATHERED: _("Varselet venter på oppsummeringen som mottakeren har valgt, og kommer med den."),
    Decision.JOINED: _("Varselet er samlet med andre i en oppsummering. Den står for seg i lista."),
    Decision.NOT_FIRST: _("Varselet er ikke sendt, fordi mottakeren bare vil ha det første besøket hver dag."),
    Decision.ONLY_DEVIATIONS: _(
        "Varselet er ikke sendt, fordi mottakeren bare vil vite om besøk som ikke blir utført."
    ),
    Decision.ALREADY_READ: _("Varselet er ikke sendt, fordi mottakeren alt hadde lest meldingen."),
    Decision.ON_PAPER: _("Varselet er ikke sendt, fordi brevet sendes i posten."),
}

REGISTER: dict[str, str | Promise] = {
    RegisterWord.UNKNOWN: _("Mottakeren står ikke i Kontakt- og reservasjonsregisteret."),
    RegisterWord.RESERVED: _("Mottakeren har reservert seg i Kontakt- og reservasjonsregisteret."),
    RegisterWord.STALE: _("Nummeret og e-posten i registeret er ikke bekreftet på 18 måneder."),
    RegisterWord.NO_ADDRESS: _("Det er verken mobilnummer eller e-post i registeret."),
}

ERRORS: dict[str, str | Promise] = {
    Why.UNAVAILABLE: _("Leverandøren svarte ikke."),
    Why.UNCERTAIN: _("Vi vet ikke om leverandøren tok imot varselet."),
    Why.BUSY: _("Leverandøren hadde for mye å gjøre."),
    Why.SETUP: _("Kommunens oppsett hos leverandøren er ikke riktig. Si fra til den som drifter tjenesten."),
    Why.BAD_ADDRESS: _("Nummeret eller adressen kan ikke nås."),
    Why.REFUSED: _("Leverandøren tok ikke imot varselet."),
    Why.GONE: _("Nettleseren tar ikke imot varsler lenger. Varselet går på SMS eller e-post i stedet."),
    "contact-register": _("Kontaktregisteret svarte ikke. Varselet venter til det svarer."),
    "quiet-hours": _("Mottakeren har ro om natta. Varselet går når den er over."),
    "bounced": _("E-posten kom i retur."),
    "complaint": _("Mottakeren har merket e-posten som uønsket."),
}

RECEIPTS: dict[Delivery, str | Promise] = {
    Delivery.QUEUED: _("Leverandøren har det i kø."),
    Delivery.SENT: _("Leverandøren har sendt det videre."),
    Delivery.DELIVERED: _("Det er kommet fram til telefonen."),
    Delivery.EXPIRED: _("Det kom ikke fram: telefonen var av eller uten dekning for lenge."),
    Delivery.FAILED: _("Det kom ikke fram."),
    Delivery.REJECTED: _("Det ble avvist, og kom ikke fram."),
}

NOT_SET: dict[NotSet, str | Promise] = {
    NotSet.MOVE_OUT_OF_RANGE: _("Skriv mellom 15 minutter og et døgn (1440 minutter). Ingenting er lagret."),
    NotSet.CAPS_TURNED: _(
        "Grensen som stopper, må være minst like høy som grensen som varsler, og begge må være satt. Ingenting er lagret."
    ),
    NotSet.CAP_OUT_OF_RANGE: _("En grense må være mellom 1 og 10 millioner SMS-deler. Ingenting er lagret."),
}


NIGHT_NOT_SET: dict[NightNotSet, str | Promise] = {
    NightNotSet.HALF_A_NIGHT: _(
        "Skriv både når roen begynner og når den slutter, eller la begge stå tomme. Ingenting er lagret."
    ),
    NightNotSet.NOT_A_NIGHT: _(
        "Roen må begynne klokka 21, 22 eller 23, og slutte klokka 6, 7, 8 eller 9. Da får ingen varsler midt på natta, "
        "og oppsummeringene kommer når folk har valgt. Ingenting er lagret."
    ),
}


def say_no_night(why: StrEnum) -> str:
    """The sentence for a night that is not kept, in the reader's language."""
    return str(NIGHT_NOT_SET[NightNotSet(why)])


def say_not_set(why: StrEnum) -> str:
    """The sentence for settings that are not kept, in the reader's language."""
    return str(NOT_SET[NotSet(why)])
