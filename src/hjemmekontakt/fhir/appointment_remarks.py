"""What to tell a journal about an Appointment that was taken: where it strays from the profile, what was not kept."""

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.appointment_writing import MAY_HAVE_PERIOD_ALONE
from hjemmekontakt.fhir.outcome import Issue
from hjemmekontakt.fhir.structs.appointment import Appointment
from hjemmekontakt.fhir.structs.contained import Location

FORBIDDEN_BY_PROFILE = (
    "implicit_rules",
    "language",
    "text",
    "service_type",
    "specialty",
    "reason_code",
    "reason_reference",
    "priority",
    "slot",
    "comment",
    "based_on",
)
NOT_STORED = ("created",)
READ_EXTENSIONS = frozenset({systems.RECURRENCE, systems.PLAN, systems.PLAN_DAY})


def remarks(resource: Appointment) -> tuple[Issue, ...]:
    """List what the journal should mend some day (warning) and what the portal does not keep (information)."""
    return (*_astray(resource), *_not_kept(resource))


def _astray(resource: Appointment) -> list[Issue]:
    meta, identifiers = resource.meta, resource.identifier or []
    found = []
    if meta is None or meta.last_updated is None:
        found.append(
            _warning("meta.lastUpdated", "The profile asks for lastUpdated; without it late reports look new.")
        )
    if any(identifier.assigner is None for identifier in identifiers):
        found.append(_warning("identifier[0].assigner", "The profile asks for who assigned the identifier."))
    if resource.appointment_type is None:
        found.append(_warning("appointmentType", "The profile asks for a type, 7617 Hjemmebesok."))
    if not any(isinstance(carried, Location) for carried in resource.contained or []):
        found.append(_warning("contained", "The profile asks for a Location, PTRES or OF; taken as the home."))
    if meta and any(tag.system in (systems.TAG_NOTICE, systems.TAG_REMINDER) for tag in meta.tag or []):
        found.append(
            _warning("meta.tag", "Notices of home visits are the citizen's own choice; the tag is not heeded.")
        )
    if resource.requested_period and resource.status not in MAY_HAVE_PERIOD_ALONE:
        found.append(
            _warning("requestedPeriod", "Only a proposed visit has a requestedPeriod; start and end were used.")
        )
    for index, participant in enumerate(resource.participant):
        actor = participant.actor
        if actor and actor.reference and actor.identifier and actor.identifier.system in systems.NATIONAL_IDS:
            found.append(_warning(f"participant[{index}].actor.reference", "The patient is named by identifier alone."))
    return found


def _not_kept(resource: Appointment) -> list[Issue]:
    told = []
    if any(each.url not in READ_EXTENSIONS for each in resource.extension or []):
        told.append(Issue("information", "informational", "Not stored.", "Appointment.extension"))
    for name in FORBIDDEN_BY_PROFILE + NOT_STORED:
        if getattr(resource, name) is not None:
            forbidden = name in FORBIDDEN_BY_PROFILE
            words = "Not stored; the profile does not use this element." if forbidden else "Not stored."
            first, *rest = name.split("_")
            place = first + "".join(word.capitalize() for word in rest)
            told.append(Issue("information", "informational", words, f"Appointment.{place}"))
    return told


def _warning(place: str, sentence: str) -> Issue:
    return Issue("warning", "business-rule", sentence, f"Appointment.{place}")
