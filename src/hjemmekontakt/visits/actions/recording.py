"""A journal reports visits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, intent_in_one_statement, require
from hjemmekontakt.access.for_journal import municipality_of
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.visits import keeping, reporting
from hjemmekontakt.visits.actions.answering_wishes import overtake
from hjemmekontakt.visits.actions.covering import Told, cover
from hjemmekontakt.visits.actions.settling import back_in_the_plan, called_off_after_undo, close_of_ended
from hjemmekontakt.visits.at_once import may_be_recorded_at_once, record_at_once
from hjemmekontakt.visits.events import VisitsChanged, VisitsNotPerformed, VisitsPerformed
from hjemmekontakt.visits.rows import Known, Row
from hjemmekontakt.visits.rules import (
    ANYHOW,
    COMING,
    NOT_OVER,
    CancelledBy,
    Condition,
    NotTaken,
    Outcome,
    Recorded,
    VisitReport,
    VisitStatus,
)
from hjemmekontakt.visits.rules.wishes import Window, new_time


def record_visits(
    actor: Actor, reports: Sequence[VisitReport], *, conditions: Sequence[Condition] = ()
) -> list[Recorded]:
    """The journal tells about home visits; one that is not taken does not hold back the others (R34, R96a, R97).

    A bundle is one intent of few statements, however many visits it holds. A visit that is told of alone is mostly done at
    once, in one that can do no more. `conditions`, one for each report, say which visit the journal believes to tell of
    (If-Match): one that is unknown, or has another version, is not taken.
    """
    if len(reports) != 1:
        return _record_in_full(actor, reports, conditions)
    (report,), (condition,) = reports, conditions or (ANYHOW,)
    at_once = _record_at_once(actor, report, condition) if may_be_recorded_at_once(report, condition) else None
    return [at_once or _record_alone(actor, report, condition)]


@intent_in_one_statement
def _record_at_once(actor: Actor, report: VisitReport, condition: Condition) -> Recorded | None:
    """Keep what is told of one visit that comes, by one statement that commits; None where nothing was done yet."""
    about = lookup.municipality(municipality_of(actor))
    return record_at_once(actor, report, condition, about=about, now=clock.now(), stored_at=clock.real())


@intent
def _record_alone(actor: Actor, report: VisitReport, condition: Condition) -> Recorded:
    """Keep what is told of one visit, with all that hangs on it."""
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(municipality_of(actor)))
    now, stored_at = clock.now(), clock.real()
    row, known = reporting.understand_one(grant, report, now=stored_at)
    return record_understood(grant, Understood([row], [condition], now, stored_at, known))[0]


@intent
def _record_in_full(actor: Actor, reports: Sequence[VisitReport], conditions: Sequence[Condition]) -> list[Recorded]:
    """Keep what is told of several visits, with all that hangs on them."""
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(municipality_of(actor)))
    return keep_visits(grant, reports, conditions=conditions)


def keep_visits(
    grant: Grant, reports: Sequence[VisitReport], *, conditions: Sequence[Condition] = ()
) -> list[Recorded]:
    """Keep what a journal tells of visits, within an intent that does more than this."""
    understood = understand_reports(grant, reports, conditions=conditions)
    reporting.beside_others(understood.told)
    return record_understood(grant, understood)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a journal tells of visits, each with its row or why there is none, and on which condition it is taken, if on any.

    `known` is what is kept of a visit that is told of alone, locked.
    """

    told: Sequence[Row | NotTaken]
    conditions: Sequence[Condition]
    now: datetime
    stored_at: datetime
    known: Known | None = None


def understand_reports(
    grant: Grant, reports: Sequence[VisitReport], *, conditions: Sequence[Condition] = ()
) -> Understood:
    """Find whose visits a journal tells of. None of them may go away beside it when they are recorded (`beside_others`)."""
    now, real = clock.now(), clock.real()
    return Understood(reporting.understand(grant, reports, now=real), conditions, now, real)


def _nothing() -> None:
    """Nothing is to be done besides."""


def record_understood(
    grant: Grant, understood: Understood, *, before_changes: Callable[[], None] = _nothing
) -> list[Recorded]:
    """Keep what a journal tells of visits: of several words about one visit the newest, whichever came first (R97).

    `before_changes` is done when new visits are put in and before a known one is touched. Everybody puts in before
    locking what is known, each in the one order: so two bundles never wait for each other.
    """
    told = understood.told
    became = [Recorded(not_taken=each) if isinstance(each, NotTaken) else None for each in told]
    left = [place for place, each in enumerate(told) if isinstance(each, Row)]
    if not left:
        before_changes()
    while left:
        rows = reporting.latest(told[place] for place in left)
        conditions = _conditions_of(rows, understood)
        recorded = _record(grant, rows, conditions, understood, before_changes)
        before_changes = _nothing
        newest = {row.key: row for row in rows}
        left = _settle_places(told, left, newest, recorded, became)
    return [each for each in became if each is not None]


def _conditions_of(rows: Sequence[Row], understood: Understood) -> dict[tuple[str, str], Condition]:
    if not understood.conditions:
        return {}
    of_each = zip(understood.told, understood.conditions, strict=True)
    conditions = {row.id: condition for row, condition in of_each if isinstance(row, Row)}
    return {row.key: conditions[row.id] for row in rows}


def _settle_places(
    told: Sequence[Row | NotTaken],
    places: Sequence[int],
    newest: Mapping[tuple[str, str], Row],
    recorded: Mapping[tuple[str, str], Recorded],
    became: list[Recorded | None],
) -> list[int]:
    """Write down what became of each word; where the newest was not taken, the next newest is still to be heard."""
    left = []
    for place in places:
        row = told[place]
        if isinstance(row, NotTaken):
            continue
        kept, outcome = newest[row.key], recorded[row.key]
        if row is kept:
            became[place] = outcome
        elif outcome.not_taken is not None:
            left.append(place)
        elif row.citizen_id != kept.citizen_id:
            became[place] = Recorded(not_taken=NotTaken.ANOTHER_PERSON)
        else:
            became[place] = replace(outcome, outcome=_of_the_older(row, kept))
    return left


def _of_the_older(row: Row, newest: Row) -> Outcome:
    return Outcome.KNOWN if row.digest == newest.digest else Outcome.OUTDATED


def _record(
    grant: Grant,
    rows: Sequence[Row],
    conditions: Mapping[tuple[str, str], Condition],
    understood: Understood,
    before_changes: Callable[[], None],
) -> dict[tuple[str, str], Recorded]:
    now, stored_at = understood.now, understood.stored_at
    known = {understood.known.key: understood.known} if understood.known else {}
    sought = [row for row in rows if row.key not in known]
    told_as_known = [row.id for row in sought if conditions[row.key].is_known] if conditions else []
    places = keeping.place(sought, known=told_as_known, by=grant.actor, now=now, stored_at=stored_at)
    new = [row for row in sought if row.id not in places.left] if places.left else sought
    others = [row for row in rows if row.key in known or row.id in places.left] if len(new) < len(rows) else []
    before_changes()
    known |= keeping.known([row for row in others if row.key not in known])
    became = {
        row.key: Recorded(outcome=Outcome.CREATED, visit_id=row.id, version=1, stored_at=stored_at) for row in new
    }
    for row in others:
        was_expected = row.key in places.taken
        became[row.key] = _become(
            row, known, conditions.get(row.key, ANYHOW), stored_at=stored_at, was_expected=was_expected
        )
    changed = [(row, known[row.key]) for row in others if became[row.key].outcome is Outcome.CHANGED]
    hanging = keeping.change(
        changed, by=grant.actor, now=now, stored_at=stored_at, told_of=_what_is_told_of(grant, changed)
    )
    again = [(row, known[row.key]) for row in others if became[row.key].outcome is Outcome.KNOWN]
    keeping.heard_again(again, now=now)

    _tell_of_outcomes(grant, new, changed)
    _settle(grant, changed, now=now, stored_at=stored_at)
    if away := places.away | hanging.away:
        cover(grant, _told(new, changed), now=now, away=away)
    overtake(grant, {id: time for id, time in _overtaken(changed) if id in hanging.wished})
    return became


def _become(
    row: Row,
    known: dict[tuple[str, str], Known],
    condition: Condition,
    *,
    stored_at: datetime,
    was_expected: bool,
) -> Recorded:
    if row.key not in known:
        return Recorded(not_taken=NotTaken.NO_SUCH_VISIT if condition.id else NotTaken.CHANGED_MEANWHILE)
    recorded = keeping.judge(row, known[row.key], condition=condition, was_expected=was_expected)
    if recorded.outcome is not Outcome.CHANGED:
        return recorded
    return Recorded(outcome=Outcome.CHANGED, visit_id=recorded.visit_id, version=recorded.version, stored_at=stored_at)


def _overtaken(changed: Iterable[tuple[Row, Known]]) -> Iterator[tuple[UUID, Window | None]]:
    """The visits that got another time, or no longer come: what was wished for them is no longer as it was (R42)."""
    for row, before in changed:
        other = new_time(Window(before.starts_at, before.ends_at), Window(row.starts_at, row.ends_at))
        if row.status not in COMING or other:
            yield before.id, other if row.status in COMING else None


OUTCOMES = {VisitStatus.PERFORMED: VisitsPerformed, VisitStatus.NOT_PERFORMED: VisitsNotPerformed}


def _tell_of_outcomes(grant: Grant, new: Sequence[Row], changed: Sequence[tuple[Row, Known]]) -> None:
    for status, event in OUTCOMES.items():
        came = [row.id for row in new if row.status == status]
        became = [before.id for row, before in changed if row.status == status and before.status != status]
        visit_ids = (*came, *became)
        if visit_ids and grant.municipality_id:
            outbox.publish(event(visit_ids=visit_ids, municipality_id=grant.municipality_id))


def _what_is_told_of(grant: Grant, changed: Iterable[tuple[Row, Known]]) -> VisitsChanged | None:
    visit_ids = tuple(
        before.id for row, before in changed if _is_another_time(row, before) or _is_called_off(row, before)
    )
    if not visit_ids or not grant.municipality_id:
        return None
    return VisitsChanged(visit_ids=visit_ids, municipality_id=grant.municipality_id)


def _is_another_time(row: Row, before: Known) -> bool:
    """It comes at another hour, or comes after all."""
    return row.status in COMING and (row.starts_at != before.starts_at or before.status in COMES_NOT)


COMES_NOT = frozenset({VisitStatus.CANCELLED, VisitStatus.GONE})


def _is_called_off(row: Row, before: Known) -> bool:
    return row.cancelled_by == CancelledBy.MUNICIPALITY and before.status != VisitStatus.CANCELLED


def _settle(grant: Grant, changed: Sequence[tuple[Row, Known]], *, now: datetime, stored_at: datetime) -> None:
    ended = [(before.id, row) for row, before in changed if row.status not in NOT_OVER]
    close_of_ended(grant, ended, now=now, stored_at=stored_at)
    off = [before.id for row, before in changed if row.status == VisitStatus.CANCELLED]
    of_their_own = {before.id for row, before in changed if row.cancelled_by == CancelledBy.MUNICIPALITY}
    called_off_after_undo(grant, [id for id in off if id not in of_their_own])
    back = [before.id for row, before in changed if before.status == VisitStatus.CANCELLED and row.status in COMING]
    back_in_the_plan(grant, back, now=now, stored_at=stored_at)


def _told(new: Iterable[Row], changed: Iterable[tuple[Row, Known]]) -> list[Told]:
    came = [Told(visit_id=row.id, citizen_id=row.citizen_id) for row in new if row.status in COMING]
    return came + [
        Told(
            visit_id=before.id,
            citizen_id=row.citizen_id,
            status_before=before.status,
            starts_at_before=before.starts_at,
        )
        for row, before in changed
        if row.status in COMING
    ]
