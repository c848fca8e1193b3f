"""The support desk says of a person and a day what was sent to whom, and why not, in words for the phone (M8)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid5

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Actor, Role, Standing
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import own_contact, reactions
from hjemmekontakt.notifications.codes import CodeOutcome
from hjemmekontakt.notifications.costs.actions import set_caps, warn_of_cost
from hjemmekontakt.notifications.costs.queries import beyond_their_caps
from hjemmekontakt.notifications.costs.rules import Caps, NotSet
from hjemmekontakt.notifications.costs.rules import Standing as Stands
from hjemmekontakt.notifications.receipts import record_receipts
from hjemmekontakt.notifications.rules import Channel, Decision
from hjemmekontakt.notifications.support import queries
from hjemmekontakt.notifications.support.rules import Receiver
from hjemmekontakt.notifications.support.words import ALOUD
from hjemmekontakt.project.commands import doctor
from hjemmekontakt.representation.events import FullmaktEnded
from tests.doors import client_of
from tests.pages import text_of
from tests.people import NATIONAL_IDS, SPACE, an_id, at_work

MONDAY = date(2026, 3, 2)


@pytest.fixture
def liv(world):
    """Tunvik's administrator, in no unit."""
    return Actor(
        Standing.EMPLOYEE, an_id("liv"), "Liv Ås", municipality_id=world.tunvik, roles=frozenset({Role.ADMINISTRATOR})
    )


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


@pytest.fixture
def answered(world):
    def happen(number: int = 1) -> None:
        message = MessageAnswered(uuid5(SPACE, f"m {number}"), an_id("thread"), an_id("astrid"), world.tunvik)
        reactions.tell_of_answers([message])

    return happen


def test_every_decision_has_words_for_the_phone() -> None:
    assert set(ALOUD) == set(Decision)
    assert all(str(words).endswith(".") for words in ALOUD.values())


def test_liv_reads_aloud_who_got_what_how_and_when(world, liv, answered, wishes, outside, deliver, database) -> None:
    wishes("jonas", about="astrid", message="none")
    answered()
    deliver()
    ids = database.execute("SELECT id FROM notice WHERE decision = 'sent'").fetchall()
    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    record_receipts(
        the_portal(),
        [DeliveryReport(provider="link", state=Delivery.DELIVERED, at=nine, reference=str(id)) for (id,) in ids],
    )
    found = queries.day_of_notices(liv, an_id("astrid"), day=MONDAY)
    seen = {each.receiver: each for each in found.decisions}
    hers, his = seen[Receiver.HERSELF], seen[Receiver.NAMED]
    assert (found.name, hers.decision, hers.attempts, hers.receipt) == (
        "Astrid Berg",
        Decision.SENT,
        1,
        Delivery.DELIVERED,
    )
    assert (hers.address_end, hers.sent_at) == ("01", clock.now())
    assert (his.receiver_name, his.decision, his.address_end) == ("Jonas Berg", Decision.NO_WISH, "")
    line = database.execute("SELECT act, actor_name, citizen_id FROM access_entry ORDER BY id DESC").fetchone()
    assert line == ("see-notices-at-work", "Liv Ås", an_id("astrid"))


def test_the_name_of_one_whose_address_became_protected_or_whose_fullmakt_ended_is_hidden(
    world, liv, answered, database
) -> None:
    answered()
    for change in (
        "UPDATE citizen SET protection = 'strictly-confidential' WHERE given_name = 'Jonas'",
        "UPDATE fullmakt SET state = 'ended', ended_at = now(), end_reason = 'withdrawn'",
    ):
        database.execute(change)
        found = queries.day_of_notices(liv, an_id("astrid"), day=MONDAY)
        assert {(each.receiver, each.receiver_name) for each in found.decisions} == {
            (Receiver.HERSELF, ""),
            (Receiver.HIDDEN, ""),
        }
        database.execute("UPDATE citizen SET protection = 'none' WHERE given_name = 'Jonas'")


def test_who_may(world, liv, gerd, mona, per, kari, astrid, jonas, journal) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    of_sor = replace(gerd, units=(replace(gerd.units[0], unit_id=world.sor),))
    elsewhere = replace(liv, municipality_id=world.fjordby)
    hers = replace(liv, family=frozenset({an_id("astrid")}))
    for actor in (mona, per, kari, astrid, jonas, journal, of_sor, elsewhere, hers):
        with pytest.raises((Denied, ValueError)):
            queries.day_of_notices(actor, an_id("astrid"), day=MONDAY)
    for actor in (liv, gerd):
        queries.day_of_notices(actor, an_id("astrid"), day=MONDAY)
        with pytest.raises(Denied):
            queries.day_of_notices(actor, an_id("nils"), day=MONDAY)
    for actor in (mona, kari, astrid, journal):
        with pytest.raises((Denied, ValueError)):
            queries.desk_of(actor)
    for actor in (gerd, mona, elsewhere, astrid, journal):
        with pytest.raises(Denied):
            set_caps(actor, world.tunvik, Caps())


def test_another_municipality_s_notices_are_not_seen(world, liv, database) -> None:
    reactions.tell_of_answers([MessageAnswered(an_id("m"), an_id("t"), an_id("astrid"), world.fjordby)])
    assert queries.day_of_notices(liv, an_id("astrid"), day=MONDAY).decisions == ()


def test_whom_the_last_notice_did_not_reach_is_listed_until_one_does(liv, answered, outside, deliver, at) -> None:
    outside.contacts.clear()
    outside.reach("astrid", mobile="+4790000001", months_ago=20)
    answered()
    deliver()
    assert [(each.name, each.word) for each in queries.desk_of(liv).unreached] == [("Astrid Berg", "stale")]
    outside.reach("astrid", mobile="+4790000001")
    at("monday 11:00")
    answered(2)
    deliver()
    assert queries.desk_of(liv).unreached == ()


def test_the_pages(world, gerd, answered, outside, deliver, database, queries_in) -> None:
    answered()
    deliver()
    browser = client_of("gerd", employee=True)
    first = text_of(browser.get("/ansatt/varsler/"))
    for words in ("Bakgrunnsarbeidet står", "Det er ikke sett etter ennå.", "Sendt: 2 SMS. SMS-deler i alt: 2."):
        assert words in first
    assert "Lagre grensene" not in first, "only the municipality's administrator sets caps"
    assert queries_in(lambda: browser.get("/ansatt/varsler/")) <= 18
    for words in ("Astrid", NATIONAL_IDS["astrid"], "Astrid Berg"):
        found = browser.post("/ansatt/varsler/", {"words": words})
        assert f'href="/ansatt/varsler/person/{an_id("astrid")}/"' in found.content.decode(), words
    assert "Vi fant ingen som får hjelp her." in text_of(browser.post("/ansatt/varsler/", {"words": "Kåre"}))
    assert browser.post("/ansatt/varsler/", {"words": ""}).status_code == 400
    page = f"/ansatt/varsler/person/{an_id('astrid')}/"
    said = text_of(browser.get(page))
    for words in ("Varsler om Astrid Berg", "Varselet er sendt.", "Jonas Berg", "Nummeret slutter på 01", "Forsøk 1"):
        assert words in said
    assert "900 00 001" not in said
    assert "Ingen varsler denne dagen" in text_of(browser.get(page, {"dag": "2026-03-01"}))
    assert browser.get(page, {"dag": "\0nonsense"}).status_code == 200
    assert queries_in(lambda: browser.get(page)) <= 12
    assert "Varsler" not in text_of(client_of("mona", employee=True).get("/ansatt/i-dag/"))
    assert client_of("mona", employee=True).get("/ansatt/varsler/").status_code in (403, 404)


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────


def spent(database):
    return database.execute("SELECT month, messages, segments FROM notice_cost").fetchall()


def test_what_was_sent_is_counted_once_in_its_month(answered, outside, deliver, database, time_passes) -> None:
    answered()
    outside.fail(1)
    deliver()
    time_passes()
    deliver()
    assert spent(database) == [(date(2026, 3, 1), 2, 2)]


def test_the_cap_that_warns_warns_once_and_the_one_that_stops_stops_all_but_the_obligatory(
    world, liv, answered, outside, deliver, decisions, database, at
) -> None:
    set_caps(liv, world.tunvik, Caps(soft=1, hard=2))
    answered()
    deliver()
    assert (warn_of_cost(the_portal(), now=clock.now()), warn_of_cost(the_portal(), now=clock.now())) == (1, 0)
    assert beyond_their_caps(the_portal()) == [(world.tunvik, Stands.STOPPED)]
    assert doctor.within_caps().faults == ("Tunvik har nådd grensen som stopper. Bare de nødvendige SMS-ene sendes.",)
    answered(2)
    reactions.tell_of_ended_fullmakter([FullmaktEnded(an_id("f"), an_id("astrid"), an_id("jonas"))])
    deliver()
    assert len(outside.sms()) == 4, "both heard the first, and that the fullmakt has ended"
    stopped = database.execute("SELECT receiver_id, channel, decision FROM notice WHERE event_key = %s",
                               [f"message:{uuid5(SPACE, 'm 2')}"]).fetchall()  # fmt: skip
    assert set(stopped) == {(an_id("astrid"), "sms", "over-cap"), (an_id("jonas"), "email", "sent")}
    at(datetime(2026, 4, 1, 9, tzinfo=UTC))
    answered(3)
    deliver()
    assert len(outside.sms()) == 6, "a new month"


def test_an_own_number_costs_as_much_as_any_and_the_cap_stops_it_too(
    world, liv, astrid, answered, outside, deliver, database
) -> None:
    own = "+4798765432"
    sent = own_contact.ask_for_code(astrid, Channel.SMS, own)
    assert own_contact.confirm_code(astrid, re.findall(r"\d{6}", sent.letter.sms)[0]) is CodeOutcome.CONFIRMED
    answered()
    deliver()
    set_caps(liv, world.tunvik, Caps(soft=1, hard=1))
    answered(2)
    deliver()
    assert [sms["to"] for sms in outside.sms()].count(own) == 1
    told = database.execute("SELECT decision FROM notice WHERE receiver_id = %s ORDER BY decision", [an_id("astrid")])
    assert [decision for (decision,) in told.fetchall()] == ["over-cap", "sent"]


def test_liv_finds_a_person_in_any_unit_and_what_she_sets_is_written_down(world, liv, database) -> None:
    assert [each.name for each in queries.people_found(liv, "Berg")] == ["Astrid Berg"]
    set_caps(liv, world.tunvik, Caps(least_move_minutes=90, soft=100, hard=200))
    assert queries.desk_of(liv).cost.caps == Caps(90, 100, 200)
    acts = database.execute("SELECT act, citizen_id FROM access_entry ORDER BY id").fetchall()
    assert acts == [("see-notice-desk", an_id("astrid")), ("change-notice-settings", None)]


@pytest.mark.parametrize(
    ("caps", "why"),
    [
        (Caps(soft=10, hard=9), NotSet.CAPS_TURNED),
        (Caps(hard=9), NotSet.CAPS_TURNED),
        (Caps(soft=0), NotSet.CAP_OUT_OF_RANGE),
        (Caps(least_move_minutes=5), NotSet.MOVE_OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_set(world, liv, caps, why) -> None:
    with pytest.raises(Refused) as refused:
        set_caps(liv, world.tunvik, caps)
    assert refused.value.why is why
