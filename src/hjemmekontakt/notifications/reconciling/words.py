"""What is said of an event that does not add up: what it was, and why (M8)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.notifications.reconciling.rules import Why, Wrong

KINDS: dict[str, str | Promise] = {
    "visit-performed": _("Et besøk som er utført"),
    "visit-not-performed": _("Et besøk som ikke er utført"),
    "visit-silent": _("Et besøk uten melding"),
    "visit-changed": _("Et besøk som er flyttet eller avlyst"),
    "message": _("En melding fra enheten"),
    "cancellation": _("Et svar på en avlysning"),
    "away": _("Et svar på et fravær"),
    "wish": _("Et svar på et ønske om annen tid"),
}

WHY: dict[Why | None, str | Promise] = {
    Why.NOT_CARRIED: _("Ingen avgjørelse finnes. Hendelsen er ikke behandlet, eller ble det for seint."),
    Why.LEFT_OUT: _("Noen har fått en avgjørelse, men minst én person mangler."),
    Why.DOUBLED: _("Samme person har to avgjørelser."),
    None: _("En avgjørelse mangler eller er dobbel."),
}


def say_wrong(wrong: Wrong) -> str:
    """One sentence or two for an event that does not add up, with what the machinery calls it."""
    return f"{KINDS[wrong.kind]} ({wrong.key}): {WHY[wrong.why]}"
