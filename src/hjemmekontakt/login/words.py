"""What the doors say: a page for each way in which somebody is not let in, and short notes."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.gateways.idporten import Why
from hjemmekontakt.kit.words import RefusalWords
from hjemmekontakt.login.rules import Refusal

TRY_AGAIN = _("Prøv igjen om noen minutter.")

PAGES: Final[dict[Refusal, tuple[int, RefusalWords]]] = {
    Refusal.CANCELLED: (
        200,
        RefusalWords(
            _("Du avbrøt innloggingen"),
            _("Du er ikke logget inn, og ingenting er endret."),
            _("Du kan logge inn når du vil."),
        ),
    ),
    Refusal.TOO_LOW_LEVEL: (
        403,
        RefusalWords(
            _("Du må logge inn med høyere sikkerhet"),
            _("Her står opplysninger om helse. Derfor må du bruke det høyeste sikkerhetsnivået, for eksempel BankID."),
            _("Prøv igjen, og velg en innlogging med høyt sikkerhetsnivå."),
        ),
    ),
    Refusal.PROVIDER_DOWN: (
        503,
        RefusalWords(
            _("Vi får ikke kontakt med ID-porten nå"),
            _("Derfor kan du ikke logge inn akkurat nå. Hjelpen du får hjemme, går som vanlig."),
            TRY_AGAIN,
        ),
    ),
    Refusal.NOT_COMPLETED: (
        400,
        RefusalWords(
            _("Innloggingen gikk ikke"),
            _("Noe gikk galt mellom oss og ID-porten. Du er ikke logget inn."),
            _("Prøv en gang til."),
        ),
    ),
    Refusal.NOT_BEGUN_HERE: (
        400,
        RefusalWords(
            _("Innloggingen gikk ikke"),
            _("Innloggingen er brukt, for gammel, eller begynt i en annen nettleser."),
            _("Begynn på nytt herfra."),
        ),
    ),
    Refusal.TOO_MANY_ATTEMPTS: (
        429,
        RefusalWords(
            _("Vent litt"),
            _("Det kom mange innlogginger herfra på kort tid."),
            _("Vent ti minutter og prøv igjen."),
        ),
    ),
    Refusal.NOT_IN_THE_REGISTER: (
        403,
        RefusalWords(
            _("Vi finner deg ikke i Folkeregisteret"),
            _("Derfor kan du ikke bruke tjenesten. Du er ikke logget inn hos oss."),
            _("Ring oss, så hjelper vi deg."),
        ),
    ),
    Refusal.REGISTER_DOWN: (
        503,
        RefusalWords(
            _("Vi får ikke kontakt med Folkeregisteret nå"),
            _("Første gang du logger inn, må vi hente navnet ditt der. Du er ikke logget inn hos oss."),
            TRY_AGAIN,
        ),
    ),
    Refusal.DECEASED: (
        403,
        RefusalWords(
            _("Denne tilgangen er avsluttet"),
            _("Tjenesten er stengt for den du logget inn som."),
            _("Ring oss hvis det ikke stemmer."),
        ),
    ),
    Refusal.NOT_AN_EMPLOYEE: (
        403,
        RefusalWords(
            _("Du er ikke registrert som ansatt"),
            _("Denne inngangen er for ansatte i kommunen. Du er ikke logget inn her."),
            _("Får du eller noen du kjenner hjelp hjemme, går du til inngangen for innbyggere."),
        ),
    ),
    Refusal.LOGGED_OUT: (
        401,
        RefusalWords(
            _("Du er logget ut"),
            _("Det gikk for lang tid, så vi logget deg ut. Det er for sikkerhets skyld. Det du skrev, er ikke sendt."),
            _("Logg inn igjen, og send på nytt."),
        ),
    ),
    Refusal.NOT_ON_BEHALF: (
        403,
        RefusalWords(
            _("Tilgangen på vegne av en annen er avsluttet"),
            _("Nå bruker du tjenesten for deg selv. Det du nettopp prøvde på, er ikke gjort."),
            _("Ring oss hvis du lurer på noe."),
        ),
    ),
}

SENTENCES: Final[dict[Refusal, str | Promise]] = {why: page.what for why, (_status, page) in PAGES.items()}

REFUSED_BECAUSE: Final[dict[Why, Refusal]] = {
    Why.CANCELLED: Refusal.CANCELLED,
    Why.TOO_LOW_LEVEL: Refusal.TOO_LOW_LEVEL,
    Why.PROVIDER_DOWN: Refusal.PROVIDER_DOWN,
    Why.BAD_METADATA: Refusal.PROVIDER_DOWN,
    Why.UNREADABLE_ANSWER: Refusal.PROVIDER_DOWN,
    Why.REQUEST_REFUSED: Refusal.PROVIDER_DOWN,
    Why.FOREIGN_STATE: Refusal.NOT_BEGUN_HERE,
    Why.TOKEN_REFUSED: Refusal.NOT_BEGUN_HERE,
}


def say(why: Refusal) -> str | Promise:
    """Say what happened, in one sentence."""
    return SENTENCES[why]


def refusal_of(why: Why) -> Refusal:
    """Say what the person is told when the identity provider's answer is not good enough.

    >>> refusal_of(Why.CANCELLED), refusal_of(Why.WRONG_NONCE)
    (<Refusal.CANCELLED: 'cancelled'>, <Refusal.NOT_COMPLETED: 'not-completed'>)
    """
    return REFUSED_BECAUSE.get(why, Refusal.NOT_COMPLETED)
