"""A token that is bound to the journal's key is worth nothing without a proof of it (RFC 9449; HelseID's matrix)."""

import base64
import hashlib
import json
import warnings
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from hjemmekontakt.fhir import capability
from hjemmekontakt.ground.signatures import DPOP_CHALLENGE
from hjemmekontakt.login import dpop, machines
from hjemmekontakt.project.urls import answer_machine
from tests.login.test_machines import ENDPOINT, FORM, SCOPE, claims, journal_client, seconds, signed
from tests.login.test_machines import said as told
from tests.people import an_id

__all__ = ["journal_client"]

TASKS = "http://testserver/fhir/Task"
ask = RequestFactory()


@cache
def key(name: str = "ES256") -> RSAKey | ECKey:
    """A key for this algorithm."""
    if name == "small":
        with warnings.catch_warnings(action="ignore"):
            return RSAKey.generate_key(1024)
    if name.startswith("ES"):
        return ECKey.generate_key({"ES384": "P-384", "ES512": "P-521"}.get(name, "P-256"))
    return RSAKey.generate_key(2048)


def proof(
    htu: str = TASKS,
    *,
    token: str | None = None,
    by: RSAKey | ECKey | None = None,
    alg: str = "ES256",
    header: dict[str, Any] | None = None,
    **changed: Any,
) -> str:
    """A proof for one request; what is given as None is left out."""
    maker = by or key()
    said = {"jti": str(uuid4()), "htm": "GET", "htu": htu, "iat": seconds()}
    said |= {"ath": digest(token)} if token else {}
    head = {"typ": "dpop+jwt", "alg": alg, "jwk": maker.as_dict(private=False)} | (header or {})
    whole = [{name: value for name, value in part.items() if value is not None} for part in (head, said | changed)]
    return jws.serialize_compact(whole[0], json.dumps(whole[1]).encode(), maker, algorithms=[alg])


def digest(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


def apply(shown: str | None, *, jti: str | None = None) -> HttpResponse:
    """Ask for a token, with this proof."""
    form = {
        "grant_type": "client_credentials",
        "scope": SCOPE,
        "client_assertion": signed(claims(jti=jti or str(uuid4()))),
    }
    form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    headers = {} if shown is None else {"DPoP": shown}
    body = "&".join(f"{name}={value}" for name, value in form.items())
    return answer_machine(ask.post("/fhir/token", body, content_type=FORM, headers=headers))


def bound_token() -> str:
    answer = apply(proof(ENDPOINT, htm="POST"))
    assert (answer.status_code, told(answer)["token_type"]) == (200, "DPoP"), answer.content
    return str(told(answer)["access_token"])


def come(token: str, shown: str | None = None, *, path: str = "/fhir/Task", scheme: str = "DPoP") -> HttpResponse:
    """Ask for the tasks, with this token and this proof."""
    headers = {"Authorization": f"{scheme} {token}"} | ({"DPoP": shown} if shown else {})
    return answer_machine(ask.get(path, headers=headers))


@pytest.mark.parametrize("alg", ["ES256", "ES384", "ES512", "PS256", "RS256"])
def test_a_bound_token_with_its_proof_is_let_in(journal_client, alg) -> None:
    answer = apply(proof(ENDPOINT, htm="POST", by=key(alg), alg=alg))
    assert answer.status_code == 200, answer.content
    token = told(answer)["access_token"]
    assert come(token, proof(token=token, by=key(alg), alg=alg)).status_code == 200
    assert come(token, proof(token=token, by=key(alg), alg=alg, nonce="theirs"), scheme="dpop").status_code == 200


def test_a_query_and_a_default_port_do_not_count(journal_client) -> None:
    token = bound_token()
    for address in ("http://testserver:80/fhir/Task", "HTTP://TestServer/fhir/Task"):
        assert come(token, proof(address, token=token), path="/fhir/Task?status=requested").status_code == 200


def test_what_is_bound_is_the_thumbprint_and_nothing_of_the_key_is_kept(journal_client, database) -> None:
    bound_token()
    assert database.execute("SELECT key_thumbprint FROM machine_token").fetchone() == (key().thumbprint(),)


WRONG: dict[str, dict[str, Any]] = {
    "too old": {"iat": -61},
    "from the future": {"iat": 11},
    "without a time": {"iat": None},
    "a time in words": {"iat": "now"},
    "another address": {"htu": "http://testserver/fhir/Patient"},
    "another host": {"htu": "http://elsewhere/fhir/Task"},
    "another scheme": {"htu": "https://testserver/fhir/Task"},
    "no address": {"htu": None},
    "an address that cannot be": {"htu": "http://[/fhir/Task"},
    "another method": {"htm": "PUT"},
    "small letters": {"htm": "get"},
    "no method": {"htm": None},
    "no name of its own": {"jti": None},
    "an empty name": {"jti": ""},
    "no digest of the token": {"ath": None},
    "another token's digest": {"ath": digest("another")},
    "another type": {"header": {"typ": "JWT"}},
    "no key": {"header": {"jwk": None}},
    "half a key": {"header": {"jwk": {"kty": "EC", "crv": "P-256"}}},
    "another key's signature": {"header": {"jwk": key("ES384").as_dict(private=False)}},
    "a private key": {"header": {"jwk": key().as_dict(private=True)}},
    "another key": {"by": key("ES256 of another")},
    "a small key": {"by": key("small"), "alg": "RS256"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_proof_with_one_thing_wrong_is_refused(journal_client, wrong) -> None:
    """The same token with a proof in order is let in right after: the refusal was of the proof."""
    token = bound_token()
    how = dict(WRONG[wrong])
    if isinstance(how.get("iat"), int):
        how["iat"] = seconds(ahead=timedelta(seconds=how["iat"]))
    htu = how.pop("htu", TASKS)
    answer = come(token, proof(htu, token=token, **how))
    assert answer.status_code == 401, answer.content
    assert answer["WWW-Authenticate"].startswith('DPoP algs="ES256 ')
    assert 'error="invalid_dpop_proof"' in answer["WWW-Authenticate"]
    assert told(answer)["issue"][0]["code"] == "login"
    assert come(token, proof(token=token)).status_code == 200


def test_a_proof_is_taken_once_at_each_door(journal_client) -> None:
    at_the_token = proof(ENDPOINT, htm="POST")
    assert [apply(at_the_token).status_code for _ in range(2)] == [200, 400]
    token = bound_token()
    at_the_door = proof(token=token)
    assert [come(token, at_the_door).status_code for _ in range(2)] == [200, 401]


def test_a_proof_that_was_refused_at_the_token_endpoint_uses_up_no_assertion(journal_client) -> None:
    for _ in range(2):
        answer = apply(proof(ENDPOINT, htm="GET"), jti="one")
        assert (answer.status_code, told(answer)["error"]) == (400, "invalid_dpop_proof")
    used = proof(ENDPOINT, htm="POST")
    apply(used)
    assert told(apply(used, jti="one"))["error"] == "invalid_dpop_proof"
    assert apply(proof(ENDPOINT, htm="POST"), jti="one").status_code == 200


@pytest.mark.parametrize("shown", ["", "x", "a.b.c", "é", "x" * 9000, "{}", f"{'e30'}.{'e30'}."])
def test_what_is_no_proof_at_all_is_refused_at_the_token_endpoint(journal_client, shown) -> None:
    answer = apply(shown)
    assert (answer.status_code, told(answer)["error"]) == (400, "invalid_dpop_proof")


def test_a_proof_by_a_shared_secret_or_by_nothing_is_refused(journal_client) -> None:
    for alg in ("HS256", "none"):
        header = {"typ": "dpop+jwt", "alg": alg, "jwk": {"kty": "oct", "k": "AAAA"}}
        signer = OctKey.generate_key(256)
        whole = {"jti": "x", "htm": "POST", "htu": ENDPOINT, "iat": seconds()}
        assert apply(jws.serialize_compact(header, json.dumps(whole), signer, algorithms=[alg])).status_code == 400


def test_a_bound_token_without_proof_and_an_unbound_one_with_it_are_refused(journal_client) -> None:
    bound, unbound = bound_token(), str(told(apply(None))["access_token"])
    assert come(bound).status_code == 401
    assert come(bound, scheme="Bearer").status_code == 401
    assert come(bound, proof(token=bound), scheme="Bearer").status_code == 401
    assert come(unbound, scheme="Bearer").status_code == 200
    assert come(unbound, proof(token=unbound)).status_code == 401
    assert come(unbound, "a.b.c", scheme="Bearer").status_code == 200  # who shows no key is asked for none


def test_two_clients_may_name_their_proofs_alike(world, journal_client, database) -> None:
    token = bound_token()
    assert come(token, proof(token=token, jti="one")).status_code == 200
    database.execute("UPDATE used_assertion SET client_id = %s WHERE jti LIKE 'dpop %%'", [an_id("fjordby-journal")])
    assert come(token, proof(token=token, jti="one")).status_code == 200


def test_the_documents_say_which_algorithms_are_taken() -> None:
    smart = capability.smart_configuration(ENDPOINT)
    assert set(smart["dpop_signing_alg_values_supported"]) == set(dpop.ALGORITHMS)
    assert set(smart["token_endpoint_auth_signing_alg_values_supported"]) == set(machines.ALGORITHMS)
    assert answer_machine(ask.get("/fhir/Task"))["WWW-Authenticate"].endswith(DPOP_CHALLENGE)
