"""What is known before a citizen's message is sent: where it goes, and what decides whether it can; each in one statement."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import statements
from hjemmekontakt.messages.rules import SentByForm
from hjemmekontakt.municipalities.rules import ServiceView, service_in

ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PlaceToWrite:
    """A service, and the days on which its unit answers from today on."""

    service: ServiceView
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a message can be sent, as it is when the author's turn has come.

    `drafts_wait` and `files_wait` tell that drafts of the author's may have to do with it, the latter with files; `before`
    is what the same form has sent already.
    """

    active: bool
    receives: bool
    sent_last_hour: int
    drafts_wait: bool
    files_wait: bool
    before: SentByForm | None


def place_to_write(
    actor: Actor, *, service_id: UUID | None = None, thread_id: UUID | None = None
) -> PlaceToWrite | None:
    """The service that is written to, by itself or as a thread's; None where it is not there. The author's turn has come."""
    asked = {"service": service_id, "thread": thread_id, "author": actor.id, "today": day_of(clock.now())}
    row = next(iter(statements.rows("place_to_write", **asked)), None)
    if row is None:
        return None
    service = service_in(row)
    half = {date.fromisoformat(day): time.fromisoformat(until) for day, until in (row["half"] or {}).items()}
    return PlaceToWrite(service, service.unit.calendar(row["closed"], half))


def facts(grant: Grant, service: ServiceView, *, form_key: UUID) -> Facts:
    """What decides now; asked when the author's turn has come, so that nothing of hers is sent meanwhile."""
    now = clock.now()
    (row,) = statements.rows(
        "before_message",
        citizen=grant.actor.about_id,
        author=grant.actor.id,
        service=service.id,
        form_key=form_key,
        today=day_of(now),
        since=now - ONE_HOUR,
        now=now,
    )
    sent = [row.pop(name) for name in ("id", "thread_id", "place", "text", "answer_by", "subject")]
    return Facts(**row, before=SentByForm(*sent) if sent[0] else None)
