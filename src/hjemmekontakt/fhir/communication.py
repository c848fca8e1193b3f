"""Communication: what a unit answers in its journal, in a dialogue that a citizen has begun (R17, R19)."""

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.outcome import BadResource, Issue
from hjemmekontakt.fhir.structs.communication import Communication
from hjemmekontakt.fhir.structs.datatypes import Reference

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
