"""Task: what all requests to a journal have in common, and the one to cancel a visit with its answer (R38, R43)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.outcome import BadResource, Issue, unacceptable
from hjemmekontakt.fhir.structs.task import Task

_DECODER = decoder(Task)


class TaskStatus(StrEnum):
    """Where a request stands, on the wire; a wish alone is on hold, while a proposal waits for the citizen."""

    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    ON_HOLD = "on-hold"


STATUSES = frozenset(TaskStatus) - {TaskStatus.ON_HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAnswer:
    """What the journal says of one request: received, accepted, rejected with a reason, or completed."""

    task_id: str | None
    visit_id: str
    status: TaskStatus
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asked: the recipient herself, or somebody on her behalf (R45)."""

    identifier_system: str
    national_id: str = field(repr=False)
    name: str = field(default="", repr=False)
    on_behalf: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request about one visit, as the journal may read it."""

    id: str
    version: int
    visit_id: str
    visit_identifier_system: str
    visit_identifier_value: str
    unit_her_id: str
    patient_identifier_system: str
    patient_national_id: str = field(repr=False)
    status: TaskStatus
    asker: Asker
    asked_at: datetime
    changed_at: datetime
    last_updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRequest(Request):
    """A request to cancel, with her reason and the journal's answer."""

    reason: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)


def resource_in(body: bytes) -> Task:
    """Read a Task of any kind, or raise BadResource where it is not R4."""
    return decode(body, _DECODER, kind="Task")


def read(body: bytes) -> CancellationAnswer:
    """Understand a cancellation's Task from the journal, or raise BadResource with every reason why not (R38)."""
    return understand(resource_in(body))


def understand(resource: Task) -> CancellationAnswer:
    """Understand a Task that is already known to be R4, such as one from a Bundle."""
    wrong: list[Issue] = []
    if resource.status not in STATUSES:
        wrong.append(error("not-supported", "This status is not used for a cancellation.", "status"))
    wrong += wrong_in_any(resource, intent="A cancellation is an order.")
    if systems.CANCEL_VISIT not in codes_of(resource):
        wrong.append(error("business-rule", "Only the tasks cancel-visit and change-visit are used here.", "code"))
    reason = reason_of(resource)
    if resource.status == "rejected" and not reason:
        wrong.append(error("required", "A rejected cancellation needs its reason in words.", "statusReason"))
    if wrong:
        raise BadResource(wrong, status=422)
    return CancellationAnswer(
        task_id=resource.id,
        visit_id=visit_id_of(resource),
        status=TaskStatus(resource.status),
        reason=reason,
        version=version_of(resource),
    )


def wrong_in_any(resource: Task, *, intent: str) -> Iterable[Issue]:
    """What is wrong with a Task of whatever kind: it is no order, means something more, or is about no visit."""
    if resource.intent != "order":
        yield error("business-rule", intent, "intent")
    if resource.modifier_extension:
        yield error("extension", "A modifierExtension changes the meaning and is not known here.", "")
    if not visit_id_of(resource):
        yield error("required", "The focus must be the visit, Appointment/<id>.", "focus")


def version_of(resource: Task) -> int | None:
    """The version that the Task says it is."""
    version = resource.meta.version_id if resource.meta else None
    return int(version) if version and version.isascii() and version.isdigit() else None


def visit_id_of(resource: Task) -> str:
    """The visit that the Task is about; empty where its focus is no visit."""
    kind, _, id = ((resource.focus and resource.focus.reference) or "").rpartition("/")
    return id if kind == "Appointment" or kind.endswith("/Appointment") else ""


def reason_of(resource: Task) -> str:
    """Why the Task stands as it does, in words."""
    told = resource.status_reason
    if told is None:
        return ""
    return told.text or next((coding.display for coding in told.coding or [] if coding.display), "")


def codes_of(resource: Task) -> list[str | None]:
    """Which of our kinds of Task it is."""
    given = (resource.code.coding if resource.code else None) or []
    return [coding.code for coding in given if coding.system == systems.TASK_CODE]


def error(code: str, sentence: str, place: str) -> Issue:
    """One thing that is wrong, and where in the Task."""
    return unacceptable(code, sentence, expression=f"Task.{place}" if place else "Task")


def write(request: CancellationRequest) -> dict[str, Any]:
    """Write a request to cancel as a Task; identity numbers stand in its body alone (R8, R38)."""
    resource = begun(request, code=systems.CANCEL_VISIT)
    if request.reason:
        resource["reasonCode"] = {"text": request.reason}
    if request.answer:
        resource["statusReason"] = {"text": request.answer}
    return resource


def begun(request: Request, *, code: str) -> dict[str, Any]:
    """Write what a request of whatever kind has: which visit and person it is about, who asked, and how it stands."""
    visit = {"system": request.visit_identifier_system, "value": request.visit_identifier_value}
    patient = {"system": request.patient_identifier_system, "value": request.patient_national_id}
    return {
        "resourceType": "Task",
        "id": request.id,
        "meta": {"versionId": str(request.version), "lastUpdated": request.last_updated.isoformat()},
        "status": request.status.value,
        "intent": "order",
        "code": {"coding": [{"system": systems.TASK_CODE, "code": code}]},
        "focus": {"reference": f"Appointment/{request.visit_id}", "type": "Appointment", "identifier": visit},
        "for": {"type": "Patient", "identifier": patient},
        "authoredOn": request.asked_at.isoformat(),
        "lastModified": request.changed_at.isoformat(),
        "requester": _requester(request.asker),
        "owner": {"type": "Organization", "identifier": {"system": systems.HER_ID, "value": request.unit_her_id}},
    }


def _requester(asker: Asker) -> dict[str, Any]:
    who: dict[str, Any] = {"type": "RelatedPerson" if asker.on_behalf else "Patient"}
    if asker.national_id:
        who["identifier"] = {"system": asker.identifier_system, "value": asker.national_id}
    if asker.name:
        who["display"] = asker.name
    return who
