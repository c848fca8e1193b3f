"""To warn once a month when SMS have cost what was set aside, and to set a municipality's caps."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.costs.rules import Caps, why_not_set
from hjemmekontakt.notifications.models import NoticeSettings

log = logging.getLogger(__name__)


@intent
def warn_of_cost(actor: Actor, *, now: datetime) -> int:
    """Warn in the log, once a month for each municipality whose SMS have reached the cap that warns; says how many."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notice_cost c SET warned_at = %(now)s FROM notice_settings s"
            " WHERE s.municipality_id = c.municipality_id AND c.month = %(month)s AND c.warned_at IS NULL"
            " AND c.segments >= s.soft_cap RETURNING c.municipality_id, c.segments",
            {"now": now, "month": day_of(now).replace(day=1)},
        )
        warned = cursor.fetchall()
    for municipality_id, segments in warned:
        values = {"reason": "soft-cap", "municipality": str(municipality_id), "count": segments}
        log.warning("A municipality's SMS have reached what was set aside for the month", extra=values)
    return len(warned)


@intent
def set_caps(actor: Actor, municipality_id: UUID, caps: Caps) -> None:
    """A municipality's administrator sets the least move that is told of, and what SMS may cost in a month."""
    require(actor, May.CHANGE_NOTICE_SETTINGS, about=lookup.municipality(municipality_id))
    why_not = why_not_set(caps)
    if why_not:
        raise Refused(why_not)
    NoticeSettings.objects.update_or_create(
        municipality_id=municipality_id,
        defaults={"least_move_minutes": caps.least_move_minutes, "soft_cap": caps.soft, "hard_cap": caps.hard},
    )
