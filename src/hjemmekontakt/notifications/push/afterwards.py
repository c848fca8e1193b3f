"""Writes down what handing over to browsers came to: which heard, which are no more, and who is told anew because of it."""

from collections.abc import Iterable

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.due import Settled
from hjemmekontakt.notifications.models import NotifiedBrowser
from hjemmekontakt.notifications.statements import SQL


def write_down(grant: Grant, settled: Iterable[Settled]) -> None:
    """Forget browsers that are no more; who shares one, and was to hear it there from another, is told by SMS (R50, R55)."""
    over = [(each.due, each.over_push) for each in settled if each.over_push]
    heard = {id for _, came in over for id in came.heard}
    gone = {key for _, came in over for key in came.gone}
    let_go = sorted({(event, key) for due, came in over for event in due.events for key in came.let_go})
    if heard:
        NotifiedBrowser.objects.filter(id__in=heard).update(last_used_at=clock.real())
    if let_go:
        events, keys = (list(column) for column in zip(*let_go, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(SQL["tell_who_shared_a_browser"], {"events": events, "keys": keys})
    if gone:
        NotifiedBrowser.objects.filter(address_key__in=gone).delete()
