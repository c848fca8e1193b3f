"""What became of Astrid's SMS: told at the door or on the line, once, in whatever order, by nobody but the provider."""

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.sms import Sms
from hjemmekontakt.gateways.sms.message import Record
from hjemmekontakt.notifications.receipts import record_receipts, take_reports
from tests.people import World, an_id

pytestmark = pytest.mark.usefixtures("world", "at")

SECRET = "en-lang-og-tilfeldig-hemmelighet"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def notice(world: World) -> Callable[..., UUID]:
    """Let a notice to Astrid have been handed over, or be on its way."""

    def insert(name: str = "one", **more: object) -> UUID:
        id = an_id(f"notice {name}")
        columns = {
            "event_key": f"message:{name}",
            "kind": "message",
            "about_id": an_id("astrid"),
            "receiver_id": an_id("astrid"),
            "municipality_id": world.tunvik,
            "channel": "sms",
            "decision": "sent",
            "values": "{}",
            "decided_at": NINE,
            "due_at": NINE,
            "attempts": 1,
            "provider_reference": f"m-{name}",
            "last_error": "",
            "sent_at": NINE,
        }
        world.insert("notice", id=id, **columns | more)
        return id

    return insert


@pytest.fixture
def known(database: psycopg.Connection) -> Callable[[UUID], tuple[str, datetime | None]]:
    """What is known of a notice's receipt."""
    return lambda id: database.execute("SELECT receipt, receipt_at FROM notice WHERE id = %s", [id]).fetchone()


def report(id: UUID | str, state: Delivery = Delivery.DELIVERED, *, at: datetime = NINE, **more: str) -> DeliveryReport:
    return DeliveryReport(**{"provider": "link", "reference": str(id), **more}, state=state, at=at)


def test_a_report_is_recorded_under_our_reference_and_the_same_again_changes_nothing(notice, known):
    one, other = notice("one"), notice("other")

    assert record_receipts(the_portal(), [report(one)]) == 1
    assert record_receipts(the_portal(), [report(one), report(one)]) == 0
    assert known(one) == ("delivered", NINE)
    assert known(other) == ("", None)


@pytest.mark.parametrize("order", list(permutations([Delivery.SENT, Delivery.DELIVERED, Delivery.QUEUED])))
def test_delivered_stays_delivered_in_whatever_order_reports_come(notice, known, order):
    id = notice()
    for state in order:
        record_receipts(the_portal(), [report(id, state)])
    assert known(id)[0] == "delivered"

    id = notice("at once")
    record_receipts(the_portal(), [report(id, state) for state in order])
    assert known(id)[0] == "delivered"


def test_of_two_reports_of_the_same_the_earliest_time_stands(notice, known):
    id, later = notice(), NINE.replace(hour=10)
    record_receipts(the_portal(), [report(id, at=later)])
    record_receipts(the_portal(), [report(id, at=NINE)])
    record_receipts(the_portal(), [report(id, at=later)])

    assert known(id) == ("delivered", NINE)


def test_without_our_reference_it_is_found_by_the_provider_s_name_and_only_among_its_own(notice, known):
    from_smpp, from_link = notice("a", sms_provider="smpp"), notice("b", provider_reference="m-a", sms_provider="link")
    alone = notice("c")

    record_receipts(the_portal(), [report("", provider="smpp", provider_reference="m-a")])
    record_receipts(the_portal(), [report("", provider="smpp", provider_reference="m-c")])
    record_receipts(the_portal(), [report("", provider="smpp", provider_reference="")])

    assert known(from_smpp)[0] == "delivered"
    assert known(from_link)[0] == ""
    assert known(alone)[0] == "delivered"


def test_reports_of_what_we_do_not_know_are_passed_over(notice, known):
    id = notice()
    unknown = [report(uuid4()), report("ikke en av våre"), report("", provider_reference="m-x")]

    assert record_receipts(the_portal(), [*unknown, report(id)]) == 1
    assert record_receipts(the_portal(), []) == 0
    assert known(id)[0] == "delivered"


@pytest.mark.parametrize(
    ("decision", "state", "after"),
    [
        ("due", Delivery.SENT, "sent"),
        ("due", Delivery.DELIVERED, "sent"),
        ("due", Delivery.FAILED, "due"),
        ("failed", Delivery.DELIVERED, "sent"),
        ("failed", Delivery.SENT, "failed"),
        ("not-any-more", Delivery.DELIVERED, "not-any-more"),
    ],
)
def test_a_report_about_a_notice_that_waits_for_another_try_settles_it(notice, database, decision, state, after):
    id = notice(decision=decision, sent_at=None, provider_reference="", last_error="uncertain", retry_at=NINE)
    record_receipts(the_portal(), [report(id, state, provider_reference="m-9")])

    row = database.execute("SELECT decision, provider_reference, sent_at, retry_at FROM notice WHERE id = %s", [id])
    said, name, sent_at, retry_at = row.fetchone()
    assert (said, name) == (after, "m-9")
    if (decision, after) != ("due", "due") and after == "sent":
        assert (sent_at, retry_at) == (NINE, None)


def test_an_e_mail_is_not_touched_by_a_report_about_sms(notice, known):
    id = notice(channel="email")

    assert record_receipts(the_portal(), [report(id)]) == 0
    assert known(id) == ("", None)


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.PORTAL])
def test_nobody_but_the_portal_records_receipts(notice, standing):
    with pytest.raises(Denied):
        record_receipts(Actor(standing, an_id("jonas"), "Jonas"), [report(notice())])


def test_a_hundred_reports_are_one_statement_of_its_own(notice, django_queries):
    ids = [notice(f"number {number}") for number in range(100)]
    with django_queries() as statements:
        assert record_receipts(the_portal(), [report(id) for id in ids]) == 100
    assert len(statements) <= 4, statements


def basic(secret: str) -> str:
    return f"Basic {b64encode(f'leverandor:{secret}'.encode()).decode()}"


@pytest.fixture
def door(monkeypatch):
    """The door of LINK's and Sveve's reports, with a secret."""
    monkeypatch.setattr(settings, "SMS_RECEIPT_SECRET", SECRET)

    def knock(provider: str, said: object, *, key: str = f"Bearer {SECRET}", kind: str = "", method: str = "post"):
        body = said if isinstance(said, dict | bytes) and provider == "sveve" else json.dumps(said)
        more = {"content_type": kind or "application/json"} if provider == "link" or kind else {}
        headers = {"Authorization": key} if key else {}
        return getattr(Client(enforce_csrf_checks=True), method)(
            f"/varsler/kvittering/{provider}/", body, headers=headers, **more
        )

    return knock


def link_report(id: UUID, code: int = 1001) -> dict[str, object]:
    return {
        "refId": str(id),
        "id": "m-one",
        "operator": "no.telenor",
        "sentTimestamp": "2026-03-02T08:59:59Z",
        "timestamp": "2026-03-02T09:00:00Z",
        "resultCode": code,
        "operatorResultCode": "2",
        "segments": 1,
        "gateCustomParameters": {},
        "customParameters": {"received": "2026-03-02 10:00:01"},
    }


@pytest.mark.parametrize("key", [f"Bearer {SECRET}", basic(SECRET), f"bearer {SECRET}"])
def test_link_tells_that_astrid_s_phone_has_it(door, notice, known, key):
    id = notice()
    answer = door("link", link_report(id), key=key)

    assert (answer.status_code, answer.content) == (200, b"OK")
    assert answer.cookies == {}
    assert known(id) == ("delivered", NINE)


@pytest.mark.parametrize(
    ("code", "state"),
    [(1000, "sent"), (1001, "delivered"), (1002, "expired"), (1012, "queued"), (2104, "failed"), (2205, "rejected")],
)
def test_link_s_codes_each_mean_a_state(door, notice, known, code, state):
    id = notice()
    door("link", [link_report(id, code)])

    assert known(id)[0] == state


def test_sveve_tells_it_as_a_form_and_its_number_is_in_no_log(door, notice, known, caplog):
    id = notice()
    with caplog.at_level(logging.DEBUG):
        answer = door("sveve", {"number": "4790000001", "status": "true", "id": "m-one", "ref": str(id)})

    assert answer.status_code == 200
    assert known(id)[0] == "delivered"
    assert "90000001" not in caplog.text
    assert str(id) not in caplog.text


@pytest.mark.parametrize(
    "key", ["", "Bearer feil", basic("feil"), f"Digest {SECRET}", "Basic !", "Basic /w==", SECRET, "Bearer "]
)
@pytest.mark.parametrize("provider", ["link", "sveve"])
def test_who_does_not_know_the_secret_changes_nothing(door, notice, known, provider, key):
    id = notice()
    said = link_report(id) if provider == "link" else {"status": "true", "ref": str(id)}

    assert door(provider, said, key=key).status_code == 401
    assert known(id) == ("", None)


def test_without_a_secret_there_is_no_door(door, notice, monkeypatch):
    monkeypatch.setattr(settings, "SMS_RECEIPT_SECRET", "")

    assert door("link", link_report(notice())).status_code == 404
    assert door("link", link_report(notice("two")), key="Bearer ").status_code == 404


@pytest.mark.parametrize("said", [{}, [], "x", 7, {"resultCode": "1001"}, [{"refId": "x"}], [[]]])
def test_what_is_no_report_is_refused_and_an_empty_list_is_none(door, said):
    assert door("link", said).status_code == (200 if said == [] else 400)


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("said", [b"", b"{", b"\xff\xfe"])
def test_what_cannot_be_read_is_refused(said):
    answer = Client().post(
        "/varsler/kvittering/link/",
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {SECRET}"},
    )

    assert answer.status_code == 400


def test_only_post_is_taken_so_that_no_number_stands_in_an_address(door, notice, known):
    id = notice()
    answer = door("sveve", {"status": "true", "ref": str(id), "number": "4790000001"}, method="get")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert known(id) == ("", None)


def test_a_provider_we_do_not_know_has_no_door(door):
    assert door("telegraf", {}, kind="application/json").status_code == 404


def test_too_much_at_once_is_refused(door, notice, known):
    id = notice()

    assert door("link", [link_report(id)] * 1001).status_code == 413
    assert known(id) == ("", None)


class Telling:
    """A provider that tells by itself."""

    def __init__(self, *reports: DeliveryReport, silent: bool = False) -> None:
        self.reports, self.silent = reports, silent

    def send(self, sms: Sms) -> Accepted:
        return Accepted("m")

    def hand_reports_to(self, record: Record) -> int:
        if self.silent:
            raise NotAccepted(Why.UNAVAILABLE)
        record(self.reports)
        return len(self.reports)


def test_the_worker_takes_what_a_provider_tells_by_itself(notice, known):
    id = notice()

    assert take_reports(Telling(report(id, provider="smpp"))) == 1
    assert known(id)[0] == "delivered"


def test_a_provider_that_is_silent_or_tells_nothing_or_is_not_there_stops_nothing():
    assert take_reports(Telling(silent=True)) == 0
    assert take_reports(None) == 0
