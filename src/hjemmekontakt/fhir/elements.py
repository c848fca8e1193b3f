"""The small parts that the resources we write are made of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import to_builtins

from hjemmekontakt.fhir.door import patient_system

Json = dict[str, Any]


def coded(system: str, code: str, words: str = "") -> Json:
    """One code, with its words where there are any."""
    return {"system": system, "code": code, **({"display": words} if words else {})}


def concept(*codings: Json, text: str = "") -> Json:
    """The same meaning in one or more codes, and in words."""
    return without_nothing({"coding": list(codings), "text": text})


def pointer(kind: str, id: UUID | str, words: str = "") -> Json:
    """A reference to a resource of this server."""
    return {"reference": f"{kind}/{id}", "type": kind, **({"display": words} if words else {})}


def patient(id: UUID, national_id: str = "") -> Json:
    """A reference to a person, with her national id where the journal must know her by it."""
    number = {"identifier": {"system": patient_system(national_id), "value": national_id}} if national_id else {}
    return {**pointer("Patient", id), **number}


def instant(at: datetime) -> str:
    """A moment with its zone, written as `isoformat` writes it, in a fifth of the time: a page of visits holds many.

    >>> instant(datetime.fromisoformat("2026-03-02T08:00:00.120000Z"))
    '2026-03-02T08:00:00.120000+00:00'
    >>> instant(datetime.fromisoformat("2026-03-02T09:00:00+01:00"))
    '2026-03-02T09:00:00+01:00'
    """
    text: str = to_builtins(at)
    return f"{text[:-1]}+00:00" if text[-1] == "Z" else text


def id_as_text(id: UUID) -> str:
    """An id as `str` writes it, in a tenth of the time.

    >>> id_as_text(UUID("6A4EEA5B-C1CF-32FC-8958-B54E896B470E"))
    '6a4eea5b-c1cf-32fc-8958-b54e896b470e'
    """
    text: str = to_builtins(id)
    return text


def period(start: date | datetime | None, end: date | datetime | None = None) -> Json:
    """From and until, as days or moments."""
    return {name: at.isoformat() for name, at in (("start", start), ("end", end)) if at is not None}


def phone(number: str) -> list[Json]:
    """A telephone number to call at work."""
    return [{"system": "phone", "value": number, "use": "work"}] if number else []


def meta(changed_at: datetime, *, profile: str = "") -> Json:
    """When the resource was last changed, and which profile it follows."""
    return {"lastUpdated": instant(changed_at), **({"profile": [profile]} if profile else {})}


def without_nothing(resource: Mapping[str, Any]) -> Json:
    """The resource without its empty elements, which FHIR does not allow.

    >>> without_nothing({"id": "1", "name": "", "telecom": [], "active": False})
    {'id': '1', 'active': False}
    """
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}
