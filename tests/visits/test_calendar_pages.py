"""Legg i kalenderen min as Astrid and Jonas see it: the address shown once, the warning, the list, and deleting."""

import re
from uuid import UUID

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.calendar_door import PACE
from hjemmekontakt.visits.rules import uid_of
from tests.doors import client_of
from tests.pages import text_of
from tests.visits.calendars import events_in, fetch, made
from tests.visits.reports import ASTRIDS_MORNING, another, on

PAGE = "/timeavtaler/kalender/"
ADDRESS = re.compile(r"http://testserver/kalender/([\w-]{43})\.ics")


@pytest.fixture(autouse=True)
def unhurried():
    PACE.forget()
    yield
    PACE.forget()


@pytest.fixture
def browser(world):
    return client_of("astrid")


def make(browser, **fields):
    """Press «Lag kalenderadresse»: what the page answers."""
    key = fields.pop("form_key", None) or form_key(browser)
    return browser.post(PAGE, {"form_key": key, **fields})


def form_key(browser) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', browser.get(PAGE).content.decode())[1]


def secret_on(answer) -> str:
    return ADDRESS.search(answer.content.decode())[1]


def test_the_page_says_what_it_is_and_who_can_see_it(browser) -> None:
    said = text_of(browser.get(PAGE))
    assert "Alle som har adressen, kan se det samme uten å logge inn." in said
    assert "Lag kalenderadresse" in said
    assert "Kalenderadressene dine" not in said
    assert "/timeavtaler/kalender/" in browser.get("/timeavtaler/").content.decode()


def test_the_warning_stands_before_the_tick(browser) -> None:
    content = browser.get(PAGE).content.decode()
    assert content.index("Tenk over dette først") < content.index("Vis også tjeneste og fornavn")
    assert " checked" not in content


def test_the_address_is_shown_once_and_works(browser, journal) -> None:
    [visit] = record_visits(journal, [ASTRIDS_MORNING])
    answer = make(browser)
    secret = secret_on(answer)
    assert f'href="webcal://testserver/kalender/{secret}.ics"' in answer.content.decode()
    assert list(events_in(fetch(secret).content)) == [uid_of(visit.visit_id)]
    after = browser.get(PAGE).content.decode()
    assert secret not in after
    assert "/kalender/" not in after.replace("/timeavtaler/kalender/", "")


def test_pressing_twice_shows_the_same_address_twice(browser, database) -> None:
    key = form_key(browser)
    assert secret_on(make(browser, form_key=key)) == secret_on(make(browser, form_key=key))
    assert database.execute("SELECT count(*) FROM calendar_feed").fetchone() == (1,)


def test_a_form_without_a_key_makes_nothing_and_says_so(browser, database) -> None:
    answer = browser.post(PAGE, {"form_key": "x"})
    assert answer.status_code == 400
    assert "Vi laget ingen kalenderadresse" in text_of(answer)
    assert database.execute("SELECT count(*) FROM calendar_feed").fetchone() == (0,)


def test_the_list_says_when_it_was_made_fetched_and_what_it_tells(browser, at) -> None:
    secret = secret_on(make(browser))
    assert "Laget i dag kl. 10.00. Ikke hentet ennå. Viser bare «Besøk» og tiden." in text_of(browser.get(PAGE))
    at("monday 11:30")
    fetch(secret)
    assert "Sist hentet i dag kl. 11.30." in text_of(browser.get(PAGE))


def test_one_who_ticked_reads_that_it_tells_more(browser) -> None:
    make(browser, tells_more="on")
    assert "Viser tid, tjeneste og fornavn." in text_of(browser.get(PAGE))


def test_astrid_sees_that_jonas_fetches_and_deletes_his_address(browser, world) -> None:
    jonas = client_of("jonas", acting_for="astrid")
    secret = secret_on(make(jonas))
    assert fetch(secret).status_code == 200
    page = browser.get(PAGE)
    assert "Jonas Berg henter besøkene dine til kalenderen sin" in text_of(page)
    path = re.search(rf"{PAGE}[0-9a-f-]+/slett/", page.content.decode())[0]
    assert "Jonas Berg laget adressen i dag kl. 10.00." in text_of(browser.get(path))
    assert fetch(secret).status_code == 200  # asked, not yet done
    assert "Adressen er slettet. Den virker ikke lenger." in text_of(browser.post(path, follow=True))
    assert fetch(secret).status_code == 404
    assert browser.post(path).status_code == 302  # pressed twice
    assert browser.get(path).status_code == 404


def test_jonas_reads_that_it_ends_with_the_fullmakt_and_never_sees_hers(browser, world) -> None:
    make(browser)
    jonas = client_of("jonas", acting_for="astrid")
    said = text_of(jonas.get(PAGE))
    assert "Adressen slutter å virke når fullmakten fra Astrid Berg tar slutt." in said
    assert "på vegne av Astrid Berg" in said
    assert "Kalenderadressene dine" not in said
    hers = re.search(rf"{PAGE}[0-9a-f-]+/slett/", browser.get(PAGE).content.decode())[0]
    assert (jonas.get(hers).status_code, jonas.post(hers).status_code) == (404, 404)
    assert "Slett" not in text_of(client_of("siri").get(hers))


def test_one_whose_fullmakt_does_not_open_the_visits_is_told_to_call(world, database) -> None:
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE fullmakt SET rights = %s", [[Right.WRITE.value]])
    database.execute("SET session_replication_role = DEFAULT")
    assert client_of("jonas", acting_for="astrid").get(PAGE).status_code == 403


def test_one_with_a_confidential_address_reads_why_and_finds_no_form(world) -> None:
    world.activation("nils")
    browser = client_of("nils", has_accepted=False)
    said = text_of(browser.get(PAGE))
    assert "Du kan ikke lage en kalenderadresse når du har sperret adresse." in said
    assert "Lag kalenderadresse" not in said


def test_one_who_has_many_is_told_to_delete_one(browser, astrid) -> None:
    key = form_key(browser)
    for number in range(10):
        made(astrid, form=f"form {number}")
    answer = make(browser, form_key=key)
    assert answer.status_code == 409
    assert "Slett en du ikke bruker, og prøv igjen." in text_of(answer)
    assert "Lag kalenderadresse" not in text_of(browser.get(PAGE))


def test_the_log_tells_her_in_sentences(browser, astrid, jonas_for_astrid, world) -> None:
    client_of("jonas")
    fetch(made(jonas_for_astrid).secret)
    make(browser)
    said = text_of(browser.get("/profil/logg/"))
    assert "Jonas Berg på vegne av deg laget en adresse som en kalender kan hente timeavtalene fra, kl. 10.00." in said
    assert "Jonas Berg på vegne av deg hentet timeavtalene til en kalender, denne dagen første gang kl. 10.00." in said
    assert "Du laget en adresse som en kalender kan hente timeavtalene fra, kl. 10.00." in said


def test_the_page_costs_the_same_however_many_addresses_it_shows(browser, astrid, queries_in) -> None:
    made(astrid)
    few = queries_in(lambda: browser.get(PAGE))
    for number in range(5):
        made(astrid, form=f"form {number}")
    assert queries_in(lambda: browser.get(PAGE)) == few <= 14


def test_the_calendar_and_the_page_show_the_same_visits(browser, journal, astrid) -> None:
    record_visits(journal, [ASTRIDS_MORNING, another("past", starts_at=on(1, 8), ends_at=on(1, 9))])
    links = re.compile(r"/timeavtaler/([0-9a-f-]{36})/")
    pages = "".join(browser.get(path).content.decode() for path in ("/timeavtaler/", "/timeavtaler/tidligere/"))
    on_pages = {uid_of(UUID(id)) for id in links.findall(pages)}
    assert set(events_in(fetch(made(astrid).secret).content)) == on_pages
    assert len(on_pages) == 2


def test_siri_s_address_of_her_own_is_not_made_before_her_service_is_in_use(world) -> None:
    answer = client_of("siri").get(PAGE)
    assert "Lag kalenderadresse" not in text_of(answer)
