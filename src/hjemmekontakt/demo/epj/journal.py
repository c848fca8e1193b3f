"""The journal itself: its book, what it has heard from the portal, and how it answers."""

from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import Any

from hjemmekontakt.demo.epj import shapes
from hjemmekontakt.demo.epj.book import PATIENCE_OF_A_PERSON, Book, NotPossible
from hjemmekontakt.demo.epj.config import Config
from hjemmekontakt.demo.epj.line import Line
from hjemmekontakt.demo.epj.portal import Unreachable
from hjemmekontakt.ground import clock

MOST_ANSWERS = 5
LONGEST_GOODBYE = 5.0
OPEN = ("requested", "received")


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
        self._stopping = Event()
        self.line = Line(config, stopping=self._stopping)
        self.book = Book(config, self.line)
        self._seen: list[dict[str, Any]] = []
        self._heard: set[str] = set()
        self._lock = RLock()
        self._errands: set[Thread] = set()

    def start(self) -> None:
        """Make everybody's plan, and begin to send it."""
        self.book.open()
        self._aside(self.book.send_everything)

    def stop(self) -> None:
        """Let go of everything; what was under way is given up."""
        self._stopping.set()
        for errand in list(self._errands):
            errand.join(LONGEST_GOODBYE)
        self.book.close()
        self.line.close()

    # What a person at the journal does

    def answer(self, thread: str, text: str) -> dict[str, Any]:
        """Answer in a thread, as the unit."""
        message = shapes.communication(thread, text, self.config, sent=clock.real())
        return {"thread": thread, "portal": self.line.post("Communication", message, within=PATIENCE_OF_A_PERSON)}

    def set_policy(self, policy: Policy) -> None:
        """Choose how cancellations and wishes that come from now on are answered."""
        if policy.cancellation not in ("accept", "decline", "silent"):
            raise NotPossible("cancellation is accept, decline or silent")
        if not 1 <= policy.times <= MOST_ANSWERS:
            raise NotPossible(f"times is from 1 to {MOST_ANSWERS}")
        if policy.wish not in ("accept", "propose", "decline", "silent"):
            raise NotPossible("wish is accept, propose, decline or silent")
        self.policy = policy

    def seen(self) -> list[dict[str, Any]]:
        """What was heard from the portal, oldest first."""
        with self._lock:
            return list(self._seen)

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
            self.line.put(f"Task/{id}", {**task, "status": "received"}, if_match=etag)
        if policy.cancellation != "silent" and not self._stopping.wait(policy.delay_s):
            self.line.wait_while_down()
            self._answer_task(task, visit, policy)

    def _answer_task(self, heard: dict[str, Any], identifier: str, policy: Policy) -> None:
        id = heard["id"]
        task, etag = (heard, "") if policy.blindly else self.line.fetch(f"Task/{id}")
        if task is None or task.get("status") not in OPEN:
            return
        why_not = self._why_not_cancel(identifier, policy)
        if why_not:
            told = {**task, "status": "rejected", "statusReason": {"text": why_not}}
            self._say(id, told, etag, policy)
            return
        taken = self._say(id, {**task, "status": "accepted"}, etag, policy)
        if taken or policy.blindly:
            herself = task.get("requester", {}).get("type", "Patient") == "Patient"
            self.book.call_off(identifier, reason="AAI" if herself else "APVAI")

    def _say(self, id: str, told: dict[str, Any], etag: str, policy: Policy) -> str:
        """Say an answer as many times as the policy has it; only the first one looks at the version."""
        taken = self.line.put(f"Task/{id}", told, if_match=etag)
        for _ in range(policy.times - 1):
            self.line.put(f"Task/{id}", told)
        return taken

    def _attend_wish(self, task: dict[str, Any], etag: str) -> None:
        id, policy, visit = task["id"], self.policy, self._visit_in_focus(task.get("focus", {}))
        if task.get("status") == "accepted" and shapes.proposed(task):
            self.book.give_time(visit, shapes.proposed(task))  # she has said yes to what was proposed
            return
        if task.get("status") not in OPEN:
            return
        if not self._remember("change-wish", id, self._key_of(task.get("for")), visit=visit):
            return
        if task["status"] == "requested":
            self.line.put(f"Task/{id}", {**task, "status": "received"}, if_match=etag)
        if policy.wish != "silent" and not self._stopping.wait(policy.delay_s):
            self.line.wait_while_down()
            self._answer_wish(id, visit, policy)

    def _answer_wish(self, id: str, visit: str, policy: Policy) -> None:
        task, etag = self.line.fetch(f"Task/{id}")
        if task is None or task.get("status") not in OPEN:
            return
        wished = shapes.wished(task)
        if self.book.live(visit) is None or policy.wish == "decline" or wished is None:
            answer = {"status": "rejected", "statusReason": {"text": "Vi har ingen ledig da. Ring oss."}}
        elif policy.wish == "propose":
            answer = {"status": "on-hold", **shapes.proposal(wished[1], wished[1] + (wished[1] - wished[0]))}
        else:
            answer = {"status": "accepted"}
        taken = self.line.put(f"Task/{id}", {**task, **answer}, if_match=etag)
        if taken and answer["status"] == "accepted":
            self.book.give_time(visit, wished)

    def _why_not_cancel(self, identifier: str, policy: Policy) -> str:
        visit = self.book.live(identifier)
        if visit is None:
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
            self.book.inactive.discard(person)
            self.book.send_window(person)

    def _attend_message(self, id: str, mark: str) -> None:
        message, _ = self._fetch(f"Communication/{id}", mark)
        if message is not None:
            self._remember("message", id, self._key_of(message.get("subject")))

    def _key_of(self, pointer: dict[str, Any] | None) -> str | None:
        number = shapes.national_id(pointer)
        address = (pointer or {}).get("reference", "")
        if not number and "Patient/" in address:
            patient, _ = self.line.fetch(f"Patient/{address.rpartition('/')[2]}")
            number = shapes.national_id(patient)
        return next((key for key, person in self.config.persons.items() if person.national_id == number), None)

    def _visit_in_focus(self, focus: dict[str, Any]) -> str:
        """The name in the journal of the visit that is asked about, which may be one that a plan alone lets expect."""
        named = focus.get("identifier", {})
        if named and named.get("system") != shapes.EXPECTED_SYSTEM:
            return str(named.get("value", ""))
        visit, _ = self.line.fetch(f"Appointment/{focus.get('reference', '').rpartition('/')[2]}")
        series = shapes.series_named(visit or {})
        if series:
            return self.book.of_a_series(*series)
        return next((str(each.get("value", "")) for each in (visit or {}).get("identifier", [])), "")

    def _fetch(self, path: str, mark: str) -> tuple[dict[str, Any] | None, str]:
        """Fetch what a notice is about; where that does not come, the notice counts as not heard."""
        found, etag = self.line.fetch(path)
        if found is None:
            with self._lock:
                self._heard.discard(mark)
        return found, etag

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

    # Small print

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
