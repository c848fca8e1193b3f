"""The office's pages of letters, without JavaScript: what will happen, what is wrong, what is to be posted, and who is let in."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hjemmekontakt.access.rules import Role
from tests.doors import client_of
from tests.messages.files import document, picture
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id

NEW = f"/ansatt/brev/nytt/{an_id('astrid')}/"
TO_EINAR = f"/ansatt/brev/nytt/{an_id('einar')}/"


@pytest.fixture
def gerds(world, scanner):
    """Gerd's browser; no contact register is set up in the tests' world, so it is silent."""
    return client_of("gerd", employee=True)


def send(browser, address=NEW, *, title="Vedtak om hjelp", content=None, key="skjema 1"):
    file = SimpleUploadedFile("Vedtak.pdf", document() if content is None else content, "application/pdf")
    return browser.post(address, {"title": title, "text": "", "file": file, "form_key": str(an_id(key))})


def test_the_page_says_what_will_happen_and_what_happened(gerds) -> None:
    assert "Kontaktregisteret svarer ikke nå Du kan sende likevel." in text_of(gerds.get(NEW))
    assert "Brevet må sendes på papir Innbyggeren bruker ikke Hjemmekontakt." in text_of(gerds.get(TO_EINAR))

    sent = send(gerds)

    assert (sent.status_code, sent.url) == (302, "/ansatt/brev/")
    page = gerds.get(sent.url)
    assert "Brevet til Astrid Berg er tatt vare på. Det sendes når kontaktregisteret svarer." in text_of(page)
    assert "Venter på kontaktregisteret" in text_of(page)
    file = gerds.get(re.search(r'href="(/ansatt/brev/[^"]+/fil/)"', page.content.decode())[1])
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")


def test_what_is_wrong_is_said_at_its_field_and_the_title_is_kept(gerds, database) -> None:
    refused = send(gerds, title="Vedtak", content=picture())

    assert refused.status_code == 400
    assert "Brevet må være en PDF. Lagre det som PDF, og velg det på nytt." in text_of(refused)
    assert 'value="Vedtak"' in refused.content.decode()
    assert database.execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_what_is_to_be_posted_is_ticked_off_and_undone(gerds) -> None:
    page = gerds.get(send(gerds, TO_EINAR).url)
    assert "Einar Dahl, f. 1947 Brev som ikke er tatt vare på her Innbyggeren bruker ikke Hjemmekontakt." in text_of(
        page
    )

    posted = gerds.post(re.search(r'action="(/ansatt/brev/[^"]+/sendt/)"', page.content.decode())[1], follow=True)
    assert "Notert. Du kan angre i ti minutter." in text_of(posted)
    assert "Ingen brev venter på å bli sendt i posten." in text_of(posted)

    undone = gerds.post(re.search(r'action="(/ansatt/brev/[^"]+/angre/)"', posted.content.decode())[1], follow=True)
    assert "Angret. Brevet står på lista igjen." in text_of(undone)


def test_a_number_that_is_not_hers_and_one_that_is_nobodys_are_told_apart_by_nothing(gerds, world) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)  # his address is protected
    assert gerds.post("/ansatt/brev/", {"number": NATIONAL_IDS["astrid"]}).url == NEW

    pages = [
        gerds.post("/ansatt/brev/", {"number": each}) for each in (NATIONAL_IDS["nils"], NATIONAL_IDS["jonas"], "1")
    ]

    assert {page.status_code for page in pages} == {400}
    assert all("Vi fant ingen med dette nummeret som dere kan sende brev til." in text_of(page) for page in pages)


def test_a_nurse_has_no_way_there_and_is_not_let_in(gerds) -> None:
    mona = client_of("mona", employee=True)

    assert '"/ansatt/brev/"' in gerds.get("/ansatt/brev/").content.decode()
    assert '"/ansatt/brev/"' not in mona.get("/ansatt/sok/").content.decode()
    assert [mona.get(address).status_code for address in ("/ansatt/brev/", NEW)] == [403, 403]


def test_the_list_costs_the_same_however_many_letters_there_are(gerds, world, queries_in) -> None:
    letter(world, 0)
    of_two = queries_in(lambda: gerds.get("/ansatt/brev/"))
    for number in (1, 2, 3):
        letter(world, number)

    assert queries_in(lambda: gerds.get("/ansatt/brev/")) == of_two == 9
    assert text_of(gerds.get("/ansatt/brev/")).count("Astrid Berg, f. 1944") == 8


def letter(world, number: int) -> None:
    """Two letters to Astrid, past the policies: one to be posted, one that was."""
    for state in ("paper", "posted"):
        world.insert(
            "letter",
            id=an_id(f"{state} {number}"),
            citizen_id=an_id("astrid"),
            municipality_id=world.tunvik,
            unit_id=world.nord,
            service_id=world.nord_nursing,
            title="Vedtak",
            text="",
            file_name="Vedtak.pdf",
            file_size=9,
            given_digest=b"",
            state=state,
            why_paper="reserved",
            author_id=an_id("gerd"),
            author_name="Gerd Vik",
            author_role=Role.TEAM_LEADER,
            made_at="2026-03-02T09:00:00Z",
            posted_by_name="",
            form_key=an_id(f"form {state} {number}"),
        )
