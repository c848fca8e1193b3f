"""Reads of nights: the one that each municipality has set, and the one that holds there."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.notifications.models import NoticeSettings
from hjemmekontakt.notifications.timing import Quiet, quiet_of


def usual_nights(grant: Grant, municipality_ids: Iterable[UUID | None]) -> dict[UUID | None, Quiet | None]:
    """The night for who has chosen none, in each municipality: its own, else the installation's; in one query (R53).

    None among them is a notice of no municipality.
    """
    ids = set(municipality_ids)
    usual = quiet_of(settings.QUIET_HOURS)
    set_there = _nights_set(ids)
    return {id: set_there.get(id, usual) for id in ids}


def night_set(grant: Grant, municipality_id: UUID) -> Quiet | None:
    """The night that a municipality has set; None where it has set none."""
    return _nights_set({municipality_id}).get(municipality_id)


def _nights_set(ids: Iterable[UUID | None]) -> dict[UUID | None, Quiet]:
    known = [id for id in ids if id is not None]
    rows = NoticeSettings.objects.filter(municipality_id__in=known, quiet_from__isnull=False)
    hours = rows.values_list("municipality_id", "quiet_from", "quiet_until")
    return {id: Quiet(starts, ends) for id, starts, ends in hours}
