"""The unit's inbox: whom the reader may open and nobody else, who waits longest first (R78, R79)."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import pulse, rules, statements
from hjemmekontakt.messages.rules import Bookmark, Inbox, InboxFilter, InboxRow, Queue, QueueChoice, ThreadState

INBOX_PAGE = 50
REACHABLE = statements.SQL["inbox_reachable"]
TO_DO = (
    "(SELECT * FROM thread WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s AND answer_by IS NOT NULL"
    " UNION ALL SELECT * FROM thread WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s"
    " AND state = 'as-case' AND answer_by IS NULL)"
)
"""What waits for an answer, and cases: each by a partial index, so that the cost does not grow with history."""
INBOX = statements.SQL["inbox"].replace("{todo}", REACHABLE.replace("{source}", TO_DO))
HISTORY = f"({REACHABLE.replace('{source}', 'thread')})"

CHOSEN = {
    InboxFilter.NEW: "t.answer_by IS NOT NULL AND t.state IN ('sent', 'failed', 'received')",
    InboxFilter.MINE: "t.answer_by IS NOT NULL AND t.assignee_id = %(reader)s",
    InboxFilter.WAITING: "t.answer_by IS NOT NULL",
    InboxFilter.LEADER: "t.with_leader",
    InboxFilter.CASES: "t.state = 'as-case'",
    InboxFilter.WITH_CITIZEN: "t.answer_by IS NULL AND t.state = 'answered' AND NOT t.one_way",
    InboxFilter.ALL: "true",
}
BY_DEADLINE = "t.due, t.last_message_at, t.id"
NEWEST_FIRST = "t.last_message_at DESC, t.id DESC"
COUNTED = (InboxFilter.NEW, InboxFilter.MINE, InboxFilter.WAITING, InboxFilter.LEADER, InboxFilter.CASES)


@intent
def inbox(
    actor: Actor,
    unit_id: UUID,
    *,
    filter: InboxFilter = InboxFilter.WAITING,
    queue: Queue = Queue(),  # noqa: B008 - frozen
    after: Bookmark | None = None,
    limit: int = INBOX_PAGE,
) -> Inbox:
    """A unit's inbox: who waits longest for an answer first; answered ones by the newest (R78, R82).

    Whoever the reader may not open is neither shown nor counted: her own family, one without a decision on the
    service, and one with a confidential address (R11, R79).
    """
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    grant = require(actor, May.SEE_INBOX, about=about)
    came_to = pulse.of_unit(actor, unit_id)  # before the rows: what comes meanwhile is asked for again
    rows, counted = _read(actor, unit_id, filter, queue, after, limit=limit + 1)
    shown = rows[:limit]
    log_list(grant, about, [row.citizen_id for row in shown])
    return Inbox(
        unit_id=unit_id,
        unit_name=next(each.unit_name for each in actor.units if each.unit_id == unit_id),
        leads=actor.role_in(unit_id) == Role.TEAM_LEADER.value,
        filter=filter,
        queue=queue,
        rows=tuple(shown),
        counts={each: _sum(counted, place, queue) for place, each in enumerate(COUNTED)},
        services=_choices(counted, filter, queue, "service"),
        categories=_choices(counted, filter, queue, "category"),
        zones=_choices(counted, filter, queue, "zone"),
        following=_bookmark(shown[-1], filter) if len(rows) > limit else None,
        pulse=came_to,
    )


Counted = tuple[Queue, str, tuple[int, ...]]
"""One queue of what there is to do, its service's name, and how many it holds for each of the counted lists."""


def _read(
    actor: Actor, unit_id: UUID, filter: InboxFilter, queue: Queue, after: Bookmark | None, *, limit: int
) -> tuple[list[InboxRow], list[Counted]]:
    """The rows of a list and the counts of all queues, in one statement."""
    order = _order(filter)
    beyond, values = _beyond(order, after)
    values |= {"service": queue.service, "category": queue.category, "zone": queue.zone, "limit": limit}
    values |= _values(actor, unit_id)
    parts = {"listed": "todo" if filter in rules.WAITING_LISTS else HISTORY, "chosen": CHOSEN[filter]}
    statement = INBOX
    for name, part in {**parts, "beyond": beyond, "order": order}.items():
        statement = statement.replace(f"{{{name}}}", part)
    found = statements.fetch(statement, values)
    queues = json.loads(found[0][0] or "[]")  # every row brings it, as text: read once
    counted = [(Queue(each[0], each[2], each[3]), each[1], tuple(each[4:])) for each in queues]
    return [_row(each[1:]) for each in found if each[1] is not None], counted


def _beyond(order: str, after: Bookmark | None) -> tuple[str, dict[str, object]]:
    """The condition that a row stands beyond a bookmark in the list's order, and its values."""
    if after is None:
        return "true", {}
    columns = order.replace(" DESC", "")
    names = [f"after_{place}" for place in range(len(after.moments))]
    bound = ", ".join(f"%({name})s" for name in [*names, "after_id"])
    comparison = f"({columns}) {'>' if columns == order else '<'} ({bound})"
    return comparison, {**dict(zip(names, after.moments, strict=True)), "after_id": after.id}


def _row(found: tuple[Any, ...]) -> InboxRow:
    return InboxRow(*found[:7], ThreadState(found[7]), *found[8:])


def _values(actor: Actor, unit_id: UUID) -> dict[str, object]:
    return {
        "municipality": actor.municipality_id,
        "unit": unit_id,
        "reader": actor.id,
        "family": list(actor.family),
        "today": day_of(clock.now()),
        "real_now": clock.real(),
    }


def _order(filter: InboxFilter) -> str:
    return BY_DEADLINE if filter in rules.WAITING_LISTS else NEWEST_FIRST


def _bookmark(row: InboxRow, filter: InboxFilter) -> Bookmark:
    return Bookmark((row.due, row.last_at) if filter in rules.WAITING_LISTS else (row.last_at,), row.id)


def _sum(counted: Iterable[Counted], place: int, chosen: Queue) -> int:
    return sum(counts[place] for queue, _, counts in counted if _is_in(queue, chosen))


def _is_in(queue: Queue, chosen: Queue, *, but: str = "") -> bool:
    """Whether what waits in a queue is shown by a choice; `but` leaves one of its three parts open."""
    return all(
        name == but or getattr(chosen, name) in (None, getattr(queue, name)) for name in ("service", "category", "zone")
    )


def _choices(counted: Iterable[Counted], filter: InboxFilter, chosen: Queue, part: str) -> tuple[QueueChoice, ...]:
    """The queues of one kind that hold something to be done, with how many of the list that is shown."""
    place = COUNTED.index(filter if filter in COUNTED else InboxFilter.WAITING)
    found: dict[str, QueueChoice] = {}
    for queue, service_name, counts in counted:
        code = getattr(queue, part)
        if not code or not _is_in(queue, chosen, but=part):
            continue
        before = found[code].count if code in found else 0
        found[code] = QueueChoice(code, service_name if part == "service" else code, before + counts[place])
    return tuple(sorted(found.values(), key=lambda each: each.name))
