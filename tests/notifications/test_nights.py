"""A municipality sets its night; what is held goes at the first moment after it, also when the clock changes (R53)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Actor, Role, Standing
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import queries, reactions
from hjemmekontakt.notifications.nights.actions import set_night
from hjemmekontakt.notifications.nights.rules import NightNotSet
from hjemmekontakt.notifications.rules import PASSES_QUIET_HOURS, What
from hjemmekontakt.notifications.timing import (
    ABOUT_A_COMING_VISIT,
    DIGEST_HOURS,
    LEAST_OPEN,
    MORNING,
    QUIET_FROM,
    QUIET_UNTIL,
    Quiet,
    held_until,
)
from tests.doors import client_of
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_MOBILE
from tests.pages import text_of
from tests.people import an_id, at_work

CHANGES = [datetime(2026, 3, 28, 12, tzinfo=OSLO), datetime(2026, 10, 24, 12, tzinfo=OSLO)]
AROUND_A_CHANGE = st.tuples(st.sampled_from(CHANGES), st.timedeltas(timedelta(0), timedelta(days=2)))
ANY_DAY = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
MOMENTS = AROUND_A_CHANGE.map(lambda each: each[0].astimezone(UTC) + each[1]) | ANY_DAY
NIGHTS = st.tuples(st.integers(0, 23), st.integers(0, 24 - LEAST_OPEN)).map(lambda n: Quiet(n[0], (n[0] + n[1]) % 24))
WAITING = [what for what in What if what not in PASSES_QUIET_HOURS | ABOUT_A_COMING_VISIT]


@given(now=MOMENTS, quiet=NIGHTS, what=st.sampled_from(WAITING), at=st.none() | MOMENTS)
def test_what_is_held_goes_at_the_first_moment_outside_and_within_a_day(now, quiet, what, at) -> None:
    until = held_until(what, at, quiet=quiet, now=now)
    assert (until is not None) == quiet.covers(now.astimezone(OSLO))
    if until is None:
        return
    assert now < until <= now + timedelta(days=1)
    assert held_until(what, at, quiet=quiet, now=until) is None
    between = now
    while between < until:
        assert quiet.covers(between.astimezone(OSLO))
        between += timedelta(minutes=30)
    assert quiet.covers((until - timedelta(microseconds=1)).astimezone(OSLO))


@given(now=MOMENTS, quiet=st.none() | NIGHTS, what=st.sampled_from(sorted(PASSES_QUIET_HOURS)))
def test_what_hurries_passes_them_from_six_and_never_goes_later_than_their_end(now, quiet, what) -> None:
    until = held_until(what, None, quiet=quiet, now=now)
    latest = held_until(What.MESSAGE, None, quiet=quiet or Quiet(21, 6), now=now)
    if until is None:
        assert latest is None or now.astimezone(OSLO).time() >= MORNING
    else:
        assert now < until <= latest
        assert until == latest or until.astimezone(OSLO).time() == MORNING


def test_no_digest_has_its_hour_in_a_night_that_can_be_set() -> None:
    nights = [Quiet(starts, ends) for starts in QUIET_FROM for ends in QUIET_UNTIL]
    assert not [(night, hour) for night in nights for hour in DIGEST_HOURS if night.covers(datetime(2026, 3, 2, hour))]


@pytest.fixture
def liv(world):
    """Tunvik's administrator, in no unit."""
    roles = frozenset({Role.ADMINISTRATOR})
    return Actor(Standing.EMPLOYEE, an_id("liv"), "Liv Ås", municipality_id=world.tunvik, roles=roles)


@pytest.fixture
def answered(world, at, deliver, outside, monkeypatch):
    """Let a unit write to Astrid at an hour, and say whose phones ring then; the installation's night is 21 to 8."""
    monkeypatch.setattr(settings, "QUIET_HOURS", "21-8")

    def ring(moment: str, number: int = 0) -> list[str]:
        at(moment)
        before = len(outside.sms())
        if number:
            event = MessageAnswered(an_id(f"message {number}"), an_id("thread"), an_id("astrid"), world.tunvik)
            reactions.tell_of_answers([event])
        deliver()
        return sorted(sms["to"] for sms in outside.sms()[before:])

    return ring


def test_tunviks_night_holds_for_who_has_chosen_none_and_jonas_keeps_his_own(world, liv, astrid, answered) -> None:
    world.insert("quiet_hours", receiver_id=an_id("jonas"), starts=21, ends=9)
    set_night(liv, world.tunvik, 22, 7)
    assert queries.chosen_for_all(astrid).quiet == Quiet(22, 7)
    assert answered("monday 21:30", 1) == [ASTRIDS_MOBILE]
    assert answered("monday 22:00", 2) == []
    assert answered("tuesday 06:59") == []
    assert answered("tuesday 07:00") == [ASTRIDS_MOBILE]
    assert answered("tuesday 09:00") == [JONAS_MOBILE, JONAS_MOBILE]


def test_a_longer_night_holds_what_waits_already_and_one_taken_away_is_the_installations(world, liv, answered) -> None:
    assert answered("monday 22:00", 1) == []
    set_night(liv, world.tunvik, 21, 9)
    assert answered("tuesday 08:00") == []
    assert answered("tuesday 09:00") == [ASTRIDS_MOBILE, JONAS_MOBILE]
    set_night(liv, world.tunvik, None, None)
    assert answered("wednesday 08:00", 2) == [ASTRIDS_MOBILE, JONAS_MOBILE]


def test_another_municipality_has_its_own(world, answered, liv) -> None:
    set_night(liv, world.tunvik, 23, 6)
    event = MessageAnswered(an_id("of fjordby"), an_id("thread"), an_id("astrid"), world.fjordby)
    reactions.tell_of_answers([event])
    assert answered("monday 22:00", 1) == [ASTRIDS_MOBILE, JONAS_MOBILE], "of Tunvik's message alone"


def test_what_is_no_night_is_refused_and_who_does_not_administer_may_not(
    world, liv, mona, per, astrid, journal
) -> None:
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    for starts, ends, why in ((20, 8, "not-a-night"), (22, 10, "not-a-night"), (22, None, "half-a-night")):
        with pytest.raises(Refused) as refused:
            set_night(liv, world.tunvik, starts, ends)
        assert refused.value.why is NightNotSet(why)
    for actor in (at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER), mona, per, astrid, journal):
        with pytest.raises(Denied):
            set_night(actor, world.tunvik, 22, 7)
    with pytest.raises(Denied):
        set_night(liv, world.fjordby, 22, 7)


def test_the_page_keeps_what_was_typed_and_the_log_says_who_set_it(world, liv, database, caplog) -> None:
    database.execute("UPDATE duty SET role = 'administrator', unit_id = NULL WHERE employee_id = %s", [an_id("gerd")])
    browser = client_of("gerd", employee=True)
    refused = browser.post("/ansatt/varsler/ro/", {"quiet_from": "20", "quiet_until": "8"})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "Roen må begynne klokka 21, 22 eller 23" in text_of(refused)
    assert 'value="20"' in page
    assert "Feil:" in page
    assert database.execute("SELECT count(*) FROM notice_settings").fetchone() == (0,)
    assert browser.post("/ansatt/varsler/ro/", {"quiet_from": "halv ti", "quiet_until": "8"}).status_code == 400
    with caplog.at_level("INFO"):
        saved = browser.post("/ansatt/varsler/ro/", {"quiet_from": "22", "quiet_until": "7"}, follow=True)
    assert "Lagret." in text_of(saved)
    assert 'value="22"' in saved.content.decode()
    [line] = [each for each in caplog.records if each.message == "A municipality's night was set"]
    assert (line.before, line.after, line.employee) == ("", "22-7", str(an_id("gerd")))
