"""What is known before a citizen's message is sent: where it goes, and what decides whether it can; each in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages.queries.reading import SQL
from hjemmekontakt.messages.rules import Refusal
from hjemmekontakt.municipalities.rules import ServiceView, UnitView

ONE_HOUR = timedelta(hours=1)
OF_THE_UNIT = 14
OF_THE_SERVICE = 26


@dataclass(frozen=True, slots=True)
class PlaceToWrite:
    """A service, and the days on which its unit answers from today on."""

    service: ServiceView
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class SentMessageRow:
    """A message that is sent, now or by the same form before."""

    id: UUID
    thread_id: UUID
    place: int
    text: str
    answer_by: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a message can be sent, as it is when the author's turn has come.

    `drafts_wait` and `files_wait` tell that drafts of the author's may have to do with it, the latter with files.
    """

    active: bool
    receives: bool
    sent_last_hour: int
    drafts_wait: bool
    files_wait: bool
    before: SentMessageRow | None

    def sent_before(
        self, *, text: str, thread_id: UUID | None = None, subject: str | None = None
    ) -> SentMessageRow | None:
        """The message that this form has sent already; raises Refused where the form was used for another one."""
        if self.before is None:
            return None
        same_subject = subject is None or (self.before.place == 1 and self.before.subject == subject)
        same_thread = thread_id is None or self.before.thread_id == thread_id
        if self.before.text != text or not same_subject or not same_thread:
            raise Refused(Refusal.FORM_USED)
        return self.before


def place_to_write(
    actor: Actor, *, service_id: UUID | None = None, thread_id: UUID | None = None
) -> PlaceToWrite | None:
    """The service that is written to, by itself or as a thread's; None where it is not there. The author's turn has come."""
    values = {"service": service_id, "thread": thread_id, "author": actor.id, "today": day_of(clock.now())}
    with connection.cursor() as cursor:
        cursor.execute(SQL["place_to_write"], values)
        row = cursor.fetchone()
    if row is None:
        return None
    unit = UnitView(*row[:OF_THE_UNIT])
    id, name, code, *opened, categories, text_limit, answers_in = row[OF_THE_UNIT:OF_THE_SERVICE]
    service = ServiceView(id, name, code, unit, *opened, tuple(categories), text_limit, answers_in)
    closed, half = row[OF_THE_SERVICE : OF_THE_SERVICE + 2]
    return PlaceToWrite(service, _calendar(unit, closed, half or {}))


def facts(grant: Grant, service: ServiceView, *, form_key: UUID) -> Facts:
    """What decides now; asked when the author's turn has come, so that nothing of hers is sent meanwhile."""
    now = clock.now()
    values = {
        "citizen": grant.actor.about_id,
        "author": grant.actor.id,
        "service": service.id,
        "form_key": form_key,
        "today": day_of(now),
        "since": now - ONE_HOUR,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["before_message"], values)
        *known, id, in_thread, place, text, answer_by, subject = cursor.fetchone()
    before = SentMessageRow(id, in_thread, place, text, answer_by, subject) if id else None
    return Facts(*known, before)


def _calendar(unit: UnitView, closed: list[date], half: dict[str, str]) -> Calendar:
    return Calendar(
        closing_days=frozenset(closed),
        half_days={date.fromisoformat(day): time.fromisoformat(until) for day, until in half.items()},
        reads_on_saturday=unit.reads_on_saturday,
        reads_from=unit.reads_from,
        reads_until=unit.reads_until,
    )
