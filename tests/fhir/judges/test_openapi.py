"""The OpenAPI document is true: schemathesis asks what it allows and what it does not, and each answer is as it says."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hjemmekontakt.fhir import capability, router
from hjemmekontakt.fhir.door import FORM, JSON
from hjemmekontakt.project.wsgi import application
from tests.fhir.judges.journal import Journal, register
from tests.fhir.judges.stories import Story, tell
from tests.people import an_id

JUDGED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BASE = "http://testserver/fhir"
ALLOWED = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WRITTEN = settings(ALLOWED, max_examples=8)
REFUSED = settings(ALLOWED, max_examples=1)


@schemathesis.serializer("application/fhir+ndjson")
def lines(context: SerializationContext, value: Any) -> bytes:
    """What is sent as lines, as it stands."""
    return str(value).encode()


def test_every_operation_that_is_described_answers_as_it_is_described(world) -> None:
    """Both with what is allowed and with what is not, and about ids that are known here and ids that are not."""
    register(world, "tunvik-epj", world.tunvik)
    form = urlencode(Journal(BASE, "tunvik-epj").application())
    token = Client().post("/fhir/token", form, content_type=FORM).json()["access_token"]
    story = tell(world)
    statuses: Counter[int] = Counter()
    described = schemathesis.openapi.from_wsgi("/fhir/openapi.json", application)
    operations = [each.ok() for each in described.get_all_operations()]
    for operation in operations:
        for case in _cases(operation, story):
            answer = case.call(headers={"Authorization": f"Bearer {token}"})
            statuses[answer.status_code] += 1
            case.validate_response(answer, checks=JUDGED)
    assert len(operations) > 40
    assert {200, 201, 400, 404} <= set(statuses), statuses
    assert statuses[200] > 30, statuses


def _cases(operation: APIOperation[Any, Any, Any, Any], story: Story) -> list[Case]:
    """Some questions of schemathesis, about ids of the story too; a resource that is written is one of the story's."""
    if _content_of(operation) not in ("", JSON, "application/json", FORM):
        return []  # schemathesis has no bodies of that kind
    bodies = [] if _content_of(operation) != JSON else story.bodies().get(operation.path.split("/")[1], [{}])
    ids = st.sampled_from([*story.ids.values(), str(an_id("astrid")), str(an_id("Hjemmetjenesten Nord"))])
    found: list[Case] = []

    def ask(case: Case, id: str | None, body: dict[str, Any]) -> None:
        if id is not None and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = id
        if bodies:
            case.body = body
        found.append(case)

    allowed = operation.as_strategy(**({"body": {}} if bodies else {}))
    (WRITTEN if bodies else ALLOWED)(
        given(case=allowed, id=ids | st.none(), body=st.sampled_from([*bodies, {}]))(ask)
    )()
    if operation.method == "get" and len(operation.query) > 0:
        refused = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        REFUSED(given(case=refused, id=st.none(), body=st.just({}))(ask))()
    return found


def _content_of(operation: APIOperation[Any, Any, Any, Any]) -> str:
    return next((each.media_type for each in operation.body), "")


def test_what_a_journal_writes_is_as_the_description_has_it(world) -> None:
    document = router.described(BASE)
    for kind, bodies in tell(world).bodies().items():
        shape = jsonschema_rs.validator_for({**document, "$ref": f"#/components/schemas/{kind}"})
        assert [list(shape.iter_errors(body)) for body in bodies] == [[] for _ in bodies]
        assert not shape.is_valid({**bodies[0], "colour": "green"})


def test_each_interaction_of_the_capability_statement_is_described() -> None:
    paths = router.described(BASE)["paths"]
    told = {(path, method) for path, methods in paths.items() for method in methods}
    for offer in capability.OFFERED:
        kind = f"/{offer.resource}"
        searched = {(kind, "get"), (f"{kind}/_search", "post")}
        wanted = {"read": {(f"{kind}/{{id}}", "get")}, "update": {(f"{kind}/{{id}}", "put")}, "search-type": searched}
        for code in offer.interactions:
            assert wanted.get(code, set()) <= told
        assert ((kind, "put") in told) is offer.conditional_update


def test_a_parameter_for_a_body_alone_stands_in_no_address() -> None:
    paths = router.described(BASE)["paths"]
    for kind, names in capability.IN_A_BODY.items():
        assert not {each["name"] for each in paths[f"/{kind}"]["get"]["parameters"]} & set(names)
        form = paths[f"/{kind}/_search"]["post"]["requestBody"]["content"][FORM]
        assert set(names) <= set(form["schema"]["properties"])


def test_the_description_is_read_without_a_token(world) -> None:
    answer = Client().get("/fhir/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == router.described(BASE)
    assert Client().post("/fhir/openapi.json").status_code == 405
