"""Whether a municipality's journal is there: noted when it speaks with us, and when it answers or fails to (R33)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When

from hjemmekontakt.ground import clock, keys
from hjemmekontakt.municipalities.models import JournalHook
from hjemmekontakt.municipalities.rules import LONGEST_SILENCE, JournalHookView

NOTE_EVERY = timedelta(minutes=1)
ASK_EVERY = timedelta(seconds=55)

_noted: dict[UUID, datetime] = {}
_lock = Lock()


def journal_spoke(municipality_id: UUID) -> None:
    """A municipality's journal has called us: noted at most once a minute for each process."""
    now = clock.real()
    with _lock:
        before = _noted.get(municipality_id)
        if before is not None and timedelta(0) <= now - before < NOTE_EVERY:
            return
        _noted[municipality_id] = now
    _heard(JournalHook.objects.filter(municipality_id=municipality_id, active=True))


def journal_answered(hook_id: UUID) -> None:
    """A journal has answered a call of ours: we are in touch."""
    _heard(JournalHook.objects.filter(id=hook_id), failing_since=None)


def _heard(hooks: "QuerySet[JournalHook]", **more: None) -> None:
    """Note that a journal was heard; and where we had been out of touch, since when we are not."""
    now = clock.now()
    was_away = Q(heard_at__lt=now - LONGEST_SILENCE) | (Q(failing_since__isnull=False) if more else Q(pk__in=[]))
    hooks.update(heard_at=now, back_at=Case(When(was_away, then=Value(now)), default=F("back_at")), **more)


def journal_failed(hook_id: UUID) -> None:
    """A journal does not answer: kept from the first time, until it answers again."""
    JournalHook.objects.filter(id=hook_id, failing_since=None).update(failing_since=clock.now())


def ask_all_again() -> None:
    """Let every journal be asked anew at once: the demo's clock was moved, and what was heard is of another time."""
    JournalHook.objects.filter(active=True).update(asked_at=None, heard_at=None, back_at=None)


def hooks_to_ask(*, limit: int = 50) -> Sequence[JournalHookView]:
    """The hooks that have not been asked for a minute; one worker gets each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_hook SET asked_at = %s WHERE id IN (SELECT id FROM journal_hook WHERE active"
            " AND (asked_at IS NULL OR asked_at < %s OR asked_at > %s) ORDER BY asked_at NULLS FIRST"
            " FOR UPDATE SKIP LOCKED LIMIT %s) RETURNING id, url, secret_sealed",
            [clock.real(), clock.real() - ASK_EVERY, clock.real() + ASK_EVERY, limit],
        )
        return [JournalHookView(id, url, keys.unseal(secret)) for id, url, secret in cursor.fetchall()]
