"""Gerd closes Nord for a day, changes its hours, and lets Sør answer: what is shown first, what follows, and for how long."""

from datetime import date, time

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.login import sessions
from hjemmekontakt.messages import actions as messages
from hjemmekontakt.messages import queries as inbox
from hjemmekontakt.municipalities import actions, queries
from hjemmekontakt.municipalities.actions import ReadingHours
from hjemmekontakt.municipalities.rules import CoverView, Refusal
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


@pytest.fixture
def page(world):
    return f"/ansatt/enhet/{world.nord}/stengt/"


def cover(gerd, world, first: date, last: date) -> None:
    actions.set_cover(gerd, world.nord, starts_on=first, ends_on=last, covering_unit_id=world.sor, phone="32 00 00 11")


def test_a_closing_day_and_a_half_day_of_the_unit_are_in_its_calendar_alone(gerd, world) -> None:
    actions.close_day(gerd, world.nord, day=TUESDAY, name="Kurs")
    actions.close_day(gerd, world.nord, day=date(2026, 3, 4), name="Kurs", open_until=time(12))
    nord = queries.calendar(queries.unit(world.nord))
    assert (nord.is_workday(TUESDAY), nord.half_days) == (False, {date(2026, 3, 4): time(12)})
    assert queries.calendar(queries.unit(world.sor)).is_workday(TUESDAY)
    assert queries.calendars([world.nord]) == {world.nord: nord}
    assert queries.calendar_of_municipality(world.tunvik).is_workday(TUESDAY)
    actions.open_day(gerd, world.nord, TUESDAY)
    assert queries.calendar(queries.unit(world.nord)).is_workday(TUESDAY)


def test_where_municipality_and_unit_have_said_something_of_a_day_the_shorter_counts(gerd, world) -> None:
    world.insert(
        "closing_day", id=an_id("kl. 14"), municipality_id=world.tunvik, day=TUESDAY, name="x", open_until=time(14)
    )
    actions.close_day(gerd, world.nord, day=TUESDAY, name="Kurs", open_until=time(12))
    for found in (queries.calendar(queries.unit(world.nord)), queries.calendars([world.nord])[world.nord]):
        assert found.half_days == {TUESDAY: time(12)}


DEEDS = {
    "close": lambda actor, world: actions.close_day(actor, world.nord, day=TUESDAY, name="Kurs"),
    "open": lambda actor, world: actions.open_day(actor, world.nord, TUESDAY),
    "hours": lambda actor, world: actions.set_reading_hours(actor, world.nord, ReadingHours(time(9), time(15), False)),
    "cover": lambda actor, world: cover(actor, world, TUESDAY, TUESDAY),
    "end": lambda actor, world: actions.end_cover(actor, world.nord, an_id("dekning")),
    "count": lambda actor, world: inbox.waiting_in_unit(actor, world.nord),
}
WHO_MAY = {"gerd": "let in", "mona": "403", "per": "404", "kari": "404", "astrid": "403", "the journal": "403"}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(("who", "expected"), WHO_MAY.items())
def test_only_the_units_leader_changes_its_days(gerd, mona, per, kari, astrid, journal, world, who, expected, deed):
    actor = {"gerd": gerd, "mona": mona, "per": per, "kari": kari, "astrid": astrid, "the journal": journal}[who]
    if expected == "let in":
        DEEDS[deed](actor, world)
        return
    with pytest.raises(Denied) as denied:
        DEEDS[deed](actor, world)
    assert denied.value.near == (expected == "403")


@pytest.mark.parametrize(
    ("day", "until", "why"),
    [
        (date(2026, 3, 1), None, Refusal.DAY_PASSED),
        (date(2029, 3, 1), None, Refusal.DAY_TOO_FAR),
        (date(2026, 3, 7), None, Refusal.NOT_A_WORKDAY),
        (date(2026, 4, 3), None, Refusal.NOT_A_WORKDAY),
        (date(2026, 3, 5), time(17), Refusal.HALF_DAY_OUTSIDE),
        (TUESDAY, time(12), Refusal.CLOSED_ALREADY),
    ],
)
def test_days_that_cannot_be_closed(gerd, world, day, until, why) -> None:
    actions.close_day(gerd, world.nord, day=TUESDAY, name="Kurs")
    with pytest.raises(Refused) as refused:
        actions.close_day(gerd, world.nord, day=day, name="Noe", open_until=until)
    assert refused.value.why is why


def test_covers_that_cannot_be(gerd, world) -> None:
    cover(gerd, world, TUESDAY, date(2026, 3, 6))
    given = {"covering_unit_id": None, "phone": "32 00 00 00"}
    for first, last, changed, why in [
        (date(2026, 3, 6), date(2026, 3, 9), {}, Refusal.COVERED_ALREADY),
        (date(2026, 3, 10), date(2026, 3, 9), {}, Refusal.ENDS_BEFORE),
        (date(2026, 3, 10), date(2026, 3, 10), {"covering_unit_id": world.nord}, Refusal.COVERS_ITSELF),
        (date(2026, 3, 10), date(2026, 3, 10), {"covering_unit_id": world.fjordby_unit}, Refusal.COVERS_ITSELF),
        (date(2026, 3, 10), date(2026, 3, 10), {"phone": "-"}, Refusal.PHONE_MISSING),
    ]:
        with pytest.raises(Refused) as refused:
            actions.set_cover(gerd, world.nord, starts_on=first, ends_on=last, **{**given, **changed})
        assert refused.value.why is why


def test_who_covers_sees_the_closed_units_inbox_while_it_lasts_and_not_a_day_longer(gerd, world, astrid, at) -> None:
    sent = messages.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei", form_key=an_id("skjema")
    )
    cover(gerd, world, TUESDAY, date(2026, 3, 4))
    reached = {}
    for moment in ("monday 23:59", "tuesday 00:00", "wednesday 23:59", "thursday 00:00"):
        at(moment)
        per = sessions.employee(an_id("per")).actor
        assert per.units[0].unit_id == world.sor, "her own unit stands first"
        try:
            reached[moment] = [row.id for row in inbox.inbox(per, world.nord).rows]
        except Denied:
            reached[moment] = None
    assert reached == {
        "monday 23:59": None,
        "tuesday 00:00": [sent.thread_id],
        "wednesday 23:59": [sent.thread_id],
        "thursday 00:00": None,
    }


def test_covering_goes_one_way_and_one_step(gerd, world, at) -> None:
    cover(gerd, world, TUESDAY, TUESDAY)
    at("tuesday 09:00")
    assert [unit.unit_id for unit in sessions.employee(an_id("mona")).actor.units] == [world.nord]
    assert [unit.unit_id for unit in sessions.employee(an_id("kari")).actor.units] == [world.fjordby_unit]


def test_a_closed_unit_says_who_answers_and_whom_to_call(gerd, world) -> None:
    cover(gerd, world, TUESDAY, date(2026, 3, 4))
    said = CoverView("Hjemmetjenesten Nord", "Hjemmetjenesten Sør", "32 00 00 11", date(2026, 3, 4))
    assert [queries.cover_of(world.nord, today=date(2026, 3, day)) for day in (2, 3, 4, 5)] == [None, said, said, None]


def test_the_page_says_first_what_changes_and_can_be_undone(world, page, astrid) -> None:
    messages.write_message(astrid, service_id=world.nord_nursing, subject="A", text="Hei", form_key=an_id("skjema"))
    gerd = client_of("gerd", employee=True)
    day = {"what": "day", "day": "2026-03-03", "name": "Kurs", "open_until": ""}
    asked = text_of(gerd.post(page, day))
    assert "Hjemmetjenesten Nord leser ingen meldinger tirsdag 3. mars." in asked
    assert "1 samtale venter. Løftene som er gitt, flyttes ikke." in asked
    assert queries.closing_days(queries.unit(world.nord), since=TUESDAY) == []
    done = text_of(gerd.post(page, {**day, "confirmed": "1"}, follow=True))
    assert "tirsdag 3. mars Kurs Hele dagen Angre" in done
    gerd.post(f"{page}angre/", {"day": "2026-03-03"})
    assert queries.closing_days(queries.unit(world.nord), since=TUESDAY) == []


@pytest.mark.parametrize("rubbish", [{"day": "i morgen"}, {"day": "2026-99-99"}, {"cover": "x"}, {}])
def test_an_undo_of_nothing_known_leads_back_to_the_page(world, page, rubbish) -> None:
    answer = client_of("gerd", employee=True).post(f"{page}angre/", rubbish)

    assert (answer.status_code, answer.url) == (302, page)


def test_a_form_sent_to_a_page_that_is_only_looked_at_gets_words_and_a_way_on(world) -> None:
    answer = client_of("gerd", employee=True).post(f"/ansatt/innboks/{world.nord}/", {})

    assert answer.status_code == 405
    assert "Gå til forsiden" in text_of(answer)


def test_hours_are_previewed_changed_and_set_back(world, page) -> None:
    gerd = client_of("gerd", employee=True)
    hours = {"what": "hours", "reads_from": "09:00", "reads_until": "14.30", "reads_on_saturday": "on"}
    assert "leser meldinger mandag til lørdag kl. 09–14.30." in text_of(gerd.post(page, hours))
    done = gerd.post(page, {**hours, "confirmed": "1"}, follow=True)
    assert "Mandag til lørdag kl. 09–14.30" in text_of(done)
    assert "Angre: sett lesetiden tilbake" in text_of(done)
    back = {"what": "hours", "confirmed": "1", "reads_from": "08:00", "reads_until": "16:00"}
    assert "Mandag til fredag kl. 08–16" in text_of(gerd.post(page, back, follow=True))


def test_a_cover_is_previewed_made_and_taken_away(world, page) -> None:
    gerd = client_of("gerd", employee=True)
    given = {
        "what": "cover",
        "starts_on": "2026-07-06",
        "ends_on": "2026-07-31",
        "covering_unit_id": world.sor,
        "phone": "32 00 00 11",
    }
    assert "ser innboksen til Hjemmetjenesten Nord så lenge, og ikke en dag lenger." in text_of(gerd.post(page, given))
    assert "Hjemmetjenesten Sør mandag 6. juli" in text_of(gerd.post(page, {**given, "confirmed": "1"}, follow=True))
    (made,) = queries.cover_periods_of(world.nord, since=TUESDAY)
    gerd.post(f"{page}angre/", {"cover": made.id})
    assert queries.cover_periods_of(world.nord, since=TUESDAY) == []


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(world, page) -> None:
    wrong = client_of("gerd", employee=True).post(
        page, {"what": "day", "day": "2026-03-07", "name": "Kurs", "confirmed": "1"}
    )
    assert wrong.status_code == 400
    assert "Enheten leser ikke meldinger den dagen fra før." in text_of(wrong)
    assert 'value="Kurs"' in wrong.content.decode()


def test_the_page_is_the_leaders_and_asks_few_times(world, page, queries_in) -> None:
    assert client_of("mona", employee=True).get(page).status_code == 403
    assert client_of("kari", employee=True).get(page).status_code == 404
    gerd = client_of("gerd", employee=True)
    assert queries_in(lambda: gerd.get(page)) <= 12
