"""What the pages of fullmakt say: each refusal, each right and each end in plain words."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import phrases_of_time
from hjemmekontakt.representation.rules import EndReason, FullmaktView, Refusal, Side

SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.GIVER_TOO_YOUNG: _("Du må ha fylt 16 år for å gi fullmakt."),
    Refusal.GIVER_CANNOT: _("Du kan ikke gi fullmakt her. Ring %(phone)s, så hjelper vi deg."),
    Refusal.RECEIVER_CANNOT: _(
        "Vi kunne ikke sende invitasjonen til dette nummeret. Se etter at alle sifrene er riktige. "
        "Er de det, kan du ringe %(phone)s."
    ),
    Refusal.CANNOT_ACCEPT: _("Du kan ikke ta imot en fullmakt her. Ring %(phone)s, så hjelper vi deg."),
    Refusal.YOURSELF: _("Dette er ditt eget fødselsnummer. Skriv nummeret til den som skal få fullmakt."),
    Refusal.NO_RIGHTS: _("Velg minst én ting fullmakten skal gjelde."),
    Refusal.CANCEL_NEEDS_SEE: _("Den som skal avlyse besøk, må også få se besøkene."),
    Refusal.WRITE_NEEDS_READ: _("Den som skal skrive meldinger, må også få lese dem."),
    Refusal.ENDS_IN_THE_PAST: _("Datoen har vært. Velg en dag fra og med i dag."),
    Refusal.ENDS_TOO_LATE: _("Velg en dato innen ti år, eller «Til jeg trekker den tilbake»."),
    Refusal.ALREADY_GIVEN: _(
        "Denne personen har allerede en fullmakt eller en invitasjon fra deg. "
        "Vil du endre den, trekker du den tilbake først."
    ),
    Refusal.ONLY_THE_RECEIVER: _("Bare den som har fått fullmakten, kan gjøre dette."),
    Refusal.ONLY_THE_GIVER: _("Bare den som har gitt fullmakten, kan trekke den tilbake."),
    Refusal.NOT_FRESH: _("Logg inn på nytt før du gir en fullmakt."),
    Refusal.NOT_OPEN: _("Invitasjonen gjelder ikke lenger. Be om en ny hvis du fortsatt skal ha fullmakt."),
    Refusal.ENDED: _("Fullmakten er allerede avsluttet."),
    Refusal.REGISTER_SILENT: _(
        "Vi får ikke kontakt med Folkeregisteret nå. Ingenting er sendt. Prøv igjen om noen minutter."
    ),
    Refusal.TOO_MANY: _("Du har skrevet inn mange fødselsnumre i dag. Prøv igjen i morgen, eller ring %(phone)s."),
}

RIGHTS: dict[Right, str | Promise] = {
    Right.SEE_VISITS: _("se besøk"),
    Right.CANCEL: _("avlyse besøk"),
    Right.READ: _("lese meldinger"),
    Right.WRITE: _("skrive meldinger"),
    Right.NOTICES: _("få varsler"),
}

CHOICES: list[tuple[Right, str | Promise]] = [
    (Right.SEE_VISITS, _("Se besøkene mine")),
    (Right.CANCEL, _("Avlyse besøk for meg")),
    (Right.READ, _("Lese meldingene mine")),
    (Right.WRITE, _("Skrive meldinger for meg")),
    (Right.NOTICES, _("Få varsler om besøk og meldinger")),
]

ENDS: dict[tuple[EndReason | None, Side], str | Promise] = {
    (EndReason.WITHDRAWN, Side.GIVER): _("Du trakk den tilbake."),
    (EndReason.WITHDRAWN, Side.RECEIVER): _("Den ble trukket tilbake."),
    (EndReason.RESIGNED, Side.GIVER): _("Den som hadde fullmakten, sa den fra seg."),
    (EndReason.RESIGNED, Side.RECEIVER): _("Du sa den fra deg."),
    (EndReason.DECLINED, Side.GIVER): _("Invitasjonen ble ikke tatt imot."),
    (EndReason.DECLINED, Side.RECEIVER): _("Du sa nei takk."),
    (EndReason.NOT_ANSWERED, Side.GIVER): _("Ingen svarte på invitasjonen innen seks uker."),
    (EndReason.NOT_ANSWERED, Side.RECEIVER): _("Ingen svarte på invitasjonen innen seks uker."),
    (EndReason.RUN_OUT, Side.GIVER): _("Den gikk ut på datoen du valgte."),
    (EndReason.RUN_OUT, Side.RECEIVER): _("Den gikk ut på datoen som var valgt."),
}


SIMPLY_ENDED = _("Den er avsluttet.")


def say(why: StrEnum) -> str:
    """Say a refusal in words, with the number to call where the next step is to call."""
    return str(SENTENCES[Refusal(why)]) % {"phone": settings.HELP_PHONE}


def listed(rights: Collection[Right]) -> str:
    """List rights as one says them, always in the same order: «se besøk, lese meldinger og få varsler»."""
    words = [str(RIGHTS[right]) for right in Right if right in rights]
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s og %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def how_long(ends_on: date | None, *, today: date) -> str:
    """Say how long a fullmakt holds (R60)."""
    if ends_on is None:
        return gettext("Gjelder til den blir trukket tilbake.")
    day = phrases_of_time.calendar_date(ends_on, today=today, language=get_language() or "nb")
    return gettext("Gjelder til og med %(day)s.") % {"day": day}


def how_it_ended(view: FullmaktView) -> str:
    """Say why a fullmakt ended; where the reason is not the reader's to know, only that it did (R11)."""
    if view.end_reason is EndReason.DECEASED and view.other_name:
        return gettext("Tilgangen på vegne av %(name)s er avsluttet.") % {"name": view.other_name}
    return str(ENDS.get((view.end_reason, view.side), SIMPLY_ENDED))
