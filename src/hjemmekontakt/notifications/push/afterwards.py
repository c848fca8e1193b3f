"""Writes down what handing over to browsers came to: which heard, which are no more, and who is told anew because of it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.due import Due, Settled
from hjemmekontakt.notifications.models import NotifiedBrowser
from hjemmekontakt.notifications.rules import Decision
from hjemmekontakt.notifications.statements import SQL

Place = tuple[str, bytes, UUID]
"""An event, a browser where it was to be heard, and the notice that it concerns."""


def write_down(grant: Grant, settled: Sequence[Settled]) -> None:
    """Forget browsers that are no more; who shares one, and was to hear it there from another, is told by SMS (R50, R55)."""
    over = [(each.due, each.over_push) for each in settled if each.over_push]
    let_go = _places((due, came.let_go) for due, came in over)
    left_out = _places(
        (each.due, [browser.key for browser in each.due.browsers])
        for each in settled
        if each.decision is Decision.SAME_ADDRESS
    )
    _one_at_a_time({(event, key) for event, key, _ in [*let_go, *left_out]})
    if let_go:
        _ask("let_go_of_browsers", let_go)
        _ask("tell_who_shared_a_browser", let_go)
    if left_out:
        _ask("tell_who_was_left_out", left_out)
    _keep_what_is_known_of(
        {id for _, came in over for id in came.heard}, gone={key for _, came in over for key in came.gone}
    )


def _places(notices: Iterable[tuple[Due, Iterable[bytes]]]) -> list[Place]:
    return sorted({(event, key, due.id) for due, keys in notices for key in keys for event in due.events})


def _one_at_a_time(places: Iterable[tuple[str, bytes]]) -> None:
    """Who lets go of a browser and who is left out because of it see each other, whichever worker has them."""
    with connection.cursor() as cursor:
        for event, key in sorted(places):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"browser {event} {key.hex()}"])


def _ask(statement: str, places: Sequence[Place]) -> None:
    events, keys, notices = (list(column) for column in zip(*places, strict=True))
    values: dict[str, Any] = {"events": events, "keys": keys, "notices": notices}
    with connection.cursor() as cursor:
        cursor.execute(SQL[statement], values)


def _keep_what_is_known_of(heard: set[UUID], *, gone: set[bytes]) -> None:
    if heard:
        NotifiedBrowser.objects.filter(id__in=heard).update(last_used_at=clock.real())
    if gone:
        NotifiedBrowser.objects.filter(address_key__in=gone).delete()
