"""The journals' tokens: a signed assertion for a short token, once (SMART Backend Services)."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

import psycopg
import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import TokenEnded, asked_about, intent, require
from hjemmekontakt.access.rules import Actor, May, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.login import machines
from hjemmekontakt.login.queries import forget_old
from hjemmekontakt.login.sessions import digest
from tests.people import an_id

ME = "tunvik-journal"
ENDPOINT = "http://testserver/fhir/token"
SCOPE = "system/Appointment.cruds system/Task.rs"
FORM = "application/x-www-form-urlencoded"
ask = RequestFactory()


@cache
def key(kind: str) -> RSAKey | ECKey:
    if kind == "RS384":
        return RSAKey.generate_key(2048, parameters={"kid": "rsa"})
    return ECKey.generate_key("P-384", parameters={"kid": kind})


@pytest.fixture
def journal_client(world) -> None:
    """Tunvik's journal with two keys, and Fjordby's that is closed."""
    keys = [key("RS384").as_dict(private=False), key("ec").as_dict(private=False)]
    for client_id, municipality, active in ((ME, world.tunvik, True), ("fjordby-journal", world.fjordby, False)):
        world.insert(
            "machine_client",
            id=an_id(client_id),
            client_id=client_id,
            municipality_id=municipality,
            name="Journalen",
            jwks=psycopg.types.json.Jsonb({"keys": keys}),
            scopes=SCOPE.split(),
            hook_url="",
            active=active,
        )


def seconds(*, ahead: timedelta = timedelta(0)) -> int:
    return int((clock.real() + ahead).timestamp())


def claims(**changed: object) -> dict[str, object]:
    said = {
        "iss": ME,
        "sub": ME,
        "aud": ENDPOINT,
        "jti": "one",
        "iat": seconds(),
        "exp": seconds(ahead=timedelta(minutes=4)),
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(
    said: object, *, alg: str = "ES384", kid: str | None = "ec", by: RSAKey | ECKey | OctKey | None = None
) -> str:
    header = {"alg": alg, "typ": "JWT"} | ({"kid": kid} if kid else {})
    signer = by or key("RS384" if alg == "RS384" else "ec")
    return jws.serialize_compact(header, json.dumps(said).encode(), signer, algorithms=[alg])


def apply(assertion: str, **changed: str | None) -> HttpResponse:
    form = {
        "grant_type": "client_credentials",
        "scope": SCOPE,
        "client_assertion_type": machines.ASSERTION_TYPE,
        "client_assertion": assertion,
    } | changed
    body = urlencode({name: value for name, value in form.items() if value is not None})
    return machines.token(ask.post("/fhir/token", body, content_type=FORM))


def said(answer: HttpResponse) -> dict[str, object]:
    return json.loads(answer.content)


def came_with(value: str, kind: str = "Bearer"):
    return machines.actor_of(ask.get("/fhir/Task", headers={"authorization": f"{kind} {value}"}))


@pytest.mark.parametrize(("alg", "kid"), [("ES384", "ec"), ("RS384", "rsa")])
def test_the_journal_gets_a_short_token_and_is_known_by_it(world, journal_client, alg, kid) -> None:
    answer = apply(signed(claims(), alg=alg, kid=kid))

    told = said(answer)
    assert answer.status_code == 200
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("bearer", 300, SCOPE)
    assert answer["Cache-Control"] == "no-store"
    actor, scopes, client_id = came_with(told["access_token"])
    assert (actor.standing, actor.id, actor.municipality_id) == (Standing.MACHINE, an_id(ME), world.tunvik)
    assert (scopes, client_id) == (frozenset(SCOPE.split()), ME)


def test_a_journal_may_ask_for_less_and_gets_no_more(journal_client) -> None:
    told = said(apply(signed(claims()), scope="system/Task.rs"))
    assert came_with(told["access_token"])[1] == {"system/Task.rs"}


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("system/Appointment.rs", 200),
        ("system/Appointment.read", 200),
        ("system/Task.r", 200),
        ("system/Task.rus", 400),
        ("system/Appointment.", 400),
        ("system/Appointment", 400),
        ("user/Appointment.rs", 400),
        ("system/*.r", 400),
        ("launch/patient", 400),
    ],
)
def test_less_of_a_scope_is_within_it_and_nothing_else_is(journal_client, scope, status) -> None:
    assert apply(signed(claims()), scope=scope).status_code == status


def test_only_the_digest_of_a_token_is_kept(journal_client, database) -> None:
    value = said(apply(signed(claims())))["access_token"]
    (row,) = database.execute("SELECT row_to_json(machine_token)::text FROM machine_token").fetchone()
    assert len(value) == 43
    assert value not in row


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://another.example/fhir/token"},
        {"aud": [ENDPOINT, "https://another.example"]},
        {"aud": None},
        {"iss": "unknown"},
        {"iss": "fjordby-journal", "sub": "fjordby-journal"},
        {"iss": None},
        {"iss": "\0"},
        {"iss": ["tunvik-journal"]},
        {"sub": "somebody-else"},
        {"sub": None},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 201},
        {"jti": 7},
        {"jti": "a\0b"},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": -1},
        {"exp": 2**70},
    ],
)
def test_an_assertion_with_a_wrong_claim_gives_no_token(journal_client, changed) -> None:
    answer = apply(signed(claims(**changed)))
    assert (answer.status_code, said(answer)["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("name", "ahead"),
    [
        ("exp", timedelta(seconds=-1)),
        ("exp", timedelta(minutes=7)),
        ("iat", timedelta(minutes=2)),
        ("nbf", timedelta(minutes=2)),
    ],
)
def test_an_assertion_of_another_time_gives_no_token(journal_client, name, ahead) -> None:
    assert apply(signed(claims(**{name: seconds(ahead=ahead)}))).status_code == 401


def test_an_assertion_is_used_once_and_another_one_is_as_good(journal_client) -> None:
    assertion = signed(claims())
    assert apply(assertion).status_code == 200
    again = apply(assertion)
    assert (again.status_code, said(again)["error_description"]) == (401, "The assertion has been used before.")
    assert apply(signed(claims(jti="two"))).status_code == 200


def test_an_assertion_for_a_wrong_scope_is_not_used_up(journal_client) -> None:
    answer = apply(signed(claims()), scope="system/Patient.rs")
    assert (answer.status_code, said(answer)["error"]) == (400, "invalid_scope")
    assert apply(signed(claims())).status_code == 200


def unsigned(said_: dict[str, object]) -> str:
    parts = [{"alg": "none", "kid": "ec"}, said_]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def by_a_shared_secret() -> str:
    secret = OctKey.import_key(json.dumps(key("ec").as_dict(private=False)))
    return signed(claims(), alg="HS256", by=secret)


def changed_after() -> str:
    head, _, signature = signed(claims()).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(jti="another")).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize(
    "assertion",
    [
        lambda: unsigned(claims()),
        by_a_shared_secret,
        changed_after,
        lambda: signed(claims(), by=key("strangers")),
        lambda: signed(claims(), kid="unknown"),
        lambda: signed(claims(), kid=None),
        lambda: signed(claims(), kid="rsa"),
        lambda: signed(claims(), alg="RS384", kid="ec"),
        lambda: signed(["not", "an", "object"]),
        lambda: signed(7),
        lambda: "a.b.c",
        lambda: "æ",
        lambda: "." * 9000,
    ],
)
def test_an_assertion_that_is_not_the_clients_own_gives_no_token(journal_client, assertion) -> None:
    answer = apply(assertion())
    assert (answer.status_code, said(answer)["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": "password"}, 401, "invalid_client"),
        ({"client_assertion": None}, 401, "invalid_client"),
        ({"scope": None}, 400, "invalid_scope"),
        ({"scope": "system/*.cruds"}, 400, "invalid_scope"),
        ({"padding": "x" * 17_000}, 400, "invalid_request"),
    ],
)
def test_a_request_that_lacks_something_is_told_what(journal_client, changed, status, error) -> None:
    answer = apply(signed(claims()), **changed)
    assert (answer.status_code, said(answer)["error"]) == (status, error)


def test_only_a_form_that_says_each_thing_once_is_read(journal_client) -> None:
    for body, kind in (("{}", "application/json"), ("grant_type=a&grant_type=b", FORM)):
        answer = machines.token(ask.post("/fhir/token", body, content_type=kind))
        assert (answer.status_code, said(answer)["error"]) == (400, "invalid_request")
    assert machines.token(ask.get("/fhir/token")).status_code == 405


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nobody", "Basic {value}", "{value}", "Bearer {value} x"]
)
def test_without_a_good_token_nobody_is_known(journal_client, header) -> None:
    value = said(apply(signed(claims())))["access_token"]
    request = ask.get("/fhir/Task", headers={"authorization": header.format(value=value)})
    assert machines.actor_of(request) is None


def test_a_token_of_a_client_that_was_closed_or_that_has_expired_is_no_good(journal_client, database, counted) -> None:
    value = said(apply(signed(claims())))["access_token"]
    database.execute("UPDATE machine_client SET active = false WHERE client_id = %s", [ME])
    assert came_with(value) is None
    database.execute("UPDATE machine_client SET active = true")
    database.execute("UPDATE machine_token SET expires_at = expires_at - interval '5 minutes'")
    assert came_with(value) is None


def test_a_token_is_looked_up_once_a_minute_and_then_asked_about_by_what_unlocks(
    journal_client, database, counted
) -> None:
    value = said(apply(signed(claims())))["access_token"]
    with counted() as asked:
        first, *rest = came_with(value, "bearer")
        again, *same = came_with(value)
    assert (len(asked), first.token, rest) == (1, b"", same)
    assert again == replace(first, token=digest(value))
    assert asked_about(again) == first

    database.execute("UPDATE machine_client SET active = false WHERE client_id = %s", [ME])
    for ended in (lambda: asked_about(again), lambda: unlocked(again)):
        with pytest.raises(TokenEnded):
            ended()
    database.execute("UPDATE machine_client SET active = true")
    unlocked(again)
    database.execute("UPDATE machine_token SET expires_at = expires_at - interval '5 minutes'")
    with pytest.raises(TokenEnded):
        unlocked(again)
    assert came_with(value) is not None, "within the minute its actor is known, and can do nothing"
    machines.forget_seen()
    assert came_with(value) is None


def test_a_token_whose_minute_is_over_is_looked_up_again(journal_client, counted, monkeypatch) -> None:
    monkeypatch.setattr(machines, "SEEN", timedelta(0))
    value = said(apply(signed(claims())))["access_token"]
    for _ in range(2):
        with counted() as asked:
            actor, *_ = came_with(value)
        assert (len(asked), actor.token) == (1, b"")


@intent
def unlocked(actor: Actor) -> None:
    """What begins with `require`."""
    require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id))


def test_what_is_good_no_more_is_forgotten_and_the_rest_is_kept(journal_client, database) -> None:
    apply(signed(claims()))
    rows = "SELECT (SELECT count(*) FROM machine_token), (SELECT count(*) FROM used_assertion)"
    forget_old()
    assert database.execute(rows).fetchone() == (1, 1)
    for table in ("machine_token", "used_assertion"):
        database.execute(f"UPDATE {table} SET expires_at = expires_at - interval '6 minutes'")
    forget_old()
    assert database.execute(rows).fetchone() == (0, 0)


def test_a_used_assertion_is_remembered_until_it_could_not_be_used_again(journal_client, database) -> None:
    expiry = seconds(ahead=timedelta(minutes=4))
    apply(signed(claims(exp=expiry)))
    (kept_until,) = database.execute("SELECT expires_at FROM used_assertion").fetchone()
    assert isinstance(kept_until, datetime)
    assert kept_until.timestamp() >= expiry
