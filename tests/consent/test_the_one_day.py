"""From the terms to a usable service: Einar accepts today and can use it tomorrow (R3–R7)."""

from datetime import date

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.consent import actions, queries
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.consent.rules import Missing, Refusal
from hjemmekontakt.ground import clock, keys, outbox
from hjemmekontakt.ground.refused import Refused
from tests.people import NATIONAL_IDS, an_id


@pytest.fixture
def journal_connected(world):
    world.insert(
        "journal_hook",
        id=an_id("hook"),
        municipality_id=world.tunvik,
        url="http://127.0.0.1:1/hook",
        secret_sealed=keys.seal("hemmelig"),
        active=True,
    )


def accept(actor, *, version=1):
    return actions.accept_terms(actor, version=version, language="nb", level="idporten-loa-high")


def activate() -> int:
    return actions.activate_due(the_portal(), now=clock.now())[0]


def test_einar_accepts_today_and_can_use_it_tomorrow(world, einar, at, journal_connected) -> None:
    at("monday 12:00")
    accept(einar)
    waiting = queries.readiness(einar)
    assert (waiting.missing, waiting.ready_on) == ((Missing.WAITING,), date(2026, 3, 3))
    at("tuesday 01:59")
    assert activate() == 0
    at("tuesday 02:00")
    assert activate() == 1
    assert queries.readiness(einar).is_ready


def test_the_nights_work_done_twice_activates_once_and_tells_once(
    world, einar, at, database, journal_connected
) -> None:
    accept(einar)
    at("tuesday 03:00")
    assert (activate(), activate()) == (1, 0)
    told = database.execute("SELECT listener FROM outbox WHERE event = 'CitizenActivated' ORDER BY listener").fetchall()
    assert [name for (name,) in told] == outbox.listeners_of(CitizenActivated) != []


def test_a_missed_night_is_caught_up_by_the_next(world, einar, at, journal_connected) -> None:
    accept(einar)
    at("friday 02:30")
    assert activate() == 1


def test_without_a_connected_journal_she_waits_and_the_page_says_why(world, einar, at) -> None:
    accept(einar)
    at("tuesday 03:00")
    assert activate() == 0
    said = queries.readiness(einar)
    assert (said.missing, said.unit_phone) == ((Missing.NO_JOURNAL,), "32 00 00 10")
    assert "journalen" in said.sentences[0]


def test_siri_who_gets_no_home_services_is_told_exactly_that(world, siri) -> None:
    accept(siri)
    assert queries.readiness(siri).missing == (Missing.NO_DECISION,)


def test_before_the_terms_einar_is_told_that_they_are_missing(world, einar, journal_connected) -> None:
    assert queries.readiness(einar).missing == (Missing.TERMS,)


def test_pressing_twice_is_as_pressing_once(world, einar, database) -> None:
    assert accept(einar) == accept(einar)
    kept = database.execute(
        "SELECT version, language, level FROM acceptance WHERE citizen_id = %s", [an_id("einar")]
    ).fetchall()
    assert kept == [(1, "nb", "idporten-loa-high")]


def test_terms_that_changed_meanwhile_must_be_read_again(world, einar, database) -> None:
    with pytest.raises(Refused) as refused:
        accept(einar, version=0)
    assert refused.value.why is Refusal.NEW_VERSION
    assert database.execute("SELECT count(*) FROM acceptance WHERE citizen_id = %s", [an_id("einar")]).fetchone() == (
        0,
    )


def test_astrid_stops_and_it_closes_at_once_and_she_may_begin_again(world, astrid, at, journal_connected) -> None:
    actions.stop_using(astrid)
    said = queries.readiness(astrid)
    assert (said.is_ready, said.missing) == (False, (Missing.TERMS,))
    assert queries.active_id(keys.lookup_value(NATIONAL_IDS["astrid"])) is None
    accept(astrid)
    at("tuesday 03:00")
    assert activate() == 1
    assert queries.readiness(astrid).is_ready


def test_jonas_can_neither_accept_nor_stop_for_astrid(world, jonas_for_astrid) -> None:
    with pytest.raises(Denied):
        accept(jonas_for_astrid)
    with pytest.raises(Denied):
        actions.stop_using(jonas_for_astrid)


def test_jonas_sees_when_astrid_will_be_ready(world, jonas_for_astrid, astrid, journal_connected) -> None:
    actions.stop_using(astrid)
    accept(astrid)
    said = queries.readiness(jonas_for_astrid)
    assert (said.about_self, said.about_name, said.ready_on) == (False, "Astrid Berg", date(2026, 3, 3))


def test_the_dead_are_never_activated(world, einar, at, database, journal_connected) -> None:
    accept(einar)
    database.execute("UPDATE citizen SET deceased_on = '2026-03-02' WHERE id = %s", [an_id("einar")])
    at("tuesday 03:00")
    assert activate() == 0


def test_a_batch_cut_off_half_way_leaves_nobody_half_active(
    world, einar, at, database, journal_connected, monkeypatch
) -> None:
    accept(einar)
    at("tuesday 03:00")
    monkeypatch.setattr(outbox, "publish", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        activate()
    monkeypatch.undo()
    at("tuesday 03:00")
    assert activate() == 1
