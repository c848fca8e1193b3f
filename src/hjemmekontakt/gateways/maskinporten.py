"""Maskinporten: the tokens with which one public body's machine asks another's, kept while they last."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import JWKRegistry

from hjemmekontakt.gateways.calling import NotAnswered, Why, client_for, post
from hjemmekontakt.ground import clock

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_LASTS = timedelta(seconds=100)
SPARE = timedelta(seconds=30)


class Maskinporten:
    """One client's door to Maskinporten for one scope; `token` is what the registers' clients are given."""

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        private_jwk: Mapping[str, Any],
        scope: str,
        consumer_org: str = "",
        timeout_s: float = 10.0,
        now: Callable[[], datetime] = clock.real,
    ) -> None:
        self._issuer = f"{issuer.rstrip('/')}/"
        self._client = client_for(self._issuer, timeout_s=timeout_s)
        self._key = JWKRegistry.import_key(dict(private_jwk))
        self._algorithm = str(private_jwk.get("alg", "RS256"))
        self._claims = {"iss": client_id, "scope": scope} | ({"consumer_org": consumer_org} if consumer_org else {})
        self._now = now
        self._lock = Lock()
        self._token = ""
        self._good_until: datetime | None = None

    def token(self) -> str:
        """Give a token that is good for a while yet; a new one is fetched when the last soon runs out."""
        with self._lock:
            if self._good_until is None or self._now() >= self._good_until:
                self._fetch()
            return self._token

    def close(self) -> None:
        """Let go of the open lines."""
        self._client.close()

    def _fetch(self) -> None:
        asked_at = self._now()
        said = post(self._client, "/token", headers={}, data={"grant_type": GRANT, "assertion": self._grant(asked_at)})
        try:
            self._token = str((said or {})["access_token"])
            self._good_until = asked_at + timedelta(seconds=int((said or {})["expires_in"])) - SPARE
        except (KeyError, TypeError, ValueError):
            raise NotAnswered(Why.NOT_UNDERSTOOD) from None

    def _grant(self, asked_at: datetime) -> str:
        issued = int(asked_at.timestamp())
        times = {"iat": issued, "exp": issued + int(GRANT_LASTS.total_seconds()), "jti": str(uuid4())}
        header = {"alg": self._algorithm, "kid": self._key.kid}
        return jwt.encode(header, self._claims | times | {"aud": self._issuer}, self._key, algorithms=[self._algorithm])
