"""Every way in which an answer from the identity provider can be wrong is refused with its own reason (R1)."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from hjemmekontakt.gateways.idporten import (
    SENTENCES,
    LogInRefused,
    Why,
    begin,
    finish,
    logout_url,
    new_client_key,
    public_half,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = int(MONDAY.timestamp())
KEY, ANOTHER_KEY = new_client_key(), new_client_key()


def signed(claims, *, key=KEY, **header):
    """A token with these claims, signed with this key."""
    names = {"alg": "RS256", "kid": key["kid"]} | header
    return jws.serialize_compact(names, json.dumps(claims), RSAKey.import_key(dict(key)), algorithms=["RS256"])


def good_claims(lying, begun):
    return {
        "iss": lying.settings.issuer,
        "aud": lying.settings.client_id,
        "sub": "astrid-hos-hjemmekontakt",
        "pid": "12844420097",
        "acr": "idporten-loa-high",
        "amr": ["BankID"],
        "auth_time": NOW - 5,
        "iat": NOW,
        "exp": NOW + 120,
        "nonce": begun.nonce,
        "locale": "nb",
        "sid": "en-sid",
    }


def started(lying, *, prompt=None):
    lying.keys = [public_half(KEY)]
    return begin(settings=lying.settings, ui_locale="nb", prompt=prompt, now=MONDAY)


def finished(lying, begun, token, *, access_token="tilgang", now=MONDAY):
    lying.token_answer = {"id_token": token, "access_token": access_token, "token_type": "Bearer"}
    return finish(settings=lying.settings, begun=begun, callback={"state": begun.state, "code": "kode"}, now=now)


def why_refused(action, *arguments, **named):
    with pytest.raises(LogInRefused) as refused:
        action(*arguments, **named)
    return refused.value.why


def hash_of(access_token):
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"amr": "BankID"},
        {"aud": ["innbygger"]},
        {"aud": ["innbygger", "en-annen"], "azp": "innbygger"},
        {"at_hash": hash_of("tilgang")},
        {"iat": NOW + 29},
        {"exp": NOW - 29},
    ],
)
def test_a_sound_token_is_believed(lying, change):
    begun = started(lying)

    who = finished(lying, begun, signed(good_claims(lying, begun) | change))

    assert (who.pid, who.sid, who.amr) == ("12844420097", "en-sid", ("BankID",))
    assert who.auth_time == MONDAY - timedelta(seconds=5)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"iss": "https://idporten.example"}, Why.WRONG_ISSUER),
        ({"iss": None}, Why.WRONG_ISSUER),
        ({"aud": "ansatt"}, Why.WRONG_AUDIENCE),
        ({"aud": ["ansatt"]}, Why.WRONG_AUDIENCE),
        ({"aud": []}, Why.WRONG_AUDIENCE),
        ({"aud": None}, Why.WRONG_AUDIENCE),
        ({"aud": {"innbygger": 1}}, Why.WRONG_AUDIENCE),
        ({"aud": ["innbygger", "ansatt"]}, Why.WRONG_AUDIENCE),
        ({"aud": ["innbygger", "ansatt"], "azp": "ansatt"}, Why.WRONG_AUDIENCE),
        ({"azp": "ansatt"}, Why.WRONG_AUDIENCE),
        ({"exp": NOW - 30}, Why.EXPIRED),
        ({"exp": None}, Why.MALFORMED_TOKEN),
        ({"exp": str(NOW + 120)}, Why.MALFORMED_TOKEN),
        ({"exp": True}, Why.MALFORMED_TOKEN),
        ({"exp": 10**30}, Why.MALFORMED_TOKEN),
        ({"iat": NOW + 31}, Why.NOT_YET_VALID),
        ({"iat": None}, Why.MALFORMED_TOKEN),
        ({"nbf": NOW + 31}, Why.NOT_YET_VALID),
        ({"auth_time": NOW + 31}, Why.NOT_YET_VALID),
        ({"auth_time": None}, Why.MALFORMED_TOKEN),
        ({"nonce": "en-annens"}, Why.WRONG_NONCE),
        ({"nonce": None}, Why.WRONG_NONCE),
        ({"at_hash": hash_of("en annen tilgang")}, Why.WRONG_HASH),
        ({"at_hash": ""}, Why.WRONG_HASH),
        ({"acr": "idporten-loa-substantial"}, Why.TOO_LOW_LEVEL),
        ({"acr": "eidas-loa-high"}, Why.TOO_LOW_LEVEL),
        ({"acr": ["idporten-loa-high"]}, Why.TOO_LOW_LEVEL),
        ({"acr": None}, Why.TOO_LOW_LEVEL),
        ({"pid": None}, Why.NO_PID),
        ({"pid": "1284442009"}, Why.NO_PID),
        ({"pid": "12844420097\n"}, Why.NO_PID),
        ({"pid": 12844420097}, Why.NO_PID),
        ({"sid": None}, Why.NO_SID),
        ({"sid": ""}, Why.NO_SID),
        ({"sid": 7}, Why.NO_SID),
        ({"sub": None}, Why.MALFORMED_TOKEN),
    ],
    ids=str,
)
def test_a_token_with_one_wrong_claim_is_refused(lying, change, why):
    begun = started(lying)
    claims = {name: value for name, value in (good_claims(lying, begun) | change).items() if value is not None}

    assert why_refused(finished, lying, begun, signed(claims)) is why


def test_a_token_that_somebody_else_signed_is_refused(lying):
    begun = started(lying)
    claims = good_claims(lying, begun)

    assert why_refused(finished, lying, begun, signed(claims, key=ANOTHER_KEY)) is Why.BAD_SIGNATURE
    assert why_refused(finished, lying, begun, signed(claims, key=ANOTHER_KEY, kid=KEY["kid"])) is Why.BAD_SIGNATURE


def test_a_token_that_was_changed_after_signing_is_refused(lying):
    begun = started(lying)
    head, _, signature = signed(good_claims(lying, begun)).split(".")
    changed = json.dumps(good_claims(lying, begun) | {"pid": "21819040041"}).encode()
    body = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()

    assert why_refused(finished, lying, begun, f"{head}.{body}.{signature}") is Why.BAD_SIGNATURE


def test_no_other_way_of_signing_is_taken(lying):
    begun = started(lying)
    claims = json.dumps(good_claims(lying, begun))
    unsigned = ".".join(
        base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode()
        for part in (json.dumps({"alg": "none", "kid": KEY["kid"]}), claims)
    )
    with_public_key = jws.serialize_compact(
        {"alg": "HS256", "kid": KEY["kid"]}, claims, OctKey.import_key(KEY["n"]), algorithms=["HS256"]
    )
    any_use = RSAKey.import_key({name: value for name, value in KEY.items() if name != "alg"})
    other_hash = jws.serialize_compact({"alg": "RS512", "kid": KEY["kid"]}, claims, any_use, algorithms=["RS512"])

    for token in (f"{unsigned}.", with_public_key, other_hash, "", "a.b", "a.b.c", "æ.ø.å"):
        assert why_refused(finished, lying, begun, token) is Why.BAD_SIGNATURE


def test_a_token_without_the_name_of_its_key_is_refused(lying):
    begun = started(lying)
    token = jws.serialize_compact(
        {"alg": "RS256"}, json.dumps(good_claims(lying, begun)), RSAKey.import_key(dict(KEY)), algorithms=["RS256"]
    )

    assert why_refused(finished, lying, begun, token) is Why.BAD_SIGNATURE


def test_a_new_key_is_fetched_once_and_then_known(lying):
    begun = started(lying)
    finished(lying, begun, signed(good_claims(lying, begun)))
    lying.keys = [public_half(ANOTHER_KEY)]

    finished(lying, begun, signed(good_claims(lying, begun), key=ANOTHER_KEY))
    finished(lying, begun, signed(good_claims(lying, begun), key=ANOTHER_KEY))

    assert lying.calls.count("/jwks") == 2


def test_a_key_meant_for_another_use_signs_nothing(lying):
    begun = started(lying)
    lying.keys = [public_half(KEY) | {"use": "enc"}, {"kty": "RSA", "kid": KEY["kid"], "alg": "PS256"}]

    assert why_refused(finished, lying, begun, signed(good_claims(lying, begun))) is Why.BAD_SIGNATURE


@pytest.mark.parametrize("seconds_before", [31, 600])
def test_a_fresh_log_in_must_be_fresh(lying, seconds_before):
    begun = started(lying, prompt="login")
    claims = good_claims(lying, begun) | {"auth_time": NOW - seconds_before}

    assert lying.pushed["prompt"] == ["login"]
    assert why_refused(finished, lying, begun, signed(claims)) is Why.STALE_AUTH


def test_what_we_push_asks_for_the_high_level_and_tells_no_verifier(lying):
    begun = started(lying)

    assert lying.pushed["acr_values"] == ["idporten-loa-high"]
    assert lying.pushed["code_challenge_method"] == ["S256"]
    assert (lying.pushed["state"], lying.pushed["nonce"]) == ([begun.state], [begun.nonce])
    assert begun.verifier not in str(lying.pushed)
    assert 43 <= len(begun.verifier) <= 128


def test_metadata_is_kept_for_a_day(lying):
    started(lying)
    begin(settings=lying.settings, ui_locale="nb", prompt=None, now=MONDAY + timedelta(hours=23, minutes=59))
    assert lying.calls.count("/.well-known/openid-configuration") == 1

    begin(settings=lying.settings, ui_locale="nb", prompt=None, now=MONDAY + timedelta(hours=24))
    assert lying.calls.count("/.well-known/openid-configuration") == 2


def test_metadata_that_fails_once_is_asked_for_again(lying):
    lying.failing = ["/.well-known/openid-configuration"]

    assert started(lying).url.startswith(lying.settings.issuer)


def test_a_provider_that_is_down_is_named_so(lying):
    lying.failing = ["/.well-known/openid-configuration"] * 2
    assert why_refused(started, lying) is Why.PROVIDER_DOWN

    lying.failing = ["/par"]
    assert why_refused(started, lying) is Why.PROVIDER_DOWN

    nobody = type(lying.settings)(**vars(lying.settings) | {"issuer": "http://127.0.0.1:1"})
    down = why_refused(begin, settings=nobody, ui_locale="nb", prompt=None, now=MONDAY)
    assert down is Why.PROVIDER_DOWN


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://idporten.example"},
        {"token_endpoint": None},
        {"pushed_authorization_request_endpoint": "http://idporten.example/par"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_metadata_of_another_issuer_or_with_an_unsafe_endpoint_is_refused(lying, change):
    lying.metadata |= change

    assert why_refused(started, lying) is Why.BAD_METADATA


def test_metadata_that_is_not_there_means_that_the_provider_is_down(lying):
    lying.missing = ["/.well-known/openid-configuration"]

    assert why_refused(started, lying) is Why.PROVIDER_DOWN


def test_a_published_key_that_is_no_key_is_refused(lying):
    begun = started(lying)
    lying.keys = [{"kty": "RSA", "kid": KEY["kid"], "n": "æ", "e": ""}]

    assert why_refused(finished, lying, begun, signed(good_claims(lying, begun))) is Why.UNREADABLE_ANSWER


@pytest.mark.parametrize("endpoint", [None, "http://idporten.example/logout"])
def test_there_is_no_log_out_address_without_a_safe_endpoint(lying, endpoint):
    lying.metadata["end_session_endpoint"] = endpoint

    why = why_refused(logout_url, settings=lying.settings, id_token="token", state="ferdig", now=MONDAY)

    assert why is Why.BAD_METADATA


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"\xff", b"[" * 100_000, b" " * 300_000 + b"{}"])
def test_an_answer_that_is_no_bounded_json_object_is_refused(lying, answer):
    begun = started(lying)
    lying.raw = {"/token": answer}

    assert why_refused(finished, lying, begun, "") is Why.UNREADABLE_ANSWER


def test_an_answer_without_a_token_is_refused(lying):
    begun = started(lying)

    assert why_refused(finished, lying, begun, None) is Why.TOKEN_REFUSED


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) == set(Why)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
