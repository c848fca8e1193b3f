"""The figures of a unit, and how much waits in it: counted in the database's index, and no word of it read (R82)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from uuid import UUID

from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast, Extract

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Message, Thread
from hjemmekontakt.messages.rules import Came, Figures, Period, Sender
from hjemmekontakt.municipalities import queries as municipalities

TIMES = ("sent_at", "answer_by", "answered_at", "waived_at")
SECONDS = {f"{name}_s": Cast(Extract(name, "epoch", tzinfo=UTC), FloatField()) for name in TIMES}
"""Moments as plain numbers: a year's messages are read three times as fast as with their time zones."""


@intent
def figures_of(actor: Actor, unit_id: UUID, *, period: Period) -> Figures:
    """How soon a unit has answered and how much has come, in a period that ended yesterday; no name and no word (R82).

    The cost grows with the period's messages alone, never with the unit's history: they are read by one range of the
    index `messages_of_a_unit`, and working time is counted here, where the calendar is.
    """
    grant = require(actor, May.SEE_FIGURES, about=_about(actor, unit_id))
    today = day_of(clock.now())
    services = municipalities.services_of_unit(unit_id)
    offered = dict.fromkeys(category for service in services for category in service.categories)
    return rules.figures(
        _came(grant, unit_id, period, until=datetime.combine(today, time(), tzinfo=OSLO)),
        period=period,
        today=today,
        categories=tuple(offered),
        calendar=municipalities.calendar(municipalities.unit(unit_id)),
    )


@intent
def waiting_in_unit(actor: Actor, unit_id: UUID) -> int:
    """How many dialogues wait in a unit, whoever they are of: what a leader sees before she closes it (R22)."""
    require(actor, May.CHANGE_HOURS, about=_about(actor, unit_id))
    return Thread.objects.filter(
        municipality_id=actor.municipality_id, unit_id=unit_id, answer_by__isnull=False
    ).count()


def _came(grant: Grant, unit_id: UUID, period: Period, *, until: datetime) -> Iterator[Came]:
    since = datetime.combine(rules.first_day(period, today=day_of(until)), time(), tzinfo=OSLO)
    rows = list(
        Message.objects.filter(
            Q(sender=Sender.CITIZEN) | Q(channel="phone"),
            municipality_id=grant.municipality_id,
            unit_id=unit_id,
            sent_at__gte=since,
        )
        .order_by()
        .annotate(category=F("thread__category"), **SECONDS)
        .values_list("thread_id", "sender", "category", *SECONDS)
    )
    phoned = {(thread, sent) for thread, sender, _category, sent, *_ in rows if sender == Sender.UNIT}
    for thread, sender, category, *moments in rows:
        if sender == Sender.CITIZEN and moments[0] < until.timestamp():
            times = [each and datetime.fromtimestamp(each, UTC) for each in moments]
            yield Came(*times, category, "phone" if (thread, moments[2]) in phoned else "")


def _about(actor: Actor, unit_id: UUID) -> About:
    return lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
