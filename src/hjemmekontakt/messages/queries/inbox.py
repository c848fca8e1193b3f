"""The unit's inbox: whom the reader may open and nobody else, who waits longest first (R78, R79)."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import UNLOCKED, entries_of_a_list, intent_in_one_statement, unlocking
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import pulse, rules, statements
from hjemmekontakt.messages.rules import Bookmark, Inbox, InboxFilter, InboxRow, Queue, QueueChoice, ThreadState
from hjemmekontakt.municipalities import queries as municipalities

INBOX_PAGE = 50
REACHABLE = statements.SQL["inbox_reachable"].replace("{unlocked}", UNLOCKED)
TO_DO = (
    "(SELECT * FROM thread WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s AND answer_by IS NOT NULL"
    " UNION ALL SELECT * FROM thread WHERE municipality_id = %(municipality)s AND unit_id = %(unit)s"
    " AND state = 'as-case' AND answer_by IS NULL)"
)
"""What waits for an answer, and cases: each by a partial index, so that the cost does not grow with history."""
INBOX = statements.SQL["inbox"].replace("{todo}", REACHABLE.replace("{source}", TO_DO)).replace("{unlocked}", UNLOCKED)
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
QUEUES = ("service", "category", "zone")
COUNTED = (InboxFilter.NEW, InboxFilter.MINE, InboxFilter.WAITING, InboxFilter.LEADER, InboxFilter.CASES)


@intent_in_one_statement
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
    rows, counted, came_to = _read(actor, about, filter, queue, after, limit=limit)
    shown = rows[:limit]
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
        pulse=pulse.of_unit_read(unit_id, came_to),
    )


Counted = tuple[Queue, str, tuple[int, ...]]
"""One queue of what there is to do, its service's name, and how many it holds for each of the counted lists."""


def _read(
    actor: Actor, about: About, filter: InboxFilter, queue: Queue, after: Bookmark | None, *, limit: int
) -> tuple[list[InboxRow], list[Counted], str]:
    """The rows of a list, one more than it shows, the counts of all queues and the pulse; and the log of whom it shows."""
    grant, unlocks, of_the_lock = unlocking(actor, May.SEE_INBOX, about=about)
    entries, logged = entries_of_a_list(grant, about)
    narrowed = {name: code for name in QUEUES if (code := getattr(queue, name)) is not None}
    statement = _statement(filter, tuple(narrowed), after is not None, unlocks, entries, limit=limit)
    values = {**_values(actor, about.unit_id), **narrowed, **of_the_lock, **logged}
    if after is not None:
        values |= {**{f"after_{place}": moment for place, moment in enumerate(after.moments)}, "after_id": after.id}
    found = statements.fetch(statement, values)
    queues = json.loads(found[0][0] or "[]")  # every row brings it, as text: read once
    counted = [(Queue(each[0], each[2], each[3]), each[1], tuple(each[4:])) for each in queues]
    return list(_rows([each[2:] for each in found if each[2] is not None])), counted, found[0][1]


@cache
def _statement(
    filter: InboxFilter, narrowed: tuple[str, ...], goes_on: bool, unlocks: str, entries: str, *, limit: int
) -> str:
    """The statement for a list, narrowed by so many of a queue's parts, from its beginning or beyond a bookmark.

    How many rows it reads stands in it as a number: only so does PostgreSQL know that few are asked for, and keep its plan.
    """
    order = _order(filter)
    columns = order.replace(" DESC", "")
    bound = ", ".join([*(f"%(after_{place})s" for place in range(columns.count(","))), "%(after_id)s"])
    parts = {
        "unlocks": unlocks,
        "listed": "todo" if filter in rules.WAITING_LISTS else HISTORY,
        "chosen": CHOSEN[filter],
        "narrowed": " AND ".join(f"t.{name} = %({name})s" for name in narrowed) or "true",
        "beyond": f"({columns}) {'>' if columns == order else '<'} ({bound})" if goes_on else "true",
        "order": order,
        "entries": entries,
        "limit": str(limit),
    }
    statement = INBOX
    for name, part in parts.items():
        statement = statement.replace(f"{{{name}}}", part)
    return statement


CAME_FROM = msgspec.json.Decoder(tuple[UUID, str])
"""From which unit a thread was transferred, and by whom."""


def _rows(found: list[tuple[Any, ...]]) -> Iterator[InboxRow]:
    """The rows of a list; what units are called is asked only where some were transferred."""
    came = {each[0]: CAME_FROM.decode(each[18]) for each in found if each[18]}
    names = municipalities.unit_names({unit for unit, _ in came.values()})
    for each in found:
        unit, who = came.get(each[0], (None, ""))
        here = ", ".join(sorted(each[21].split("\n"))) if each[21] else ""
        yield InboxRow(
            *each[:7], ThreadState(each[7]), *each[8:18], names.get(unit, "") if unit else "", who, *each[19:21], here
        )


def _values(actor: Actor, unit_id: UUID | None) -> dict[str, object]:
    return {
        "municipality": actor.municipality_id,
        "unit": unit_id,
        "reader": actor.id,
        "family": list(actor.family),
        "today": day_of(clock.now()),
        "now": clock.now(),
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
    return all(name == but or getattr(chosen, name) in (None, getattr(queue, name)) for name in QUEUES)


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
