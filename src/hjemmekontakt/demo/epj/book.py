"""The journal's book: the visits and plans that it keeps, what a person at the journal does with them, and the telling of it."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event, RLock
from typing import Any

from hjemmekontakt.demo.epj import memory, plan, shapes
from hjemmekontakt.demo.epj.config import Config
from hjemmekontakt.demo.epj.line import Line
from hjemmekontakt.demo.epj.memory import LIVE
from hjemmekontakt.demo.epj.plan import Series, Visit
from hjemmekontakt.ground import clock

SENDERS = 4
PATIENCE_OF_A_PERSON = 10.0


class NotPossible(Exception):
    """The journal cannot do what was asked; the text says why, and names nobody."""


class Unknown(Exception):
    """There is no such visit or person in the journal."""


class Book:
    """Every change in it is told to the portal."""

    def __init__(self, config: Config, line: Line) -> None:
        self.visits: dict[str, Visit] = {}
        self.series = {each.identifier: each for person in config.persons.values() for each in plan.series_of(person)}
        self.inactive: set[str] = set()
        self.all_sent = Event()
        self._config = config
        self._line = line
        self._lock = RLock()
        self._sending: dict[str, RLock] = {}
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")

    def open(self) -> None:
        """Make everybody's plan, with what is remembered from the last start."""
        now = self.now()
        planned = [visit for person in self._config.persons.values() for visit in plan.two_weeks(person, now=now)]
        for visit in memory.joined(memory.read(self._config.memory), planned):
            self._keep(visit)

    def close(self) -> None:
        """Remember everything; what was under way is given up."""
        self._senders.shutdown(wait=True, cancel_futures=True)
        self._remember()

    # What a person at the journal does

    def perform(self, identifier: str) -> dict[str, Any]:
        """Report a visit as performed, at the time it was planned for; twice is once."""
        with self._lock:
            visit = self._visit(identifier)
            if visit.status != "fulfilled":
                self._must_be_live(visit)
                visit.ends_at = visit.starts_at + timedelta(minutes=visit.minutes)
                visit.performer = visit.performer or plan.MONA
                visit.status = "fulfilled"
        return self._sent(visit)

    def move(self, identifier: str, start: datetime, end: datetime) -> dict[str, Any]:
        """Give a visit another time."""
        with self._lock:
            visit = self._visit(identifier)
            self._must_be_live(visit)
            visit.starts_at, visit.ends_at = _in_order(start, end)
        return self._sent(visit)

    def plan_visit(self, person: str, start: datetime, end: datetime) -> dict[str, Any]:
        """Plan one visit more."""
        if person not in self._config.persons:
            raise Unknown
        visit = plan.one_more(self._config.persons[person], *_in_order(start, end), now=self.now())
        with self._lock:
            if visit.identifier not in self.visits:
                self._keep(visit)
        return self._sent(self.visits[visit.identifier])

    # What is done when the portal has asked

    def live(self, identifier: str) -> Visit | None:
        """A visit that is still to come; nothing where it is done, called off or unknown."""
        visit = self.visits.get(identifier)
        return visit if visit is not None and visit.status in LIVE else None

    def call_off(self, identifier: str, *, reason: str) -> None:
        """Take a visit out of the plan, and tell it."""
        with self._lock:
            visit = self.visits[identifier]
            visit.status, visit.cancel_reason = "cancelled", reason
        self._remember()
        self._send(visit)

    def give_time(self, identifier: str, times: tuple[datetime, datetime] | None) -> None:
        """Give a visit the time that was agreed on, and tell it."""
        visit = self.live(identifier)
        if visit is None or times is None:
            return
        with self._lock:
            visit.starts_at, visit.ends_at = times
        self._remember()
        self._send(visit)

    def of_a_series(self, named: str, day: date) -> str:
        """The name of a series' visit of one day, which is made a visit of its own when somebody asks about it."""
        series = self.series.get(named)
        if series is None:
            return ""
        visit = plan.occurrence(series, day)
        with self._lock:
            if visit.identifier not in self.visits:
                self._keep(visit)
        return visit.identifier

    # What anybody may look at

    def overview(self) -> list[Visit]:
        """All visits, in the order of time."""
        with self._lock:
            return sorted(self.visits.values(), key=lambda visit: (visit.starts_at, visit.identifier))

    def landmarks(self) -> dict[str, dict[str, str]]:
        """For each person, the identifiers of her next visit and of one that can surely be cancelled."""
        today = self.now().astimezone(plan.OSLO).date()
        visits = self.overview()
        return {
            key: plan.landmarks([visit for visit in visits if visit.person == key], today=today)
            for key in self._config.persons
        }

    # Telling the portal

    def send_everything(self) -> None:
        """Tell everybody's visits and plans."""
        for key in self._config.persons:
            self.send_window(key)
        self.all_sent.set()

    def send_window(self, person: str) -> None:
        """Send all of a person's visits; the first goes alone, so that somebody not active costs one refusal."""
        visits = [visit for visit in self.overview() if visit.person == person]
        for visit in visits[:1]:
            self._send(visit)
        if person not in self.inactive:
            for series in (each for each in self.series.values() if each.person == person):
                self._send(series)
            self._finish(self._senders.submit(self._send, visit) for visit in visits[1:])

    @staticmethod
    def _finish(sent: Iterable[Future[int]]) -> None:
        for each in list(sent):
            each.result()

    def _sent(self, visit: Visit) -> dict[str, Any]:
        self._remember()
        code = self._send(visit, within=PATIENCE_OF_A_PERSON)
        return {"visit": visit.identifier, "status": visit.status, "portal": code or None}

    def _send(self, told: Visit | Series, *, within: float | None = None) -> int:
        """Send a visit or a plan as it stands now; 0 where the person is not active, so that nothing was sent (E35)."""
        with self._lock:
            turn = self._sending.setdefault(told.identifier, RLock())
        with turn:
            if told.person in self.inactive:
                return 0
            self._line.wait_while_down()
            person = self._config.persons[told.person]
            write = shapes.series if isinstance(told, Series) else shapes.appointment
            with self._lock:
                resource = write(told, person, self._config, changed_at=clock.real())  # type: ignore[arg-type]
            answer = self._line.report(resource, name=f"{shapes.VISIT_SYSTEM}|{told.identifier}", within=within)
            if answer.status_code == 422 and shapes.is_not_active(_json(answer)):
                self.inactive.add(told.person)
                return answer.status_code
            self._line.note(answer)
            return answer.status_code

    # Small print

    def now(self) -> datetime:
        """The journal's own clock, which may be set by its configuration."""
        return self._config.now or clock.real()

    def _remember(self) -> None:
        with self._lock:
            memory.write(self._config.memory, self.visits.values(), now=self.now())

    def _keep(self, visit: Visit) -> None:
        self.visits[visit.identifier] = visit

    def _visit(self, identifier: str) -> Visit:
        visit = self.visits.get(identifier) or self.visits.get(f"urn:uuid:{identifier}")
        if visit is None:
            raise Unknown
        return visit

    @staticmethod
    def _must_be_live(visit: Visit) -> None:
        if visit.status not in LIVE:
            raise NotPossible(f"the visit is {visit.status}")


def _in_order(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if start.tzinfo is None or end.tzinfo is None:
        raise NotPossible("start and end need a zone, such as +01:00")
    if end <= start:
        raise NotPossible("the end must be after the start")
    return start, end


def _json(answer: Any) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
