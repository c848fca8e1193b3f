"""What pages say when an absence cannot be written down so."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.people.rules import Refusal

SENTENCES: Final[dict[Refusal, str | Promise]] = {
    Refusal.ENDS_BEFORE: _("Siste dag kan ikke være før første dag."),
    Refusal.DAY_PASSED: _("Fraværet er over allerede. Velg i dag eller en senere dag som siste dag."),
    Refusal.DAY_TOO_FAR: _("Dagen er for langt fram. Velg en dag i løpet av de neste to årene."),
    Refusal.AWAY_ALREADY: _("Det er lagt inn fravær i noen av disse dagene fra før. Avslutt det først."),
    Refusal.NOT_A_COLLEAGUE: _("Velg en kollega som arbeider i samme enhet."),
    Refusal.SUBSTITUTE_AWAY: _("Kollegaen er også borte i noen av disse dagene. Velg en annen."),
}
