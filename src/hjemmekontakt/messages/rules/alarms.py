"""The clock of the promise: when it rings, and what a ring does; what nobody takes, and what is not delivered (R19, R81, R82)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hjemmekontakt.ground.workdays import Calendar

STAGES = (50, 80, 100)
LEADER_STAGE = 80
UNTAKEN_FOR = timedelta(hours=4)
DELIVERED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a dialogue's clock shows: when it rings next, how far it has come, and when nobody has taken it for too long.

    `stage` is the last that rang (0: none), `leader_at` when it goes to the team leader unless it is taken first.
    """

    alarm_at: datetime | None = None
    stage: int = 0
    leader_at: datetime | None = None
    with_leader: bool = False


STOPPED = Clock()
"""The clock of a dialogue in which nothing waits."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What a ring does: the clock as it is after it, the stage that rang (None: only `leader_at` did), and whether it
    goes to the team leader by it.
    """

    clock: Clock
    stage: int | None
    to_leader: str = ""

    @property
    def says(self) -> tuple[str, ...]:
        """What is written down of it.

        >>> Ring(STOPPED, 100, "to-leader").says, Ring(STOPPED, None).says
        (('alarm', 'to-leader'), ())
        """
        return (*(("alarm",) if self.stage else ()), *((self.to_leader,) if self.to_leader else ()))


def moments(sent_at: datetime, answer_by: datetime, *, calendar: Calendar) -> dict[int, datetime]:
    """Say when the clock rings: after half and four fifths of the working time until the promised hour, and then (R82).

    >>> from hjemmekontakt.ground.workdays import OSLO
    >>> sent, promised = datetime(2026, 3, 2, 10, tzinfo=OSLO), datetime(2026, 3, 3, 16, tzinfo=OSLO)
    >>> [f"{moment:%a %H:%M}" for moment in moments(sent, promised, calendar=Calendar()).values()]
    ['Tue 09:00', 'Tue 13:12', 'Tue 16:00']
    """
    whole = calendar.working_time(sent_at, answer_by)
    rings = {stage: _after(stage, whole, sent_at, answer_by, calendar=calendar) for stage in STAGES[:-1]}
    return {**rings, STAGES[-1]: answer_by}


def wound(sent_at: datetime, answer_by: datetime, *, calendar: Calendar, taken: bool, now: datetime) -> Clock:
    """Wind the clock for what a citizen has written: where nobody has taken it, it also runs towards the leader (R81, R82).

    >>> from hjemmekontakt.ground.workdays import OSLO
    >>> sent, promised = datetime(2026, 3, 2, 10, tzinfo=OSLO), datetime(2026, 3, 3, 16, tzinfo=OSLO)
    >>> print(wound(sent, promised, calendar=Calendar(), taken=False, now=sent).leader_at)
    2026-03-02 14:00:00+01:00
    """
    whole = calendar.working_time(sent_at, answer_by)
    alarm_at = _after(STAGES[0], whole, sent_at, answer_by, calendar=calendar)
    return Clock(alarm_at=alarm_at, leader_at=None if taken else goes_to_leader_at(now, calendar=calendar))


def goes_to_leader_at(now: datetime, *, calendar: Calendar) -> datetime:
    """Say when what nobody has taken goes to the team leader: after four hours of work (R81).

    >>> from hjemmekontakt.ground.workdays import OSLO
    >>> print(goes_to_leader_at(datetime(2026, 3, 2, 14, tzinfo=OSLO), calendar=Calendar()))
    2026-03-03 10:00:00+01:00
    """
    return calendar.after_working_time(now, UNTAKEN_FOR)


def ring(clock: Clock, rings: dict[int, datetime], *, now: datetime) -> Ring:
    """Say what the clock does now: one ring that says the highest stage passed; a breach goes to the leader before it is one.

    >>> from datetime import UTC
    >>> rings = {stage: datetime(2026, 3, 2, hour, tzinfo=UTC) for stage, hour in ((50, 9), (80, 12), (100, 15))}
    >>> rung = ring(Clock(alarm_at=rings[50]), rings, now=rings[80])
    >>> rung.stage, rung.to_leader, rung.clock.alarm_at == rings[100]
    (80, 'to-leader', True)
    >>> ring(rung.clock, rings, now=rings[80]).says
    ()
    """
    passed = [stage for stage, moment in rings.items() if moment <= now and stage > clock.stage]
    stage = max(passed, default=None)
    reached = stage or clock.stage
    untaken = clock.leader_at is not None and clock.leader_at <= now
    to_leader = not clock.with_leader and (reached >= LEADER_STAGE or untaken)
    after = replace(
        clock,
        stage=reached,
        alarm_at=_next(rings, after=reached),
        leader_at=None if untaken or to_leader or clock.with_leader else clock.leader_at,
        with_leader=clock.with_leader or to_leader,
    )
    return Ring(after, stage, "to-leader" if to_leader else "")


def set_anew(clock: Clock, rings: dict[int, datetime]) -> Clock:
    """Move the next ring to where the days of work now put it, and no promise with it: stages that rang stay rung (R21).

    >>> from datetime import UTC
    >>> rings = {stage: datetime(2026, 3, 2, hour, tzinfo=UTC) for stage, hour in ((50, 9), (80, 12), (100, 15))}
    >>> set_anew(Clock(alarm_at=rings[100], stage=50), rings).alarm_at == rings[80]
    True
    """
    return replace(clock, alarm_at=_next(rings, after=clock.stage))


def deliver_by(sent_at: Iterable[datetime], *, answers_in: str) -> datetime | None:
    """Say by when the journal must have taken in the messages it has not told of; None where they are answered here (R19).

    >>> from datetime import UTC
    >>> ten = datetime(2026, 3, 2, 10, tzinfo=UTC)
    >>> deliver_by([ten], answers_in="portal"), deliver_by([ten], answers_in="journal").minute
    (None, 15)
    """
    first = min(sent_at, default=None) if answers_in == "journal" else None
    return first + DELIVERED_WITHIN if first else None


def _next(rings: dict[int, datetime], *, after: int) -> datetime | None:
    return next((rings[stage] for stage in STAGES if stage > after), None)


def _after(stage: int, whole: timedelta, sent_at: datetime, answer_by: datetime, *, calendar: Calendar) -> datetime:
    return min(calendar.after_working_time(sent_at, whole * stage / 100), answer_by)
