"""The shapes in the OpenAPI document: what may be written is drawn from the very structs that bodies are read by."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from hjemmekontakt.access.for_journal import MOST_COUNTED
from hjemmekontakt.fhir.calls.digitally_active import MOST, Question
from hjemmekontakt.fhir.search import LARGEST_COUNT, SUMMARIES, TOTALS
from hjemmekontakt.fhir.structs import appointment, communication, task  # noqa: F401 - so that they are known below
from hjemmekontakt.fhir.structs.datatypes import Resource

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
OUTCOME: Schema = {"$ref": f"{PLACE}OperationOutcome"}
BUNDLE: Schema = {"$ref": f"{PLACE}Bundle"}
ANY_RESOURCE: Schema = {"$ref": f"{PLACE}Resource"}
WRITING = frozenset({"create", "update"})

DATE = r"^(eq|ge|gt|le|lt|sa|eb)?\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$"
COUNT: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 999_999_999,
    "description": f"At most {LARGEST_COUNT} come; with 0 the total alone.",
}
TOTAL: Schema = {"enum": list(TOTALS), "description": f"Counted up to {MOST_COUNTED:,}; beyond that 400 (too-costly)."}
ELEMENTS: Schema = {
    "type": "string",
    "description": "Names of elements at the root, by commas; the resource is then tagged SUBSETTED.",
}
SUMMARY: Schema = {
    "enum": list(SUMMARIES),
    "description": "count: the total alone, and no entries. true: what FHIR marks as summary.",
}

_TEXT: Schema = {"type": "string"}
TOKEN: Schema = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {"access_token": _TEXT, "token_type": _TEXT, "expires_in": {"type": "integer"}, "scope": _TEXT},
}
ASKED_TOKEN: Schema = {
    "type": "object",
    "required": ["grant_type", "client_assertion_type", "client_assertion", "scope"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        "client_assertion_type": {"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
        "client_assertion": _TEXT,
        "scope": _TEXT,
    },
}
REACHED: Schema = {
    "type": "object",
    "required": ["erAktivListe"],
    "properties": {"erAktivListe": {"type": "object", "additionalProperties": {"type": "object"}}},
}
ASKED_REACHED: Schema = {
    "type": "object",
    "required": ["fnrListe"],
    "properties": {
        "fnrListe": {"type": "array", "maxItems": MOST, "items": {"type": "string", "pattern": "^[0-9]{11}$"}},
        "omraade": {"const": Question.__struct_defaults__[0]},
    },
}


def of_type(kind: str) -> Schema:
    """An answer that is one resource of this type."""
    return {"allOf": [ANY_RESOURCE], "properties": {"resourceType": {"const": kind}}}


def written(kind: str) -> Schema:
    """A body that is one resource of this type."""
    return {"$ref": f"{PLACE}{kind}"}


def of_parameter(sort: str, codes: tuple[str, ...]) -> Schema:
    """The values of a search parameter: one of some codes, a date with its prefix, or any text.

    >>> of_parameter("token", ("active", "planned"))["items"]
    {'enum': ['active', 'planned']}
    """
    if codes:
        return {"type": "array", "items": {"enum": list(codes)}, "minItems": 1}
    if sort == "date":
        return {"type": "array", "items": {"type": "string", "pattern": DATE}}
    return _TEXT


def schemas(offered: Iterable[Mapping[str, Any]]) -> dict[str, Schema]:
    """Every shape by its name: those that are answered, and those that are written, whole."""
    kinds = sorted(each["type"] for each in offered if WRITING & {told["code"] for told in each["interaction"]})
    read_by = {kind: struct for kind in kinds if (struct := _struct_of(kind)) is not None}
    roots, found = msgspec.json.schema_components(read_by.values(), ref_template=f"{PLACE}{{name}}")
    plain = {name: _plain(schema) for name, schema in found.items()}
    reached = set(_reached((root["$ref"].removeprefix(PLACE) for root in roots), plain))
    short = {name: _short(name, reached) for name in sorted(reached)}
    others = {kind: of_type(kind) for kind in kinds if kind not in read_by}
    return {**_ANSWERED, **others, **{short[name]: _renamed(plain[name], short) for name in short}}


def _struct_of(kind: str) -> type[Resource] | None:
    """The struct by which a body of this type is read; one that is only ever carried in another is not it."""
    several = (each for each in Resource.__subclasses__() if each.__struct_config__.tag == kind)
    return next((each for each in several if not each.__module__.endswith(".contained")), None)


def _plain(part: Any) -> Any:
    """A shape as FHIR means it: what may be left out is never null, and what is carried within is any resource."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    several = part.get("anyOf")
    if isinstance(several, list) and {"type": "null"} in several and "default" in part:
        (only,) = [each for each in several if each != {"type": "null"}]
        return _plain(only)
    return {name: _CARRIED if name == "contained" else _plain(each) for name, each in part.items()}


def _reached(names: Iterable[str], found: Mapping[str, Schema]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in found:
            continue
        seen.add(name)
        yield name
        waiting += [each.removeprefix(PLACE) for each in _pointed_to(found[name])]


def _pointed_to(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for each in part.values():
            yield from _pointed_to(each)
    elif isinstance(part, list):
        for each in part:
            yield from _pointed_to(each)


def _short(name: str, among: Iterable[str]) -> str:
    """The class alone where no other has its name."""
    last = name.rsplit(".", 1)[-1]
    return last if sum(each.rsplit(".", 1)[-1] == last for each in among) == 1 else name


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_renamed(each, names) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        old = part["$ref"].removeprefix(PLACE)
        return {"$ref": PLACE + names.get(old, old)}
    return {name: _renamed(each, names) for name, each in part.items()}


_CARRIED: Schema = {"type": "array", "minItems": 1, "items": ANY_RESOURCE}
_ANSWERED: dict[str, Schema] = {
    "Resource": {"type": "object", "required": ["resourceType"], "properties": {"resourceType": _TEXT, "id": _TEXT}},
    "Bundle": {
        "type": "object",
        "required": ["resourceType", "type"],
        "properties": {
            "resourceType": {"const": "Bundle"},
            "type": _TEXT,
            "total": {"type": "integer", "minimum": 0},
            "link": {"type": "array", "items": {"type": "object"}},
            "entry": {"type": "array", "items": {"type": "object", "properties": {"resource": ANY_RESOURCE}}},
        },
    },
    "OperationOutcome": {
        "type": "object",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["severity", "code"],
                    "properties": {"severity": _TEXT, "code": _TEXT, "diagnostics": _TEXT},
                },
            },
        },
    },
}
