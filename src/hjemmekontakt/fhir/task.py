"""Task (cancel a visit): the request that goes to the journal, and the journal's answer (R38, R43)."""

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
    """Where a request to cancel stands, on the wire."""

    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


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
class CancellationRequest:
    """One request to cancel one visit, as the journal may read it."""

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
    reason: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    asked_at: datetime
    changed_at: datetime
    last_updated: datetime


def read(body: bytes) -> CancellationAnswer:
    """Understand a Task from the journal, or raise BadResource with every reason why not (R38)."""
    return understand(decode(body, _DECODER, kind="Task"))


def understand(resource: Task) -> CancellationAnswer:
    """Understand a Task that is already known to be R4, such as one from a Bundle."""
    wrong: list[Issue] = []
    if resource.status not in TaskStatus._value2member_map_:
        wrong.append(_error("not-supported", "This status is not used for a cancellation.", "status"))
    if resource.intent != "order":
        wrong.append(_error("business-rule", "A cancellation is an order.", "intent"))
    if systems.CANCEL_VISIT not in _codes(resource):
        wrong.append(_error("business-rule", "Only the task cancel-visit is used here.", "code"))
    if resource.modifier_extension:
        wrong.append(_error("extension", "A modifierExtension changes the meaning and is not known here.", ""))
    visit_id = _visit_id(resource)
    if not visit_id:
        wrong.append(_error("required", "The focus must be the visit, Appointment/<id>.", "focus"))
    reason = _reason(resource)
    if resource.status == "rejected" and not reason:
        wrong.append(_error("required", "A rejected cancellation needs its reason in words.", "statusReason"))
    if wrong:
        raise BadResource(wrong, status=422)
    version = resource.meta.version_id if resource.meta else None
    return CancellationAnswer(
        task_id=resource.id,
        visit_id=visit_id,
        status=TaskStatus(resource.status),
        reason=reason,
        version=int(version) if version and version.isascii() and version.isdigit() else None,
    )


def _visit_id(resource: Task) -> str:
    kind, _, id = ((resource.focus and resource.focus.reference) or "").rpartition("/")
    return id if kind == "Appointment" or kind.endswith("/Appointment") else ""


def _reason(resource: Task) -> str:
    told = resource.status_reason
    if told is None:
        return ""
    return told.text or next((coding.display for coding in told.coding or [] if coding.display), "")


def _codes(resource: Task) -> list[str | None]:
    given = (resource.code.coding if resource.code else None) or []
    return [coding.code for coding in given if coding.system == systems.TASK_CODE]


def _error(code: str, sentence: str, place: str) -> Issue:
    return unacceptable(code, sentence, expression=f"Task.{place}" if place else "Task")


def write(request: CancellationRequest) -> dict[str, Any]:
    """Write a request to cancel as a Task; identity numbers stand in its body alone (R8, R38)."""
    visit = {"system": request.visit_identifier_system, "value": request.visit_identifier_value}
    patient = {"system": request.patient_identifier_system, "value": request.patient_national_id}
    resource: dict[str, Any] = {
        "resourceType": "Task",
        "id": request.id,
        "meta": {"versionId": str(request.version), "lastUpdated": request.last_updated.isoformat()},
        "status": request.status.value,
        "intent": "order",
        "code": {"coding": [{"system": systems.TASK_CODE, "code": systems.CANCEL_VISIT}]},
        "focus": {"reference": f"Appointment/{request.visit_id}", "type": "Appointment", "identifier": visit},
        "for": {"type": "Patient", "identifier": patient},
        "authoredOn": request.asked_at.isoformat(),
        "lastModified": request.changed_at.isoformat(),
        "requester": _requester(request.asker),
        "owner": {"type": "Organization", "identifier": {"system": systems.HER_ID, "value": request.unit_her_id}},
    }
    if request.reason:
        resource["reasonCode"] = {"text": request.reason}
    if request.answer:
        resource["statusReason"] = {"text": request.answer}
    return resource


def _requester(asker: Asker) -> dict[str, Any]:
    who: dict[str, Any] = {"type": "RelatedPerson" if asker.on_behalf else "Patient"}
    if asker.national_id:
        who["identifier"] = {"system": asker.identifier_system, "value": asker.national_id}
    if asker.name:
        who["display"] = asker.name
    return who
