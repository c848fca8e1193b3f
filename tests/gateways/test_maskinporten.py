"""The machine's token: a grant that Maskinporten would let in, fetched once and kept while it lasts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.gateways.calling import NotAnswered, Why
from hjemmekontakt.gateways.maskinporten import GRANT, Maskinporten

MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "key-1", "alg": "RS256"})


@dataclass
class Issuer:
    """A token endpoint that checks the grant's signature as Maskinporten does."""

    url: str = ""
    grants: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    answer: Reply | None = None
    now: datetime = MONDAY

    def give(self, call: Call) -> Reply:
        form = parse_qs(call.body.decode())
        assert form["grant_type"] == [GRANT]
        grant = jwt.decode(form["assertion"][0], KEY, algorithms=["RS256"])
        self.grants.append(grant.claims)
        self.headers.append(grant.header)
        return self.answer or as_json({"access_token": f"token-{len(self.grants)}", "expires_in": 119})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    told = Issuer()
    server = serve({("POST", "/token"): told.give}, host="127.0.0.1", port=0)
    told.url = f"http://127.0.0.1:{server.server_port}/"
    yield told
    server.shutdown()
    server.server_close()


def door(issuer: Issuer, **more: str) -> Maskinporten:
    return Maskinporten(
        issuer.url,
        client_id="tunvik",
        private_jwk=KEY.as_dict(private=True),
        scope="krr:global/kontaktinformasjon.read",
        now=lambda: issuer.now,
        **more,
    )


def test_the_grant_is_signed_short_lived_and_for_this_issuer(issuer):
    assert door(issuer, consumer_org="987654321").token() == "token-1"

    (claims,) = issuer.grants
    assert (issuer.headers[0]["alg"], issuer.headers[0]["kid"]) == ("RS256", "key-1")
    assert claims.pop("jti")
    assert claims == {
        "iss": "tunvik",
        "aud": issuer.url,
        "scope": "krr:global/kontaktinformasjon.read",
        "consumer_org": "987654321",
        "iat": int(MONDAY.timestamp()),
        "exp": int(MONDAY.timestamp()) + 100,
    }


def test_a_token_is_kept_until_shortly_before_it_runs_out_and_no_grant_is_used_twice(issuer):
    gate = door(issuer)
    tokens = []
    for seconds in (0, 60, 88, 89, 120):
        issuer.now = MONDAY + timedelta(seconds=seconds)
        tokens.append(gate.token())

    assert tokens == ["token-1", "token-1", "token-1", "token-2", "token-2"]
    assert len({claims["jti"] for claims in issuer.grants}) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(HTTPStatus.SERVICE_UNAVAILABLE), Why.UNAVAILABLE),
        (as_json({"error": "invalid_grant"}, status=HTTPStatus.BAD_REQUEST), Why.NOT_UNDERSTOOD),
        (as_json({"access_token": "token-1"}), Why.NOT_UNDERSTOOD),
        (Reply(HTTPStatus.NOT_FOUND), Why.NOT_UNDERSTOOD),
    ],
)
def test_no_token_is_a_reason_and_the_next_call_asks_anew(issuer, answer, why):
    gate = door(issuer)
    issuer.answer = answer
    with pytest.raises(NotAnswered) as failed:
        gate.token()

    issuer.answer = None
    assert failed.value.why is why
    assert gate.token() == "token-2"
