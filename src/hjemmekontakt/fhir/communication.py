"""Communication: what is said in a dialogue, as a journal reads it; and what a unit answers in its journal (R17, R19)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.elements import coded, concept, meta, patient, pointer, without_nothing
from hjemmekontakt.fhir.outcome import BadResource, Issue
from hjemmekontakt.fhir.structs.communication import Communication
from hjemmekontakt.fhir.structs.datatypes import Reference
from hjemmekontakt.messages.for_journal import JournalMessage
from hjemmekontakt.messages.rules import AttachmentView, Sender

_DECODER = decoder(Communication)
_NAMES = UUID("4b6f3c0e-7f0f-4b53-9d43-3d1c6a1d0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAnswer:
    """One answer: in which dialogue, what it says, and the key by which the same answer sent again is known."""

    answers_id: UUID
    text: str = field(repr=False)
    key: UUID


def read(body: bytes) -> JournalAnswer:
    """Understand a Communication from the journal, or raise BadResource with every reason why not."""
    told: Communication = decode(body, _DECODER, kind="Communication")
    wrong: list[Issue] = []
    if told.status != "completed":
        wrong.append(_error("not-supported", "Only what is said, status completed, is taken.", "status"))
    if told.modifier_extension:
        wrong.append(_error("extension", "A modifierExtension changes the meaning and is not known here.", ""))
    answers = _communication(told.in_response_to) or _communication(told.part_of)
    if answers is None:
        wrong.append(_error("required", "Name what it answers: inResponseTo Communication/<id>.", "inResponseTo"))
    words = [part.content_string for part in told.payload or [] if part.content_string]
    if len(words) != 1 or len(told.payload or []) != 1:
        wrong.append(_error("required", "An answer is one payload with contentString.", "payload"))
    if wrong or answers is None:
        raise BadResource(wrong, status=422)
    named = next((f"{each.system}|{each.value}" for each in told.identifier or [] if each.value), "")
    key = uuid5(_NAMES, named or f"{answers} {told.sent} {words[0]}")
    return JournalAnswer(answers_id=answers, text=words[0], key=key)


def write(message: JournalMessage, *, base: str) -> dict[str, Any]:
    """Write a message in its thread: `partOf` is the first message of it, `inResponseTo` the one before (7601, R26).

    `received` is when the other side had first read as far as this.
    """
    by_citizen = message.author.sender is Sender.CITIZEN
    unit = pointer("Organization", message.unit_id)
    subject = patient(message.citizen_id, message.national_id)
    earlier = message.previous_id is not None
    return without_nothing(
        {
            "resourceType": "Communication",
            "id": str(message.id),
            "meta": meta(message.changed_at),
            "identifier": [{"system": systems.URI, "value": f"urn:uuid:{message.id}"}],
            "partOf": [pointer("Communication", message.first_id)] if earlier else [],
            "inResponseTo": [pointer("Communication", message.previous_id)] if message.previous_id else [],
            "status": "completed",
            "category": [concept(_kind_of(message))],
            "medium": [concept(coded(systems.MEDIUM, "PHONE"))] if message.channel == "phone" else [],
            "subject": subject,
            "topic": {"text": message.subject},
            "about": _about(message),
            "sent": message.sent_at.isoformat(),
            "received": message.read_at.isoformat() if message.read_at else None,
            "recipient": [unit if by_citizen else subject],
            "sender": _sender(message, subject=subject, unit=unit),
            "payload": [{"contentString": message.text}, *(_file(each, base=base) for each in message.files)],
        }
    )


def _kind_of(message: JournalMessage) -> dict[str, Any]:
    """What kind of dialogue it is in: a citizen asks, staff begin, or staff tell and want no answer."""
    if message.begun_by is Sender.CITIZEN:
        return coded(systems.DIALOGUE_KIND, "HE", "Henvendelse")
    if message.one_way:
        return coded(systems.DIALOGUE_KIND, "EKI", "Engangskontakt")
    return coded(systems.DIALOGUE_KIND, "DI", "Dialog med innbygger")


def _sender(message: JournalMessage, *, subject: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    """She herself, one who acts for her (by name alone), the employee, or the unit that answered in its journal."""
    author = message.author
    if author.sender is Sender.CITIZEN:
        return {"type": "RelatedPerson", "display": author.name} if author.on_behalf else subject
    return pointer("Practitioner", author.id, author.name) if author.role else {**unit, "display": author.name}


def _about(message: JournalMessage) -> list[dict[str, Any]]:
    service = pointer("HealthcareService", message.service_id)
    return [service, pointer("Appointment", message.visit_id)] if message.visit_id else [service]


def _file(file: AttachmentView, *, base: str) -> dict[str, Any]:
    return {
        "contentAttachment": {
            "contentType": file.kind.media_type,
            "url": f"{base}/Binary/{file.id}",
            "size": file.size,
            "title": file.name,
            "creation": file.added_at.isoformat(),
        }
    }


def _communication(references: list[Reference] | None) -> UUID | None:
    for reference in references or []:
        kind, _, id = (reference.reference or "").rpartition("/")
        if kind == "Communication" or kind.endswith("/Communication"):
            try:
                return UUID(id)
            except ValueError:
                return None
    return None


def _error(code: str, diagnostics: str, element: str) -> Issue:
    return Issue("error", code, diagnostics, f"Communication.{element}" if element else "Communication")
