"""A journal says what it wishes to be told of, is shaken hands with, and hears each thing under one number (R97, R99)."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.fhir import notification, subscribers
from hjemmekontakt.fhir.subscribers import Callers
from hjemmekontakt.gateways import journal as gateway
from hjemmekontakt.gateways import outside
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.messages import actions as messages
from hjemmekontakt.messages.events import MessageSent
from hjemmekontakt.municipalities.subscriptions import telling
from hjemmekontakt.project.commands import dead_letters, doctor
from hjemmekontakt.visits.events import CancellationAsked, CancellationWithdrawn, ChangeWished
from tests.at_once import at_once
from tests.fhir.subscribing import (
    BEARER,
    SCOPES,
    SECRET,
    asks,
    call_until_quiet,
    filtered,
    listening,
    numbers_in,
    parameter,
)
from tests.fhir.test_door import caller
from tests.people import NATIONAL_IDS, an_id, the_journal


@pytest.fixture
def ear(world) -> Iterator:
    """Tunvik's journal listens."""
    with listening(world, world.tunvik) as made:
        yield made


@pytest.fixture
def callers() -> Callers:
    return Callers(4)


@pytest.fixture
def call(journal):
    return caller(journal, SCOPES)


def sent(world, name: str, *, municipality=None) -> MessageSent:
    """Astrid has written."""
    return MessageSent(
        message_id=an_id(name),
        thread_id=an_id(f"thread {name}"),
        citizen_id=an_id("astrid"),
        municipality_id=municipality or world.tunvik,
    )


def happen(*events) -> None:
    """The outbox carries events to the subscribers, each with the number of its row."""
    happen.row = getattr(happen, "row", 0)
    rows = []
    for event in events:
        happen.row += 1
        rows.append((happen.row, event))
    subscribers.put_to_subscribers(rows)


def subscribe(call, url: str, topic=notification.MESSAGE_SENT, **elements) -> str:
    """A journal subscribes; the id."""
    answer = call("POST", "Subscription", asks(url, topic, **elements))
    assert answer.status_code == 201, answer.content
    return json.loads(answer.content)["id"]


def later(database, by: timedelta = timedelta(hours=1)) -> None:
    """Real time passes for subscriptions and what waits."""
    for table, columns in {
        "subscription": ("due_at", "leased_until", "failing_since", "heard_at"),
        "subscription_delivery": ("due_at", "waits_from", "settled_at"),
    }.items():
        database.execute(
            f"UPDATE {table} SET " + ", ".join(f"{column} = {column} - %s" for column in columns), [by] * len(columns)
        )


def status_of(call, id: str) -> str:
    return json.loads(call("GET", f"Subscription/{id}").content)["status"]


def test_hands_are_shaken_before_anything_is_told_and_its_secrets_are_never_shown_again(
    world, ear, call, callers, database
) -> None:
    made = call("POST", "Subscription", asks(ear.url))
    id = json.loads(made.content)["id"]
    happen(sent(world, "key"))
    assert status_of(call, id) == "requested"

    call_until_quiet(callers)

    assert ear.kinds() == ["handshake", "event-notification"]
    assert ear.numbers() == [1]
    assert [each["Authorization"] for each in ear.headers] == [BEARER] * 2
    assert ear.signed == [True, True]
    assert [each["fullUrl"] for each in ear.heard[1]["entry"][1:]] == [
        f"http://testserver/fhir/Communication/{an_id('key')}"
    ]
    assert status_of(call, id) == "active"
    shown = b"".join(
        each.content
        for each in (
            made,
            call("GET", f"Subscription/{id}"),
            call("GET", "Subscription"),
            call("GET", f"Subscription/{id}/$status"),
        )
    ).decode()
    kept = database.execute("SELECT authorization_sealed, secret_sealed FROM subscription").fetchone()
    for secret in (SECRET, BEARER, "of-the-journal"):
        assert secret not in shown
        assert all(secret.encode() not in bytes(each) for each in kept)
    assert str(an_id("astrid")) not in json.dumps(ear.heard)


def test_each_topic_and_none_of_the_others_and_empty_tells_no_id(world, ear, call, callers) -> None:
    subscribe(call, ear.url, notification.CANCELLATION_ASKED)
    subscribe(call, ear.url, notification.CANCELLATION_WITHDRAWN)
    subscribe(call, ear.url, notification.CHANGE_WISHED)
    subscribe(call, ear.url, notification.CITIZEN_ACTIVATED)
    about = {"visit_id": an_id("visit"), "citizen_id": an_id("astrid"), "municipality_id": world.tunvik}
    happen(
        CancellationAsked(cancellation_id=an_id("asked"), **about),
        CancellationWithdrawn(cancellation_id=an_id("asked"), **about),
        ChangeWished(wish_id=an_id("wish"), **about),
        sent(world, "unheard"),
        CitizenActivated(citizen_id=an_id("einar")),
    )

    call_until_quiet(callers)

    focuses = {
        parameter(each, "topic")["valueCanonical"].rpartition("/")[2]: each["entry"][1]["request"]["url"]
        for each in ear.heard
        if len(each["entry"]) > 1
    }
    assert focuses == {
        "cancellation-asked": f"Task/{an_id('asked')}",
        "cancellation-withdrawn": f"Task/{an_id('asked')}",
        "visit-change-wished": f"Task/{an_id('wish')}",
        "citizen-activated": f"Patient/{an_id('einar')}",
    }

    quiet = asks(ear.url)
    quiet["channel"]["_payload"]["extension"][0]["valueCode"] = "empty"
    assert call("POST", "Subscription", quiet).status_code == 201
    happen(sent(world, "said-nothing-of"))
    call_until_quiet(callers)
    assert str(an_id("said-nothing-of")) not in json.dumps(ear.heard)
    assert numbers_in(ear.heard[-1]) == [1]
    assert "SubscriptionTopic" not in json.dumps(ear.heard[-1])


def test_a_filter_lets_through_what_belongs_to_the_unit_and_the_service(world, ear, call, callers, astrid) -> None:
    units = [
        subscribe(call, ear.url, _criteria=filtered(f"Communication?unit=Organization/{u}"))
        for u in (world.nord, world.sor)
    ]
    services = [
        subscribe(call, ear.url, _criteria=filtered(f"unit=Organization/{world.nord}&service=HealthcareService/{each}"))
        for each in (world.nord_nursing, world.nord_cleaning)
    ]
    written = messages.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei!", form_key=an_id("form")
    )
    happen(sent(world, "x").__class__(written.message_id, written.thread_id, an_id("astrid"), world.tunvik))

    call_until_quiet(callers)

    told = [parameter(each, "subscription")["valueReference"]["reference"] for each in ear.heard if numbers_in(each)]
    assert sorted(each.rpartition("/")[2] for each in told) == sorted([units[0], services[0]])
    shown = json.loads(call("GET", f"Subscription/{services[0]}").content)
    assert shown["_criteria"]["extension"][0]["valueString"].endswith(f"service=HealthcareService/{world.nord_nursing}")
    refused = call("POST", "Subscription", asks(ear.url, _criteria=filtered(f"unit=Organization/{world.fjordby_unit}")))
    assert refused.status_code == 422


def test_one_that_is_away_holds_nobody_back_and_hears_all_in_order_when_it_is_there(
    world, ear, call, callers, database
) -> None:
    with listening(world, world.tunvik, path="/other") as other:
        subscribe(call, ear.url)
        subscribe(call, other.url)
        call_until_quiet(callers)
        other.status, other.heard, ear.heard = 503, [], []
        happen(sent(world, "one"), sent(world, "two"))
        happen(sent(world, "three"))
        call_until_quiet(callers)
        assert ear.numbers() == [1, 2, 3]
        assert len(other.heard) == 1, "not asked again before its wait is over, and not once for each event"

        for hours in (1, 24, 46):
            later(database, timedelta(hours=hours))
            call_until_quiet(callers)
        other.status, other.heard = 200, []
        later(database)
        call_until_quiet(callers)

        assert other.numbers() == [1, 2, 3]
        assert telling.figures(the_portal()) == (0, 0)


def test_a_slow_one_keeps_its_own_caller_alone(world, ear, call, callers) -> None:
    with listening(world, world.tunvik, path="/slow") as slow:
        subscribe(call, ear.url)
        subscribe(call, slow.url)
        call_until_quiet(callers)
        slow.may_answer.clear()
        ear.heard.clear()
        for name in ("one", "two", "three"):
            happen(sent(world, name))
            for _ in range(4):
                callers.step(patience_s=0.1)
        assert ear.numbers() == [1, 2, 3]
        slow.may_answer.set()
        call_until_quiet(callers)
        assert slow.numbers() == [1, 2, 3]


def test_an_event_that_is_refused_waits_alone(world, ear, call, callers, database) -> None:
    subscribe(call, ear.url)
    ear.refuses = {str(an_id("bad"))}
    happen(sent(world, "bad"), sent(world, "good"))
    call_until_quiet(callers)
    assert ear.numbers() == [1, 2]
    later(database, timedelta(hours=73))
    call_until_quiet(callers)
    assert [(each.number, each.last_error) for each in telling.dead_letters(the_portal())] == [(1, "refused")]


def test_the_same_row_of_the_outbox_heard_twice_is_one_event(world, ear, call, callers) -> None:
    subscribe(call, ear.url)
    for _ in range(2):
        subscribers.put_to_subscribers([(7001, sent(world, "once"))])
    subscribers.put_to_subscribers([(7002, sent(world, "once"))])
    call_until_quiet(callers)
    assert ear.numbers() == [1, 2]


def test_after_72_hours_it_is_given_up_rings_and_can_be_tried_again_or_dropped(
    world, ear, call, callers, database, capsys, caplog
) -> None:
    id = subscribe(call, ear.url)
    call_until_quiet(callers)
    ear.status = 500
    happen(sent(world, "one"), sent(world, "two"))
    call_until_quiet(callers)
    assert doctor.subscribers_hear().faults == ()
    later(database, timedelta(hours=73))
    call_until_quiet(callers)

    assert status_of(call, id) == "error"
    assert [(each.number, each.municipality_name) for each in telling.dead_letters(the_portal())] == [
        (1, "Tunvik"),
        (2, "Tunvik"),
    ]
    assert [fault[:7] for fault in doctor.subscribers_hear().faults] == ["Tunvik:", "Tunvik:"]
    assert [each.levelname for each in caplog.records if "dead-letters" in each.message] == ["ERROR"]
    assert dead_letters.run([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "message-sent nr. 1" in lines[0]
    assert "unavailable" in lines[0]
    assert dead_letters.run(["--drop"]) == 2

    account = json.loads(call("GET", f"Subscription/{id}/$events?eventsSinceNumber=2").content)
    assert (parameter(account, "type")["valueCode"], numbers_in(account)) == ("query-event", [2])

    first = lines[0].split()[0]
    assert dead_letters.run(["--drop", first]) == 1
    ear.status, ear.heard = 200, []
    assert dead_letters.run(["--retry", "--all"]) == 0
    call_until_quiet(callers)
    assert ear.numbers() == [2]
    assert status_of(call, id) == "active"
    assert doctor.subscribers_hear().faults == ()


def test_a_subscriber_that_is_in_error_still_hears_what_happens_when_it_is_back(
    world, ear, call, callers, database
) -> None:
    ear.status = 404
    id = subscribe(call, ear.url)
    call_until_quiet(callers)
    told = json.loads(call("GET", f"Subscription/{id}").content)
    assert (told["status"], told["error"]) == ("error", "setup")
    happen(sent(world, "meanwhile"))
    ear.status, ear.heard = 200, []
    later(database)
    call_until_quiet(callers)
    assert (ear.kinds(), ear.numbers()) == (["handshake", "event-notification"], [1])


def test_off_is_silence_and_on_again_shakes_hands_anew_with_the_secrets_it_had(world, ear, call, callers) -> None:
    id = subscribe(call, ear.url)
    call_until_quiet(callers)
    bare = asks(ear.url)
    bare["channel"] = {name: bare["channel"][name] for name in ("type", "endpoint")}
    off = call("PUT", f"Subscription/{id}", {**bare, "status": "off"}, **{"If-Match": 'W/"1"'})
    assert (off.status_code, off.headers["ETag"]) == (200, 'W/"2"')
    assert call("PUT", f"Subscription/{id}", bare, **{"If-Match": 'W/"1"'}).status_code == 412
    happen(sent(world, "while-it-was-off"))
    call_until_quiet(callers)
    assert ear.kinds() == ["handshake"]
    assert call("PUT", f"Subscription/{id}", {**bare, "status": "active"}).status_code == 200
    happen(sent(world, "after"))
    call_until_quiet(callers)
    assert ear.kinds() == ["handshake", "handshake", "event-notification"]
    assert ear.signed == [True] * 3
    assert call("DELETE", f"Subscription/{id}").status_code == 204
    assert call("GET", f"Subscription/{id}").status_code == 404
    happen(sent(world, "after-its-end"))
    call_until_quiet(callers)
    assert len(ear.heard) == 3


def test_a_heartbeat_comes_when_it_was_asked_for_and_the_status_counts_the_events(
    world, ear, call, callers, database
) -> None:
    wanted = asks(ear.url)
    wanted["channel"]["extension"].append(
        {"url": f"{notification.GUIDE}/backport-heartbeat-period", "valueUnsignedInt": 60}
    )
    id = json.loads(call("POST", "Subscription", wanted).content)["id"]
    happen(sent(world, "one"))
    call_until_quiet(callers)
    later(database, timedelta(minutes=1))
    call_until_quiet(callers)
    assert ear.kinds() == ["handshake", "event-notification", "heartbeat"]
    [entry] = json.loads(call("POST", f"Subscription/{id}/$status", {}).content)["entry"]
    told = {each["name"]: each for each in entry["resource"]["parameter"]}
    assert told["events-since-subscription-start"]["valueString"] == "1"
    assert (told["type"]["valueCode"], told["status"]["valueCode"]) == ("query-status", "active")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"criteria": "https://elsewhere.example/topic"}, 422),
        ({"channel": {"type": "email", "endpoint": "mailto:x@y.example"}}, 422),
        ({"channel": {"type": "rest-hook", "endpoint": "https://elsewhere.example/"}}, 422),
        ({"channel": {"type": "rest-hook", "endpoint": "https://169.254.169.254/latest"}}, 422),
        ({"channel": {"type": "rest-hook", "endpoint": "URL"}}, 422),
        ({"channel": {"type": "rest-hook", "endpoint": "URL", "header": ["Authorization: x\r\nHost: evil"]}}, 422),
        ({"channel": {"type": "rest-hook", "endpoint": "URL", "header": ["X-Other: 12345678"]}}, 422),
        ({"_criteria": filtered("Communication?patient=Patient/1")}, 422),
        ({"reason": None}, 400),
        ({"besøk": 1}, 400),
    ],
)
def test_what_is_not_kept(ear, call, change, status) -> None:
    change = json.loads(json.dumps(change).replace('"URL"', json.dumps(ear.url)))
    answer = call("POST", "Subscription", asks(ear.url, **change))
    assert answer.status_code == status
    assert b"elsewhere" not in answer.content
    assert json.loads(call("GET", "Subscription").content).get("entry", []) == []


def test_the_same_again_is_told_so_and_there_are_never_many(ear, call) -> None:
    subscribe(call, ear.url)
    assert call("POST", "Subscription", asks(ear.url)).status_code == 409
    for number in range(19):
        subscribe(call, f"{ear.url}/{number}")
    assert call("POST", "Subscription", asks(f"{ear.url}/one-more")).status_code == 422
    found = json.loads(call("GET", "Subscription?status=requested&url=" + ear.url).content)
    assert len(found["entry"]) == 1


def test_the_same_sent_twice_at_the_same_moment_is_one(ear, call) -> None:
    answers = at_once(*[lambda: call("POST", "Subscription", asks(ear.url)).status_code] * 4)
    assert sorted(answers) == [201, 409, 409, 409]


def test_two_workers_never_hold_the_same_subscriber_and_put_each_event_once(world, ear, call, callers) -> None:
    subscribe(call, ear.url)
    claimed = at_once(*[lambda: telling.claim(the_portal(), limit=4)] * 4)
    assert sorted(map(len, claimed)) == [0, 0, 0, 1]
    event = sent(world, "one")
    subscribers.put_to_subscribers([(8001, event)])
    at_once(*[lambda number=number: subscribers.put_to_subscribers([(number, event)]) for number in range(9000, 9004)])
    letter = next(each for each in claimed if each)[0]
    telling.note(the_portal(), subscribers.bring(letter))
    call_until_quiet(callers)
    assert ear.numbers() == [1, 2, 3, 4, 5]


def test_another_municipalitys_client_and_another_client_see_change_and_hear_nothing(
    world, ear, call, callers, database
) -> None:
    id = subscribe(call, ear.url)
    fjordby = caller(the_journal(world.fjordby), SCOPES)
    other = the_journal(world.tunvik)
    other = caller(
        type(other)(other.standing, an_id("another client"), "En annen", municipality_id=world.tunvik), SCOPES
    )
    for stranger in (fjordby, other):
        for method, path in (
            ("GET", ""), ("DELETE", ""), ("PUT", ""), ("GET", "/$status"), ("GET", "/$events"),
        ):  # fmt: skip
            content = asks(ear.url) if method == "PUT" else None
            assert stranger(method, f"Subscription/{id}{path}", content).status_code == 404, (method, path)
        assert "entry" not in json.loads(stranger("GET", "Subscription").content)
    assert fjordby("POST", "Subscription", asks(ear.url)).status_code == 422, "the host is Tunvik's"
    happen(sent(world, "of-fjordby", municipality=world.fjordby))
    call_until_quiet(callers)
    assert ear.kinds() == ["handshake"]
    assert (
        caller(the_journal(world.tunvik), frozenset({"system/Subscription.rs"}))(
            "DELETE", f"Subscription/{id}"
        ).status_code
        == 403
    )
    rows = database.execute("SELECT count(*) FROM access_entry").fetchone()
    assert rows == (0,), "it is about no citizen"


def test_a_client_out_of_use_and_an_address_no_longer_registered_are_told_nothing(
    world, ear, call, callers, database
) -> None:
    id = subscribe(call, ear.url)
    call_until_quiet(callers)
    database.execute("UPDATE machine_client SET active = false")
    happen(sent(world, "out-of-use"))
    call_until_quiet(callers)
    database.execute("UPDATE machine_client SET active = true")
    database.execute("DELETE FROM journal_hook")
    happen(sent(world, "not-registered"))
    call_until_quiet(callers)
    assert ear.kinds() == ["handshake"]
    assert json.loads(call("GET", f"Subscription/{id}").content)["error"] == "setup"


def test_a_name_that_leads_inside_is_not_called(monkeypatch) -> None:
    """The name was fine when it was registered; what it leads to is looked at in every call."""
    for address in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:192.168.0.1"):
        monkeypatch.setattr(
            outside.socket, "getaddrinfo", lambda *_, address=address, **__: [(0, 0, 0, "", (address, 443))]
        )
        with pytest.raises(NotAccepted) as refused:
            gateway.tell_outside(
                "https://journal.tunvik.example/hook", headers={}, body=b"", on_this_machine=frozenset()
            )
        assert refused.value.why is Why.SETUP


def test_the_patients_number_is_nowhere(world, ear, call, callers, caplog) -> None:
    subscribe(call, ear.url)
    happen(sent(world, "one"))
    call_until_quiet(callers)
    assert NATIONAL_IDS["astrid"] not in json.dumps(ear.heard) + caplog.text
