"""The staff's pages around the dialogue: the day's visits, the person's card, and broadcasts to those with a visit."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.home.broadcast_groups import Chosen, preview_of
from hjemmekontakt.home.person_card import card_of
from hjemmekontakt.home.today import day_of_visits
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.rules import EXPECTED_SYSTEM
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id

MONDAY = date(2026, 3, 2)


@pytest.fixture
def visit(world):
    """A visit of Nord on the Monday: `visit("astrid", "12:15")`."""

    def put(key: str, at: str, *, until=None, day=MONDAY, status="assigned", unit=None, service=None, title=""):
        hours, minutes = at.split(":")
        starts = datetime(day.year, day.month, day.day, int(hours) - 1, int(minutes), tzinfo=UTC)
        name = f"visit {key} {day} {at}"
        world.insert(
            "visit",
            id=an_id(name),
            citizen_id=an_id(key),
            municipality_id=world.tunvik,
            unit_id=unit or world.nord,
            service_id=service or world.nord_nursing,
            identifier_system="s",
            identifier_value=name,
            status=status,
            starts_at=starts,
            ends_at=starts + (until or timedelta(minutes=20)),
            is_window=until is not None,
            title=title,
            instruction="",
            performer_name="Mona",
            performer_role="sykepleier",
            place="home",
            cancellable=True,
            cancelled_by="",
            not_performed_reason="",
            source_updated_at=starts,
            version=1,
            digest=b"",
            reported_at=starts,
            stored_at=starts,
        )
        return an_id(name)

    return put


@pytest.fixture
def zones(database):
    database.execute("UPDATE decision SET zone = '1' WHERE citizen_id = %s", [an_id("astrid")])
    database.execute("UPDATE decision SET zone = '2' WHERE citizen_id = %s", [an_id("einar")])


@pytest.fixture
def acts_of(database):
    """The acts in a citizen's log, the oldest first."""
    return lambda key: [
        act
        for (act,) in database.execute("SELECT act FROM access_entry WHERE citizen_id = %s ORDER BY id", [an_id(key)])
    ]


def write_to_nord(actor, world, key="skjema 1"):
    from hjemmekontakt.messages import actions

    return actions.write_message(
        actor, service_id=world.nord_nursing, subject="Nøkkel", text="Hvem har nøkkelen?", form_key=an_id(key)
    )


# ── I dag ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_days_visits_stand_in_their_order_with_who_waits_for_an_answer(world, mona, astrid, visit) -> None:
    visit("einar", "13:00")
    visit("astrid", "11:15", title="Medisiner")
    write_to_nord(astrid, world)
    rounds = day_of_visits(mona, MONDAY).rounds
    assert [(each.when, each.name, each.what, each.who) for each in rounds] == [
        ("11.15", "Astrid Berg", "Medisiner", "Mona"),
        ("13.00", "Einar Dahl", "Hjemmesykepleie", "Mona"),
    ]
    assert [(each.subject, each.unread) for each in rounds[0].threads] == [("Nøkkel", True)]
    assert rounds[1].threads == ()


def test_what_is_paused_or_gone_is_told_and_what_never_came_to_be_is_not_there(world, mona, visit, database) -> None:
    visit("astrid", "11:00", status="on-hold")
    visit("astrid", "12:00", status="gone")
    never = visit("astrid", "13:00", status="gone")
    database.execute("UPDATE visit SET identifier_system = %s WHERE id = %s", [EXPECTED_SYSTEM, never])
    rounds = day_of_visits(mona, MONDAY).rounds
    assert [(each.when, each.tag) for each in rounds] == [
        ("11.00", ("warning", "Satt på vent")),
        ("12.00", ("warning", "Ikke lenger i planen")),
    ]


def test_when_mona_has_opened_the_thread_it_is_no_longer_unread_and_when_answered_it_is_gone(
    world, mona, astrid, visit
) -> None:
    from hjemmekontakt.messages import actions, queries

    visit("astrid", "11:15")
    sent = write_to_nord(astrid, world)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    assert [each.unread for each in day_of_visits(mona, MONDAY).rounds[0].threads] == [False]
    actions.answer(mona, sent.thread_id, text="Vi.", form_key=an_id("svar"), seen_message_id=seen)
    assert day_of_visits(mona, MONDAY).rounds[0].threads == ()


def test_nobody_stands_on_the_list_whom_mona_may_not_see(world, mona, visit, database) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.decision("siri", world.tunvik, world.nord, world.nord_cleaning)
    visit("nils", "11:00")  # a secret address
    visit("siri", "11:00")  # a decision on another service
    visit("jonas", "11:00")  # no decision
    visit("einar", "11:00", unit=world.sor, service=world.sor_nursing)  # another unit's visit
    visit("astrid", "11:00")
    daughter = replace(mona, family=frozenset({an_id("astrid")}))
    assert [each.name for each in day_of_visits(mona, MONDAY).rounds] == ["Astrid Berg"]
    assert day_of_visits(daughter, MONDAY).rounds == ()


def test_todays_list_begins_an_hour_back_and_the_whole_day_can_be_seen(world, mona, visit) -> None:
    visit("astrid", "08:00", status="performed")
    visit("einar", "09:30", status="planned")
    assert [each.name for each in day_of_visits(mona, MONDAY).rounds] == ["Einar Dahl"]
    whole = day_of_visits(mona, MONDAY, from_the_beginning=True).rounds
    assert [(each.name, each.tag) for each in whole] == [("Astrid Berg", ("success", "Utført")), ("Einar Dahl", None)]


def test_a_long_day_is_paged_without_gap(world, mona, visit, monkeypatch) -> None:
    from hjemmekontakt.home import today

    monkeypatch.setattr(today, "DAY_PAGE", 2)
    for hour in (11, 12, 13):
        visit("astrid", f"{hour}:00")
    first = day_of_visits(mona, MONDAY)
    rest = day_of_visits(mona, MONDAY, after=first.following)
    assert [each.when for each in (*first.rounds, *rest.rounds)] == ["11.00", "12.00", "13.00"]
    assert rest.following is None


def test_the_zone_chooses_and_the_list_is_logged_once_in_fifteen_minutes(
    world, mona, visit, zones, acts_of, at
) -> None:
    visit("astrid", "11:00")
    visit("einar", "11:30")
    assert [each.name for each in day_of_visits(mona, MONDAY, zone="2").rounds] == ["Einar Dahl"]
    day_of_visits(mona, MONDAY)
    day_of_visits(mona, MONDAY)
    assert acts_of("einar") == acts_of("astrid") == ["see-today"]
    at("monday 10:16")
    day_of_visits(mona, MONDAY)
    assert acts_of("astrid") == ["see-today", "see-today"]


@pytest.mark.parametrize("who", ["per", "kari", "liv", "astrid", "journal"])
def test_others_do_not_see_nords_day(world, mona, per, kari, astrid, journal, visit, who) -> None:
    visit("astrid", "11:00")
    liv = replace(mona, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units))
    actor = {"per": per, "kari": kari, "liv": liv, "astrid": astrid, "journal": journal}[who]
    if who in ("per", "kari"):
        assert day_of_visits(actor, MONDAY).rounds == ()
    else:
        with pytest.raises(Denied):
            day_of_visits(actor, MONDAY)


@pytest.mark.parametrize("asked", ["", "?dag=x", "?dag=2027-01-01", "?etter=x", "?sone=%00", "?hele=1"])
def test_the_page_of_the_day_takes_any_address(world, visit, asked) -> None:
    visit("astrid", "11:00")
    page = client_of("mona", employee=True).get(f"/ansatt/i-dag/{asked}")
    if "%00" in asked:
        assert page.status_code in (200, 400)
    else:
        assert "Astrid Berg" in text_of(page)


def test_the_page_of_the_day_tells_when_it_is_empty_and_leads_to_the_next(world, visit) -> None:
    browser = client_of("mona", employee=True)
    empty = browser.get("/ansatt/i-dag/")
    assert "Ingen besøk her" in text_of(empty)
    visit("astrid", "09:00", day=date(2026, 3, 3))
    following = re.search(r'href="(\?dag=2026-03-03)"', empty.content.decode())[1]
    assert "Astrid Berg" in text_of(browser.get(f"/ansatt/i-dag/{following}"))


# ── The person's card ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_card_says_how_astrid_is_reached_and_who_may_act_for_her_and_until_when(
    world, mona, visit, database
) -> None:
    visit("astrid", "11:00")
    database.execute("INSERT INTO preference (id, receiver_id, about_id, kind, channel) VALUES (%s, %s, %s, 'message', 'none')",
        [an_id("wish"), an_id("astrid"), an_id("astrid")])  # fmt: skip
    page = text_of(client_of("mona", employee=True).get(f"/ansatt/person/{an_id('astrid')}/"))
    assert page.count("Astrid Berg, f. 1944") == 1, "in the heading, and not again on the card"
    assert "Gjennom Jonas Berg" in page
    assert "Hvorfor ikke selv: har slått av varsler om meldinger." in page
    assert "se besøk" in page
    assert "Gjelder til den trekkes tilbake." in page
    assert "11.00 Hjemmesykepleie · Mona" in page
    assert "Hjemmesykepleie siden 1. september 2025" in page
    assert "32 00 00 10" in page.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("SELECT 1", "Ja"),
        ("UPDATE activation SET state = 'inactive', ended_at = '2026-03-01T10:00Z'", "har sluttet å bruke tjenesten"),
        ("DELETE FROM activation", "har ikke tatt tjenesten i bruk"),
        ("UPDATE activation SET state = 'activating', activated_at = NULL", "tjenesten er ikke klar ennå"),
    ],
)
def test_the_card_says_why_she_is_not_reached(world, database, happened, said) -> None:
    database.execute(happened)
    assert said in text_of(client_of("mona", employee=True).get(f"/ansatt/person/{an_id('astrid')}/kort/"))


def test_a_notice_that_found_no_address_tells_when_that_was(world, mona, database) -> None:
    world.insert(
        "notice", id=an_id("notice"), event_key="message:1", kind="message", about_id=an_id("astrid"),
        receiver_id=an_id("astrid"), channel="sms", decision="no-contact", values="{}",
        decided_at="2026-03-01T10:00Z", due_at="2026-03-01T10:00Z", attempts=1, provider_reference="", last_error="",
    )  # fmt: skip
    reach = card_of(mona, an_id("astrid")).reach
    assert (reach.herself, reach.through, reach.checked_at) == (
        False,
        ("Jonas Berg",),
        datetime(2026, 3, 1, 10, tzinfo=UTC),
    )


def test_one_whose_fullmakt_does_not_open_messages_is_shown_but_reaches_her_not(world, mona, database) -> None:
    world.connection.execute("SET session_replication_role = replica")
    world.connection.execute("DELETE FROM fullmakt")
    world.connection.execute("SET session_replication_role = DEFAULT")
    world.fullmakt("astrid", "jonas", rights=(Right.SEE_VISITS,), ends=date(2026, 5, 1))
    database.execute("INSERT INTO preference (id, receiver_id, about_id, kind, channel) VALUES (%s, %s, %s, 'message', 'none')",
        [an_id("wish"), an_id("astrid"), an_id("astrid")])  # fmt: skip
    card = card_of(mona, an_id("astrid"))
    assert [(each.name, each.rights, each.ends_on) for each in card.proxies] == [
        ("Jonas Berg", {Right.SEE_VISITS}, date(2026, 5, 1))
    ]
    assert (card.reach.herself, card.reach.through) == (False, ())


WHO_SEES_ASTRIDS_CARD = {
    "mona": 200,
    "gerd": 200,
    "per": 404,
    "kari": 404,
}


@pytest.mark.parametrize("who", WHO_SEES_ASTRIDS_CARD)
def test_who_sees_astrids_card(world, who) -> None:
    for address in ("", "kort/"):
        answer = client_of(who, employee=True).get(f"/ansatt/person/{an_id('astrid')}/{address}")
        assert answer.status_code == WHO_SEES_ASTRIDS_CARD[who]
        assert ("Jonas Berg" in text_of(answer)) == (answer.status_code == 200)


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "journal", "liv"])
def test_nobody_else_has_a_card_to_see(world, mona, request, who) -> None:
    liv = replace(mona, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units))
    actor = liv if who == "liv" else request.getfixturevalue(who)
    with pytest.raises(Denied):
        card_of(actor, an_id("astrid"))


def test_the_card_of_one_without_a_decision_or_with_a_secret_address_is_not_there(world, mona, at) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.decision("siri", world.tunvik, world.nord, world.nord_nursing, ends=date(2026, 3, 1))
    for key in ("nils", "siri", "jonas", "nobody"):
        with pytest.raises(Denied) as denied:
            card_of(mona, an_id(key))
        assert not denied.value.near
    with pytest.raises(Denied) as denied:
        card_of(replace(mona, family=frozenset({an_id("astrid")})), an_id("astrid"))
    assert denied.value.near


def test_the_card_shows_only_what_monas_own_unit_gives(world, mona) -> None:
    world.decision("astrid", world.tunvik, world.sor, world.sor_nursing)
    assert [each.unit for each in card_of(mona, an_id("astrid")).helps] == ["Hjemmetjenesten Nord"]


def test_the_card_is_logged_once_in_fifteen_minutes(world, mona, acts_of) -> None:
    card_of(mona, an_id("astrid"))
    card_of(mona, an_id("astrid"))
    assert acts_of("astrid") == ["see-person-card"]


def test_beside_the_dialogue_the_card_is_fetched_and_without_a_script_it_is_a_link(world, astrid) -> None:
    sent = write_to_nord(astrid, world)
    page = client_of("mona", employee=True).get(f"/ansatt/meldinger/{sent.thread_id}/").content.decode()
    assert f'hx-get="/ansatt/person/{an_id("astrid")}/kort/"' in page
    assert f'href="/ansatt/person/{an_id("astrid")}/"' in page


# ── Utsendinger ──────────────────────────────────────────────────────────────────────────────────────────────────


def names(preview) -> list[str]:
    return [each.name for each in preview.group.receivers]


def test_the_group_is_those_with_a_visit_in_the_time_the_zone_and_the_service(world, mona, visit, zones) -> None:
    world.activation("einar")
    visit("astrid", "11:00")
    visit("einar", "14:00", until=timedelta(hours=2))
    visit("astrid", "15:00", day=date(2026, 3, 3))
    from datetime import time

    def group(**chosen):
        return names(preview_of(mona, world.nord, Chosen(**{"day": MONDAY, **chosen})))

    assert group() == ["Astrid Berg", "Einar Dahl"]
    assert group(ends=time(12)) == ["Astrid Berg"]
    assert group(starts=time(15)) == ["Einar Dahl"]  # her window reaches into it
    assert group(starts=time(16)) == []
    assert group(zone="2") == ["Einar Dahl"]
    assert group(service_id=world.nord_cleaning) == []
    assert group(day=date(2026, 3, 3)) == ["Astrid Berg"]
    assert group(day=None) == ["Astrid Berg", "Einar Dahl"]
    assert group(day=None, zone="1") == ["Astrid Berg"]


@pytest.mark.parametrize("status", ["performed", "cancelled", "not-performed", "entered-in-error"])
def test_a_visit_that_does_not_come_counts_for_no_group(world, mona, visit, status) -> None:
    visit("astrid", "11:00", status=status)
    assert names(preview_of(mona, world.nord, Chosen(MONDAY))) == []


def test_each_who_is_named_in_the_preview_has_it_in_her_log_and_the_protected_has_nothing(
    world, mona, visit, acts_of
) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.activation("nils")
    for key in ("astrid", "einar", "nils"):
        visit(key, "11:00")
    preview = preview_of(mona, world.nord, Chosen(MONDAY))
    assert (names(preview), [each.name for each in preview.group.left_out]) == (["Astrid Berg"], ["Einar Dahl", ""])
    assert acts_of("astrid") == acts_of("einar") == ["make-broadcast"]
    assert acts_of("nils") == []


def test_the_pages_of_a_broadcast_from_the_choice_to_the_citizens_list(world, visit, at) -> None:
    visit("astrid", "11:00")
    visit("einar", "12:00")
    mona = client_of("mona", employee=True)
    assert "Ingen utsendinger ennå" in text_of(mona.get("/ansatt/utsendinger/", follow=True))
    address = f"/ansatt/utsendinger/{world.nord}/ny/"
    assert "Velg hvem" in text_of(mona.get(address))
    chosen = f"{address}?til_hvem=i-dag&fra=10:00&til=14:00"
    shown = mona.get(chosen)
    words = text_of(shown)
    told = ["1 person får meldingen", "Astrid Berg", "1 person: bruker ikke tjenesten", "Send til 1 person"]
    for said in (*told, "mellom kl. 10 og 14"):
        assert said in words.replace("\xa0", " ")
    assert "Personer med hemmelig adresse er aldri med" in words
    hidden = dict(re.findall(r'name="(form_key|mark)" value="([^"]+)"', shown.content.decode()))
    empty = mona.post(chosen, {**hidden, "subject": "", "text": "Vi er forsinket."})
    assert empty.status_code == 400
    assert "Skriv hva meldingen gjelder" in text_of(empty)
    assert "Vi er forsinket." in empty.content.decode()
    sent = mona.post(chosen, {**hidden, "subject": "Forsinket", "text": "Vi er forsinket."})
    assert sent.status_code == 302
    assert mona.post(chosen, {**hidden, "subject": "Forsinket", "text": "Vi er forsinket."}).url == sent.url
    one = text_of(mona.get(sent.url))
    assert "Går ut i dag kl. 10.02" in one
    assert "Trekk tilbake" in one
    at(clock.now() + timedelta(minutes=2))
    while jobs.send_broadcasts(now=clock.now()):
        pass
    jobs.send_broadcasts(now=clock.now())
    assert "Sendt til 1 av 1." in text_of(mona.get(sent.url))
    assert "Forsinket" in text_of(client_of("astrid").get("/meldinger/"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("til_hvem=dag", "Velg hvilken dag."),
        ("til_hvem=i-dag&fra=12:00&til=10:00", "Slutten må være etter begynnelsen."),
        ("til_hvem=dag&dag=x", "Skriv datoen som dag, måned og år."),
        ("til_hvem=dag&dag=9999-12-31", "Skriv datoen som dag, måned og år."),
        ("til_hvem=dag&dag=0001-01-01", "Skriv datoen som dag, måned og år."),
        ("til_hvem=noen", "Rett opp dette"),
        ("til_hvem=i-dag&tjeneste=x", "Rett opp dette"),
    ],
)
def test_a_choice_that_cannot_be_is_told_at_its_field(world, asked, said) -> None:
    answer = client_of("mona", employee=True).get(f"/ansatt/utsendinger/{world.nord}/ny/?{asked}")
    assert answer.status_code == 400
    assert said in text_of(answer)


def test_a_template_for_broadcasts_is_offered_there_and_nowhere_else(world, mona, astrid, visit) -> None:
    from hjemmekontakt.messages import actions, queries
    from hjemmekontakt.messages.rules import TemplateTexts

    texts = TemplateTexts("Forsinket", nb="Hei. {enhet} er forsinket. Ring {telefon}.")
    id = actions.write_template(
        mona, world.nord, texts=texts, answerable=False, review_on=date(2026, 9, 1), for_all=False
    )
    visit("astrid", "11:00")
    page = client_of("mona", employee=True).get(f"/ansatt/utsendinger/{world.nord}/ny/?til_hvem=i-dag&mal={id}")
    assert "Hei. Hjemmetjenesten Nord er forsinket. Ring 32 00 00 10.</textarea>" in page.content.decode()
    opened = queries.staff_thread(mona, write_to_nord(astrid, world).thread_id)
    assert queries.templates_for(mona, opened).choices == ()


def test_another_units_broadcast_pages_are_not_there(world) -> None:
    per = client_of("per", employee=True)
    for address in ("", "ny/", f"{an_id('nothing')}/"):
        assert per.get(f"/ansatt/utsendinger/{world.nord}/{address}").status_code == 404


# ── The frame, and how much each page asks for ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "current"),
    [("/ansatt/i-dag/", "I dag"), ("/ansatt/utsendinger/", "Utsendinger"), ("/ansatt/maler/", "Maler")],
)
def test_the_staffs_pages_are_found_from_each_other_and_the_one_in_use_is_marked(world, address, current) -> None:
    page = client_of("mona", employee=True).get(address, follow=True).content.decode()
    marked = re.findall(r'aria-current="true">([^<]+)</a>', page)
    assert current in marked
    for other in ("/ansatt/", "/ansatt/i-dag/", "/ansatt/utsendinger/", "/ansatt/maler/"):
        assert f'<a href="{other}"' in page


def test_one_who_works_in_no_unit_is_told_so(world, database) -> None:
    database.execute("UPDATE duty SET role = 'administrator' WHERE employee_id = %s", [an_id("gerd")])
    gerd = client_of("gerd", employee=True)
    for address in ("/ansatt/i-dag/", "/ansatt/utsendinger/"):
        assert gerd.get(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/ansatt/i-dag/", 14),
        ("/ansatt/person/{astrid}/kort/", 16),
        ("/ansatt/utsendinger/{nord}/ny/?til_hvem=i-dag", 24),
        ("/ansatt/utsendinger/{nord}/", 8),
    ],
)
def test_no_page_asks_for_more_when_there_is_more(world, visit, astrid, address, most) -> None:
    world.activation("einar")
    browser = client_of("mona", employee=True)
    address = address.format(astrid=an_id("astrid"), nord=world.nord)
    counts = []
    for hour, keys in ((11, ("astrid",)), (13, ("astrid", "einar"))):
        for key in keys:
            visit(key, f"{hour}:00")
        write_to_nord(astrid, world, key=f"skjema {hour}")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most, counts
