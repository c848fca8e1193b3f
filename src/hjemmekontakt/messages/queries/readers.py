"""Who has read a message, for the notices alone: nobody is told of what she has read (R56)."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.messages.rules import ReadBy


def readers_of(grant: Grant, message_ids: Collection[UUID]) -> list[ReadBy]:
    """Which of the citizens' side have read each message: herself and who acts for her (`hk_readers_of_messages`); ids only.

    A message that nobody has read is there once, without a reader.
    """
    if not message_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, thread_id, reader_id FROM hk_readers_of_messages(%s)", [sorted(message_ids)])
        return [ReadBy(*row) for row in cursor.fetchall()]
