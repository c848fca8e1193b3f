"""Logg over bruk: what Astrid reads of what others and she herself did."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import Actor, May, Right
from hjemmekontakt.home import log
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, on_behalf

LOG = "/profil/logg/"
KEY = an_id("thread key")


@intent
def do(actor: Actor, may: May, about: lookup.About) -> Grant:
    return require(actor, may, about=about)


@intent
def show_list(actor: Actor, unit: UUID, municipality: UUID, shown: list[UUID]) -> None:
    about = lookup.unit(unit, municipality)
    log_list(require(actor, May.SEE_INBOX, about=about), about, shown)


def refused(actor: Actor, may: May, about: lookup.About) -> None:
    with pytest.raises(Denied):
        do(actor, may, about)


@pytest.fixture
def thread(world) -> UUID:
    """Astrid's dialogue about the key."""
    world.insert(
        "thread",
        id=KEY,
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        service_id=world.nord_nursing,
        subject="Nøkkel",
        state="sent",
        started_at="2026-03-02T08:00:00Z",
        last_message_at="2026-03-02T08:00:00Z",
    )
    return KEY


def test_a_day_is_told_in_sentences_the_latest_first(world, at, astrid, jonas_for_astrid, mona, thread) -> None:
    browser = client_of("astrid")
    at("monday 09:12")
    do(mona, May.READ_THREAD_AS_STAFF, lookup.thread(thread))
    at("monday 10:00")
    do(jonas_for_astrid, May.CANCEL_VISIT, lookup.citizen(an_id("astrid")))
    at("tuesday 08:05")
    do(astrid, May.READ_THREAD, lookup.thread(thread))
    words = text_of(browser.get(LOG))
    told = [
        "I dag",
        "Du leste meldingen «Nøkkel» kl. 08.05.",
        "I går",
        "Jonas Berg på vegne av deg ba om å avlyse et besøk kl. 10.00.",
        "Mona Lie, sykepleier i Hjemmetjenesten Nord, leste meldingen «Nøkkel» kl. 09.12.",
    ]
    assert [words.index(said) for said in told] == sorted(words.index(said) for said in told)


def test_who_was_refused_is_told_too_and_a_stranger_without_a_name(world, per, siri, thread) -> None:
    refused(per, May.READ_THREAD_AS_STAFF, lookup.thread(thread))
    refused(siri, May.READ_THREAD, lookup.thread(thread))
    words = text_of(client_of("astrid").get(LOG))
    assert (
        "Per Sand, sykepleier i Hjemmetjenesten Sør, prøvde å lese meldingen «Nøkkel» kl. 10.00, men fikk ikke tilgang."
        in words
    )
    assert "En person uten tilgang prøvde å lese meldingen «Nøkkel»" in words
    assert "Siri" not in words


def test_the_filters_choose_whose_acts(world, astrid, jonas_for_astrid, mona, thread) -> None:
    browser = client_of("astrid")
    do(mona, May.READ_THREAD_AS_STAFF, lookup.thread(thread))
    do(jonas_for_astrid, May.READ_THREAD, lookup.thread(thread))
    do(astrid, May.READ_THREAD, lookup.thread(thread))
    names = {"": ["Mona Lie,", "Jonas Berg på", "Du leste"]}
    names |= {"ansatte": ["Mona Lie,"], "fullmakt": ["Jonas Berg på"], "meg": ["Du leste"], "?": names[""]}
    for chosen, shown in names.items():
        words = text_of(browser.get(LOG, {"vis": chosen}))
        assert [name for name in names[""] if name in words] == shown, chosen


def test_lists_are_folded_and_told_apart(world, at, mona) -> None:
    show_list(mona, world.nord, world.tunvik, [an_id("astrid"), an_id("einar")])
    at("monday 10:16")
    show_list(mona, world.nord, world.tunvik, [an_id("astrid")])
    words = text_of(client_of("astrid").get(LOG))
    assert "Du sto på 2 lister" in words
    assert "Mona Lie, sykepleier i Hjemmetjenesten Nord, så innboksen der navnet ditt sto, kl. 10.16." in words


def test_astrids_log_is_hers_and_nobody_elses(world, jonas, jonas_for_astrid, mona, thread) -> None:
    do(mona, May.READ_THREAD_AS_STAFF, lookup.thread(thread))
    assert log.log_of(jonas).days == ()
    for somebody in (
        jonas_for_astrid,
        mona,
        on_behalf("jonas", "J", of="astrid", of_name="A", rights=frozenset(Right)),
    ):
        with pytest.raises(Denied):
            log.log_of(somebody)


def test_a_long_log_is_paged_without_gap_or_repeat(world, at, astrid) -> None:
    for _ in range(150):
        do(astrid, May.CHANGE_SETTINGS, lookup.citizen(an_id("astrid")))
    seen, before = 0, None
    while True:
        page = log.log_of(astrid, before=before)
        seen += sum(len(day.told) for day in page.days)
        if not page.following:
            break
        before = log.place_in(page.following)
    assert seen == 150
    first = client_of("astrid").get(LOG)
    assert re.search(r'href="\?vis=&amp;fra=\d+-\d+"', first.content.decode())


def test_the_whole_log_can_be_taken_away_and_that_leaves_a_line(world, mona, thread, database) -> None:
    do(mona, May.READ_THREAD_AS_STAFF, lookup.thread(thread))
    browser = client_of("astrid")
    file = browser.get(f"{LOG}last-ned/")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Dato;Klokkeslett;Hva"
    assert "2026-03-02;10.00;Mona Lie, sykepleier i Hjemmetjenesten Nord, leste meldingen «Nøkkel» kl. 10.00." in rows
    assert "Du lastet ned loggen kl. 10.00." in text_of(browser.get(LOG))


def test_a_cell_of_the_table_never_begins_as_a_formula() -> None:
    told = log.Told(at=datetime(2026, 3, 2, 8, 12, tzinfo=UTC), text="=SUM(A1)")
    assert log.as_table([told]).splitlines()[1] == "2026-03-02;09.12;'=SUM(A1)"


def test_every_act_that_leaves_a_line_has_its_sentence() -> None:
    from hjemmekontakt.access.actions import SILENT
    from hjemmekontakt.home.log_words import ACTS

    assert {may for may in May if may not in SILENT} == set(ACTS)


def test_nothing_yet_is_said(world) -> None:
    assert "Ingenting her ennå" in text_of(client_of("siri").get(LOG))


@pytest.mark.parametrize("place", ["x", "1-x", "9" * 17 + "-1", "-5-1", "1772442720000000-" + "9" * 30, "%00"])
def test_a_forged_place_begins_at_the_top(world, place) -> None:
    browser: Client = client_of("astrid")
    assert browser.get(f"{LOG}?fra={place}").status_code == 200


def test_notices_are_told_with_what_became_of_them(world) -> None:
    for key, receiver, channel, decision in [
        ("one", "astrid", "sms", "sent"),
        ("two", "jonas", "email", "due"),
        ("three", "astrid", "none", "no-wish"),
    ]:
        world.insert(
            "notice",
            id=an_id(f"notice {key}"),
            event_key=f"message:{key}",
            kind="message",
            about_id=an_id("astrid"),
            receiver_id=an_id(receiver),
            municipality_id=world.tunvik,
            channel=channel,
            decision=decision,
            values="{}",
            decided_at="2026-03-02T08:12:00Z",
            due_at="2026-03-02T08:12:00Z",
            attempts=0,
            provider_reference="",
            last_error="",
        )
    words = text_of(client_of("astrid").get(f"{LOG}varsler/"))
    assert "Nye meldinger. SMS til deg kl. 09.12. Sendt." in words
    assert "Nye meldinger. E-post til Jonas Berg kl. 09.12. Sendes nå." in words
    assert "Nye meldinger. Til deg kl. 09.12. Ikke sendt. Varselet er slått av." in words
    assert "Ingen varsler ennå" in text_of(client_of("siri").get(f"{LOG}varsler/"))
