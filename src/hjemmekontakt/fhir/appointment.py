"""Appointment (hn-basis-appointment, home services): the journal's visit, read into our words and written back.

Which of the unit's services a visit belongs to is optional: a `supportingInformation` (or participant) that points to a
HealthcareService by identifier. A journal that sends any Flag speaks of what the citizen may do: then `cancel` or
`cancelWithComment` allows to cancel, and their absence forbids it. One that sends none leaves it to the service (R40).
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from hjemmekontakt.fhir import recurrence, systems
from hjemmekontakt.fhir.appointment_remarks import remarks
from hjemmekontakt.fhir.appointment_writing import MAY_HAVE_PERIOD_ALONE, PLACES, write
from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.outcome import BadResource, Issue, unacceptable
from hjemmekontakt.fhir.structs.appointment import Appointment, Participant
from hjemmekontakt.fhir.structs.contained import (
    Flag,
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
)
from hjemmekontakt.fhir.structs.datatypes import CodeableConcept, Identifier, Reference
from hjemmekontakt.fhir.visit_report import CancelReason, Place, PlanReport, VisitReport, VisitStatus

__all__ = ["ReadAppointment", "read", "understand", "write"]

LONGEST_TEXT = 1000

_DECODER = decoder(Appointment)
_CANCEL_FLAGS = frozenset({"cancel", "cancelWithComment"})
_STATUSES = {
    "proposed": VisitStatus.PLANNED,
    "waitlist": VisitStatus.ON_HOLD,
    "fulfilled": VisitStatus.PERFORMED,
}
_TAKEN = frozenset({"proposed", "booked", "fulfilled", "cancelled", "noshow", "entered-in-error", "waitlist"})


class ReadAppointment(msgspec.Struct, frozen=True, gc=False):
    """A visit that was understood, and the resource that it came in."""

    report: VisitReport
    resource: Appointment
    plan: PlanReport | None = None

    @property
    def remarks(self) -> tuple[Issue, ...]:
        """What to tell the journal beside «taken»: warnings first, then what was not stored."""
        return remarks(self.resource)


def read(body: bytes) -> ReadAppointment:
    """Understand one Appointment as sent, or raise BadResource with every reason why not (R34, R96)."""
    return understand(resource_of(body))


def resource_of(body: bytes) -> Appointment:
    """Read an Appointment, or raise BadResource where it is not R4."""
    return decode(body, _DECODER, kind="Appointment")


def understand(resource: Appointment) -> ReadAppointment:
    """Understand an Appointment that is already known to be R4, such as one from a Bundle."""
    wrong: list[Issue] = []
    carried = {f"#{each.id}": each for each in resource.contained or [] if each.id}
    _refuse_what_changes_meaning(resource, wrong)
    _must_be_home_services(resource, wrong)
    identifier = _identifier(resource, wrong)
    patient = _patient(resource, wrong)
    unit, municipality = _her_ids(resource, carried, wrong)
    starts_at, ends_at, is_window = _times(resource, wrong)
    reason = _cancel_reason(resource, wrong)
    first_name, role = _performer(resource, carried)
    place = _place(resource, wrong)
    _not_too_long(resource, wrong)
    series, series_day = recurrence.series(resource, starts_at, wrong)
    if wrong or identifier is None or patient is None or starts_at is None or ends_at is None:
        raise BadResource(wrong, status=422)
    report = VisitReport(
        identifier_system=identifier.system or "",
        identifier_value=identifier.value or "",
        patient_identifier_system=patient.system or "",
        patient_national_id=patient.value or "",
        unit_her_id=unit,
        municipality_her_id=municipality,
        status=_status(resource.status, reason, named=first_name),
        starts_at=starts_at,
        ends_at=ends_at,
        is_window=is_window,
        minutes_duration=resource.minutes_duration,
        title=resource.description or "",
        instruction=resource.patient_instruction or "",
        performer_first_name=first_name,
        performer_role=role,
        place=place,
        may_cancel=_may_cancel(resource),
        cancel_reason=reason,
        last_updated=resource.meta.last_updated if resource.meta else None,
        service_id=_service_id(resource, carried),
        series=series,
        series_day=series_day,
        performer_number=_performer_number(resource, carried) if first_name else "",
    )
    return ReadAppointment(report, resource, _plan(resource, report, wrong))


def _plan(resource: Appointment, first: VisitReport, wrong: list[Issue]) -> PlanReport | None:
    if not recurrence.is_plan(resource):
        return None
    if resource.status not in ("proposed", "cancelled", "entered-in-error"):
        wrong.append(_error("business-rule", "A plan is proposed; its occurrences are booked one by one.", "status"))
    plan = recurrence.plan(resource, replace(first, status=VisitStatus.EXPECTED, cancel_reason=None), wrong)
    if wrong:
        raise BadResource(wrong, status=422)
    return plan


def _refuse_what_changes_meaning(resource: Appointment, wrong: list[Issue]) -> None:
    if resource.modifier_extension or any(each.modifier_extension for each in resource.participant):
        wrong.append(_error("extension", "A modifierExtension changes the meaning and is not known here.", ""))
    for label in (resource.meta.security if resource.meta else None) or []:
        if label.system == systems.ACCESS_RESTRICTION and label.code != systems.NO_RESTRICTION:
            wrong.append(
                _error("not-supported", "A visit with restricted access cannot be kept here.", "meta.security")
            )
    if resource.status not in _TAKEN:
        wrong.append(_error("not-supported", "This status is not used for home services.", "status"))


def _must_be_home_services(resource: Appointment, wrong: list[Issue]) -> None:
    categories = resource.service_category or []
    if not categories:
        wrong.append(_error("required", "serviceCategory 7619#7 (home services) is obligatory.", "serviceCategory"))
    elif len(categories) > 1 or systems.HOME_SERVICES not in _codes(categories[0], systems.SERVICE_CATEGORY):
        wrong.append(
            _error("business-rule", "Only serviceCategory 7619#7 (home services) is taken.", "serviceCategory")
        )


def _identifier(resource: Appointment, wrong: list[Issue]) -> Identifier | None:
    given = resource.identifier or []
    if len(given) == 1 and given[0].system and given[0].value:
        return given[0]
    wrong.append(_error("required", "Exactly one identifier is needed, with system and value.", "identifier"))
    return None


def _patient(resource: Appointment, wrong: list[Issue]) -> Identifier | None:
    found = [
        (index, actor.identifier)
        for index, each in enumerate(resource.participant)
        if (actor := each.actor) is not None
        and actor.identifier is not None
        and actor.identifier.system in systems.NATIONAL_IDS
        and actor.type in (None, "Patient")
    ]
    if len(found) != 1:
        wrong.append(_error("required", "Exactly one patient is needed, named by national identifier.", "participant"))
        return None
    index, identifier = found[0]
    if not (
        identifier.value and len(identifier.value) == 11 and identifier.value.isascii() and identifier.value.isdigit()
    ):
        place = f"participant[{index}].actor.identifier.value"
        wrong.append(_error("value", "A national identifier is eleven digits.", place))
    return identifier


def _her_ids(resource: Appointment, carried: dict[str, Any], wrong: list[Issue]) -> tuple[str, str | None]:
    for reference in resource.supporting_information or []:
        unit = carried.get(reference.reference or "")
        if isinstance(unit, Organization) and (her_id := _number(unit.identifier, systems.HER_ID, systems.RESH)):
            return her_id, _municipality(unit, carried)
    sentence = "A contained Organization with the unit's HER-id (level 2) is needed, pointed to from here."
    wrong.append(_error("required", sentence, "supportingInformation"))
    return "", None


def _municipality(unit: Organization, carried: dict[str, Any]) -> str | None:
    above = unit.part_of
    if above is None:
        return None
    if above.identifier is not None:
        return _number([above.identifier], systems.HER_ID)
    whole = carried.get(above.reference or "")
    return _number(whole.identifier, systems.HER_ID) if isinstance(whole, Organization) else None


def _times(resource: Appointment, wrong: list[Issue]) -> tuple[datetime | None, datetime | None, bool]:
    start, end, is_window, place = resource.start, resource.end, False, "end"
    periods = resource.requested_period
    if periods and resource.status in MAY_HAVE_PERIOD_ALONE:
        if len(periods) > 1:
            wrong.append(_error("business-rule", "A visit has one requestedPeriod.", "requestedPeriod"))
        start, end, is_window, place = (
            _instant(periods[0].start, "requestedPeriod[0].start", wrong),
            _instant(periods[0].end, "requestedPeriod[0].end", wrong),
            True,
            "requestedPeriod[0].end",
        )
    elif resource.status == "proposed":
        wrong.append(_error("required", "A proposed visit needs a requestedPeriod.", "requestedPeriod"))
    else:
        for name, given in (("start", start), ("end", end)):
            if given is None:
                wrong.append(_error("required", "A visit that is not proposed needs start and end.", name))
    if start and end and end <= start:
        wrong.append(_error("business-rule", "A visit ends after it starts.", place))
    return start, end, is_window


def _instant(given: str | None, place: str, wrong: list[Issue]) -> datetime | None:
    try:
        at: datetime | None = msgspec.convert(given, datetime)
    except msgspec.ValidationError:
        at = None
    if at is None or at.tzinfo is None:
        sentence = "Date, time and zone are needed, such as 2027-03-22T09:00:00+01:00."
        wrong.append(_error("value" if given else "required", sentence, place))
        return None
    return at


def _cancel_reason(resource: Appointment, wrong: list[Issue]) -> CancelReason | None:
    if resource.status not in ("cancelled", "noshow"):
        return None
    for code in _codes(resource.cancelation_reason, systems.CANCELLATION):
        if code in CancelReason._value2member_map_:
            return CancelReason(code)
    if resource.status == "noshow":
        return CancelReason.NOT_MET
    sentence = "A cancelled visit needs a reason from 7621: AAT, AAI, APVAI, AIH or IM."
    missing = resource.cancelation_reason is None
    wrong.append(_error("required" if missing else "code-invalid", sentence, "cancelationReason"))
    return None


def _status(status: str, reason: CancelReason | None, *, named: str) -> VisitStatus:
    if reason is not None:
        return VisitStatus.NOT_PERFORMED if status == "noshow" or reason.is_not_performed else VisitStatus.CANCELLED
    if status == "booked":
        return VisitStatus.ASSIGNED if named else VisitStatus.PLANNED
    return _STATUSES.get(status, VisitStatus.ENTERED_IN_ERROR)


def _performer(resource: Appointment, carried: dict[str, Any]) -> tuple[str, str]:
    for participant in resource.participant:
        actor = participant.actor
        if actor is None:
            continue
        who = carried.get(actor.reference or "")
        role = ""
        if isinstance(who, PractitionerRole):
            role = next(filter(None, map(_words, who.code or [])), "")
            actor = who.practitioner or actor
            who = carried.get(actor.reference or "")
        elif not (isinstance(who, Practitioner) or _points_to(actor, "Practitioner", "PractitionerRole")):
            continue
        name = _first_name(who, actor)
        if name:
            return name, (role or _profession(who) or _role_in_words(participant))[:60]
    return "", ""


def _performer_number(resource: Appointment, carried: dict[str, Any]) -> str:
    """The HPR or national number of who comes, where the journal gives it: by it alone an employee is known here (R35)."""
    for participant in resource.participant:
        actor = participant.actor
        who = carried.get((actor.reference if actor else None) or "")
        if isinstance(who, PractitionerRole):
            actor = who.practitioner
            who = carried.get((actor.reference if actor else None) or "")
        given = [*((who.identifier or []) if isinstance(who, Practitioner) else [])]
        if actor is not None and actor.identifier and _points_to(actor, "Practitioner"):
            given.append(actor.identifier)
        if number := _number(given, systems.HPR, systems.FNR, systems.DNR):
            return number[:11]
    return ""


def _first_name(who: Any, actor: Reference) -> str:
    for name in (who.name or []) if isinstance(who, Practitioner) else []:
        if name.given:
            return name.given[0][:100]
        if name.text:
            return _first_word(name.text)
    return _first_word(actor.display or "")


def _first_word(name: str) -> str:
    """Take the first name out of a name in words.

    >>> _first_word("Mona Lie"), _first_word("Lie, Mona"), _first_word("")
    ('Mona', 'Mona', '')
    """
    _, comma, after = name.partition(",")
    return next(iter((after if comma else name).split()), "")[:100]


def _profession(who: Any) -> str:
    if not isinstance(who, Practitioner):
        return ""
    return next(filter(None, (_words(each.code) for each in who.qualification or [])), "")


def _role_in_words(participant: Participant) -> str:
    return next((each.text for each in participant.type or [] if each.text), "")


def _place(resource: Appointment, wrong: list[Issue]) -> Place:
    places: set[Place] = set()
    for carried in resource.contained or ():
        if isinstance(carried, Location):
            for concept in carried.type or ():
                places.update(PLACES[code] for code in _codes(concept, systems.PLACE) if code in PLACES)
    if len(places) > 1:
        wrong.append(_error("business-rule", "A visit is at home (PTRES) or at an office (OF), not both.", "contained"))
    return next(iter(places), Place.HOME)


def _may_cancel(resource: Appointment) -> bool | None:
    flags = [each for each in resource.contained or [] if isinstance(each, Flag) and each.status in (None, "active")]
    if not flags:
        return None
    return any(coding.code in _CANCEL_FLAGS for flag in flags for coding in flag.code.coding or [])


def _service_id(resource: Appointment, carried: dict[str, Any]) -> str | None:
    for reference in (*(resource.supporting_information or ()), *(each.actor for each in resource.participant)):
        if reference is None:
            continue
        service = carried.get(reference.reference or "")
        if isinstance(service, HealthcareService):
            return _number(service.identifier)
        if reference.identifier and _points_to(reference, "HealthcareService"):
            return reference.identifier.value
    return None


def _not_too_long(resource: Appointment, wrong: list[Issue]) -> None:
    for name, text in (("description", resource.description), ("patientInstruction", resource.patient_instruction)):
        if text and len(text) > LONGEST_TEXT:
            wrong.append(_error("too-long", f"At most {LONGEST_TEXT} characters; nothing is cut.", name))


def _points_to(reference: Reference, *kinds: str) -> bool:
    kind = reference.type or (reference.reference or "").rpartition("/")[0].rpartition("/")[2]
    return kind in kinds


def _number(identifiers: list[Identifier] | None, *wanted: str) -> str | None:
    given = identifiers or []
    for system in wanted or (None,):
        for identifier in given:
            if identifier.value and system in (None, identifier.system):
                return identifier.value
    return None


def _codes(concept: CodeableConcept | None, system: str) -> list[str]:
    return [each.code for each in (concept.coding if concept else None) or [] if each.code and each.system == system]


def _words(concept: CodeableConcept) -> str:
    if concept.text:
        return concept.text
    for coding in concept.coding or []:
        if coding.display:
            return coding.display
        if coding.system == systems.PROFESSION and coding.code in systems.PROFESSIONS:
            return systems.PROFESSIONS[coding.code]
    return ""


def _error(code: str, sentence: str, place: str) -> Issue:
    return unacceptable(code, sentence, expression=f"Appointment.{place}" if place else "Appointment")
