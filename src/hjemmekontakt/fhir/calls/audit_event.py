"""AuditEvent: the municipality's own lines of a person's log, who did what and when (R73); close to IHE's BALP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.http import QueryDict

from hjemmekontakt.access import for_journal as access
from hjemmekontakt.access.queries import EntryOf, Line
from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.door import Asked, stop
from hjemmekontakt.fhir.elements import coded, concept, meta, pointer, without_nothing
from hjemmekontakt.fhir.reading import OF_PATIENT, Parameter, Readable, Sort
from hjemmekontakt.fhir.search import Search, period

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
REST = coded("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation")
RECORD = coded(DICOM, "110110", "Patient Record")
USER = coded(systems.PARTICIPATION, "IRCP", "information recipient")
CLIENT = coded(DICOM, "110153", "Source Role ID")
SERVER = coded(DICOM, "110152", "Destination Role ID")
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
WHY = {
    Standing.SELF: coded(REASON, "PATRQT", "patient requested"),
    Standing.FULLMAKT: coded(REASON, "FAMRQT", "family requested"),
    Standing.EMPLOYEE: coded(REASON, "TREAT", "treatment"),
    Standing.MACHINE: coded(REASON, "TREAT", "treatment"),
    Standing.PORTAL: coded(REASON, "HOPERAT", "healthcare operations"),
}
ACTIONS = {
    "accept": "C",
    "answer": "C",
    "ask": "R",
    "export": "R",
    "fetch": "R",
    "give": "C",
    "list": "R",
    "make": "C",
    "open": "R",
    "read": "R",
    "report": "U",
    "search": "R",
    "see": "R",
    "send": "C",
    "write": "C",
}
"""What the first word of an act is in FHIR; all else is done (execute)."""
LONGEST_NUMBER = 18


def _one(asked: Asked) -> EntryOf:
    if not (asked.id.isascii() and asked.id.isdigit() and len(asked.id) <= LONGEST_NUMBER):
        stop(404, "not-found", "There is no such resource here.")
    return access.log_line(asked.actor, int(asked.id))


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[EntryOf]:
    return access.search_log(
        actor,
        citizen_id=sought.references["patient"],
        since=sought.starts_from,
        until=sought.starts_before,
        before=(datetime.fromisoformat(sought.after[0]), int(sought.after[1])) if sought.after else None,
        limit=limit,
    )


def _count(actor: Actor, sought: Search) -> int:
    return access.count_log(
        actor, citizen_id=sought.references["patient"], since=sought.starts_from, until=sought.starts_before
    )


def _by_date(sought: Search, given: QueryDict) -> Search:
    since, until = period(given.getlist("date"), name="date")
    return msgspec.structs.replace(sought, starts_from=since, starts_before=until)


def write(entry: EntryOf) -> dict[str, Any]:
    """One line: which act, let through or not, by whom and in which standing, about whom."""
    line = entry.line
    let_through = line.outcome == "done"
    return without_nothing(
        {
            "resourceType": "AuditEvent",
            "id": str(line.id),
            "meta": meta(line.at),
            "type": REST if line.standing is Standing.MACHINE else RECORD,
            "subtype": [coded(systems.ACT, line.act)],
            "action": ACTIONS.get(line.act.split("-")[0], "E"),
            "recorded": line.at.isoformat(),
            "outcome": "0" if let_through else "4",
            "outcomeDesc": "" if let_through else line.outcome,
            "purposeOfEvent": [concept(WHY[line.standing])],
            "agent": [_who(line), {"type": concept(SERVER), "who": {"display": "Hjemmekontakt"}, "requestor": False}],
            "source": {
                "observer": {"display": "Hjemmekontakt"},
                "type": [
                    coded("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")
                ],
            },
            "entity": [_whose(entry), *([_what(line)] if line.about_kind else [])],
        }
    )


def _who(line: Line) -> dict[str, Any]:
    """Who acted, as the log has it: name, role and unit as they were then."""
    return without_nothing(
        {
            "type": concept(CLIENT if line.standing is Standing.MACHINE else USER),
            "role": [concept(text=line.actor_role)] if line.actor_role else [],
            "who": {"display": ", ".join(filter(None, (line.actor_name, line.actor_unit))) or "Hjemmekontakt"},
            "requestor": True,
        }
    )


def _whose(entry: EntryOf) -> dict[str, Any]:
    return {
        "what": pointer("Patient", entry.citizen_id),
        "type": coded("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person"),
        "role": coded("http://terminology.hl7.org/CodeSystem/object-role", "1", "Patient"),
    }


def _what(line: Line) -> dict[str, Any]:
    """What kind of thing it was about, in the log's own word; a list is told to be one."""
    return {
        "type": coded("http://terminology.hl7.org/CodeSystem/audit-entity-type", "2", "System Object"),
        "role": coded("http://terminology.hl7.org/CodeSystem/object-role", "4", "Domain Resource"),
        "description": f"{line.about_kind}, in a list" if line.in_list else line.about_kind,
    }


READABLE = Readable(
    kind="AuditEvent",
    one=_one,
    several=_several,
    count=_count,
    write=write,
    parameters={"date": Parameter(Sort.DATE), **OF_PATIENT},
    includes={"patient": "entity.what"},
    place=lambda entry: (entry.line.at.isoformat(), str(entry.line.id)),
    must_name=("patient", "patient.identifier", "patient:identifier"),
    understand=_by_date,
)
