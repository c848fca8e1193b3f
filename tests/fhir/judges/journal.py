"""A journal system of the tests: its client at the portal, its key, and how it gets a token."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from joserfc import jwt
from joserfc.jwk import ECKey

from hjemmekontakt.ground import clock
from hjemmekontakt.login.machines import ASSERTION_TYPE
from tests.fhir.judges.stories import EVERYTHING
from tests.people import World, an_id

KEY = ECKey.generate_key("P-384", parameters={"kid": "judge"})
SCOPES = sorted(EVERYTHING)


@dataclass(frozen=True)
class Journal:
    """A client that is registered for one municipality, at a portal that runs."""

    base: str
    client_id: str
    key: ECKey = field(default_factory=lambda: KEY, repr=False)

    @property
    def token_endpoint(self) -> str:
        """Where it asks for tokens."""
        return f"{self.base}/token"

    def assertion(self, **changes: Any) -> str:
        """What it proves itself by."""
        now = int(clock.real().timestamp())
        said = {"iss": self.client_id, "sub": self.client_id, "aud": self.token_endpoint, "jti": str(uuid4())}
        said |= {"iat": now, "exp": now + 60, **changes}
        return jwt.encode({"alg": "ES384", "kid": self.key.kid}, said, self.key, algorithms=["ES384"])

    def application(self, *scopes: str) -> dict[str, str]:
        """The form by which it asks for a token."""
        return {
            "grant_type": "client_credentials",
            "scope": " ".join(scopes or SCOPES),
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }

    def token(self, *scopes: str) -> str:
        """A token for these scopes, or for all."""
        answer = httpx.post(self.token_endpoint, data=self.application(*scopes), trust_env=False)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


def register(world: World, client_id: str, municipality_id: UUID) -> None:
    """Let a municipality's operator have put its journal in, with its public key."""
    world.insert(
        "machine_client",
        id=an_id(client_id),
        client_id=client_id,
        municipality_id=municipality_id,
        name="Journalen",
        jwks=psycopg.types.json.Jsonb({"keys": [json.loads(json.dumps(KEY.as_dict(private=False)))]}),
        scopes=SCOPES,
        hook_url="",
        active=True,
    )
