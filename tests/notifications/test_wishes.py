"""She and who may see her visits are told that a wish for another time is answered, never what it was (R42, R51)."""

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.notifications import reactions
from hjemmekontakt.visits.actions import answer_wish, record_visits
from hjemmekontakt.visits.events import WishAnswered
from hjemmekontakt.visits.rules.wishes import WishState
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_MOBILE
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING
from tests.visits.wishing import SUNDAY, THURSDAY, open_wishes, wish


@pytest.fixture
def wished(world, astrid, journal, database):
    """Astrid's wish for another time than Friday."""
    open_wishes(database)
    visit_id = record_visits(journal, [ASTRIDS_MORNING])[0].visit_id
    return wish(astrid, visit_id, text="Jeg skal til legen")


def told_of(wished) -> None:
    event = WishAnswered(wished.id, wished.visit_id, wished.citizen_id, an_id("Tunvik"))
    for _ in range(2):
        reactions.tell_of_answered_wishes([event])


def test_an_answer_is_told_once_and_says_only_that_it_has_come(journal, wished, outside, deliver) -> None:
    answer_wish(journal, wished.id, state=WishState.ACCEPTED)
    told_of(wished)
    deliver()
    assert sorted((sms["to"], sms["text"]) for sms in outside.sms()) == sorted(
        [
            (ASTRIDS_MOBILE, "Tunvik: Kommunen har svart på ønsket om annen tid. Logg inn for å se svaret."),
            (
                JONAS_MOBILE,
                "Tunvik: Kommunen har svart på et ønske om annen tid for en som har gitt deg fullmakt."
                " Logg inn for å se svaret.",
            ),
        ]
    )


def test_a_second_proposal_is_told_of_too(journal, wished, database) -> None:
    for proposed in (THURSDAY, SUNDAY):
        answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=proposed)
        told_of(wished)
    keys = "SELECT count(DISTINCT event_key), count(*) FROM notice WHERE receiver_id = %s"
    assert database.execute(keys, [an_id("astrid")]).fetchone() == (2, 2)


def test_an_open_wish_is_no_answer_and_where_notices_are_not_opened_nobody_is_told(journal, wished, database) -> None:
    told_of(wished)
    assert database.execute("SELECT count(*) FROM notice").fetchone() == (0,)
    answer_wish(journal, wished.id, state=WishState.DECLINED, reason="Nei")
    database.execute("UPDATE service SET notices_from = NULL")
    told_of(wished)
    assert {row[0] for row in database.execute("SELECT decision FROM notice").fetchall()} == {"not-opened"}


def test_jonas_who_may_not_see_visits_hears_nothing(world, journal, wished, database) -> None:
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.READ, Right.NOTICES))
    answer_wish(journal, wished.id, state=WishState.ACCEPTED)
    told_of(wished)
    assert [row[0] for row in database.execute("SELECT receiver_id FROM notice").fetchall()] == [an_id("astrid")]
