"""The silence alarm: when a visit without a word rings, for whom and when, and when a service may switch it on (M2)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from hjemmekontakt.visits.rules.visits import VisitStatus

OSLO = ZoneInfo("Europe/Oslo")
GRACE = timedelta(minutes=30)  # a report may come so long after the visit's planned end
LEADER_FIRST = timedelta(minutes=30)  # the shift's leader has so long before kin are told
OLDEST_RUNG = timedelta(hours=24)
NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)
MEASURED = timedelta(days=14)
ENOUGH_PERCENT = 95
TO_BE_REPORTED = frozenset({VisitStatus.PLANNED, VisitStatus.ASSIGNED})


class Quiet(StrEnum):
    """Why a visit without a word does not ring."""

    NOT_ON = "not-on"
    NOT_PLANNED = "not-planned"
    NOT_YET = "not-yet"
    TOO_OLD = "too-old"
    CALLED_OFF = "called-off"
    AWAY = "away"
    PROTECTED = "protected"
    JOURNAL_AWAY = "journal-away"


class NotYetKin(StrEnum):
    """Why kin are not told of a silent visit, or not yet."""

    SETTLED = "settled"
    TOLD = "told"
    LEADERS_TURN = "leaders-turn"
    NIGHT = "night"
    JOURNAL_AWAY = "journal-away"


class NotSwitched(StrEnum):
    """Why the silence alarm cannot be switched on for a service; each has its sentence in `words.py`."""

    NOT_OPENED = "not-opened"
    NO_VISITS = "no-visits"
    TOO_FEW_IN_TIME = "too-few-in-time"
    NOT_DISCUSSED = "not-discussed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """A visit of a service whose alarm is on, whose time has passed without a word; and what may keep it quiet."""

    id: UUID
    citizen_id: UUID
    unit_id: UUID
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    silence_from: date | None
    called_off: bool = False
    away: bool = False
    protected: bool = False
    told_by_journal: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of a service's visits of the last fourteen days should have been reported, and how many were in time."""

    visits: int
    in_time: int

    @property
    def percent(self) -> int:
        """The share in time, never rounded up.

        >>> Measure(200, 189).percent
        94
        """
        return self.in_time * 100 // self.visits if self.visits else 0


@dataclass(frozen=True, slots=True)
class SilenceChoiceView:
    """That the alarm was switched on or off: when, by whom, at what measure."""

    is_on: bool
    at: datetime
    by_name: str
    percent: int


@dataclass(frozen=True, slots=True)
class SilenceOfService:
    """A service and its silence alarm, as its leader sees it."""

    service_id: UUID
    service_name: str
    silence_from: date | None
    measure: Measure
    why_not: NotSwitched | None
    latest: SilenceChoiceView | None


@dataclass(frozen=True, slots=True)
class SilentVisitView:
    """A silent visit on the leader's list: whose, when and of which service; never who should have come."""

    visit_id: UUID
    citizen_id: UUID
    service_id: UUID
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    raised_at: datetime
    kin_told_at: datetime | None


@dataclass(frozen=True, slots=True)
class StillSilent:
    """What a notice of a silent visit needs, and no more."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    service_id: UUID
    starts_at: datetime
    ends_at: datetime


def why_not_ring(visit: Unreported, *, now: datetime, journal_away: bool = False) -> Quiet | None:
    """Say why a visit without a word does not ring; None means that the shift's leader is told (M2).

    `journal_away` is that the journal may still have something to tell: then its silence says nothing of one visit (R33).

    >>> ten = datetime(2026, 3, 2, 10, tzinfo=OSLO)
    >>> visit = Unreported(id=UUID(int=1), citizen_id=UUID(int=2), unit_id=UUID(int=3), status=VisitStatus.PLANNED,
    ...     starts_at=ten - timedelta(hours=2), ends_at=ten, silence_from=date(2026, 3, 1))
    >>> why_not_ring(visit, now=ten + GRACE)
    >>> why_not_ring(visit, now=ten + timedelta(minutes=29))
    <Quiet.NOT_YET: 'not-yet'>
    """
    if visit.silence_from is None or visit.starts_at.astimezone(OSLO).date() < visit.silence_from:
        return Quiet.NOT_ON
    if visit.status not in TO_BE_REPORTED:
        return Quiet.NOT_PLANNED
    if now < visit.ends_at + GRACE:
        return Quiet.NOT_YET
    if now > visit.ends_at + OLDEST_RUNG:
        return Quiet.TOO_OLD
    if visit.protected:
        return Quiet.PROTECTED
    if visit.away:
        return Quiet.AWAY
    if visit.called_off:
        return Quiet.CALLED_OFF
    return Quiet.JOURNAL_AWAY if journal_away and visit.told_by_journal else None


def is_night(moment: datetime) -> bool:
    """Tell whether nobody is to be woken: from ten in the evening to seven in the morning, as clocks show in Norway (M2).

    >>> [is_night(datetime(2026, 3, 28, hour, 59, tzinfo=OSLO)) for hour in (21, 22, 6)]
    [False, True, True]
    """
    shown = moment.astimezone(OSLO).time()
    return shown >= NIGHT_FROM or shown < NIGHT_UNTIL


def when_kin_are_told(raised_at: datetime) -> datetime:
    """Say when kin are told of a silent visit: when the leader has had half an hour, or at seven if that is at night (M2).

    >>> when_kin_are_told(datetime(2026, 3, 28, 21, 40, tzinfo=OSLO)).isoformat()  # the night the clock springs forward
    '2026-03-29T07:00:00+02:00'
    """
    turn = (raised_at + LEADER_FIRST).astimezone(OSLO)
    if not is_night(turn):
        return turn
    day = turn.date() + timedelta(days=1) if turn.time() >= NIGHT_FROM else turn.date()
    return datetime.combine(day, NIGHT_UNTIL, tzinfo=OSLO)


def why_not_tell_kin(
    *,
    raised_at: datetime,
    handled_at: datetime | None,
    told_at: datetime | None,
    now: datetime,
    journal_away: bool = False,
) -> NotYetKin | None:
    """Say why kin are not told of a silent visit now: settled, told already, the leader's turn, night, or a journal away (M2).

    >>> ten = datetime(2026, 3, 2, 10, tzinfo=OSLO)
    >>> why_not_tell_kin(raised_at=ten, handled_at=None, told_at=None, now=ten + LEADER_FIRST)
    >>> why_not_tell_kin(raised_at=ten, handled_at=None, told_at=None, now=ten)
    <NotYetKin.LEADERS_TURN: 'leaders-turn'>
    """
    if handled_at is not None:
        return NotYetKin.SETTLED
    if told_at is not None:
        return NotYetKin.TOLD
    if is_night(now):
        return NotYetKin.NIGHT
    if journal_away:
        return NotYetKin.JOURNAL_AWAY
    return NotYetKin.LEADERS_TURN if now < when_kin_are_told(raised_at) else None


def why_not_switch_on(measure: Measure, *, is_opened: bool, discussed: bool) -> NotSwitched | None:
    """Say why the alarm cannot be switched on: too few visits were reported in time, or it is not discussed (M2).

    >>> why_not_switch_on(Measure(100, 95), is_opened=True, discussed=True)
    >>> why_not_switch_on(Measure(1000, 949), is_opened=True, discussed=True)
    <NotSwitched.TOO_FEW_IN_TIME: 'too-few-in-time'>
    """
    if not is_opened:
        return NotSwitched.NOT_OPENED
    if measure.visits == 0:
        return NotSwitched.NO_VISITS
    if measure.in_time * 100 < measure.visits * ENOUGH_PERCENT:
        return NotSwitched.TOO_FEW_IN_TIME
    return None if discussed else NotSwitched.NOT_DISCUSSED
