"""From what has happened to one stored decision for each person: who, by what, when, or why not (M8)."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications import queries
from hjemmekontakt.notifications.rules import Happening, Planned, Ways, whom_to_tell
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import (
    AT_ONCE,
    Timed,
    first_of_day,
    in_time,
    only_the_first,
    with_what_is_late,
)
from hjemmekontakt.representation import queries as representation


def decide(grant: Grant, happenings: Sequence[Happening]) -> int:
    """Decide and store: proxies and wishes in one query each, decisions in one statement, however much has happened."""
    now = clock.now()
    about_ids = {happening.about_id for happening in happenings}
    proxies = representation.proxies_of_each(grant, about_ids, today=day_of(now))
    wishes, ways = queries.wishes_and_ways(grant, about_ids)
    wishes = with_what_is_late(wishes, ways)
    plans = [
        plan
        for happening in happenings
        for plan in whom_to_tell(happening, proxies.get(happening.about_id, {}), wishes)
    ]
    return keep(in_order(timed_plans(grant, plans, ways, now=now)), now=now)


def timed_plans(grant: Grant, plans: Iterable[Planned], ways: Ways, *, now: datetime) -> list[Timed]:
    """Give each plan its hour; of those who want only the first visit of a day, one at a time is decided (R48)."""
    grace = timedelta(seconds=settings.NOTICE_GRACE)
    timed = [
        in_time(plan, ways.get((plan.receiver_id, plan.happening.about_id), AT_ONCE), now=now, grace=grace)
        for plan in plans
    ]
    days = {day for each in timed if (day := first_of_day(each, ways))}
    return only_the_first(timed, ways, queries.days_told(grant, days)) if days else timed


def in_order(timed: Iterable[Timed]) -> list[Timed]:
    """The decisions in the order in which they are stored, the same in every worker."""
    return sorted(timed, key=lambda each: (each.plan.happening.key, each.plan.receiver_id))


def keep(timed: Sequence[Timed], *, now: datetime) -> int:
    """Store decisions, one for each event and person; says how many were new."""
    if not timed:
        return 0
    plans = [each.plan for each in timed]
    columns = {
        "keys": array_of([plan.happening.key for plan in plans]),
        "kinds": array_of([plan.happening.what.value for plan in plans]),
        "about": array_of([plan.happening.about_id for plan in plans]),
        "receivers": array_of([plan.receiver_id for plan in plans]),
        "municipalities": array_of([plan.happening.municipality_id for plan in plans]),
        "channels": array_of([plan.channel.value for plan in plans]),
        "decisions": array_of([plan.decision.value for plan in plans]),
        "said": array_of([_said(plan.happening) for plan in plans]),
        "due": array_of([each.due_at for each in timed]),
        "remind": array_of([each.remind_at for each in timed]),
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["keep_decisions"], {"now": now, "moment": beginning_of_ids(clock.real()), **columns})
        return int(cursor.rowcount)


def beginning_of_ids(moment: datetime) -> str:
    """The first twelve digits of ids that are made now: as UUIDs of version 7 begin, which not every PostgreSQL can make.

    >>> from datetime import UTC
    >>> beginning_of_ids(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '019cadc6-9a80'
    """
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _said(happening: Happening) -> str:
    times = {"at": happening.at, "until": happening.until, "happened": happening.happened_at}
    said = {name: time.isoformat() for name, time in times.items() if time is not None}
    return json.dumps(said | ({"message": str(happening.message_id)} if happening.message_id else {}))
