"""Be om annen tid: a message about a visit, with the visit's day and hours filled in (R42)."""

import re
from datetime import UTC, datetime

import pytest

from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id


@pytest.fixture
def visit(world):
    starts = datetime(2026, 3, 5, 9, tzinfo=UTC)
    world.insert(
        "visit",
        id=an_id("visit"),
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        service_id=world.nord_nursing,
        identifier_system="s",
        identifier_value="visit",
        status="planned",
        starts_at=starts,
        ends_at=starts,
        is_window=False,
        title="Morgenstell",
        instruction="",
        performer_name="",
        performer_role="",
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
    return an_id("visit")


def test_astrid_asks_for_another_time_and_it_is_a_message_about_that_visit(visit, database) -> None:
    astrid = client_of("astrid")
    page = astrid.get(f"/timeavtaler/{visit}/annen-tid/").content.decode()
    text = re.search(r"<textarea[^>]*>\n(.+?)</textarea>", page, re.S)[1]
    assert "Det gjelder besøket torsdag 5. mars kl. 10" in text
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    said = {"form_key": key, "subject": "Annen tid for et besøk", "text": f"{text}etter klokka tolv."}
    sent = astrid.post(f"/timeavtaler/{visit}/annen-tid/", said, follow=True)
    assert "Ønsket er sendt. Svaret kommer hit." in text_of(sent)
    assert database.execute("SELECT visit_id FROM thread").fetchall() == [(visit,)]


def test_without_a_word_it_is_refused_with_the_sentence_of_any_message(visit) -> None:
    astrid = client_of("astrid")
    answer = astrid.post(
        f"/timeavtaler/{visit}/annen-tid/", {"form_key": str(an_id("key")), "subject": "Tid", "text": ""}
    )
    assert answer.status_code == 400
    assert "Skriv en melding før du sender." in text_of(answer)
