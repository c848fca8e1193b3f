"""What a journal reads back of the earlier versions of a cancellation or a wish."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import Actor, Denial, May
from hjemmekontakt.visits.models import Cancellation, ChangeWish, RequestVersion
from hjemmekontakt.visits.queries.requests_for_journal import (
    JournalRequest,
    as_journal_cancellations,
    as_journal_wishes,
)


@intent
def request_versions_for_journal(
    actor: Actor,
    id: UUID,
    *,
    version: int | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[JournalRequest]:
    """The versions of a request that are kept, the newest first: one of them, or those stored since and older than `before`."""
    about = lookup.cancellation(id)
    is_cancellation = about.citizen_id is not None
    grant = require(actor, May.READ_FOR_JOURNAL, about=about if is_cancellation else lookup.change_wish(id))
    fits = Q(municipality_id=grant.municipality_id)
    if version is not None:
        fits &= Q(version=version)
    if since is not None:
        fits &= Q(stored_at__gte=since)
    if before is not None:
        fits &= Q(version__lt=before)
    found = _found(Cancellation if is_cancellation else ChangeWish, id, fits, limit)
    if version is not None and not found:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=about)
    return _as_read(grant, found, is_cancellation=is_cancellation)


def _found(model: type[Cancellation] | type[ChangeWish], id: UUID, fits: Q, limit: int) -> list[Any]:
    now = list(model.objects.filter(fits, id=id).select_related("visit", "unit"))
    earlier = RequestVersion.objects.filter(fits, request_id=id).order_by("-version")[: limit - len(now)]
    return [*now, *(each.as_it_was(model) for each in earlier)]


def _as_read(grant: Grant, found: list[Any], *, is_cancellation: bool) -> list[JournalRequest]:
    if is_cancellation:
        return [*as_journal_cancellations(grant, found)]
    return [*as_journal_wishes(grant, found)]
