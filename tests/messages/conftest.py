"""The stories of messages: how one writes, answers and opens, in few words, and what was told."""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest

from tests.people import an_id


def the_listener(events: object) -> None:
    """Hears nothing: it is there so that the outbox gets its rows."""


@pytest.fixture
def told(database: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[str, UUID]]]:
    """What was put into the outbox, as pairs of the event's name and the message's id, the oldest first."""
    from hjemmekontakt.ground import outbox
    from hjemmekontakt.messages.events import MessageAnswered, MessageSent

    monkeypatch.setattr(outbox, "_listeners", {})
    outbox.listen(MessageSent, the_listener)
    outbox.listen(MessageAnswered, the_listener)

    def rows() -> list[tuple[str, UUID]]:
        found = database.execute("SELECT event, payload ->> 'message_id' FROM outbox ORDER BY id").fetchall()
        return [(event, UUID(message)) for event, message in found]

    return rows


@pytest.fixture
def log_of(database: psycopg.Connection) -> Callable[[str], list[tuple[str, str, str]]]:
    """A citizen's access log: act, outcome and who, the oldest first."""

    def lines(key: str) -> list[tuple[str, str, str]]:
        return database.execute(
            "SELECT act, outcome, actor_name FROM access_entry WHERE citizen_id = %s ORDER BY id", [an_id(key)]
        ).fetchall()

    return lines


@pytest.fixture
def stored(database: psycopg.Connection) -> Callable[[], tuple[int, int]]:
    """How many threads and messages there are, seen past the policies."""
    return lambda: database.execute("SELECT (SELECT count(*) FROM thread), (SELECT count(*) FROM message)").fetchone()


@pytest.fixture
def write(world) -> Callable:
    """Write to Nord's home nursing: `write(astrid, "Nøkkelen er hos naboen.")`."""
    from hjemmekontakt.messages import actions

    def to_nord(
        actor, text: str = "Hvem har nøkkelen?", *, subject: str = "Nøkkel", key: str = "skjema 1", service=None
    ):
        return actions.write_message(
            actor, service_id=service or world.nord_nursing, subject=subject, text=text, form_key=an_id(key)
        )

    return to_nord


@pytest.fixture
def answer() -> Callable:
    """Open the thread as it stands and answer it."""
    from hjemmekontakt.messages import actions, queries

    def at_work(actor, thread_id: UUID, text: str = "Det er i orden.", *, key: str = "svar 1"):
        seen = queries.staff_thread(actor, thread_id).last_message_id
        return actions.answer(actor, thread_id, text=text, form_key=an_id(key), seen_message_id=seen)

    return at_work


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """The virus scanner, as the demo has it."""
    from django.conf import settings

    from hjemmekontakt.gateways import configured, virus_fake

    server = virus_fake.start()
    monkeypatch.setattr(settings, "CLAMD_URL", server.url)
    configured.forget()
    yield server
    server.shutdown()
    server.server_close()
    configured.forget()


@pytest.fixture
def opened(world, scanner) -> None:
    """Nord's home nursing takes files."""
    world.connection.execute("UPDATE service SET attachments_from = '2026-01-01' WHERE id = %s", [world.nord_nursing])


@pytest.fixture
def kept(database: psycopg.Connection) -> Callable[[], tuple[int, int, int]]:
    """How many files there are, in drafts and in messages, and how many contents: seen past the policies."""
    return lambda: database.execute(
        "SELECT count(draft_id), count(message_id), (SELECT count(*) FROM attachment_content) FROM attachment"
    ).fetchone()
