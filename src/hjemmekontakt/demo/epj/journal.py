"""The journal itself: the plan it keeps, what it has heard from the portal, and how it answers."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any

import httpx

from hjemmekontakt.demo.epj import memory, plan, shapes
from hjemmekontakt.demo.epj.config import Config
from hjemmekontakt.demo.epj.plan import Visit
from hjemmekontakt.demo.epj.portal import Portal, Unreachable
from hjemmekontakt.ground import clock

SENDERS = 4
PATIENCE_OF_A_PERSON = 10.0
MOST_ANSWERS = 5
LONGEST_GOODBYE = 5.0
LIVE = ("proposed", "booked")
OPEN = ("requested", "received")


class NotPossible(Exception):
    """The journal cannot do what was asked; the text says why, and names nobody."""


class Unknown(Exception):
    """There is no such visit or person in the journal."""


@dataclass(frozen=True)
class Policy:
    """How cancellations and wishes for another time are answered, after how long, and how many times over.

    One that answers `blindly` does not look again whether the request still stands, as journals with a queue of their own.
    """

    cancellation: str = "accept"
    delay_s: float = 1.0
    times: int = 1
    blindly: bool = False
    wish: str = "accept"


class Journal:
    """One municipality's journal system, for as long as the process lives."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.policy = Policy()
        self.visits: dict[str, Visit] = {}
        self.inactive: set[str] = set()
        self.problems: list[str] = []
        self.ready = Event()
        self._seen: list[dict[str, Any]] = []
        self._heard: set[str] = set()
        self._outage_ends = 0.0
        self._stopping = Event()
        self._lock = RLock()
        self._sending: dict[str, RLock] = {}
        self._errands: set[Thread] = set()
        self._portal = Portal(config, stopping=self._stopping)
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")

    def start(self) -> None:
        """Make everybody's plan, and begin to send it."""
        now = self._now()
        planned = [visit for person in self.config.persons.values() for visit in plan.two_weeks(person, now=now)]
        for visit in memory.joined(memory.read(self.config.memory), planned):
            self._keep(visit)
        self._aside(self._send_everything)

    def stop(self) -> None:
        """Let go of everything; what was under way is given up."""
        self._stopping.set()
        for errand in list(self._errands):
            errand.join(LONGEST_GOODBYE)
        self._senders.shutdown(wait=True, cancel_futures=True)
        self._portal.close()
        self._remember_visits()

    def _remember_visits(self) -> None:
        with self._lock:
            memory.write(self.config.memory, self.visits.values(), now=self._now())

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
        if person not in self.config.persons:
            raise Unknown
        visit = plan.one_more(self.config.persons[person], *_in_order(start, end), now=self._now())
        with self._lock:
            if visit.identifier not in self.visits:
                self._keep(visit)
        return self._sent(self.visits[visit.identifier])

    def answer(self, thread: str, text: str) -> dict[str, Any]:
        """Answer in a thread, as the unit."""
        message = shapes.communication(thread, text, self.config, sent=clock.real())
        return {
            "thread": thread,
            "portal": self._portal.post("Communication", message, within=PATIENCE_OF_A_PERSON).status_code,
        }

    def set_policy(self, policy: Policy) -> None:
        """Choose how cancellations and wishes that come from now on are answered."""
        if policy.cancellation not in ("accept", "decline", "silent"):
            raise NotPossible("cancellation is accept, decline or silent")
        if not 1 <= policy.times <= MOST_ANSWERS:
            raise NotPossible(f"times is from 1 to {MOST_ANSWERS}")
        if policy.wish not in ("accept", "propose", "decline", "silent"):
            raise NotPossible("wish is accept, propose, decline or silent")
        self.policy = policy

    def go_down(self, seconds: float) -> None:
        """Be away for some seconds; nothing is heard and nothing is sent meanwhile."""
        self._outage_ends = monotonic() + max(0.0, seconds)

    # What anybody may look at

    @property
    def is_down(self) -> bool:
        """Whether the journal is away just now."""
        return monotonic() < self._outage_ends

    def seen(self) -> list[dict[str, Any]]:
        """What was heard from the portal, oldest first."""
        with self._lock:
            return list(self._seen)

    def overview(self) -> list[Visit]:
        """All visits, in the order of time."""
        with self._lock:
            return sorted(self.visits.values(), key=lambda visit: (visit.starts_at, visit.identifier))

    def landmarks(self) -> dict[str, dict[str, str]]:
        """For each person, the identifiers of her next visit and of one that can surely be cancelled."""
        today = self._now().astimezone(plan.OSLO).date()
        visits = self.overview()
        return {
            key: plan.landmarks([visit for visit in visits if visit.person == key], today=today)
            for key in self.config.persons
        }

    # What the portal tells

    def hear(self, bundle: Any) -> None:
        """Take in a rest-hook's notice; what it means is found out aside, and a repeated notice means nothing new."""
        for kind, id, mark in shapes.notices(bundle):
            with self._lock:
                if mark in self._heard:
                    continue
                self._heard.add(mark)
            attend = {"Task": self._attend_task, "Patient": self._attend_patient, "Communication": self._attend_message}
            if kind in attend:
                self._aside(attend[kind], id, mark)

    def _attend_task(self, id: str, mark: str) -> None:
        task, etag = self._fetch(f"Task/{id}", mark)
        if task is not None and shapes.is_wish(task):
            self._attend_wish(task, etag)
            return
        if task is None or task.get("status") not in OPEN:
            return
        visit = self._visit_in_focus(task.get("focus", {}))
        person = self._key_of(task.get("for"))
        policy = self.policy
        if not self._remember("cancellation", id, person, visit=visit):
            return
        if task["status"] == "requested":
            self._portal.put(f"Task/{id}", {**task, "status": "received"}, if_match=etag)
        if policy.cancellation != "silent" and not self._stopping.wait(policy.delay_s):
            self._wait_out_the_outage()
            self._answer_task(task, visit, policy)

    def _answer_task(self, heard: dict[str, Any], identifier: str, policy: Policy) -> None:
        id = heard["id"]
        task, etag = (heard, "") if policy.blindly else self._fetch(f"Task/{id}", "")
        if task is None or task.get("status") not in OPEN:
            return
        why_not = self._why_not_cancel(identifier, policy)
        if why_not:
            told = {**task, "status": "rejected", "statusReason": {"text": why_not}}
            self._say(id, told, etag, policy)
            return
        taken = self._say(id, {**task, "status": "accepted"}, etag, policy)
        if not taken and not policy.blindly:
            return
        with self._lock:
            visit = self.visits[identifier]
            visit.status = "cancelled"
            visit.cancel_reason = "AAI" if task.get("requester", {}).get("type", "Patient") == "Patient" else "APVAI"
        self._remember_visits()
        self._send(visit)

    def _say(self, id: str, told: dict[str, Any], etag: str, policy: Policy) -> str:
        """Say an answer as many times as the policy has it; only the first one looks at the version."""
        taken = self._note(self._portal.put(f"Task/{id}", told, if_match=etag))
        for _ in range(policy.times - 1):
            self._note(self._portal.put(f"Task/{id}", told))
        return taken

    def _attend_wish(self, task: dict[str, Any], etag: str) -> None:
        id, policy, visit = task["id"], self.policy, self._visit_in_focus(task.get("focus", {}))
        if task.get("status") == "accepted" and shapes.proposed(task):
            self._give_time(visit, shapes.proposed(task))  # she has said yes to what was proposed
            return
        if task.get("status") not in OPEN:
            return
        if not self._remember("change-wish", id, self._key_of(task.get("for")), visit=visit):
            return
        if task["status"] == "requested":
            self._portal.put(f"Task/{id}", {**task, "status": "received"}, if_match=etag)
        if policy.wish != "silent" and not self._stopping.wait(policy.delay_s):
            self._wait_out_the_outage()
            self._answer_wish(id, visit, policy)

    def _answer_wish(self, id: str, visit: str, policy: Policy) -> None:
        task, etag = self._fetch(f"Task/{id}", "")
        if task is None or task.get("status") not in OPEN:
            return
        wished = shapes.wished(task)
        known = self.visits.get(visit)
        if known is None or known.status not in LIVE or policy.wish == "decline" or wished is None:
            answer = {"status": "rejected", "statusReason": {"text": "Vi har ingen ledig da. Ring oss."}}
        elif policy.wish == "propose":
            answer = {"status": "on-hold", **shapes.proposal(wished[1], wished[1] + (wished[1] - wished[0]))}
        else:
            answer = {"status": "accepted"}
        taken = self._note(self._portal.put(f"Task/{id}", {**task, **answer}, if_match=etag))
        if taken and answer["status"] == "accepted":
            self._give_time(visit, wished)

    def _give_time(self, identifier: str, times: tuple[datetime, datetime] | None) -> None:
        visit = self.visits.get(identifier)
        if visit is None or visit.status not in LIVE or times is None:
            return
        with self._lock:
            visit.starts_at, visit.ends_at = times
        self._remember_visits()
        self._send(visit)

    def _why_not_cancel(self, identifier: str, policy: Policy) -> str:
        visit = self.visits.get(identifier)
        if visit is None or visit.status not in LIVE:
            return "Besøket er ikke lenger i planen."
        if policy.cancellation == "decline" or not visit.may_cancel:
            return "Dette besøket kan ikke avlyses. Ring oss."
        return ""

    def _attend_patient(self, id: str, mark: str) -> None:
        patient, _ = self._fetch(f"Patient/{id}", mark)
        if patient is None:
            return
        person = self._key_of(patient)
        self._remember("activation", id, person, mark=mark)
        if person is not None:
            self.inactive.discard(person)
            self._send_window(person)

    def _attend_message(self, id: str, mark: str) -> None:
        message, _ = self._fetch(f"Communication/{id}", mark)
        if message is not None:
            self._remember("message", id, self._key_of(message.get("subject")))

    def _key_of(self, pointer: dict[str, Any] | None) -> str | None:
        number = shapes.national_id(pointer)
        address = (pointer or {}).get("reference", "")
        if not number and "Patient/" in address:
            patient, _ = self._fetch(f"Patient/{address.rpartition('/')[2]}", "")
            number = shapes.national_id(patient)
        return next((key for key, person in self.config.persons.items() if person.national_id == number), None)

    def _visit_in_focus(self, focus: dict[str, Any]) -> str:
        if "identifier" in focus:
            return str(focus["identifier"].get("value", ""))
        visit, _ = self._fetch(f"Appointment/{focus.get('reference', '').rpartition('/')[2]}", "")
        return next((str(each.get("value", "")) for each in (visit or {}).get("identifier", [])), "")

    def _fetch(self, path: str, mark: str) -> tuple[dict[str, Any] | None, str]:
        self._wait_out_the_outage()
        answer = self._portal.get(path)
        if not self._note(answer):
            with self._lock:
                self._heard.discard(mark)
            return None, ""
        return answer.json(), answer.headers.get("ETag", "")

    def _remember(self, kind: str, id: str, person: str | None, *, visit: str = "", mark: str = "") -> str:
        """Write down what was heard, once; an empty answer tells that it was known."""
        with self._lock:
            once = f"{kind} {id} {mark}"
            if once in self._heard:
                return ""
            self._heard.add(once)
            told = {"kind": kind, "id": id, "person": person, "at": clock.real().isoformat()}
            self._seen.append({**told, "visit": visit} if visit else told)
            return once

    # Sending

    def _send_everything(self) -> None:
        for key in self.config.persons:
            self._send_window(key)
        self.ready.set()

    def _send_window(self, person: str) -> None:
        """Send all of a person's visits; the first goes alone, so that somebody not active costs one refusal."""
        visits = [visit for visit in self.overview() if visit.person == person]
        for visit in visits[:1]:
            self._send(visit)
        if person not in self.inactive:
            self._finish(self._senders.submit(self._send, visit) for visit in visits[1:])

    @staticmethod
    def _finish(sent: Iterable[Future[int]]) -> None:
        for each in list(sent):
            each.result()

    def _sent(self, visit: Visit) -> dict[str, Any]:
        self._remember_visits()
        code = self._send(visit, within=PATIENCE_OF_A_PERSON)
        return {"visit": visit.identifier, "status": visit.status, "portal": code or None}

    def _send(self, visit: Visit, *, within: float | None = None) -> int:
        """Send the visit as it stands now; 0 where the person is not active, so that nothing was sent (E35)."""
        with self._sending[visit.identifier]:
            if visit.person in self.inactive:
                return 0
            self._wait_out_the_outage()
            person = self.config.persons[visit.person]
            with self._lock:
                resource = shapes.appointment(visit, person, self.config, changed_at=clock.real())
            name = f"{shapes.VISIT_SYSTEM}|{visit.identifier}"
            answer = self._portal.put("Appointment", resource, identifier=name, within=within)
            if answer.status_code == 422 and shapes.is_not_active(_json(answer)):
                self.inactive.add(visit.person)
                return answer.status_code
            self._note(answer)
            return answer.status_code

    # Small print

    def _note(self, answer: httpx.Response) -> str:
        """Tell whether the portal took it; if not, keep what it answered for the page."""
        if answer.is_success:
            return "taken"
        with self._lock:
            self.problems.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")
            del self.problems[:-50]
        return ""

    def _aside(self, errand: Any, *about: str) -> None:
        runner = Thread(target=self._run, args=(errand, *about), daemon=True)
        with self._lock:
            self._errands = {each for each in self._errands if each.is_alive()} | {runner}
            runner.start()

    def _run(self, errand: Any, *about: str) -> None:
        try:
            errand(*about)
        except Unreachable:
            if not self._stopping.is_set():
                raise

    def _wait_out_the_outage(self) -> None:
        while self.is_down:
            if self._stopping.wait(min(1.0, max(0.0, self._outage_ends - monotonic()))):
                raise Unreachable

    def _keep(self, visit: Visit) -> None:
        self.visits[visit.identifier] = visit
        self._sending[visit.identifier] = RLock()

    def _visit(self, identifier: str) -> Visit:
        visit = self.visits.get(identifier) or self.visits.get(f"urn:uuid:{identifier}")
        if visit is None:
            raise Unknown
        return visit

    @staticmethod
    def _must_be_live(visit: Visit) -> None:
        if visit.status not in LIVE:
            raise NotPossible(f"the visit is {visit.status}")

    def _now(self) -> datetime:
        return self.config.now or clock.real()


def _in_order(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if start.tzinfo is None or end.tzinfo is None:
        raise NotPossible("start and end need a zone, such as +01:00")
    if end <= start:
        raise NotPossible("the end must be after the start")
    return start, end


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
