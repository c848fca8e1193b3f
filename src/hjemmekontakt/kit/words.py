"""What a page says when it must refuse: what happened, what to do now, in words without blame."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class RefusalWords(NamedTuple):
    """A refusal's three parts: the heading, what happened, and the next step."""

    title: str | Promise
    what: str | Promise
    next_step: str | Promise


_REFUSALS: Final[dict[int, RefusalWords]] = {
    400: RefusalWords(
        _("Vi forsto ikke det som ble sendt"),
        _("Noe i det du sendte, manglet eller var skrevet på en måte vi ikke kan lese."),
        _("Gå tilbake og prøv en gang til."),
    ),
    403: RefusalWords(
        _("Du har ikke tilgang til dette"),
        _("Du er logget inn, men du kan ikke åpne denne siden eller gjøre dette."),
        _("Mener du at du skal ha tilgang, kan du ringe oss."),
    ),
    404: RefusalWords(
        _("Vi finner ikke siden"),
        _("Den kan være flyttet, eller adressen kan være feil."),
        _("Gå til forsiden, så finner du det du skal ha derfra."),
    ),
    413: RefusalWords(
        _("Filen er for stor"),
        _("Det du sendte, er større enn vi kan ta imot. Ingenting er sendt."),
        _("Gå tilbake og velg en mindre fil."),
    ),
    429: RefusalWords(
        _("Vent litt"),
        _("Det kom mange forsøk på kort tid."),
        _("Vent noen minutter og prøv igjen."),
    ),
    500: RefusalWords(
        _("Noe gikk galt hos oss"),
        _("Det er ikke du som har gjort noe feil. Vi har fått beskjed om det."),
        _("Prøv igjen om noen minutter."),
    ),
    503: RefusalWords(
        _("Tjenesten er stengt en kort stund"),
        _("Vi jobber med den nå. Hjelpen du får hjemme, går som vanlig."),
        _("Prøv igjen om noen minutter."),
    ),
}

_STALE_FORM: Final = RefusalWords(
    _("Siden hadde stått åpen for lenge"),
    _("Av hensyn til sikkerheten ble det ikke sendt."),
    _("Gå tilbake, last siden på nytt og prøv en gang til."),
)


def refusal_words(status: int) -> RefusalWords:
    """Say what a refused page says; a number without words of its own gets those of its family.

    >>> str(refusal_words(404).title)
    'Vi finner ikke siden'
    >>> refusal_words(502) == refusal_words(500), refusal_words(418) == refusal_words(400)
    (True, True)
    """
    return _REFUSALS.get(status) or _REFUSALS[500 if status >= 500 else 400]


def stale_form_words() -> RefusalWords:
    """Say what happened when a form was sent from a page that had stood open too long (a lost CSRF token)."""
    return _STALE_FORM


def closed_words(*, unit: str, day: str, covered_by: str, phone: str) -> str:
    """Say that a unit is closed until and with a day, who answers meanwhile, and whom to call."""
    sentences = [gettext("%(unit)s er stengt til og med %(day)s.") % {"unit": unit, "day": day}]
    if covered_by:
        sentences.append(gettext("%(unit)s svarer i mellomtiden.") % {"unit": covered_by})
    sentences.append(gettext("Haster det, ring %(phone)s.") % {"phone": phone})
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
