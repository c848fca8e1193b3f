"""From a journal's plans to rows of expected visits: kept, expanded by day, and taken away when they no longer hold."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection
from msgspec.structs import replace

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits import reporting
from hjemmekontakt.visits.expanding import Occurrence, occurrences
from hjemmekontakt.visits.models import VisitPlan
from hjemmekontakt.visits.reporting import COLUMNS, NAMES, SHAPE, Ended, Known, Row
from hjemmekontakt.visits.rules import (
    DAYS_EXPECTED,
    EXPECTED_SYSTEM,
    NEAR,
    Condition,
    NotTaken,
    Outcome,
    PlanReport,
    Recorded,
    Recurrence,
    VisitStatus,
    moved_from,
    recurrence_in,
    why_not_plan,
)
from hjemmekontakt.visits.rules.wishes import Window, new_time
from hjemmekontakt.visits.statements import SQL

Key = tuple[str, str]
AS_IN_ROW = (
    "citizen_id",
    "municipality_id",
    "unit_id",
    "service_id",
    "identifier_system",
    "identifier_value",
    "starts_at",
    "ends_at",
    "is_window",
    "minutes",
    "title",
    "instruction",
    "place",
    "cancellable",
    "source_updated_at",
)
CHANGING = tuple(name for name in AS_IN_ROW if name not in NAMES)
TOLD = (
    *(name for name in CHANGING if name not in ("unit_id", "service_id")),
    "recurrence",
    "except_days",
    "ended",
    "digest",
    "told_by_id",
    "told_by_name",
)
REPLACED = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS if name not in NAMES)


def understand(
    grant: Grant, reports: Sequence[PlanReport], *, now: datetime, stored_at: datetime
) -> list[VisitPlan | NotTaken]:
    """Find for each plan its unit, its person and her decision, as for a visit; or say why it is not taken (R96a)."""
    rows = reporting.understand(grant, [each.first for each in reports], now=stored_at, not_before=day_of(now))
    understood: list[VisitPlan | NotTaken] = []
    for report, row in zip(reports, rows, strict=True):
        why_not = row if isinstance(row, NotTaken) else why_not_plan(report)
        if why_not is not None:
            understood.append(why_not)
        elif isinstance(row, Row):
            understood.append(_plan(report, row, by=grant.actor, now=now, stored_at=stored_at))
    return understood


def _plan(report: PlanReport, row: Row, *, by: Actor, now: datetime, stored_at: datetime) -> VisitPlan:
    days = sorted(set(report.except_days))
    told = f"{row.digest.hex()} {report.recurrence} {days} {report.ended}"
    return VisitPlan(
        id=row.id,
        **{name: getattr(row, name) for name in AS_IN_ROW},
        recurrence=str(report.recurrence),
        except_days=days,
        ended=report.ended,
        digest=hashlib.sha256(told.encode()).digest(),
        reported_at=now,
        stored_at=stored_at,
        told_by_id=by.id,
        told_by_name=by.name,
    )


def key_of(plan: VisitPlan) -> Key:
    """What the journal calls a plan."""
    return plan.identifier_system, plan.identifier_value


def latest(understood: Iterable[VisitPlan | NotTaken]) -> list[VisitPlan]:
    """The newest word about each plan, where a bundle tells of one more than once, in the order of locking."""
    newest: dict[Key, VisitPlan] = {}
    for plan in understood:
        if isinstance(plan, VisitPlan):
            before = newest.get(key_of(plan))
            if before is None or plan.source_updated_at >= before.source_updated_at:
                newest[key_of(plan)] = plan
    return [newest[key] for key in sorted(newest)]


def keep(plans: Sequence[VisitPlan], *, conditions: Mapping[Key, Condition]) -> dict[Key, Recorded]:
    """Put in or change the plans that a journal tells of; what became of each, by what the journal calls it (R34).

    What a changed one was is kept by the database (plan_version).
    """
    if not plans:
        return {}
    new = [plan for plan in plans if not conditions[key_of(plan)].is_known]
    if new:
        VisitPlan.objects.bulk_create(new, ignore_conflicts=True)
    values = [plan.identifier_value for plan in plans]
    rows = VisitPlan.objects.select_for_update().filter(
        municipality_id=plans[0].municipality_id, identifier_value__in=values
    )
    known = {key_of(row): row for row in rows.order_by("identifier_system", "identifier_value")}
    became = {key_of(plan): _judge(plan, known.get(key_of(plan)), conditions[key_of(plan)]) for plan in plans}
    changed = [plan for plan in plans if became[key_of(plan)].outcome is Outcome.CHANGED]
    for plan in changed:
        plan.id, plan.version = known[key_of(plan)].id, became[key_of(plan)].version
    if changed:
        VisitPlan.objects.bulk_update(changed, [*TOLD, "unit_id", "service_id", "version", "reported_at", "stored_at"])
    again = [plan for plan in plans if became[key_of(plan)].outcome is Outcome.KNOWN]
    for plan in again:
        plan.id = known[key_of(plan)].id
        plan.source_updated_at = max(plan.source_updated_at, known[key_of(plan)].source_updated_at)
    if again:
        VisitPlan.objects.bulk_update(again, ["source_updated_at", "reported_at"])
    return became


def _judge(plan: VisitPlan, before: VisitPlan | None, condition: Condition) -> Recorded:
    if before is None:
        return Recorded(not_taken=NotTaken.CHANGED_MEANWHILE)
    if before.id == plan.id:
        return Recorded(outcome=Outcome.CREATED, visit_id=plan.id, version=1, stored_at=plan.stored_at)
    recorded = reporting.judge(_as_row(plan), _as_known(before), condition=condition)
    return replace(recorded, stored_at=plan.stored_at) if recorded.outcome is Outcome.CHANGED else recorded


@dataclasses.dataclass(frozen=True, slots=True)
class Expanded:
    """What became of the expected visits of some plans: those that are new, with whose they are, and those that ended.

    `changed` are those near that come at another hour, come no more, or come after all: people may have to be told (R36).
    `moved` are the new times, near or far: what was wished for those visits is no longer as it was (R42).
    """

    new: Sequence[tuple[UUID, UUID]] = ()
    ended: Sequence[tuple[UUID, Ended]] = ()
    changed: Sequence[UUID] = ()
    moved: Mapping[UUID, Window] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Before:
    """A visit that a plan lets expect, as it stood before the plan was changed."""

    id: UUID
    identifier_value: str
    status: str
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    moved_from: datetime | None

    def became(self, row: Row) -> bool:
        """Whether it comes at another hour now, or comes after all."""
        return row.starts_at != self.starts_at or self.status == VisitStatus.GONE

    def new_time(self, row: Row) -> Window | None:
        """The time it has got, where that is another one."""
        return new_time(Window(self.starts_at, self.ends_at), Window(row.starts_at, row.ends_at))

    def first_told(self, row: Row) -> datetime | None:
        """The hour she was first told, where it is another now; a window that is refined is no move (R36)."""
        return moved_from(
            self.starts_at,
            window_ended=self.ends_at if self.is_window else None,
            first_told=self.moved_from,
            now_at=row.starts_at,
        )


def expand(plans: Sequence[VisitPlan], *, by: Actor, now: datetime, stored_at: datetime) -> Expanded:
    """Make the expected visits of new or changed plans what they are to be (R31)."""
    if not plans:
        return Expanded()
    today = day_of(now)
    wanted = [row for plan in plans for row in _expected(plan, since=today, now=now)]
    before = _before(plans, now=now)
    known = [(row, before[row.identifier_value]) for row in wanted if row.identifier_value in before]
    near = {each.id for each in before.values() if each.starts_at <= now + NEAR}
    ended = _take_away(plans, wanted, by=by, now=now, stored_at=stored_at)
    first_told = {row.identifier_value: was.first_told(row) for row, was in known if was.id in near}
    kept = _put_in(wanted, by=by, now=now, stored_at=stored_at, first_told=first_told)
    _reach(plans, today)
    touched = {id for id, _, _ in kept}
    told_again = [(row, was) for row, was in known if was.id in touched]
    changed = [was.id for row, was in told_again if was.id in near and was.became(row)]
    gone = [id for id, how in ended if id in near and how.status == VisitStatus.GONE]
    moved = {was.id: time for row, was in told_again if (time := was.new_time(row))}
    return Expanded(_new(kept), ended, sorted([*changed, *gone]), moved)


def reach_further(plans: Sequence[VisitPlan], *, by: Actor, now: datetime, stored_at: datetime) -> Expanded:
    """Expand plans by the days that have come within reach since they were expanded last."""
    today = day_of(now)
    rows = []
    for plan in plans:
        begun = plan.expanded_until + timedelta(days=1) if plan.expanded_until else today
        rows += _expected(plan, since=max(begun, today), now=now)
    kept = _put_in(rows, by=by, now=now, stored_at=stored_at)
    _reach(plans, today)
    return Expanded(_new(kept))


def _before(plans: Sequence[VisitPlan], *, now: datetime) -> dict[str, Before]:
    """The visits ahead that changed plans let expect, by what we call them; those taken away by an earlier change too."""
    names = [plan.identifier_value for plan in plans if plan.version > 1]
    if not names:
        return {}
    where = {"municipality_id": plans[0].municipality_id, "plans": names, "system": EXPECTED_SYSTEM}
    rows = SQL.rows("visits_of_plans", **where, now=now)
    return {row["identifier_value"]: Before(**row) for row in rows}


def _new(kept: Iterable[tuple[UUID, UUID, bool]]) -> list[tuple[UUID, UUID]]:
    return [(id, citizen) for id, citizen, is_new in kept if is_new]


def _expected(plan: VisitPlan, *, since: date, now: datetime) -> list[Row]:
    if plan.ended:
        return []
    recurrence = recurrence_in(plan.recurrence)
    found = occurrences(
        plan.starts_at,
        plan.ends_at,
        recurrence,
        except_days=frozenset(plan.except_days),
        since=since,
        until=day_of(now) + timedelta(days=DAYS_EXPECTED),
    )
    return [_one(plan, each, recurrence) for each in found if each.starts_at > now]


def _one(plan: VisitPlan, occurrence: Occurrence, recurrence: Recurrence) -> Row:
    row = replace(
        _as_row(plan),
        id=uuid4(),
        identifier_system=EXPECTED_SYSTEM,
        identifier_value=f"{plan.id}.{occurrence.day.isoformat()}",
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        series=plan.identifier_value,
        series_day=occurrence.day,
        series_rhythm=rhythm_of(recurrence),
    )
    return replace(row, digest=reporting.digest_of(row))


def rhythm_of(recurrence: Recurrence) -> str:
    """How often a plan's visits come where some days, weeks or months are skipped: «2w»; empty where none are (R33).

    >>> rhythm_of(recurrence_in("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")), rhythm_of(recurrence_in("FREQ=DAILY"))
    ('2w', '')
    """
    return f"{recurrence.interval}{recurrence.frequency.value[0].lower()}" if recurrence.phase_is_uncertain else ""


def _put_in(
    rows: Sequence[Row],
    *,
    by: Actor,
    now: datetime,
    stored_at: datetime,
    first_told: Mapping[str, datetime | None] = {},
) -> list[tuple[UUID, UUID, bool]]:
    """Put in or change what is expected; what was put in or changed, each with whose it is and whether it is new.

    `first_told` is the hour she was first told of those that move.
    """
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: row.identifier_value)
    ids, moved = [row.id for row in ordered], [first_told.get(row.identifier_value) for row in ordered]
    with connection.cursor() as cursor:
        statement = SQL["expect_visits"].format(**{**SHAPE, "changes": REPLACED})
        cursor.execute(statement, [now, stored_at, by.id, by.name, reporting.as_json(ordered), ids, moved])
        return cursor.fetchall()


def _take_away(
    plans: Sequence[VisitPlan], wanted: Iterable[Row], *, by: Actor, now: datetime, stored_at: datetime
) -> list[tuple[UUID, Ended]]:
    municipality_id = plans[0].municipality_id
    names, kept = [plan.identifier_value for plan in plans], [row.identifier_value for row in wanted]
    with connection.cursor() as cursor:
        told = [now, stored_at, by.id, by.name]
        cursor.execute(SQL["unexpect_visits"], [*told, municipality_id, names, EXPECTED_SYSTEM, now, kept])
        return [(id, Ended(status, municipality_id)) for id, status in cursor.fetchall()]


def _reach(plans: Sequence[VisitPlan], today: date) -> None:
    until = today + timedelta(days=DAYS_EXPECTED)
    VisitPlan.objects.filter(id__in=[plan.id for plan in plans]).update(expanded_until=until)


def _as_row(plan: VisitPlan) -> Row:
    told = {name: getattr(plan, name) for name in AS_IN_ROW}
    of_a_visit = {"performer_name": "", "performer_role": "", "cancelled_by": "", "not_performed_reason": ""}
    return Row(id=plan.id, status=VisitStatus.EXPECTED.value, digest=bytes(plan.digest), **told, **of_a_visit)


def _as_known(plan: VisitPlan) -> Known:
    return Known(
        id=plan.id,
        citizen_id=plan.citizen_id,
        identifier_system=plan.identifier_system,
        identifier_value=plan.identifier_value,
        status=VisitStatus.EXPECTED.value,
        starts_at=plan.starts_at.astimezone(UTC),
        ends_at=plan.ends_at,
        is_window=plan.is_window,
        moved_from=None,
        source_updated_at=plan.source_updated_at,
        version=plan.version,
        digest=plan.digest,
        stored_at=plan.stored_at,
    )
