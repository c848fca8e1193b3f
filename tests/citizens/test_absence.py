"""Mona is away: who may say so, what cannot be, who answers instead, and the page with its undo (R81)."""

from datetime import date

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.people import actions, queries
from hjemmekontakt.people.rules import Refusal
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work

JULY = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 7, 31)}


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


def test_mona_is_away_in_july_and_gerd_answers(mona, gerd) -> None:
    actions.be_away(mona, an_id("mona"), **JULY, substitute_id=an_id("gerd"))
    (row,) = queries.absences(gerd).rows
    assert (row.employee.name, row.substitute.name, row.starts_on) == ("Mona Lie", "Gerd Vik", date(2026, 7, 6))
    assert [each.name for each in queries.absences(mona).employees] == ["Mona Lie"]
    assert [each.name for each in queries.absences(gerd).employees] == ["Gerd Vik", "Mona Lie"]


def test_the_same_absence_written_down_twice_is_one(mona) -> None:
    assert actions.be_away(mona, an_id("mona"), **JULY) == actions.be_away(mona, an_id("mona"), **JULY)


WHO_MAY = {
    "mona": "herself",
    "gerd": "let in",
    "per": "404",
    "kari": "404",
    "astrid": "403",
    "the journal": "403",
}


@pytest.mark.parametrize(("who", "expected"), WHO_MAY.items())
def test_who_may_say_that_mona_is_away(mona, gerd, per, kari, astrid, journal, who, expected) -> None:
    actor = {"mona": mona, "gerd": gerd, "per": per, "kari": kari, "astrid": astrid, "the journal": journal}[who]
    if expected in ("herself", "let in"):
        written = actions.be_away(actor, an_id("mona"), **JULY)
        assert actions.come_back(actor, an_id("mona"), written) is not None
        return
    written = actions.be_away(mona, an_id("mona"), **JULY)
    for deed in (
        lambda: actions.be_away(actor, an_id("mona"), starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 1)),
        lambda: actions.come_back(actor, an_id("mona"), written),
    ):
        with pytest.raises(Denied) as denied:
            deed()
        assert denied.value.near == (expected == "403")


def test_a_colleague_who_leads_nobody_may_not_say_it_of_another(mona) -> None:
    with pytest.raises(Denied) as denied:
        actions.be_away(mona, an_id("gerd"), **JULY)
    assert denied.value.near


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"starts_on": date(2026, 7, 6), "ends_on": date(2026, 7, 5)}, Refusal.ENDS_BEFORE),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 3, 1)}, Refusal.DAY_PASSED),
        ({"starts_on": date(2026, 7, 6), "ends_on": date(2030, 7, 6)}, Refusal.DAY_TOO_FAR),
        ({"starts_on": date(2026, 4, 10), "ends_on": date(2026, 4, 12)}, Refusal.AWAY_ALREADY),
        ({**JULY, "substitute_id": an_id("per")}, Refusal.NOT_A_COLLEAGUE),
        ({**JULY, "substitute_id": an_id("mona")}, Refusal.NOT_A_COLLEAGUE),
        ({**JULY, "substitute_id": an_id("kari")}, Refusal.NOT_A_COLLEAGUE),
        ({**JULY, "substitute_id": an_id("gerd")}, Refusal.SUBSTITUTE_AWAY),
    ],
)
def test_what_cannot_be(mona, gerd, given, why) -> None:
    actions.be_away(mona, an_id("mona"), starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 10))
    actions.be_away(gerd, an_id("gerd"), starts_on=date(2026, 7, 31), ends_on=date(2026, 8, 3))
    with pytest.raises(Refused) as refused:
        actions.be_away(mona, an_id("mona"), **given)
    assert refused.value.why is why


def test_ending_one_that_has_begun_keeps_the_days_that_were(mona, at, database) -> None:
    written = actions.be_away(mona, an_id("mona"), starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 20))
    at("wednesday 08:00")
    actions.come_back(mona, an_id("mona"), written)
    assert database.execute("SELECT ends_on FROM absence").fetchall() == [(date(2026, 3, 3),)]
    assert actions.come_back(mona, an_id("mona"), written) is None


def test_the_page_takes_it_shows_it_and_undoes_it_both_ways(world) -> None:
    mona = client_of("mona", employee=True)
    form = {
        "employee_id": an_id("mona"),
        "starts_on": "6.7.2026",
        "ends_on": "2026-07-31",
        "substitute_id": an_id("gerd"),
    }
    saved = mona.post("/ansatt/fravaer/", form, follow=True)
    shown = text_of(saved)
    assert "Fraværet er lagt inn." in shown
    assert "Mona Lie mandag 6. juli fredag 31. juli Gerd Vik" in shown
    assert "Angre" in shown
    address = saved.content.decode().split('action="/ansatt/fravaer/')[1].split('"')[0]
    ended = mona.post(f"/ansatt/fravaer/{address}", follow=True)
    assert "Ingen er borte" in text_of(ended)
    assert "Angre: legg fraværet inn igjen" in text_of(ended)
    assert "Mona Lie mandag 6. juli" in text_of(mona.post("/ansatt/fravaer/", form, follow=True))


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(world) -> None:
    wrong = client_of("mona", employee=True).post(
        "/ansatt/fravaer/", {"employee_id": an_id("mona"), "starts_on": "2026-07-31", "ends_on": "2026-07-06"}
    )
    assert wrong.status_code == 400
    assert "Siste dag kan ikke være før første dag." in text_of(wrong)
    assert 'value="2026-07-31"' in wrong.content.decode()


def test_the_page_asks_the_database_few_times(world, queries_in) -> None:
    gerd = client_of("gerd", employee=True)
    assert queries_in(lambda: gerd.get("/ansatt/fravaer/")) == 7
