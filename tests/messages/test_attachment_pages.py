"""Files in a browser without JavaScript: chosen, sent, refused in words, taken away and fetched; nothing typed is lost."""

import re
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hjemmekontakt.gateways.virus_fake import EICAR
from hjemmekontakt.kit import uploads
from hjemmekontakt.messages import queries
from hjemmekontakt.messages.rules import LARGEST
from tests.doors import client_of
from tests.messages.files import PLACE, document, picture
from tests.pages import text_of
from tests.people import an_id

A_PHOTO = ("Sår.jpg", picture())
LINK = re.compile(r'href="([^"]+/vedlegg/[^"]+)"')


@pytest.fixture
def astrids(opened):
    return client_of("astrid")


def files_of(*files: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content, "application/octet-stream") for name, content in files]


def send(browser, *files: tuple[str, bytes], address="/meldinger/ny/", text="Se bildet.", key="skjema 1", **more):
    written = {"subject": "Nøkkel", "text": text, "form_key": str(an_id(key)), **more}
    return browser.post(address, {**written, "files": files_of(*files)})


def listed(answer) -> list[str]:
    """The names of the files that stand ready in a form."""
    return re.findall(
        r'name="fjern" value="[^"]+">Fjern<span class="ds-sr-only"> ([^<]+)</span>', answer.content.decode()
    )


def remove(answer, name: str) -> str:
    return re.search(rf'name="fjern" value="([^"]+)">Fjern<span class="ds-sr-only"> {name}', answer.content.decode())[1]


def fetch(browser, thread_address: str):
    return browser.get(LINK.search(browser.get(thread_address).content.decode())[1])


def test_one_press_sends_the_message_with_its_files(astrids, kept, stored) -> None:
    form = astrids.get("/meldinger/ny/")
    assert "Legg ved fil (PDF, JPG eller PNG, inntil 10 MB) (valgfritt)" in text_of(form)
    assert 'enctype="multipart/form-data"' in form.content.decode()
    assert 'multiple accept="image/jpeg,image/png,application/pdf"' in form.content.decode()

    sent = send(astrids, A_PHOTO, ("Plan.pdf", document()))

    assert (sent.status_code, kept(), stored()) == (302, (0, 2, 2), (1, 1))
    shown = astrids.get(sent.url)
    assert "Meldingen er sendt." in text_of(shown)
    assert re.search(r"Plan\.pdf \(\d kB\) Sår\.jpg \(\d kB\)", text_of(shown))


def test_a_picture_is_shown_alone_without_the_place_where_it_was_taken(astrids) -> None:
    got = fetch(astrids, send(astrids, A_PHOTO).url)

    assert got.status_code == 200
    assert Image.open(BytesIO(got.content)).format == "JPEG"
    assert PLACE in A_PHOTO[1]
    assert PLACE not in got.content
    assert got["Content-Type"] == "image/jpeg"
    assert got["Content-Disposition"] == "inline; filename*=utf-8''S%C3%A5r.jpg"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Cache-Control"] == "no-store"
    assert got["Content-Length"] == str(len(got.content))


def test_a_document_is_to_be_kept_not_shown_and_mona_gets_it_too(astrids, world) -> None:
    sent = send(astrids, ("Plan.pdf", document()))
    mona = client_of("mona", employee=True)

    for got in (fetch(astrids, sent.url), fetch(mona, f"/ansatt{sent.url}")):
        assert got["Content-Disposition"] == 'attachment; filename="Plan.pdf"'
        assert got["Content-Type"] == "application/pdf"
        assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_foreign_file_and_an_unknown_one_are_the_same_page(astrids, world) -> None:
    sent = send(astrids, A_PHOTO)
    mine = LINK.search(astrids.get(sent.url).content.decode())[1]
    unknown = f"{sent.url}vedlegg/{an_id('nothing')}/"
    world.activation("einar")
    for browser, area in ((client_of("einar"), ""), (client_of("per", employee=True), "/ansatt")):
        foreign, nothing = browser.get(area + mine), browser.get(area + unknown)
        assert foreign.status_code == nothing.status_code == 404
        assert text_of(foreign) == text_of(nothing)
    assert astrids.get(unknown).status_code == 404


def test_a_file_is_opened_in_its_own_thread_only(astrids, write, astrid) -> None:
    mine = LINK.search(astrids.get(send(astrids, A_PHOTO).url).content.decode())[1]
    other = write(astrid, key="skjema 2").thread_id
    assert astrids.get(re.sub(r"/meldinger/[^/]+", f"/meldinger/{other}", mine)).status_code == 404


# ── What is refused ────────────────────────────────────────────────────────────────────────────────────────────────

REFUSED = {
    "Faktura.pdf": (b"MZ\x90\0 a program", "Fila «Faktura.pdf» ble ikke lagt ved. Du kan legge ved PDF, JPG og PNG."),
    "Virus.pdf": (b"%PDF-1.7 " + EICAR, "Fila «Virus.pdf» kan være skadelig, så den ble ikke lagt ved."),
    "Film.jpg": (b"\xff\xd8\xff" + bytes(LARGEST), "Fila «Film.jpg» er for stor og ble ikke lagt ved."),
    "Tom.png": (b"", "Fila «Tom.png» er tom og ble ikke lagt ved."),
    "Hemmelig.pdf": (document(password="x"), "Fila «Hemmelig.pdf» er låst med passord"),
    "Ødelagt.jpg": (picture()[:200], "Vi kunne ikke lese fila «Ødelagt.jpg»"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_is_named_and_the_text_and_the_others_are_kept(astrids, kept, stored, name) -> None:
    content, sentence = REFUSED[name]
    answer = send(astrids, A_PHOTO, (name, content))

    assert (answer.status_code, kept(), stored()) == (400, (1, 0, 1), (0, 0))
    assert sentence in text_of(answer)
    assert "Meldingen er ikke sendt ennå. Teksten din og 1 fil er tatt vare på." in text_of(answer)
    assert "Eicar" not in text_of(answer)
    assert "Se bildet." in answer.content.decode()
    assert listed(answer) == ["Sår.jpg"]

    sent = send(astrids)

    assert (sent.status_code, kept(), stored()) == (302, (0, 1, 1), (1, 1))


def test_of_seven_files_five_are_kept_and_the_two_others_named(astrids, kept) -> None:
    pictures = [(f"Bilde {number}.png", picture("PNG", size=(10 + number, 10))) for number in range(1, 8)]
    answer = send(astrids, *pictures)

    assert kept() == (5, 0, 5)
    for number in (6, 7):
        assert f"Fila «Bilde {number}.png» ble ikke lagt ved. En melding kan ha inntil 5 filer." in text_of(answer)
    assert listed(answer) == [f"Bilde {number}.png" for number in range(1, 6)]


def test_where_the_scanner_is_away_that_is_said_once_and_the_message_can_go_without(
    astrids, scanner, kept, stored
) -> None:
    scanner.shutdown()
    scanner.server_close()
    answer = send(astrids, A_PHOTO, ("Plan.pdf", document()))

    said = "Vi kan ikke ta imot vedlegg akkurat nå. Meldingen kan sendes uten."
    assert re.search(r'id="id_files-error".*?</p>', answer.content.decode(), re.DOTALL)[0].count(said) == 1
    assert "Teksten din er tatt vare på." in text_of(answer)
    assert send(astrids).status_code == 302
    assert (kept(), stored()) == ((0, 0, 0), (1, 1))


def test_files_come_in_also_where_the_text_is_not_ready(astrids, kept, stored) -> None:
    answer = send(astrids, A_PHOTO, text="")

    assert "Skriv en melding før du sender." in text_of(answer)
    assert listed(answer) == ["Sår.jpg"]
    assert (send(astrids).status_code, kept(), stored()) == (302, (0, 1, 1), (1, 1))


# ── Without sending ────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_attach_without_sending_keeps_what_is_written_and_asks_for_nothing_more(astrids, kept, stored) -> None:
    answer = send(astrids, A_PHOTO, text="", **{"legg-ved": "1"})
    assert answer.content.decode().count("(valgfritt)") <= 2, "subject and text are needed all the same"

    assert (answer.status_code, kept(), stored()) == (200, (1, 0, 1), (0, 0))
    assert "Rett opp dette" not in text_of(answer)
    assert 'value="Nøkkel"' in answer.content.decode()
    assert f'name="form_key" value="{an_id("skjema 1")}"' in answer.content.decode()
    assert listed(answer) == ["Sår.jpg"]
    assert listed(astrids.get("/meldinger/ny/")) == ["Sår.jpg"]


def test_a_file_is_taken_away_with_a_press(astrids, kept) -> None:
    shown = send(astrids, A_PHOTO, ("Plan.pdf", document()), **{"legg-ved": "1"})
    answer = send(astrids, fjern=remove(shown, "Sår.jpg"))

    assert (answer.status_code, listed(answer), kept()) == (200, ["Plan.pdf"], (1, 0, 1))
    assert send(astrids, fjern="x").status_code == 200


def test_enter_in_the_subject_sends_and_takes_no_file_away(astrids) -> None:
    shown = send(astrids, A_PHOTO, **{"legg-ved": "1"}).content.decode()
    form = re.search(r'<form [^>]*action="/meldinger/ny/.*?</form>', shown, re.DOTALL)[0]
    first = re.search(r"<button[^>]*>", form)[0]

    assert 'type="submit"' in first
    assert "name=" not in first


def test_the_same_form_sent_twice_attaches_once(astrids, kept, stored) -> None:
    first, second = send(astrids, A_PHOTO), send(astrids, A_PHOTO)

    assert first.url == second.url
    assert (kept(), stored()) == ((0, 1, 1), (1, 1))


def test_a_reply_and_an_answer_take_files_too(astrids, write, astrid, kept) -> None:
    thread = write(astrid).thread_id
    replied = send(astrids, A_PHOTO, address=f"/meldinger/{thread}/svar/", key="svar")
    mona = client_of("mona", employee=True)
    opened = mona.get(f"/ansatt/meldinger/{thread}/")
    assert "Legg ved fil" in text_of(opened)
    seen = re.search(r'name="seen_message_id" value="([^"]+)"', opened.content.decode())[1]
    answer = {"address": f"/ansatt/meldinger/{thread}/svar/", "key": "mona", "seen_message_id": seen}
    refused = send(mona, ("Plan.pdf", document()), ("Program.pdf", b"MZ"), **answer)
    assert (refused.status_code, listed(refused)) == (400, ["Plan.pdf"])
    answered = send(mona, **answer)

    assert (replied.status_code, answered.status_code, kept()) == (302, 302, (0, 2, 2))
    files = [[file.name for file in message.files] for message in queries.thread(astrid, thread).messages]
    assert files == [[], ["Sår.jpg"], ["Plan.pdf"]]


def test_jonas_who_may_only_read_cannot_attach(astrids, write, astrid, world, kept) -> None:
    thread = write(astrid).thread_id
    world.connection.execute("SET session_replication_role = replica")  # a fullmakt is history: it never changes
    world.connection.execute("UPDATE fullmakt SET rights = '{read}'")
    world.connection.execute("SET session_replication_role = DEFAULT")
    jonas = client_of("jonas", acting_for="astrid")

    assert "Legg ved" not in text_of(jonas.get(f"/meldinger/{thread}/"))
    assert send(jonas, A_PHOTO, address=f"/meldinger/{thread}/svar/").status_code == 403
    assert kept() == (0, 0, 0)


@pytest.mark.parametrize("since", [None, "2026-03-03"])
def test_where_files_are_not_offered_nothing_is_said_of_them_and_none_is_taken(astrids, world, kept, since) -> None:
    world.connection.execute("UPDATE service SET attachments_from = %s", [since])

    assert "Legg ved" not in text_of(astrids.get("/meldinger/ny/"))
    assert "Du kan ikke legge ved filer her." in text_of(send(astrids, A_PHOTO))
    assert kept() == (0, 0, 0)


# ── How much comes in at all ───────────────────────────────────────────────────────────────────────────────────────


def test_far_too_much_is_a_page_with_words(astrids, monkeypatch, kept) -> None:
    monkeypatch.setattr(uploads, "LARGEST_REQUEST", 1000)
    answer = send(astrids, A_PHOTO)

    assert answer.status_code == 413
    assert "Det du sendte, er større enn vi kan ta imot." in text_of(answer)
    assert kept() == (0, 0, 0)


def test_a_page_that_takes_no_files_reads_none(astrids, write, astrid) -> None:
    with_a_file = {"files": files_of(("Sår.jpg", bytes(300_000)))}
    assert astrids.post("/sprak/", with_a_file).status_code == 413


def test_no_file_is_written_to_a_disk(astrids, monkeypatch) -> None:
    import tempfile

    def refuse(*_args, **_more) -> None:
        raise AssertionError("a file was about to be written to a disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    large = ("Stort.png", b"\x89PNG\r\n\x1a\n" + bytes(6_000_000))
    assert send(astrids, A_PHOTO, large).status_code == 400


@pytest.mark.parametrize(
    ("address", "most"), [("/meldinger/ny/", 21), ("/meldinger/{thread}/", 26), ("/ansatt/meldinger/{thread}/", 20)]
)
def test_files_cost_the_pages_few_questions_however_many_they_are(astrids, queries_in: Callable, address, most) -> None:
    sent = send(astrids, *[(f"{number}.png", picture("PNG", size=(9 + number, 9))) for number in range(5)])
    browser = client_of("mona", employee=True) if address.startswith("/ansatt") else astrids
    page = address.format(thread=UUID(sent.url.split("/")[2]))
    assert queries_in(lambda: browser.get(page)) <= most


@pytest.mark.parametrize("category", ["no-such-category", "x" * 5000])
def test_a_category_that_there_is_none_of_keeps_no_file_from_waiting(astrids, database, category) -> None:
    answer = send(astrids, A_PHOTO, category=category, **{"legg-ved": "1"})

    assert (answer.status_code, listed(answer)) == (200, ["Sår.jpg"])
    assert database.execute("SELECT text, category FROM draft").fetchall() == [("Se bildet.", "")]


def test_the_category_chosen_last_waits_with_the_files(astrids, database) -> None:
    for category in ("medicine", "visit"):
        send(astrids, (f"{category}.jpg", picture()), category=category, **{"legg-ved": "1"})
    assert database.execute("SELECT category FROM draft").fetchall() == [("visit",)]
