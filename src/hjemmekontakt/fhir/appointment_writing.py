"""A visit of ours written as an Appointment of the profile hn-basis-appointment."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Raw, json
from msgspec.structs import replace

from hjemmekontakt.fhir import recurrence, systems
from hjemmekontakt.fhir.door import patient_system
from hjemmekontakt.fhir.elements import Json, instant
from hjemmekontakt.fhir.visit_report import CancelReason, Place, PlanReport, VisitReport, VisitStatus

PLACES = {"PTRES": Place.HOME, "OF": Place.OFFICE}
NOT_IN_THE_PROFILE = frozenset({"waitlist"})
"""Statuses of R4 that hn-basis-appointment does not have: such a visit does not claim to be of the profile."""
CODES = {place: code for code, place in PLACES.items()}
MAY_HAVE_PERIOD_ALONE = frozenset({"proposed", "cancelled", "entered-in-error", "waitlist"})


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _written(part: Any) -> Raw:
    """A part that is the same in many visits, written once: it goes into each as it is."""
    return Raw(json.encode(part))


PROFILE = {"profile": _written([systems.PROFILE])}
UNIT = _written({"reference": "#unit"})
CATEGORY = _written([_concept(systems.SERVICE_CATEGORY, systems.HOME_SERVICES)])
TYPE = _written(_concept(systems.APPOINTMENT_TYPE, systems.HOME_VISIT))
AT_THE_PLACE = _written({"actor": {"reference": "#place", "type": "Location"}, "status": "accepted"})
ATTENDS = _written([_concept(systems.PARTICIPATION, "ATND")])


def write(report: VisitReport, *, id: str, version: int, last_updated: datetime) -> dict[str, Any]:
    """Write a visit as an Appointment of the profile, as the journal may read it back; for `msgspec` to encode."""
    status, reason = _status_on_the_wire(report)
    patient = {"type": "Patient", "identifier": _patient_on_the_wire(report)}
    resource: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": id,
        "meta": {
            "versionId": str(version),
            "lastUpdated": instant(last_updated),
            **({} if status in NOT_IN_THE_PROFILE else PROFILE),
        },
        "contained": _contained(report, patient),
        "identifier": [{"system": report.identifier_system, "value": report.identifier_value, "assigner": UNIT}],
        "status": status,
        "serviceCategory": CATEGORY,
        "appointmentType": TYPE,
        "supportingInformation": _supporting(report.service_id, has_flag=report.may_cancel is not None),
        "participant": _participants(report, patient),
        **_times_on_the_wire(report, status),
    }
    if reason is not None:
        resource["cancelationReason"] = _concept(systems.CANCELLATION, reason.value)
    if report.series:
        resource["extension"] = _plan_named(report)
    if report.title:
        resource["description"] = report.title
    if report.instruction:
        resource["patientInstruction"] = report.instruction
    if report.minutes_duration:
        resource["minutesDuration"] = report.minutes_duration
    return resource


def write_plan(report: PlanReport, *, id: str, version: int, last_updated: datetime) -> dict[str, Any]:
    """Write a plan as the Appointment that it was told by: its first visit, and how its visits come again."""
    resource = write(replace(report.first, is_window=True), id=id, version=version, last_updated=last_updated)
    status = "cancelled" if report.ended else "proposed"
    return {**resource, "status": status, "extension": [recurrence.write(report)]}


def _plan_named(report: VisitReport) -> list[dict[str, Any]]:
    named = [{"url": systems.PLAN, "valueReference": {"identifier": {"value": report.series}, "type": "Appointment"}}]
    day = report.series_day.isoformat() if report.series_day else None
    return [*named, {"url": systems.PLAN_DAY, "valueDate": day}] if day else named


def _status_on_the_wire(report: VisitReport) -> tuple[str, CancelReason | None]:
    match report.status:
        case VisitStatus.EXPECTED:
            return "proposed", None
        case VisitStatus.ON_HOLD:
            return "waitlist", None
        case VisitStatus.PLANNED:
            return ("proposed" if report.is_window else "booked"), None
        case VisitStatus.ASSIGNED:
            return "booked", None
        case VisitStatus.PERFORMED:
            return "fulfilled", None
        case VisitStatus.CANCELLED:
            return "cancelled", report.cancel_reason or CancelReason.BY_SERVICE
        case VisitStatus.NOT_PERFORMED if report.cancel_reason is CancelReason.NOT_HOME:
            return "cancelled", CancelReason.NOT_HOME
        case VisitStatus.NOT_PERFORMED:
            return "noshow", report.cancel_reason or CancelReason.NOT_MET
        case _:
            return "entered-in-error", None


def _times_on_the_wire(report: VisitReport, status: str) -> dict[str, Any]:
    exact = {"start": instant(report.starts_at), "end": instant(report.ends_at)}
    if not report.is_window or status not in MAY_HAVE_PERIOD_ALONE:
        return exact
    window = {"requestedPeriod": [exact]}
    return {**exact, **window} if status == "entered-in-error" else window


def _contained(report: VisitReport, patient: Json) -> list[Any]:
    carried: list[Any] = [*_where(report.unit_her_id, report.municipality_her_id or "", report.place)]
    if report.performer_first_name:
        carried.append(_practitioner(report))
    if report.may_cancel is not None:
        code = "cancelWithComment" if report.may_cancel else "canChangeAppointment"
        flag = {"id": "flag", "status": "active", "code": _concept(systems.FLAG, code), "subject": patient}
        carried.append({"resourceType": "Flag", **flag})
    return carried


@lru_cache(maxsize=2048)
def _where(unit_her_id: str, municipality_her_id: str, place: Place) -> list[Raw]:
    """The unit, the place and the municipality: written once for each unit."""
    unit: dict[str, Any] = {
        "resourceType": "Organization",
        "id": "unit",
        "identifier": [{"system": systems.HER_ID, "value": unit_her_id}],
    }
    where = {"resourceType": "Location", "id": "place", "type": [_concept(systems.PLACE, CODES[place])]}
    carried = [unit, where]
    if municipality_her_id:
        unit["partOf"] = {"reference": "#municipality"}
        number = {"system": systems.HER_ID, "value": municipality_her_id}
        carried.append({"resourceType": "Organization", "id": "municipality", "identifier": [number]})
    return [_written(each) for each in carried]


def _practitioner(report: VisitReport) -> dict[str, Any]:
    who: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": "who",
        "name": [{"given": [report.performer_first_name]}],
    }
    if report.performer_role:
        who["qualification"] = [{"code": {"text": report.performer_role}}]
    return who


@lru_cache(maxsize=2048)
def _supporting(service_id: str | None, *, has_flag: bool) -> Raw:
    """What the visit belongs to: written once for each service."""
    told: list[Json] = [{"reference": "#unit"}]
    if has_flag:
        told.append({"reference": "#flag"})
    if service_id:
        number = {"system": systems.SERVICE_ID, "value": service_id}
        told.append({"type": "HealthcareService", "identifier": number})
    return _written(told)


def _participants(report: VisitReport, patient: Json) -> list[Any]:
    taking_part: list[Any] = [{"actor": patient, "status": "accepted"}, AT_THE_PLACE]
    if report.performer_first_name:
        who = {"reference": "#who", "type": "Practitioner", "display": report.performer_first_name}
        taking_part.append({"type": ATTENDS, "actor": who, "status": "accepted"})
    return taking_part


def _patient_on_the_wire(report: VisitReport) -> dict[str, str]:
    number = report.patient_national_id
    return {"system": report.patient_identifier_system or patient_system(number), "value": number}
