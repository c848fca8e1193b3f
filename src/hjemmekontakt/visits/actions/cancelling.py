"""A citizen asks to have a visit called off."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions.asking import ask_for, verdicts
from hjemmekontakt.visits.models import Cancellation, Visit
from hjemmekontakt.visits.rules import CancellationView, Refusal


@intent
def ask_to_cancel_visit(actor: Actor, visit_id: UUID, *, form_key: UUID, reason: str = "") -> CancellationView:
    """The citizen, or someone with her fullmakt, asks the journal to call off a planned visit (R38, R39, R45).

    The same form sent twice asks once and answers as it did. The visit is the journal's: it does not change here.
    """
    grant = require(actor, May.CANCEL_VISIT, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    asker = actor.as_asker()
    before = Cancellation.objects.filter(asked_by_id=asker["asked_by_id"], form_key=form_key).first()
    if before is not None:
        if before.visit_id != visit.id:
            raise Refused(Refusal.FORM_USED)
        return before.as_seen()
    if not consent.is_active(grant, visit.citizen_id):
        raise Refused(Refusal.NOT_ACTIVE)

    verdict = verdicts(grant, [visit], now=clock.now())[visit.id]
    if verdict.why_not:
        raise Refused(verdict.why_not)

    return ask_for(grant, visit, asker=asker, late=verdict.late, reason=reason, form_key=form_key).as_seen()
