"""Which of some citizens wait for an answer, for the pages of those who visit them (R86)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.messages.models import Reading, Thread


@dataclass(frozen=True, slots=True)
class WaitingThread:
    """A dialogue that waits for an answer, and whether the reader has seen the last that was written in it."""

    id: UUID
    citizen_id: UUID
    subject: str
    unread: bool


def waiting_threads_of(
    grant: Grant, helped: Iterable[tuple[UUID, UUID]], unit_ids: Iterable[UUID]
) -> dict[UUID, list[WaitingThread]]:
    """The dialogues of some citizens that wait for these units, those alone whose service she receives (R79, R86).

    `helped` are pairs of a citizen and a service by which the units help her today.
    """
    pairs = set(helped)
    rows = Thread.objects.filter(
        unit_id__in=list(unit_ids), citizen_id__in={citizen for citizen, _ in pairs}, answer_by__isnull=False
    )
    rows = [row for row in rows.order_by("answer_by", "id") if (row.citizen_id, row.service_id) in pairs]
    marks = Reading.objects.filter(thread_id__in=[row.id for row in rows], reader_id=grant.actor.id)
    seen = dict(marks.values_list("thread_id", "seen_place"))
    found: dict[UUID, list[WaitingThread]] = {}
    for row in rows:
        unread = row.citizen_place > seen.get(row.id, 0)
        found.setdefault(row.citizen_id, []).append(WaitingThread(row.id, row.citizen_id, row.subject, unread))
    return found
