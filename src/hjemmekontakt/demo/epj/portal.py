"""The simulator's way to the portal: a token of its own, and calls that are tried again while the portal is away."""

from collections.abc import Callable
from threading import Event, Lock
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from hjemmekontakt.demo.epj.config import Config
from hjemmekontakt.ground import clock

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FHIR_JSON = "application/fhir+json"
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class Unreachable(Exception):
    """The portal did not answer in the time that was given, or the simulator is stopping."""


class Portal:
    """One connection to one portal."""

    def __init__(self, config: Config, *, stopping: Event) -> None:
        self._config = config
        self._stopping = stopping
        self._http = httpx.Client(trust_env=False, timeout=httpx.Timeout(5.0))
        self._key = (RSAKey if config.private_jwk["kty"] == "RSA" else ECKey).import_key(config.private_jwk)
        self._lock = Lock()
        self._token = ""
        self._token_ends = 0.0

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str) -> httpx.Response:
        """Read one resource; tried again until the portal answers."""
        return self._call("GET", path)

    def put(
        self,
        path: str,
        resource: dict[str, Any],
        *,
        identifier: str = "",
        if_match: str = "",
        within: float | None = None,
    ) -> httpx.Response:
        """Write one resource, by address or identifier; tried until the portal answers, or for `within` seconds."""
        headers = {"If-Match": if_match} if if_match else {}
        parameters = {"identifier": identifier} if identifier else None
        return self._call("PUT", path, json=resource, params=parameters, headers=headers, within=within)

    def post(self, path: str, resource: dict[str, Any], *, within: float | None = None) -> httpx.Response:
        """Create one resource."""
        return self._call("POST", path, json=resource, within=within)

    def _call(self, method: str, path: str, *, within: float | None = None, **how: Any) -> httpx.Response:
        ends = None if within is None else monotonic() + within
        wait = FIRST_WAIT
        renewed = False
        while True:
            answer = self._attempt(lambda: self._once(method, path, **how))
            if answer is not None and answer.status_code == 401 and not renewed:
                renewed = True
                self._token_ends = 0.0
                continue
            if answer is not None and answer.status_code not in TRY_AGAIN:
                return answer
            if (ends is not None and monotonic() + wait > ends) or self._stopping.wait(wait):
                raise Unreachable
            wait = min(wait * 2, LONGEST_WAIT)

    def _attempt(self, call: Callable[[], httpx.Response]) -> httpx.Response | None:
        if self._stopping.is_set():
            raise Unreachable
        try:
            return call()
        except (httpx.TransportError, httpx.HTTPStatusError):
            return None

    def _once(self, method: str, path: str, *, headers: dict[str, str] | None = None, **how: Any) -> httpx.Response:
        whole = {"Authorization": f"Bearer {self._fresh_token()}", "Accept": FHIR_JSON, **(headers or {})}
        if "json" in how:
            whole["Content-Type"] = FHIR_JSON
        return self._http.request(method, f"{self._config.fhir_base}/{path}", headers=whole, **how)

    def _fresh_token(self) -> str:
        with self._lock:
            if monotonic() >= self._token_ends:
                answer = self._http.post(self._config.token_endpoint, data=self._application())
                answer.raise_for_status()
                told = answer.json()
                self._token = told["access_token"]
                self._token_ends = monotonic() + max(1.0, float(told.get("expires_in", 60)) - 15)
            return self._token

    def _application(self) -> dict[str, str]:
        now = int(clock.real().timestamp())
        header = {"alg": "RS384" if isinstance(self._key, RSAKey) else "ES384", "typ": "JWT"}
        if self._key.kid:
            header["kid"] = self._key.kid
        me = self._config.client_id
        claims = {"iss": me, "sub": me, "aud": self._config.token_endpoint, "jti": str(uuid4())}
        signed = jwt.encode(header, {**claims, "iat": now, "exp": now + 60}, self._key, algorithms=[header["alg"]])
        return {
            "grant_type": "client_credentials",
            "scope": self._config.scope,
            "client_assertion_type": ASSERTION,
            "client_assertion": signed,
        }
