"""The journal's visits as FHIR, and what it reads out of the portal's FHIR; its own, not the portal's."""

from datetime import date, datetime
from typing import Any

from hjemmekontakt.demo.epj.config import Config, Person
from hjemmekontakt.demo.epj.plan import OSLO, Series, Visit

VISIT_SYSTEM = "urn:ietf:rfc:3986"
NATIONAL_ID = "urn:oid:2.16.578.1.12.4.1.4.1"
HER_ID = "urn:oid:2.16.578.1.12.4.1.2"
VOLVEN = "urn:oid:2.16.578.1.12.4.1.1."
FLAG = "http://helsenorge.no/fhir/CodeSystem/hn-appointment-flag-code-cs"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ATTENDER = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
TASKS = "https://hjemmekontakt.example/fhir/CodeSystem"
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment"
OCCURRENCE_DAY = "https://hjemmekontakt.example/fhir/StructureDefinition/occurrence-day"
EXPECTED_SYSTEM = "https://hjemmekontakt.example/fhir/expected-visit"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SERVICE_ID = "https://hjemmekontakt.example/fhir/NamingSystem/service-id"


def appointment(visit: Visit, person: Person, config: Config, *, changed_at: datetime) -> dict[str, Any]:
    """Write a visit as the Appointment that Helsenorge asks municipalities for."""
    patient = {"type": "Patient", "identifier": {"system": NATIONAL_ID, "value": person.national_id}}
    supporting: list[dict[str, Any]] = [{"reference": "#unit"}, {"reference": "#flag"}]
    if visit.service_id:
        supporting.append(
            {"type": "HealthcareService", "identifier": {"system": SERVICE_ID, "value": visit.service_id}}
        )
    resource: dict[str, Any] = {
        "resourceType": "Appointment",
        "meta": {"lastUpdated": changed_at.isoformat()},
        "contained": _contained(visit, patient, config.units[person.unit].her_id, config.municipality_her_id),
        "identifier": [{"system": VISIT_SYSTEM, "value": visit.identifier, "assigner": {"reference": "#unit"}}],
        "status": visit.status,
        "serviceCategory": [_concept(VOLVEN + "7619", "7")],
        "appointmentType": _concept(VOLVEN + "7617", "Hjemmebesok"),
        "description": visit.title,
        "supportingInformation": supporting,
        "minutesDuration": visit.minutes,
        "participant": _participants(visit, patient),
        **_times(visit),
    }
    if visit.instruction:
        resource["patientInstruction"] = visit.instruction
    if visit.series:
        named = {"type": "Appointment", "identifier": {"system": VISIT_SYSTEM, "value": visit.series}}
        resource["extension"] = [
            {"url": f"{R5}.originatingAppointment", "valueReference": named},
            {"url": OCCURRENCE_DAY, "valueDate": visit.day},
        ]
    if visit.cancel_reason:
        resource["cancelationReason"] = _concept(VOLVEN + "7621", visit.cancel_reason)
    return resource


def series(series: Series, person: Person, config: Config, *, changed_at: datetime) -> dict[str, Any]:
    """Write a plan of visits that come again: its first visit, with R5's recurrenceTemplate."""
    first = Visit(
        identifier=series.identifier,
        person=series.person,
        title=series.title,
        starts_at=series.starts_at,
        ends_at=series.ends_at,
        minutes=series.minutes,
        instruction=series.instruction,
    )
    weekly = [{"url": WEEKDAYS[day], "valueBoolean": True} for day in series.weekdays]
    weekly.append({"url": "weekInterval", "valuePositiveInt": 1})
    parts = [
        {"url": "recurrenceType", "valueCodeableConcept": _concept("http://unitsofmeasure.org", "wk")},
        {"url": "weeklyTemplate", "extension": weekly},
    ]
    return {
        **appointment(first, person, config, changed_at=changed_at),
        "extension": [{"url": f"{R5}.recurrenceTemplate", "extension": parts}],
    }


def series_named(appointment: dict[str, Any]) -> tuple[str, date] | None:
    """Which plan a visit belongs to and on which day of it, where it is one that the plan alone lets expect."""
    if all(each.get("system") != EXPECTED_SYSTEM for each in appointment.get("identifier", [])):
        return None
    told = {each["url"]: each for each in appointment.get("extension", [])}
    plan = told.get(f"{R5}.originatingAppointment")
    if plan is None:
        return None
    named = str(plan["valueReference"]["identifier"]["value"])
    if OCCURRENCE_DAY in told:
        return named, date.fromisoformat(told[OCCURRENCE_DAY]["valueDate"])
    start = datetime.fromisoformat(appointment["requestedPeriod"][0]["start"])
    return named, start.astimezone(OSLO).date()


def _contained(visit: Visit, patient: dict[str, Any], unit: str, municipality: str) -> list[dict[str, Any]]:
    flag = "cancelWithComment" if visit.may_cancel else "canChangeAppointment"
    carried: list[dict[str, Any]] = [
        {
            "resourceType": "Organization",
            "id": "unit",
            "identifier": [{"system": HER_ID, "value": unit}],
            "partOf": {"reference": "#municipality"},
        },
        {
            "resourceType": "Organization",
            "id": "municipality",
            "identifier": [{"system": HER_ID, "value": municipality}],
        },
        {"resourceType": "Location", "id": "home", "type": [_concept(ROLE, "PTRES")]},
        {"resourceType": "Flag", "id": "flag", "status": "active", "code": _concept(FLAG, flag), "subject": patient},
    ]
    if visit.performer:
        first, family = visit.performer
        nurse = {"coding": [{"system": VOLVEN + "9060", "code": "SP", "display": "Sykepleier"}]}
        who = {"id": "who", "name": [{"given": [first], "family": family}], "qualification": [{"code": nurse}]}
        carried.append({"resourceType": "Practitioner", **who})
    return carried


def _participants(visit: Visit, patient: dict[str, Any]) -> list[dict[str, Any]]:
    taking_part: list[dict[str, Any]] = [
        {"actor": patient, "status": "accepted"},
        {"actor": {"reference": "#home", "type": "Location"}, "status": "accepted"},
    ]
    if visit.performer:
        who = {"reference": "#who", "type": "Practitioner", "display": " ".join(visit.performer)}
        taking_part.append({"type": [_concept(ATTENDER, "ATND")], "actor": who, "status": "accepted"})
    return taking_part


def _times(visit: Visit) -> dict[str, Any]:
    exact = {"start": visit.starts_at.isoformat(), "end": visit.ends_at.isoformat()}
    is_window = visit.status == "proposed" or (visit.status == "cancelled" and visit.performer is None)
    return {"requestedPeriod": [exact]} if is_window else exact


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def communication(thread: str, text: str, config: Config, *, sent: datetime) -> dict[str, Any]:
    """Write the staff's answer in a thread."""
    unit = next(iter(config.units.values()))
    return {
        "resourceType": "Communication",
        "status": "completed",
        "partOf": [{"reference": f"Communication/{thread}"}],
        "inResponseTo": [{"reference": f"Communication/{thread}"}],
        "sent": sent.isoformat(),
        "sender": {
            "type": "Organization",
            "identifier": {"system": HER_ID, "value": unit.her_id},
            "display": unit.name,
        },
        "payload": [{"contentString": text}],
    }


def is_wish(task: dict[str, Any]) -> str:
    """Say that a Task asks for another time for a visit; empty where it asks for something else."""
    codings = task.get("code", {}).get("coding", [])
    return next((coding["code"] for coding in codings if coding.get("code") == "change-visit"), "")


def wished(task: dict[str, Any]) -> tuple[datetime, datetime] | None:
    """The first window that is wished for."""
    return _first_period(task.get("input"))


def proposed(task: dict[str, Any]) -> tuple[datetime, datetime] | None:
    """The time that was proposed, if one was."""
    return _first_period(task.get("output"))


def proposal(start: datetime, end: datetime) -> dict[str, Any]:
    """Write another time as a Task's output."""
    period = {"start": start.isoformat(), "end": end.isoformat()}
    return {
        "businessStatus": _concept(f"{TASKS}/task-business-status", "proposed"),
        "output": [{"type": _concept(f"{TASKS}/task-parameter", "proposed-time"), "valuePeriod": period}],
    }


def _first_period(parameters: list[dict[str, Any]] | None) -> tuple[datetime, datetime] | None:
    periods = (each["valuePeriod"] for each in parameters or [] if "valuePeriod" in each)
    return next(((datetime.fromisoformat(p["start"]), datetime.fromisoformat(p["end"])) for p in periods), None)


def national_id(pointer: dict[str, Any] | None) -> str:
    """Take the identity number out of a reference or a Patient."""
    identifiers = (pointer or {}).get("identifier") or []
    for identifier in [identifiers] if isinstance(identifiers, dict) else identifiers:
        if identifier.get("system") == NATIONAL_ID:
            return str(identifier.get("value", ""))
    return ""


def is_not_active(outcome: Any) -> bool:
    """Whether the portal's answer says E35: this person does not use the service."""
    issues = outcome.get("issue", []) if isinstance(outcome, dict) else []
    codings = [coding for issue in issues for coding in issue.get("details", {}).get("coding", [])]
    return any(coding.get("system") == VOLVEN + "8221" and coding.get("code") == "E35" for coding in codings)


def notices(bundle: Any) -> list[tuple[str, str, str]]:
    """Read a rest-hook's Bundle: each event's kind of resource, its id, and a mark that is the same when repeated."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    status = (entries or [{}])[0].get("resource", {})
    if status.get("resourceType") != "Parameters":
        return []
    given = status.get("parameter", [])
    subscription = next((_reference(each) for each in given if each.get("name") == "subscription"), "")
    found = []
    for event in given:
        if event.get("name") not in ("notification-event", "notificationEvent"):
            continue
        parts = {part.get("name"): part for part in event.get("part", [])}
        kind, _, id = _reference(parts.get("focus", {})).rpartition("/")
        number = parts.get("event-number", {}).get("valueString") or parts.get("timestamp", {}).get("valueInstant", "")
        if id:
            found.append((kind.rpartition("/")[2], id, f"{subscription} {number} {kind}/{id}"))
    return found


def _reference(parameter: dict[str, Any]) -> str:
    return str(parameter.get("valueReference", {}).get("reference", ""))
