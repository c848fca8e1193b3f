"""The unit's inbox: whom the reader may open and nobody else, who waits longest first (R78, R79)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.rules import Bookmark, Inbox, InboxFilter, InboxRow, Queue, QueueChoice, ThreadState

INBOX_PAGE = 50
SQL = Path(__file__).parents[1] / "sql"
LIST, COUNTS = (SQL / "inbox.sql").read_text(), (SQL / "inbox_counts.sql").read_text()

CHOSEN = {
    InboxFilter.NEW: "t.answer_by IS NOT NULL AND t.state IN ('sent', 'failed', 'received')",
    InboxFilter.MINE: "t.answer_by IS NOT NULL AND t.assignee_id = %(reader)s",
    InboxFilter.WAITING: "t.answer_by IS NOT NULL",
    InboxFilter.LEADER: "t.with_leader AND (t.answer_by IS NOT NULL OR t.state = 'as-case')",
    InboxFilter.CASES: "t.state = 'as-case'",
    InboxFilter.WITH_CITIZEN: "t.answer_by IS NULL AND t.state = 'answered' AND NOT t.one_way",
    InboxFilter.ALL: "true",
}
BY_DEADLINE = "t.answer_by, t.last_message_at, t.id"
BY_DEADLINE_IF_ANY = "coalesce(t.answer_by, '9999-12-31 00:00+00'), t.last_message_at, t.id"
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
    rows = _rows(actor, unit_id, filter, queue, after, limit=limit + 1)
    shown = rows[:limit]
    log_list(grant, about, [row.citizen_id for row in shown])
    counted = _counted(actor, unit_id)
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
    )


def _rows(
    actor: Actor, unit_id: UUID, filter: InboxFilter, queue: Queue, after: Bookmark | None, *, limit: int
) -> list[InboxRow]:
    values = _values(actor, unit_id) | {
        "service": queue.service,
        "category": queue.category,
        "zone": queue.zone,
        "limit": limit,
    }
    order = _order(filter)
    beyond = "true"
    if after is not None:
        names = [f"%(after_{place})s" for place in range(len(after.moments))]
        columns = order.replace(" DESC", "")
        beyond = f"({columns}) {'>' if columns == order else '<'} ({', '.join(names)}, %(after_id)s)"
        values |= {f"after_{place}": moment for place, moment in enumerate(after.moments)} | {"after_id": after.id}
    statement = LIST.replace("{chosen}", CHOSEN[filter]).replace("{beyond}", beyond).replace("{order}", order)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_row(each) for each in cursor.fetchall()]


def _row(found: tuple[Any, ...]) -> InboxRow:
    return InboxRow(*found[:7], ThreadState(found[7]), *found[8:])


def _values(actor: Actor, unit_id: UUID) -> dict[str, object]:
    return {
        "municipality": actor.municipality_id,
        "unit": unit_id,
        "reader": actor.id,
        "family": list(actor.family),
        "today": day_of(clock.now()),
    }


def _order(filter: InboxFilter) -> str:
    if filter in (InboxFilter.LEADER, InboxFilter.CASES):
        return BY_DEADLINE_IF_ANY
    return BY_DEADLINE if filter in rules.WAITING_LISTS else NEWEST_FIRST


def _bookmark(row: InboxRow, filter: InboxFilter) -> Bookmark:
    return Bookmark((row.due, row.last_at) if filter in rules.WAITING_LISTS else (row.last_at,), row.id)


Counted = tuple[Queue, str, tuple[int, ...]]
"""One queue of what waits, its service's name, and how many it holds for each of the counted lists."""


def _counted(actor: Actor, unit_id: UUID) -> list[Counted]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, _values(actor, unit_id))
        return [(Queue(row[0], row[2], row[3]), row[1], row[4:]) for row in cursor.fetchall()]


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
