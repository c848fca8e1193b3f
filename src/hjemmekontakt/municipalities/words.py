"""What pages say when a unit's days or hours cannot be changed so."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.municipalities.rules import Refusal

SENTENCES: Final[dict[Refusal, str | Promise]] = {
    Refusal.DAY_PASSED: _("Dagen er passert. Velg i dag eller en senere dag."),
    Refusal.DAY_TOO_FAR: _("Dagen er for langt fram. Velg en dag i løpet av de neste to årene."),
    Refusal.CLOSED_ALREADY: _("Denne dagen er lagt inn fra før. Ta den bort først hvis du vil endre den."),
    Refusal.NOT_A_WORKDAY: _("Enheten leser ikke meldinger den dagen fra før. Du trenger ikke legge den inn."),
    Refusal.HALF_DAY_OUTSIDE: _("Klokkeslettet må ligge innenfor tiden dere leser meldinger."),
    Refusal.ENDS_BEFORE: _("Siste dag kan ikke være før første dag."),
    Refusal.COVERED_ALREADY: _("En annen dekning gjelder i noen av disse dagene. Ta den bort først."),
    Refusal.COVERS_ITSELF: _("Velg en annen enhet enn denne."),
    Refusal.PHONE_MISSING: _("Skriv telefonnummeret folk skal ringe mens enheten er stengt."),
    Refusal.HOURS_TURNED: _("Dere må slutte å lese senere enn dere begynner."),
}
