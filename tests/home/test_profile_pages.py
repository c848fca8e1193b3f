"""The profile, its pages, the health contacts and the public pages, as each reader meets them."""

import re
from datetime import date

import pytest
from django.test import Client

from hjemmekontakt.access.rules import Right
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id


def test_the_profile_has_six_entrances_with_their_state(world) -> None:
    words = text_of(client_of("astrid").get("/profil/"))
    for said in [
        "Varsler om meldinger på SMS",
        "Astrid Berg, født 12. mars 1944",
        "Du får hjelp fra 1 tjeneste",
        "Du godtok bruksvilkårene 1. februar",
        "1 person har fullmakt fra deg",
        "Ingen andre har brukt opplysningene dine",
    ]:
        assert said in words


def test_who_acts_for_another_meets_words_and_not_her_profile(world) -> None:
    browser = client_of("jonas", acting_for="astrid")
    words = text_of(browser.get("/profil/"))
    assert "Profilen til Astrid Berg kan bare Astrid Berg selv åpne." in words
    assert "1944" not in words
    for path in ("/profil/personopplysninger/", "/profil/deling/", "/profil/logg/", "/profil/logg/last-ned/"):
        assert browser.get(path).status_code == 403


def test_personal_details_tell_where_they_are_from(world) -> None:
    words = text_of(client_of("astrid").get("/profil/personopplysninger/"))
    assert "Fra Folkeregisteret" in words
    assert "12. mars 1944" in words
    assert "128344" not in words


def test_sharing_tells_what_was_accepted_and_how_to_stop(world) -> None:
    page = client_of("astrid").get("/profil/deling/")
    assert "Du godtok versjon 1 av bruksvilkårene 1. februar." in text_of(page)
    assert "/bruksvilkar/slutt/" in page.content.decode()


def test_the_help_one_gets_stands_in_plain_words(world) -> None:
    words = text_of(client_of("astrid").get("/profil/bruk/"))
    assert "Hjelp til medisiner og morgenstell. To ganger om dagen. Siden 1. september 2025." in words


def test_health_contacts_say_whom_to_ask_and_when_they_answer(world) -> None:
    page = client_of("astrid").get("/helsekontakter/")
    words = text_of(page)
    for said in ["Hjemmesykepleie", "Hjemmetjenesten Nord", "Åpent til kl. 15.30", "Mona, sykepleier", "Skriv melding"]:
        assert said in words
    assert f"/meldinger/ny/?tjeneste={world.nord_nursing}" in page.content.decode()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("monday 07:00", "Stengt nå. Åpner i dag kl. 08."),
        ("monday 15:29", "Åpent til kl. 15.30"),
        ("monday 15:30", "Stengt nå. Åpner i morgen kl. 08."),
        ("saturday 12:00", "Stengt nå. Åpner mandag 9. mars kl. 08."),
    ],
)
def test_the_hours_follow_the_clock_and_the_working_days(world, at, moment, said) -> None:
    at(moment)
    assert said in text_of(client_of("astrid").get("/helsekontakter/"))


def test_what_is_not_opened_gives_a_number_and_no_button(world) -> None:
    world.decision("siri", world.tunvik, world.nord, world.nord_cleaning)
    words = text_of(client_of("siri").get("/helsekontakter/"))
    assert "Ikke åpnet for meldinger ennå. Ring 32 00 00 10." in words
    assert "Skriv melding" not in words


def test_ended_help_is_folded_away(world) -> None:
    world.decision("siri", world.tunvik, world.nord, world.nord_nursing, ends=date(2026, 2, 1))
    words = text_of(client_of("siri").get("/helsekontakter/"))
    assert "Ingen helsekontakter nå" in words
    assert "Tidligere helsekontakter" in words
    assert "Fra 1. september 2025 til 1. februar" in words


def test_a_protected_person_is_not_told_which_unit_comes(world) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    words = text_of(client_of("nils").get("/helsekontakter/"))
    assert "Hjemmesykepleie" in words
    assert "Hjemmetjenesten Nord" not in words.split("Fare for liv?")[0]


def test_a_proxy_sees_the_buttons_that_his_rights_give(world) -> None:
    world.fullmakt("einar", "jonas", rights=(Right.SEE_VISITS,))
    page = client_of("jonas", acting_for="einar").get("/helsekontakter/").content.decode()
    assert "Se besøk" in page
    assert "/meldinger/ny/" not in page


@pytest.mark.parametrize("path", ["/profil/", "/helsekontakter/", "/profil/logg/", "/profil/fullmakter/"])
def test_nobody_comes_in_without_logging_in(world, path) -> None:
    assert Client().get(path)["Location"].startswith("/logg-inn/?")


@pytest.mark.parametrize(
    ("path", "most"),
    [("/helsekontakter/", 12), ("/profil/", 15), ("/profil/logg/", 9), ("/kommunetjenester/", 4)],
)
def test_each_page_is_read_in_few_queries(world, queries_in, path, most) -> None:
    browser = client_of("astrid")
    assert queries_in(lambda: browser.get(path)) <= most


@pytest.mark.parametrize("path", ["/hjelp/", "/tilgjengelighet/", "/personvern/", "/kommunetjenester/"])
def test_the_public_pages_are_open_to_all_with_a_number_to_call(world, path) -> None:
    page = Client().get(path)
    assert page.status_code == 200
    assert "800 43 573" in text_of(page)


def test_the_overview_finds_a_place_in_any_case_and_says_what_is_open(world) -> None:
    words = text_of(Client().get("/kommunetjenester/?sok=TUNvik"))
    assert "1 kommune" in words
    assert "Fjordby" not in words
    for said in ["Hjemmetjenesten Sør", "Åpent", "Ikke åpnet ennå", "Mandag til fredag mellom kl. 08.00 og 15.30"]:
        assert said in words
    assert "1 kommune" in text_of(Client().get("/kommunetjenester/?sok=SØR"))
    assert "Vi fant ingen kommune" in text_of(Client().get("/kommunetjenester/?sok=Storby"))


def test_what_opens_later_says_from_which_day(world, database) -> None:
    database.execute("UPDATE service SET messages_from = '2027-03-01' WHERE id = %s", [world.nord_cleaning])
    assert "Åpner 1. mars 2027" in text_of(Client().get("/kommunetjenester/"))


def test_machines_read_the_same_as_json(world) -> None:
    response = Client().get("/kommunetjenester/?sok=tunvik", headers={"accept": "application/json"})
    assert response["Content-Type"] == "application/json"
    (tunvik,) = response.json()["municipalities"]
    nursing = next(
        each for each in tunvik["services"] if each["unit"] == "Hjemmetjenesten Nord" and each["open_from"]["messages"]
    )
    assert (tunvik["number"], nursing["open_from"]["messages"], nursing["hours"]["closes"]) == (
        "4299",
        "2026-01-01",
        "15:30",
    )


def test_all_the_countrys_municipalities_can_be_paged_through_in_norwegian_order(world, database) -> None:
    for number in range(355):
        name = ["Ås", "Øvre", "Ære", "Bø"][number % 4]
        world.insert(
            "municipality",
            id=an_id(f"municipality {number}"),
            number=f"{1000 + number}",
            name=f"{name} {number}",
            orgnr=f"{900000000 + number}",
            her_id=f"{5000 + number}",
            phone="32 00 00 00",
            sms_sender="Kommunen",
        )
    page = Client().get("/kommunetjenester/")
    assert "357 kommuner" in text_of(page)
    assert "Viser 20 av 357" in text_of(page)
    assert re.search(r'href="\?sok=&amp;antall=40#k21"', page.content.decode())
    names, address = [], "/kommunetjenester/"
    while address:
        body = Client().get(address, headers={"accept": "application/json"}).json()
        names += [each["name"] for each in body["municipalities"]]
        address = body["next"]
    assert len(names) == len(set(names)) == 357
    assert [names.index(first) for first in ("Bø 3", "Fjordby", "Tunvik", "Ære 2", "Øvre 1", "Ås 0")] == sorted(
        names.index(first) for first in ("Bø 3", "Fjordby", "Tunvik", "Ære 2", "Øvre 1", "Ås 0")
    )


@pytest.mark.parametrize(
    "query", ["?antall=x", "?antall=-1", "?antall=99999", "?sok=%00", "?sok=%25_", "?sok=<script>", "?fra=9"]
)
def test_odd_searches_are_answered_calmly(world, query) -> None:
    page = Client().get(f"/kommunetjenester/{query}")
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")
