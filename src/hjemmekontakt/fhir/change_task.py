"""Task (another time for a visit): the wish that goes to the journal, and the journal's answer (R42)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hjemmekontakt.fhir import systems, task
from hjemmekontakt.fhir.outcome import BadResource, Issue
from hjemmekontakt.fhir.structs.datatypes import Period
from hjemmekontakt.fhir.structs.task import Task
from hjemmekontakt.fhir.task import Request, TaskStatus

Times = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAnswer:
    """What the journal says of one wish: received, accepted, rejected with a reason, or another time proposed."""

    task_id: str | None
    visit_id: str
    status: TaskStatus
    reason: str = ""
    proposed: Times | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRequest(Request):
    """A wish for another time, with up to three windows, her words, and how far it has come."""

    windows: tuple[Times, ...] = ()
    text: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    proposed: Times | None = None
    business_status: str = ""


def understand(resource: Task) -> WishAnswer:
    """Understand a wish's Task from the journal, or raise BadResource with every reason why not (R42)."""
    wrong: list[Issue] = list(task.wrong_in_any(resource, intent="A wish for another time is an order."))
    if resource.status not in frozenset(TaskStatus):
        wrong.append(task.error("not-supported", "This status is not used for a wish.", "status"))
    reason = task.reason_of(resource)
    if resource.status == "rejected" and not reason:
        wrong.append(task.error("required", "A rejected wish needs its reason in words.", "statusReason"))
    proposed = None
    if resource.status == "on-hold":
        proposed = _proposed(resource)
        if proposed is None:
            sentence = "A proposal is one output proposed-time with a valuePeriod: start and end with their zones."
            wrong.append(task.error("required", sentence, "output"))
    if wrong:
        raise BadResource(wrong, status=422)
    return WishAnswer(
        task_id=resource.id,
        visit_id=task.visit_id_of(resource),
        status=TaskStatus(resource.status),
        reason=reason,
        proposed=proposed,
    )


def write(request: WishRequest) -> dict[str, Any]:
    """Write a wish as a Task: its windows and words are inputs, a proposed time an output."""
    resource = task.begun(request, code=systems.CHANGE_VISIT)
    inputs = [_period(systems.WISHED_TIME, each) for each in request.windows]
    if request.text:
        inputs.append({"type": _concept(systems.TASK_PARAMETER, systems.WISH_IN_WORDS), "valueString": request.text})
    resource["input"] = inputs
    if request.business_status:
        resource["businessStatus"] = _concept(systems.BUSINESS_STATUS, request.business_status)
    if request.answer:
        resource["statusReason"] = {"text": request.answer}
    if request.proposed:
        resource["output"] = [_period(systems.PROPOSED_TIME, request.proposed)]
    return resource


def _proposed(resource: Task) -> Times | None:
    """The one proposed time of the output; a parameter without our code counts where it is the only period."""
    found = [each.value_period for each in resource.output or [] if each.value_period is not None]
    ours = [
        each.value_period
        for each in resource.output or []
        if each.value_period is not None and systems.PROPOSED_TIME in _codes(each.type.coding or [])
    ]
    chosen = ours or found
    return _times(chosen[0]) if len(chosen) == 1 else None


def _codes(codings: Iterable[Any]) -> list[str | None]:
    return [coding.code for coding in codings if coding.system == systems.TASK_PARAMETER]


def _times(period: Period) -> Times | None:
    try:
        start, end = (datetime.fromisoformat(text or "") for text in (period.start, period.end))
    except ValueError:
        return None
    if start.tzinfo is None or end.tzinfo is None or not (start.year >= 2000 and end.year <= 2100):
        return None
    return start, end


def _period(code: str, times: Times) -> dict[str, Any]:
    start, end = (each.isoformat() for each in times)
    return {"type": _concept(systems.TASK_PARAMETER, code), "valuePeriod": {"start": start, "end": end}}


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
