"""Reads for the notices of changed visits: what was last told of each, and how small a move each municipality passes over."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.notifications.changes.rules import LEAST_MOVE, LastTold
from hjemmekontakt.notifications.models import NoticeSettings, ToldVisit


def last_told(grant: Grant, visit_ids: Iterable[UUID], *, withdrawn: Collection[str] = ()) -> dict[UUID, LastTold]:
    """What people were last told of some visits; where that notice was withdrawn, what they were told before it."""
    rows = ToldVisit.objects.filter(visit_id__in=list(visit_ids))
    told = {}
    for row in rows:
        if row.event_key not in withdrawn:
            told[row.visit_id] = LastTold(row.starts_at, row.is_off)
        elif row.before_start is not None:
            told[row.visit_id] = LastTold(row.before_start, row.before_off)
    return told


def keys_told(grant: Grant, visit_ids: Iterable[UUID]) -> set[str]:
    """The notices by which people were last told of some visits; locked, so that two changes are decided one by one."""
    rows = ToldVisit.objects.select_for_update().filter(visit_id__in=list(visit_ids)).order_by("visit_id")
    return {row.event_key for row in rows} - {""}


def told_by(grant: Grant, keys: Collection[str]) -> set[UUID]:
    """The visits of which some notices told; locked."""
    if not keys:
        return set()
    rows = ToldVisit.objects.select_for_update().filter(event_key__in=keys).order_by("visit_id")
    return set(rows.values_list("visit_id", flat=True))


def least_moves(grant: Grant, municipality_ids: Iterable[UUID]) -> dict[UUID, timedelta]:
    """From which length a move is told of, in each municipality (R36)."""
    ids = set(municipality_ids)
    rows = NoticeSettings.objects.filter(municipality_id__in=ids).values_list("municipality_id", "least_move_minutes")
    return dict.fromkeys(ids, LEAST_MOVE) | {id: timedelta(minutes=minutes) for id, minutes in rows}
