"""Whether some persons can be reached here, asked by many national ids at once, in the shape that Helsenorge has for it (R8)."""

import json
from typing import Annotated

import msgspec
from django.http import HttpResponse

from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.consent.for_journal import ActiveAnswer
from hjemmekontakt.fhir.door import Asked, resource_in, stop
from hjemmekontakt.fhir.scopes import Deed

MOST = 1000
PATH = ["digitaltaktiv", "helsenorgeaktivsjekken", "v1"]
SCOPE = "DigitaltAktiv"
AREA = "Helsehjelp"
NationalId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{11}\Z")]


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """Whom it is asked about, and for which area of use."""

    fnr_liste: list[NationalId]
    omraade: str = AREA


_DECODER = msgspec.json.Decoder(Question)


def post(asked: Asked) -> HttpResponse:
    """POST digitaltaktiv/helsenorgeaktivsjekken/v1: an answer for each number asked about, known here or not.

    Nobody whom the municipality does not help is active; nothing tells her from one who is not here at all.
    """
    asked.must_be_let(Deed.SEARCH)
    question = _question(resource_in(asked.request))
    if len(question.fnr_liste) > MOST:
        stop(413, "too-long", f"At most {MOST} numbers at a time.")
    if question.omraade != AREA:
        stop(400, "code-invalid", f"The only omraade here is {AREA}.")
    found = consent.digitally_active(asked.actor, question.fnr_liste)
    told = {number: _told(found.get(number, ActiveAnswer())) for number in question.fnr_liste}
    response = HttpResponse(json.dumps({"erAktivListe": told}, separators=(",", ":")), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _question(body: bytes) -> Question:
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        stop(400, "invalid", 'Send {"fnrListe": ["eleven digits", …], "omraade": "Helsehjelp"}.')


def _told(answer: ActiveAnswer) -> dict[str, bool]:
    """A fullmakt that staff enter from paper (tildelt fullmakt) is not in this version."""
    return {
        "erDigitaltAktivSelv": answer.herself,
        "erDigitaltAktivViaAndre": answer.through_others,
        "tildeltFullmakt": False,
    }
