"""A visit that comes, told of alone: recorded in one trip to the database, where nothing more hangs on it (decision 81).

What such a word does is said twice: by the rules, for all else, and by `hk_record_at_once`, for what is told most. A test holds
one against the other (`tests/visits/test_at_once.py`).
"""

from datetime import datetime
from functools import cache
from uuid import UUID

import msgspec

from hjemmekontakt.access.actions import unlocking
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import keys, outbox
from hjemmekontakt.ground.ids import new_ids
from hjemmekontakt.ground.statements import fetch, in_json
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.reporting import told_at, what_is_said
from hjemmekontakt.visits.rows import LEFT_OPEN, but_for_ids
from hjemmekontakt.visits.rules import (
    COMING,
    SMALLEST_MOVE,
    Condition,
    Outcome,
    Recorded,
    VisitReport,
    Way,
    weigh,
)
from hjemmekontakt.visits.statements import SQL

DONE = msgspec.json.Decoder(tuple[UUID, int])
ORDINARY = {
    "left_open": [str(place) for place in LEFT_OPEN.values()],
    "coming": sorted(status.value for status in COMING),
    "smallest_move": f"{SMALLEST_MOVE.total_seconds():.0f} seconds",
}


def may_be_recorded_at_once(report: VisitReport, condition: Condition) -> bool:
    """Whether it is worth trying: it tells of a visit that comes, not of a known one alone, and names nobody to look up."""
    return report.status in COMING and not condition.is_known and not report.performer_number


def record_at_once(
    actor: Actor, report: VisitReport, condition: Condition, *, about: About, now: datetime, stored_at: datetime
) -> Recorded | None:
    """Record a visit that comes; None where nothing was done, for more hangs on it than this.

    It is a transaction of its own, and puts in what is new, or changes what comes still: then the event is in the outbox, where
    it is another hour.
    """
    weighed = weigh(report)
    if weighed.unfit is not None:
        return None
    grant, unlocked, values = unlocking(actor, May.REPORT_VISIT, about=about)
    said = what_is_said(report, weighed) | {"municipality_id": grant.municipality_id}
    (id,) = new_ids(1)
    row = said | {
        "id": id,
        "source_updated_at": told_at(report, now=stored_at),
        "series_rhythm": "",
        "change": "",
        "version": 1,
        "reported_at": now,
        "stored_at": stored_at,
        "told_by_id": actor.id,
        "told_by_name": actor.name,
    }
    values |= ORDINARY | {
        "report": in_json(row),
        "said": but_for_ids(said),
        "lookup": keys.lookup_value(report.patient_national_id),
        "her_id": report.unit_her_id,
        "code": report.service_id,
        "day": weighed.day,
        "today": day_of(now),
        "may_change": condition.way is Way.PUT,
        "listeners": outbox.listeners_of(VisitsChanged),
    }
    ((done,),) = fetch(_statement(unlocked), values)
    if done is None:
        return None
    visit_id, version = DONE.decode(done)
    outcome = Outcome.CREATED if visit_id == id else Outcome.CHANGED
    return Recorded(outcome=outcome, visit_id=visit_id, version=version, stored_at=stored_at)


@cache
def _statement(unlocked: str) -> str:
    return SQL["record_at_once"].format(unlocked=unlocked)
