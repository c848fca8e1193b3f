"""From rows of visits to what she, or who acts for her, sees: names, changes, and whether each may be called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import UNLOCKED, Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import named
from hjemmekontakt.ground.workdays import day_of, start_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities import remembered
from hjemmekontakt.municipalities.rules import Function, ServiceAround
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import ChangeWish, Visit
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    COMING,
    DAYS_AHEAD,
    EXPECTED_SYSTEM,
    CancellationView,
    CancelledBy,
    Change,
    JournalAway,
    Place,
    VisitStatus,
    VisitView,
    why_not_cancel,
)
from hjemmekontakt.visits.rules.wishes import WISH_OPEN, WishState
from hjemmekontakt.visits.statements import SQL

WORTH_A_WORD = frozenset({VisitStatus.CANCELLED, VisitStatus.ON_HOLD, VisitStatus.GONE})
COMES_OR_CAME_TODAY = """v.starts_at < %(day_15)s AND v.ends_at > %(day_0)s
    AND (v.starts_at >= %(day_0)s OR v.ends_at > %(now)s) AND v.starts_at > %(day_0)s - interval '7 days'"""
OPEN_WISH = ", ".join(f"'{state}'" for state in sorted(WISH_OPEN))
COMES = ", ".join(f"'{status}'" for status in sorted(COMING))
COMES_OR_IS_WORTH_A_WORD = f"""v.starts_at > %(day_0)s - interval '7 days' AND v.starts_at < %(day_15)s AND (
    v.status IN ({COMES}) AND v.ends_at > %(now)s
    OR v.starts_at >= %(day_0)s AND v.starts_at < %(day_2)s AND v.ends_at > %(now)s
        AND (v.status IN ({", ".join(f"'{status}'" for status in sorted(WORTH_A_WORD))}) OR v.moved_from IS NOT NULL)
    OR v.moved_from >= %(day_0)s AND v.moved_from < %(day_2)s AND v.status IN ({COMES}))"""
COMES_AS_PLANNED = f"v.status IN ({COMES}) AND v.moved_from IS NULL"


@dataclass(frozen=True, slots=True)
class Read:
    """The visits that were read, and what bears on their services; `is_cut` where there may be more of them.

    `beside` is what another domain asked in the same statement.
    """

    views: list[VisitView]
    around: Mapping[UUID, ServiceAround]
    is_away: bool = False
    is_cut: bool = False
    beside: object = None


class Shown(msgspec.Struct):
    """A visit as `sql/shown_visits.sql` reads it."""

    id: UUID
    service_id: UUID
    municipality_id: UUID
    version: int
    stored_at: datetime
    status: str
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    minutes: int | None
    title: str
    instruction: str
    performer_id: UUID | None
    performer_name: str
    performer_role: str
    series: str
    series_rhythm: str
    place: str
    cancellable: bool
    cancelled_by: str
    not_performed_reason: str
    moved_from: datetime | None
    change: str
    changed_at: datetime | None
    reported_at: datetime
    wish: WishState | None = None


SHOWN, ASKED = msgspec.json.Decoder(list[Shown]), msgspec.json.Decoder(list[CancellationView])
WISHES = msgspec.json.Decoder(dict[UUID, WishState])
NOT_LOOKED = "looked AS (SELECT NULL::timestamptz AS before_at, true AS is_away, {beside} AS beside)"
"""The part `looked` of one who does not look for changes, with what another domain asks beside it."""
STATUSES, PLACES = {each.value: each for each in VisitStatus}, {each.value: each for each in Place}


def read_shown(
    grant: Grant,
    parts: str,
    which: str,
    *,
    now: datetime,
    values: Mapping[str, object],
    most: int | None = None,
    last: str = "",
) -> Read:
    """The citizen's visits for which a condition of ours holds, for the pages that are opened most; in one statement.

    `parts` unlock and write down that they are read (`access.requiring`), and say when she `looked` before. Of the visits
    those for which `last` holds are cut first.
    """
    days = {f"day_{days}": start_of(day_of(now) + timedelta(days=days)) for days in (0, 2, DAYS_AHEAD + 1)}
    about = {"citizen": grant.actor.about_whom(), "expected": EXPECTED_SYSTEM, "most": most, "now": now}
    (row,) = named(_statement(parts, which, last), **values, **about, **days)
    rows = SHOWN.decode(row["visits"] or "[]")
    around = remembered.services_around({each.service_id: each.municipality_id for each in rows}, row["stands"])
    asked = {each.visit_id: each for each in ASKED.decode(row["asked"])} if row["asked"] else {}
    if row["wishes"]:
        wishes = WISHES.decode(row["wishes"])
        for each in rows:
            each.wish = wishes.get(each.id)
    if last:
        rows.sort(key=lambda each: (each.starts_at, each.id))
    not_told = row["names_not_told"]
    views = _views(
        rows,
        around,
        asked=asked,
        hidden=None if not_told is None else frozenset(not_told),
        now=now,
        since=row["before_at"],
    )
    return Read(views, around, is_away=row["is_away"], is_cut=len(rows) == most, beside=row.get("beside"))


@cache
def _statement(parts: str, which: str, last: str) -> str:
    order = f"({last}), " if last else ""
    shown = SQL["shown_visits"].format_map({"which": which, "order": order, "unlocked": UNLOCKED})
    stands = remembered.STANDS.format(municipalities="ARRAY(SELECT DISTINCT municipality_id FROM shown)")
    put_in = {"parts": parts, "shown": shown, "stands": stands, "open_wish": OPEN_WISH, "unlocked": UNLOCKED}
    return SQL["plan"].format_map(put_in)


def of_rows(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime) -> Read:
    """Some visits, with what bears on their services."""
    under_way = Q(state__in=WISH_OPEN) | Q(state=WishState.ACCEPTED, moved_at=None)
    wishes = ChangeWish.objects.filter(under_way, visit=OuterRef("id")).order_by("-asked_at", "-id")
    found = list(rows.annotate(wish=Subquery(wishes.values("state")[:1])))
    asked = latest_cancellations(grant, [row.id for row in found]) if found else {}
    around = municipalities.services_around(list({row.service_id for row in found})) if found else {}
    return Read(_views(found, around, asked=asked, hidden=_hidden(grant, found), now=now, since=None), around)


def views_of(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime) -> list[VisitView]:
    """Some visits as the citizen, or who acts for her, sees them; each with whether it may be called off (R30)."""
    return of_rows(grant, rows, now=now).views


def in_touch(grant: Grant, read: Read, *, now: datetime) -> tuple[JournalAway | None, datetime | None]:
    """Whether a journal that tells of these visits is out of touch; and until when all of them were heard (R33)."""
    phones = {view.unit.municipality_id: view.unit.phone for view in reversed(read.views)}
    states = {each.service.unit.municipality_id: each.journal for each in read.around.values() if each.journal}
    if not phones:
        units = people.units_that_help(grant, grant.actor.about_whom(), today=day_of(now))
        phones = {unit.municipality_id: unit.phone for unit in map(municipalities.unit, units)}
        states = municipalities.journal_states(phones)
    states = {id: states[id] for id in phones if id in states}
    heard = [state.heard_at for state in states.values() if state.heard_at]
    for municipality_id, state in states.items():
        if state.is_away(now):
            return JournalAway(state.heard_at, phones[municipality_id]), min(heard, default=None)
    return None, min(heard) if len(heard) == len(phones) else None


@intent
def in_touch_without_visits(actor: Actor) -> tuple[JournalAway | None, datetime | None]:
    """Whether a journal of those who help her is out of touch, where no visit is shown that tells whose it is (R33)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    return in_touch(grant, Read([], {}), now=clock.now())


def her_visits(grant: Grant) -> "QuerySet[Visit]":
    """The visits of her whom the grant is about."""
    return visits_shown_of(grant, grant.actor.about_whom())


def visits_shown_of(grant: Grant, citizen_id: UUID) -> "QuerySet[Visit]":
    """A citizen's visits but those entered in error, and those that were expected and never came to be (R31).

    One for which another time was wished does not vanish without a word (R42).
    """
    rows = Visit.objects.filter(citizen_id=citizen_id).exclude(status=VisitStatus.ENTERED_IN_ERROR)
    wished = Exists(ChangeWish.objects.filter(visit_id=OuterRef("id")))
    return rows.exclude(~wished, status=VisitStatus.GONE, identifier_system=EXPECTED_SYSTEM)


def _views(
    rows: Sequence[Any],
    around: Mapping[UUID, ServiceAround],
    *,
    asked: Mapping[UUID, CancellationView],
    hidden: frozenset[UUID] | None,
    now: datetime,
    since: datetime | None,
) -> list[VisitView]:
    today = day_of(now)
    shown = {id for id, each in around.items() if each.service.opened(Function.VISITS, today=today)}
    return [
        _view(
            row,
            asked.get(row.id),
            around[row.service_id],
            now=now,
            today=today,
            change=_change(row, since),
            is_hidden=hidden is None or row.performer_id in hidden,
        )
        for row in rows
        if row.service_id in shown
    ]


def _hidden(grant: Grant, found: Sequence[Any]) -> frozenset[UUID] | None:
    """Those whose names are not told (R35)."""
    if grant.actor.standing is Standing.EMPLOYEE or not any(row.performer_name for row in found):
        return frozenset()
    performers = {row.performer_id for row in found if row.performer_id}
    return people.hidden_names(grant, found[0].citizen_id, performers)


def _change(row: Any, since: datetime | None) -> Change | None:
    """What has changed since she last looked, of what she then could see (R32)."""
    if since is None or not row.change or row.changed_at is None or row.changed_at <= since:
        return None
    change = Change(row.change)
    if change is Change.NEW and row.starts_at >= start_of(day_of(since) + timedelta(days=DAYS_AHEAD + 1)):
        return None
    return change


def _view(
    row: Any,
    asked: CancellationView | None,
    around: ServiceAround,
    *,
    now: datetime,
    today: date,
    change: Change | None,
    is_hidden: bool,
) -> VisitView:
    status, service = STATUSES[row.status], around.service
    deadline = around.calendar.last_hour_before(row.starts_at)
    comes = status in (VisitStatus.ASSIGNED, VisitStatus.PERFORMED)
    is_named = comes and service.unit.shows_names and not is_hidden  # R35
    return VisitView(
        id=row.id,
        version=row.version,
        stored_at=row.stored_at,
        status=status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes=row.minutes,
        title=row.title,
        instruction=row.instruction,
        service_id=service.id,
        service_name=service.name,
        unit=service.unit,
        performer_name=row.performer_name if is_named else "",
        performer_role=row.performer_role if comes else "",
        name_hidden=comes and not is_named and bool(row.performer_name),
        change=change,
        rhythm=row.series_rhythm if status is VisitStatus.EXPECTED else "",
        series=row.series,
        place=PLACES[row.place],
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        not_performed_reason=row.not_performed_reason,
        moved_from=row.moved_from if status in COMING else None,
        cancellation=asked,
        wish=WishState(row.wish) if row.wish else None,
        why_not_cancel=why_not_cancel(
            status,
            now=now,
            starts_at=row.starts_at,
            deadline=deadline,
            may_be_cancelled=row.cancellable,
            cancel_from=service.cancel_from,
            today=today,
            late_is_allowed=service.late_cancel_allowed,
            asked=asked.state if asked else None,
        ),
        deadline=deadline,
        reported_at=row.reported_at,
    )
