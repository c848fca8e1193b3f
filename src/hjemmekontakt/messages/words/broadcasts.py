"""What the pages of broadcasts say (R85)."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hjemmekontakt.messages.rules import BroadcastRefusal, BroadcastState, LeftOut

SENTENCES: Final[dict[BroadcastRefusal, str | Promise]] = {
    BroadcastRefusal.SUBJECT_EMPTY: _("Skriv hva meldingen gjelder, for eksempel «Forsinket i dag»."),
    BroadcastRefusal.SUBJECT_TOO_LONG: _("Emnet er for langt. Det kan være på inntil 50 tegn."),
    BroadcastRefusal.TEXT_EMPTY: _("Skriv meldingen før du sender."),
    BroadcastRefusal.TEXT_TOO_LONG: _("Meldingen er for lang. Den kan være på inntil 4000 tegn."),
    BroadcastRefusal.UNREADABLE: _("Teksten inneholder tegn som vi ikke kan lese. Skriv den på nytt uten dem."),
    BroadcastRefusal.NOBODY: _("Ingen i gruppen kan få meldingen. Velg en annen gruppe, eller ring."),
    BroadcastRefusal.TOO_MANY: _("Gruppen er for stor. Del den opp, for eksempel etter sone."),
    BroadcastRefusal.GROUP_CHANGED: _(
        "Hvem som får meldingen, har endret seg siden du så lista. Ingenting er sendt. Se over lista, og send en gang til."
    ),
    BroadcastRefusal.FORM_USED: _("Dette skjemaet er allerede sendt. Vil du sende en ny melding, send en gang til."),
    BroadcastRefusal.OWN_BROADCAST: _("Du har laget utsendingen selv. En annen teamleder må godkjenne den."),
    BroadcastRefusal.NOT_WAITING: _("Utsendingen venter ikke på godkjenning lenger. Se hvordan den står nå."),
    BroadcastRefusal.WORD_MISSING: _("Skriv kort hvorfor, så den som laget utsendingen, vet hva som må endres."),
    BroadcastRefusal.WORD_TOO_LONG: _("Begrunnelsen er for lang. Den kan være på inntil 300 tegn."),
    BroadcastRefusal.TOO_LATE: _("Utsendingen er allerede på vei ut og kan ikke trekkes tilbake. Send heller en ny."),
    BroadcastRefusal.NOT_HERS: _("Bare den som laget utsendingen, eller en teamleder, kan trekke den tilbake."),
}

FIELDS: Final[dict[BroadcastRefusal, str]] = {
    BroadcastRefusal.SUBJECT_EMPTY: "subject",
    BroadcastRefusal.SUBJECT_TOO_LONG: "subject",
    BroadcastRefusal.TEXT_EMPTY: "text",
    BroadcastRefusal.TEXT_TOO_LONG: "text",
    BroadcastRefusal.WORD_MISSING: "why",
    BroadcastRefusal.WORD_TOO_LONG: "why",
}

STATES: Final[dict[BroadcastState, str | Promise]] = {
    BroadcastState.WAITING: _("Venter på godkjenning"),
    BroadcastState.SENDING: _("Sendes"),
    BroadcastState.SENT: _("Sendt"),
    BroadcastState.REJECTED: _("Ikke godkjent"),
    BroadcastState.WITHDRAWN: _("Trukket tilbake"),
}

KINDS: Final[dict[BroadcastState, str]] = {
    BroadcastState.WAITING: "warning",
    BroadcastState.SENDING: "info",
    BroadcastState.SENT: "success",
    BroadcastState.REJECTED: "danger",
    BroadcastState.WITHDRAWN: "neutral",
}

WHY_LEFT_OUT: Final[dict[LeftOut, str | Promise]] = {
    LeftOut.NOT_ACTIVE: _("bruker ikke tjenesten"),
    LeftOut.NOT_OPENED: _("får en tjeneste som ikke er åpnet for meldinger"),
    LeftOut.NO_DECISION: _("har ikke vedtak hos dere nå"),
    LeftOut.OWN_FAMILY: _("er i din egen familie"),
}


def left_out(counts: Mapping[LeftOut, int]) -> list[str]:
    """How many do not get the message, a line for each reason: «3 personer: bruker ikke tjenesten»."""
    lines = []
    for why, count in counts.items():
        people = ngettext("%(count)s person", "%(count)s personer", count) % {"count": count}
        lines.append(f"{people}: {WHY_LEFT_OUT[why]}")
    return lines


def send_to(count: int) -> str:
    """What the button says: «Send til 43 personer»."""
    return ngettext("Send til %(count)s person", "Send til %(count)s personer", count) % {"count": count}
