"""The FHIR door as an OpenAPI 3.1 document, written from the CapabilityStatement: what one says, the other says too."""

from collections.abc import Iterator, Mapping
from typing import Any

from hjemmekontakt.fhir import capability
from hjemmekontakt.fhir import openapi_shapes as shapes
from hjemmekontakt.fhir.calls import digitally_active, large_jobs
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.door import FORM, JSON
from hjemmekontakt.fhir.openapi_shapes import Schema

PLAIN_JSON = "application/json"
INTERACTIONS: dict[str, tuple[str, str, str]] = {
    "read": ("/{id}", "get", "r"),
    "vread": ("/{id}/_history/{version}", "get", "r"),
    "history-instance": ("/{id}/_history", "get", "r"),
    "history-type": ("/_history", "get", "s"),
    "search-type": ("", "get", "s"),
    "create": ("", "post", "c"),
    "update": ("/{id}", "put", "u"),
    "delete": ("/{id}", "delete", "d"),
}
"""Where FHIR puts each interaction with a resource type, and the letter that a token's scope must have for it."""
CONDITIONAL_UPDATE = "conditional-update"
FILES = frozenset({"Binary"})
ANSWERED_WITH_BUNDLE = frozenset({"history-instance", "history-type", "history-system", "search-type"})
HEADERS: dict[str, tuple[str, ...]] = {
    "read": ("If-None-Match",),
    "search-type": ("Prefer",),
    "create": ("If-None-Exist", "Prefer"),
    "update": ("If-Match", "Prefer"),
    CONDITIONAL_UPDATE: ("If-Match", "Prefer"),
}
IN_THE_PATH = {"id": "^[A-Za-z0-9.\\-]{1,64}$", "version": "^[0-9]{1,9}$", "file": "^[A-Za-z]+\\.ndjson$"}

Described = dict[str, Any]
Place = tuple[str, str, Described]


def description(
    statement: Mapping[str, Any], smart: Mapping[str, Any], *, in_a_body: Mapping[str, tuple[str, ...]]
) -> Described:
    """Describe each address that the CapabilityStatement promises: its parameters, bodies and answers.

    `in_a_body` names, by resource type, the search parameters that never stand in an address.
    """
    (rest,) = statement["rest"]
    paths: dict[str, Described] = {}
    for path, method, operation in (*_of_the_door(), *_of_the_whole(rest), *_of_each_type(rest, in_a_body)):
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hjemmekontakt: the FHIR door",
            "version": statement["software"]["version"],
            "description": "FHIR R4 (4.0.1) for journal systems. A token comes by SMART Backend Services.",
        },
        "servers": [{"url": statement["implementation"]["url"]}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": shapes.schemas(rest["resource"]), "securitySchemes": {"smart": _tokens(smart)}},
    }


def _tokens(smart: Mapping[str, Any]) -> Described:
    scopes = dict.fromkeys(smart["scopes_supported"], "SMART's letters: create, read, update, delete, search")
    flow = {"tokenUrl": smart["token_endpoint"], "scopes": scopes}
    return {"type": "oauth2", "description": "private_key_jwt", "flows": {"clientCredentials": flow}}


# ---- The addresses


def _of_the_door() -> Iterator[Place]:
    """What is there whatever resources are offered: about itself, the token, and who can be reached."""
    anything = {"type": "object"}
    for path, name, kind in (
        ("/metadata", "metadata", JSON),
        ("/openapi.json", "openapi", PLAIN_JSON),
        ("/.well-known/smart-configuration", "smart-configuration", PLAIN_JSON),
    ):
        yield path, "get", {**_answering("door", name, anything, kind_of_content=kind), "security": []}
    token = {**_answering("door", "token", shapes.TOKEN, kind_of_content=PLAIN_JSON), **_body(FORM, shapes.ASKED_TOKEN)}
    token["responses"]["4XX"] = _answer("An error of RFC 6749", PLAIN_JSON, anything)
    yield "/token", "post", {**token, "security": []}
    reached = _answering(digitally_active.SCOPE, "search", shapes.REACHED, kind_of_content=PLAIN_JSON)
    reached |= {**_body(PLAIN_JSON, shapes.ASKED_REACHED), **_needing(digitally_active.SCOPE, "s")}
    yield f"/{'/'.join(digitally_active.PATH)}", "post", reached


def _of_the_whole(rest: Mapping[str, Any]) -> Iterator[Place]:
    """What concerns all types at once: bundles of requests, a common history, operations."""
    told = [each["code"] for each in rest.get("interaction", ())]
    if {"batch", "transaction"} & set(told):
        yield "/", "post", {**_answering("whole", "bundle", shapes.BUNDLE), **_body(JSON, shapes.BUNDLE)}
    if "history-system" in told:
        yield "/_history", "get", _answering("whole", "history-system", shapes.BUNDLE)
    for each in capability.OPERATIONS:
        if not each.on:
            yield f"/${each.name}", "post" if each.takes else "get", _operation(each)
    for method, code in (("get", "job-status"), ("delete", "job-end")):
        job = {**_answering("whole", code, {"type": "object"}), "parameters": _path_parameters("/{id}")}
        job["responses"] |= {"202": {"description": "It is under way, or has been ended"}}
        yield f"/{large_jobs.JOB}/{{id}}", method, job
    file = _answering("whole", "job-file", {"type": "string"}, kind_of_content=large_jobs.NDJSON)
    yield f"/{large_jobs.JOB}/{{id}}/{{file}}", "get", {**file, "parameters": _path_parameters("/{id}/{file}")}


def _operation(each: capability.Operation) -> Described:
    """Something that is asked for by a name of its own; its body is sent by POST, or it is asked for by GET."""
    described = _answering(each.on or "whole", each.name, shapes.ANY_RESOURCE)
    if each.later:
        described["responses"]["202"] = {"description": "It is begun; Content-Location says where to ask"}
    return described | (_body(each.takes, {"type": "string"}) if each.takes else {})


def _of_each_type(rest: Mapping[str, Any], in_a_body: Mapping[str, tuple[str, ...]]) -> Iterator[Place]:
    for told in rest["resource"]:
        kind, alone = told["type"], in_a_body.get(told["type"], ())
        for code in (each["code"] for each in told["interaction"]):
            place, method, letter = INTERACTIONS[code]
            query = _query_parameters(told, alone) if code == "search-type" else []
            yield f"/{kind}{place}", method, _interaction(kind, code, letter, place, query)
            if code == "search-type":
                yield f"/{kind}/_search", "post", _search_by_post(told, alone)
        if told.get("conditionalUpdate"):
            named = [{"name": "identifier", "in": "query", "required": True, "schema": {"type": "string"}}]
            yield f"/{kind}", "put", _interaction(kind, CONDITIONAL_UPDATE, "u", "", named)
        for each in capability.OPERATIONS:
            if each.on == kind:
                yield (
                    f"/{kind}/{{id}}/${each.name}",
                    "get",
                    {**_operation(each), "parameters": _path_parameters("/{id}")},
                )


# ---- What may be asked, and what is answered


def _interaction(kind: str, code: str, letter: str, place: str, query: list[Described]) -> Described:
    schema = shapes.BUNDLE if code in ANSWERED_WITH_BUNDLE else shapes.of_type(kind)
    described = _answering(kind, code, schema)
    headers = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in HEADERS.get(code, ())]
    described |= {"parameters": [*_path_parameters(place), *query, *headers], **_needing(kind, letter)}
    if code == "read":
        described["responses"]["304"] = {"description": "The client has this version"}
        if kind in FILES:
            described["responses"]["200"] = {"description": "The file, as what it is", "content": {"*/*": {}}}
    if code == "delete":
        described["responses"]["204"] = {"description": "It is there no more"}
    if letter in "cu":
        described |= _body(JSON, shapes.written(kind))
        described["responses"]["201"] = {**described["responses"]["200"], "description": "It was created"}
    return described


def _search_by_post(told: Mapping[str, Any], alone: tuple[str, ...]) -> Described:
    parameters = {each["name"]: each["schema"] for each in _query_parameters(told, ())}
    parameters |= {name: {"type": "string"} for name in alone}
    form = {"type": "object", "properties": dict(sorted(parameters.items()))}
    described = {**_answering(told["type"], "search-by-post", shapes.BUNDLE), **_body(FORM, form)}
    return described | _needing(told["type"], "s")


def _query_parameters(told: Mapping[str, Any], alone: tuple[str, ...]) -> list[Described]:
    """The parameters of a search; what is in a body alone is left out."""
    known = READABLES[told["type"]].parameters if told["type"] in READABLES else {}
    found: dict[str, Schema] = {}
    for each in told.get("searchParam", ()):
        codes = known[each["name"]].codes if each["name"] in known else ()
        found[each["name"]] = shapes.of_parameter(each["type"], codes)
    if told.get("searchInclude"):
        found["_include"] = {"type": "array", "items": {"enum": told["searchInclude"]}}
    if told.get("searchRevInclude"):
        found["_revinclude"] = {"type": "array", "items": {"enum": told["searchRevInclude"]}}
    if told["type"] in capability.SORTS:
        found["_sort"] = {"enum": list(capability.SORTS[told["type"]])}
    found["_elements"] = shapes.ELEMENTS
    found |= {"_count": shapes.COUNT, "_cursor": {"type": "string"}}
    found |= {"_summary": shapes.SUMMARY, "_total": shapes.TOTAL}
    return [_in_query(name, schema) for name, schema in found.items() if name not in alone]


def _in_query(name: str, schema: Schema) -> Described:
    described: Described = {"name": name, "in": "query", "schema": schema}
    if schema.get("type") == "array":
        described["explode"] = "enum" not in schema["items"] or name in ("_include", "_revinclude")
    return described


def _path_parameters(place: str) -> list[Described]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in IN_THE_PATH.items()
        if f"{{{name}}}" in place
    ]


def _answering(kind: str, code: str, schema: Schema, *, kind_of_content: str = JSON) -> Described:
    return {
        "operationId": f"{kind}-{code}",
        "tags": [kind],
        "responses": {
            "200": _answer("As asked", kind_of_content, schema),
            "4XX": _answer("What is wrong, and where", JSON, shapes.OUTCOME),
        },
    }


def _answer(sentence: str, kind: str, schema: Schema) -> Described:
    return {"description": sentence, "content": {kind: {"schema": schema}}}


def _body(kind: str, schema: Schema) -> Described:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def _needing(kind: str, letter: str) -> Described:
    return {"security": [{"smart": [f"system/{kind}.{letter}"]}]}
