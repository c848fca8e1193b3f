"""To set a municipality's night."""

import logging
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications.models import NoticeSettings
from hjemmekontakt.notifications.nights.queries import night_set
from hjemmekontakt.notifications.nights.rules import why_not_night

log = logging.getLogger(__name__)


@intent
def set_night(actor: Actor, municipality_id: UUID, starts: int | None, ends: int | None) -> None:
    """A municipality's administrator sets its night, or takes it away: then the installation's holds again (R53, R94).

    Who has chosen hours of her own keeps them. What already waits for the night to end is taken up at the hour it was given.
    """
    grant = require(actor, May.CHANGE_NOTICE_SETTINGS, about=lookup.municipality(municipality_id))
    why_not = why_not_night(starts, ends)
    if why_not:
        raise Refused(why_not)
    before = night_set(grant, municipality_id)
    NoticeSettings.objects.update_or_create(
        municipality_id=municipality_id, defaults={"quiet_from": starts, "quiet_until": ends}
    )
    log.info(
        "A municipality's night was set",
        extra={
            "municipality": str(municipality_id),
            "employee": str(actor.id),
            "before": f"{before.starts}-{before.ends}" if before else "",
            "after": "" if starts is None else f"{starts}-{ends}",
        },
    )
