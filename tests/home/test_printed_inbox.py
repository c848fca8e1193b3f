"""The list on paper for when the portal is down: whom the reader may open, and logged as the inbox is (R108)."""

from hjemmekontakt.messages import actions
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id


def test_what_waits_is_on_paper_for_those_who_see_the_inbox_and_is_logged(world, astrid, database, queries_in) -> None:
    actions.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei!", form_key=an_id("skjema")
    )
    mona, address = client_of("mona", employee=True), f"/ansatt/innboks/{world.nord}/utskrift/"
    assert "Astrid Berg, f. 1944 Nøkkel Hjemmesykepleie I morgen kl. 16" in text_of(mona.get(address))
    assert client_of("per", employee=True).get(address).status_code == 404
    logged = database.execute("SELECT actor_name FROM access_entry WHERE act = 'see-inbox'").fetchall()
    assert logged == [("Mona Lie",)]
    assert queries_in(lambda: mona.get(address)) <= 12
