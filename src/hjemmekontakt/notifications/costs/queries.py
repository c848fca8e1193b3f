"""Reads of what SMS have cost a municipality this month."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.costs.rules import Caps, CostView, Standing
from hjemmekontakt.notifications.models import NoticeCost, NoticeSettings


def over_their_cap(grant: Grant, municipality_ids: Iterable[UUID | None], *, today: date) -> set[UUID]:
    """Those of the municipalities whose SMS of this month have reached the cap that stops."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.municipality_id FROM notice_settings s JOIN notice_cost c ON c.municipality_id = s.municipality_id"
            " WHERE s.municipality_id = ANY (%s) AND c.month = %s AND c.segments >= s.hard_cap",
            [[id for id in set(municipality_ids) if id], today.replace(day=1)],
        )
        return {id for (id,) in cursor.fetchall()}


def cost_of(grant: Grant, municipality_id: UUID, *, today: date) -> CostView:
    """What a municipality's SMS have cost this month, with its caps."""
    month = today.replace(day=1)
    row = NoticeCost.objects.filter(municipality_id=municipality_id, month=month).first()
    caps = caps_of(grant, municipality_id)
    return CostView(month, row.messages if row else 0, row.segments if row else 0, caps)


def caps_of(grant: Grant, municipality_id: UUID) -> Caps:
    """What a municipality has set for its notices, or the defaults."""
    row = NoticeSettings.objects.filter(municipality_id=municipality_id).first()
    return Caps(row.least_move_minutes, row.soft_cap, row.hard_cap) if row else Caps()


@intent
def beyond_their_caps(actor: Actor) -> list[tuple[UUID, Standing]]:
    """The municipalities whose SMS of this month have passed a cap, for the doctor."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    today = day_of(clock.now())
    ids = NoticeSettings.objects.exclude(soft_cap=None, hard_cap=None).values_list("municipality_id", flat=True)
    standings = [(id, cost_of(grant, id, today=today).standing) for id in ids]
    return [(id, standing) for id, standing in standings if standing is not Standing.WITHIN]
