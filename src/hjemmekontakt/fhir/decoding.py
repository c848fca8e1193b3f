"""From bytes to a strict R4 shape, or to issues that say where it is wrong and repeat nothing of the text."""

import re
from typing import TypeVar, cast

import msgspec

from hjemmekontakt.fhir.outcome import BadResource, Issue
from hjemmekontakt.fhir.structs.datatypes import Resource

Shape = TypeVar("Shape", bound=Resource)

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*?)`")
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*?)`")
_WRONG_TYPE = re.compile(r"^Expected `(?P<wanted>[a-z| ]+)`, got `(?P<got>[a-z]+)`")
_AN_ELEMENT = re.compile(r"_?[A-Za-z]{1,60}")
_SENTENCES = (
    ("Invalid enum value", "code-invalid", "The code is not among those that R4 allows here."),
    ("Invalid RFC3339", "value", "An instant is date, time and zone, such as 2027-03-22T09:00:00+01:00."),
    ("Expected `datetime` with a timezone", "value", "The time needs a zone, such as 2027-03-22T09:00:00+01:00."),
    ("Invalid value", "structure", "This resource type is not expected here."),
    ("Expected `array` of length", "invariant", "A list may be left out, but not be empty."),
    ("Expected `str` of length", "invariant", "A text may be left out, but not be empty."),
    ("Expected `str` matching", "value", "An id is at most 64 letters, digits, hyphens and full stops."),
    ("Expected `int`", "value", "The number is outside what R4 allows here."),
)


class Nothing(msgspec.Struct, tag_field="resourceType", tag=""):
    """Stands beside the wanted shape so that a body without its resourceType is refused."""


def decoder(shape: type[Shape]) -> "msgspec.json.Decoder[Shape | Nothing]":
    """A decoder for one kind of resource, made once and used for every request."""
    return msgspec.json.Decoder(shape | Nothing)  # type: ignore[arg-type]


def decode(body: bytes, using: "msgspec.json.Decoder[Shape | Nothing]", *, kind: str) -> Shape:
    """Read one resource, or say where it is not R4; nothing of what it held is repeated."""
    try:
        found = using.decode(body)
    except msgspec.ValidationError as error:
        raise BadResource([_explain(str(error), kind=kind)], status=400) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadResource([Issue("error", "invalid", "The body is not JSON in UTF-8.")], status=400) from None
    except RecursionError:
        raise BadResource([Issue("error", "too-costly", "The body is nested too deeply.")], status=400) from None
    if isinstance(found, Nothing):
        raise BadResource([Issue("error", "structure", "The resourceType is empty.", kind)], status=400)
    return cast(Shape, found)


def _explain(message: str, *, kind: str) -> Issue:
    place = _PLACE.search(message)
    path = kind + (place["path"] if place else "")
    if unknown := _UNKNOWN.match(message):
        return Issue("error", "structure", "R4 has no such element here.", _with(path, unknown["name"]))
    if missing := _MISSING.match(message):
        return Issue("error", "required", "This element is obligatory.", _with(path, missing["name"]))
    if wrong := _WRONG_TYPE.match(message):
        return Issue("error", "structure", f"Expected {wrong['wanted']}, got {wrong['got']}.", path)
    for beginning, code, sentence in _SENTENCES:
        if message.startswith(beginning):
            return Issue("error", code, sentence, path)
    return Issue("error", "structure", "This is not as R4 has it.", path)


def _with(path: str, name: str) -> str:
    return f"{path}.{name}" if _AN_ELEMENT.fullmatch(name) else path
