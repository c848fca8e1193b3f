"""References within a Bundle: to another entry by its fullUrl, or to a visit or plan as the journal calls it."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from hjemmekontakt.fhir.door import base, query_of, stop
from hjemmekontakt.fhir.structs.bundle import BundleEntry

Meant = UUID | tuple[str, str] | None
Named = Callable[[str], Meant]
"""Which visit or plan a reference means: its id here, or its identifier; None for an ordinary reference."""


class _Identified(msgspec.Struct):
    """What is read of an entry that is pointed to: its identifiers alone."""

    class Name(msgspec.Struct):
        """One identifier."""

        system: str = ""
        value: str = ""

    identifier: list[Name] = []


def ordinary(reference: str) -> Meant:
    """Outside a transaction every reference is an ordinary one."""
    return None


def within(entries: Sequence[BundleEntry]) -> Named:
    """What references mean among the entries of one transaction; 422 where they mean nothing."""
    by_url = {each.full_url: each for each in entries if each.full_url}

    def named(reference: str) -> Meant:
        kind, mark, query = reference.removeprefix(f"{base()}/").partition("?")
        if kind == "Appointment" and mark:
            return _condition(query)
        if not reference.startswith("urn:uuid:"):
            return None
        if reference not in by_url:
            stop(422, "not-found", "No entry of the Bundle has the fullUrl that is referred to.")
        return _of_entry(by_url[reference])

    return named


def _condition(query: str) -> Meant:
    system, _, value = (query_of(query).get("identifier") or "").rpartition("|")
    if not system or not value:
        stop(422, "not-supported", "A reference by condition is Appointment?identifier=system|value.")
    return system, value


def _of_entry(entry: BundleEntry) -> Meant:
    kind, _, id = entry.request.url.removeprefix(f"{base()}/").partition("/")
    try:
        if kind == "Appointment" and id:
            return UUID(id)
        told = msgspec.json.decode(entry.resource, type=_Identified)
    except (ValueError, msgspec.MsgspecError):
        told = _Identified()
    if len(told.identifier) != 1 or not told.identifier[0].system or not told.identifier[0].value:
        stop(422, "not-supported", "The entry that is referred to has no identifier of its own.")
    return told.identifier[0].system, told.identifier[0].value
