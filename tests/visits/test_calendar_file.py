"""The calendar file, read by three parsers that we did not write: the same visits as the pages, at the same hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits import queries
from hjemmekontakt.visits.actions import answer_cancellation, ask_to_cancel_visit, record_visits
from hjemmekontakt.visits.calendar_door import PACE
from hjemmekontakt.visits.ics import as_ics
from hjemmekontakt.visits.rules import (
    CancellationState,
    CancelReason,
    Entry,
    EntryStatus,
    VisitReport,
    VisitStatus,
    VisitView,
    uid_of,
)
from tests.doors import accept_the_terms
from tests.people import an_id
from tests.visits.calendars import Told, as_thunderbird_reads, events_in, expanded, fetch, made, parsed, told_in
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unhurried(world):
    accept_the_terms("jonas")
    PACE.forget()
    yield
    PACE.forget()


def at_oslo(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=OSLO, fold=fold)


def pages_show(actor) -> list[VisitView]:
    """Everything on Timeavtaler and on Utførte og tidligere besøk, page by page to the end."""
    shown, before = list(queries.visits_of(actor).visits), None
    while portion := queries.past_visits(actor, before=before, limit=5):
        shown += portion
        before = (portion[-1].starts_at, portion[-1].id)
    return shown


def told_on_pages(actor) -> list[Told]:
    return sorted((uid_of(view.id), view.starts_at, view.ends_at) for view in pages_show(actor))


def told_by(journal, *reports: VisitReport) -> list[Any]:
    recorded = record_visits(journal, list(reports))
    assert not [each for each in recorded if each.not_taken]
    return [each.visit_id for each in recorded]


def a_quarter_of_visits() -> Sequence[VisitReport]:
    """Visits from a hundred days back to sixteen days ahead, two a day, in every state."""
    states = [VisitStatus.PLANNED, VisitStatus.ASSIGNED, VisitStatus.PERFORMED, VisitStatus.CANCELLED]
    return [
        another(
            f"day {day} at {hour}",
            starts_at=on(2, hour) + timedelta(days=day),
            ends_at=on(2, hour) + timedelta(days=day, hours=2),
            is_window=hour == 8,
            status=states[day % 4],
            cancel_reason=CancelReason.BY_SERVICE if day % 4 == 3 else None,
        )
        for day in range(-100, 17)
        for hour in (8, 20)
    ]


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid"])
def test_the_calendar_shows_the_visits_of_the_pages_and_no_others(journal, request, database, who) -> None:
    actor = request.getfixturevalue(who)
    database.execute("UPDATE service SET visits_from = '2025-01-01'")
    told_by(journal, *a_quarter_of_visits())
    content = fetch(made(actor).secret).content
    on_pages = told_on_pages(actor)
    assert len(on_pages) == 210  # ninety days back, today and fourteen days ahead
    assert told_in(content) == on_pages
    assert expanded(content, around=MONDAY) == on_pages


def test_one_entered_in_error_and_one_of_a_closed_service_are_in_neither(journal, astrid, database) -> None:
    told_by(journal, ASTRIDS_MORNING, another("wrong", status=VisitStatus.ENTERED_IN_ERROR))
    secret = made(astrid).secret
    assert len(told_in(fetch(secret).content)) == len(pages_show(astrid)) == 1
    database.execute("UPDATE service SET visits_from = NULL")
    assert told_in(fetch(secret).content) == pages_show(astrid) == []


NIGHTS = {
    "a window over the change in spring": (at_oslo(2026, 3, 29, 1), at_oslo(2026, 3, 29, 4), 2),
    "a visit just after the change in spring": (at_oslo(2026, 3, 29, 3), at_oslo(2026, 3, 29, 3, 20), 1 / 3),
    "a window over the change in autumn": (at_oslo(2026, 10, 25, 1), at_oslo(2026, 10, 25, 4), 4),
    "the first half past two": (at_oslo(2026, 10, 25, 2, 30), at_oslo(2026, 10, 25, 2, 50), 1 / 3),
    "the second half past two": (at_oslo(2026, 10, 25, 2, 30, fold=1), at_oslo(2026, 10, 25, 2, 50, fold=1), 1 / 3),
    "from the first to the second": (at_oslo(2026, 10, 25, 2, 30), at_oslo(2026, 10, 25, 2, 30, fold=1), 1),
    "over midnight": (at_oslo(2026, 3, 10, 23, 30), at_oslo(2026, 3, 11, 0, 30), 1),
    "over the new year": (at_oslo(2026, 12, 31, 23), at_oslo(2027, 1, 1, 1), 2),
    "a leap day": (at_oslo(2028, 2, 29, 23), at_oslo(2028, 3, 1, 1), 2),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_nights_that_are_hard_to_tell(journal, at, astrid, night) -> None:
    starts, ends, hours = NIGHTS[night]
    at((starts - timedelta(days=2)).astimezone(UTC))
    told_by(journal, another(night, starts_at=starts.astimezone(UTC), ends_at=ends.astimezone(UTC)))
    content = fetch(made(astrid).secret).content
    [(_uid, begins, until)] = told_in(content)
    assert (begins, until) == (starts.astimezone(UTC), ends.astimezone(UTC))
    assert (until - begins).total_seconds() == pytest.approx(hours * 3600)
    assert expanded(content, around=begins) == told_in(content) == told_on_pages(astrid)


def test_thunderbird_reads_the_same_hours_every_half_hour_of_both_change_nights() -> None:
    """The hours of both nights that have 23 and 25 of them, from midnight to six, each for as long as half an hour."""
    nights = [at_oslo(2026, 3, 29), at_oslo(2026, 10, 25), at_oslo(2027, 3, 28), at_oslo(2027, 10, 31)]
    told = [
        Entry(
            uid=f"{night:%Y%m%d}-{half}@hjemmekontakt",
            starts_at=night.astimezone(UTC) + timedelta(minutes=30 * half),
            ends_at=night.astimezone(UTC) + timedelta(minutes=30 * half + (30 if half % 3 else 300)),
            status=list(EntryStatus)[half % 3],
            is_busy=half % 2 == 0,
            sequence=half,
            changed_at=MONDAY,
            service_name="Æ; «ø», å\\n og en lang linje som må brytes før den er sytti og fem tegn 🏠" if half else "",
        )
        for night in nights
        for half in range(12)
    ]
    read = as_thunderbird_reads(as_ics(told))
    assert [(each["uid"], each["starts"], each["ends"]) for each in read["entries"]] == [
        (entry.uid, entry.starts_at.timestamp(), entry.ends_at.timestamp()) for entry in told
    ]
    kept = [(each["changed"], each["sequence"], each["status"]) for each in read["entries"]]
    assert kept == [(MONDAY.timestamp(), entry.sequence, entry.status.value) for entry in told]
    taken = {(each["transparency"], each["busy"]) for each in read["entries"]}
    assert taken == {("OPAQUE", "BUSY"), ("TRANSPARENT", "FREE")}
    assert all(entry.service_name in each["summary"] for entry, each in zip(told, read["entries"], strict=True))
    itself = {name: read[name] for name in ("version", "calscale", "name", "x-wr-calname", "refresh")}
    assert itself == {
        "version": "2.0",
        "calscale": "GREGORIAN",
        "name": "Besøk",
        "x-wr-calname": "Besøk",
        "refresh": 3600,
    }
    assert read["method"] is None, "it is no invitation: no program looks for an organizer"


def test_the_hours_are_told_by_the_clock_in_norway_and_the_zone_is_in_the_file(journal, astrid) -> None:
    told_by(journal, ASTRIDS_MORNING)
    content = fetch(made(astrid).secret).content.decode()
    assert "DTSTART;TZID=Europe/Oslo:20260306T080000\r\nDTEND;TZID=Europe/Oslo:20260306T100000\r\n" in content


def test_the_zone_in_the_file_is_norway_s_every_half_hour_around_both_changes_for_ten_years() -> None:
    [zone] = parsed(as_ics([])).timezones
    told = zone.to_tz()
    for year in range(2026, 2037):
        for month in (3, 10):
            for half in range(2 * 24 * 7):
                moment = datetime(year, month, 25, tzinfo=UTC) + timedelta(minutes=30 * half)
                local = moment.astimezone(OSLO)
                assert local.replace(tzinfo=told, fold=local.fold).utcoffset() == local.utcoffset(), local


def test_a_visit_that_is_moved_keeps_its_name_and_counts_up(journal, astrid) -> None:
    [id] = told_by(journal, ASTRIDS_MORNING)
    secret = made(astrid).secret
    before = events_in(fetch(secret).content)[uid_of(id)]
    told_by(journal, later(starts_at=on(6, 12), ends_at=on(6, 14)))
    after = events_in(fetch(secret).content)[uid_of(id)]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert after["dtstart"].dt == on(6, 12)


def test_one_called_off_says_so_in_every_way_a_calendar_can_read(journal, astrid) -> None:
    [id] = told_by(journal, ASTRIDS_MORNING)
    secret = made(astrid).secret
    before = events_in(fetch(secret).content)[uid_of(id)]
    told_by(journal, later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE))
    after = events_in(fetch(secret).content)[uid_of(id)]
    assert (before["status"], before["summary"]) == ("TENTATIVE", "Besøk")
    assert (after["status"], after["transp"], after["summary"]) == ("CANCELLED", "TRANSPARENT", "Avlyst: Besøk")
    assert after["sequence"] > before["sequence"]


def test_a_cancellation_that_is_accepted_counts_before_the_journal_tells_of_the_visit(journal, astrid) -> None:
    [id] = told_by(journal, ASTRIDS_MORNING)
    secret = made(astrid).secret
    asked = ask_to_cancel_visit(astrid, id, form_key=an_id("cancel"))
    waiting = events_in(fetch(secret).content)[uid_of(id)]
    answer_cancellation(journal, asked.id, state=CancellationState.ACCEPTED)
    accepted = events_in(fetch(secret).content)[uid_of(id)]
    told_by(journal, later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_RECIPIENT))
    told = events_in(fetch(secret).content)[uid_of(id)]
    assert [each["status"] for each in (waiting, accepted, told)] == ["TENTATIVE", "CANCELLED", "CANCELLED"]
    assert waiting["sequence"] < accepted["sequence"] < told["sequence"]


def test_an_exact_hour_lasts_as_long_as_it_is_said_to(journal, astrid) -> None:
    told_by(
        journal, another("exact", starts_at=on(4, 8, 15), ends_at=on(4, 8, 15), is_window=False, minutes_duration=20)
    )
    [(_uid, begins, until)] = told_in(fetch(made(astrid).secret).content)
    assert (begins, until) == (on(4, 8, 15), on(4, 8, 35))


def test_what_is_sure_what_may_move_and_whose_time_it_takes(journal, astrid, jonas_for_astrid) -> None:
    with_mona = another("with mona", status=VisitStatus.ASSIGNED, is_window=False, performer_first_name="Mona")
    window, sure = told_by(journal, ASTRIDS_MORNING, with_mona)
    hers = events_in(fetch(made(astrid).secret).content)
    his = events_in(fetch(made(jonas_for_astrid).secret).content)
    assert (hers[uid_of(window)]["status"], hers[uid_of(window)]["transp"]) == ("TENTATIVE", "TRANSPARENT")
    assert (hers[uid_of(sure)]["status"], hers[uid_of(sure)]["transp"]) == ("CONFIRMED", "OPAQUE")
    assert {event["transp"] for event in his.values()} == {"TRANSPARENT"}


NOBODYS_BUSINESS = ["Mona", "Astrid", "Berg", "Hjemmesykepleie", "Hjemmetjenesten", "Tunvik", "Morgenstell", "nøkkel"]


def test_it_says_besok_and_the_time_and_nothing_else(journal, astrid) -> None:
    [id] = told_by(journal, performed(instruction="Hent nøkkel"))
    content = fetch(made(astrid).secret).content.decode()
    [event] = parsed(content.encode()).events
    assert event["summary"] == "Besøk"
    told = {"uid", "dtstamp", "last-modified", "sequence", "summary", "status", "transp", "dtstart", "dtend"}
    assert {name.lower() for name in event} == told | {"x-microsoft-cdo-busystatus"}
    assert not [word for word in [*NOBODYS_BUSINESS, str(id), id.hex] if word in content]


def test_the_service_and_the_first_name_only_where_she_ticked(journal, astrid) -> None:
    told_by(journal, performed(instruction="Hent nøkkel"))
    content = fetch(made(astrid, tells_more=True).secret).content
    [event] = parsed(content).events
    assert event["summary"] == "Besøk: Hjemmesykepleie, Mona"
    still = [word for word in NOBODYS_BUSINESS if word not in ("Hjemmesykepleie", "Mona")]
    assert not [word for word in still if word in content.decode()]


def test_the_owner_reads_it_in_his_own_language(journal, astrid, jonas_for_astrid, database) -> None:
    told_by(journal, ASTRIDS_MORNING)
    hers, his = made(astrid).secret, made(jonas_for_astrid).secret
    database.execute("UPDATE citizen SET language = 'en' WHERE id = %s", [an_id("jonas")])
    assert events_in(fetch(hers).content).popitem()[1]["summary"] == "Besøk"
    assert fetch(his)["ETag"] != fetch(hers)["ETag"]


def test_the_tag_changes_with_a_visit_and_with_nothing_else(journal, at, astrid) -> None:
    told_by(journal, ASTRIDS_MORNING)
    secret = made(astrid).secret
    first = fetch(secret)
    at("monday 11:30")
    again = fetch(secret)
    told_by(journal, later(minutes_duration=45))
    changed = fetch(secret)
    assert (first["ETag"], first.content) == (again["ETag"], again.content)
    assert changed["ETag"] != first["ETag"]


def test_what_the_calendar_programs_look_for(astrid) -> None:
    content = fetch(made(astrid).secret).content.decode()
    for line in (
        "VERSION:2.0",
        "PRODID:-//Hjemmekontakt//Timeavtaler//NO",
        "NAME:Besøk",
        "X-WR-CALNAME:Besøk",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "TZID:Europe/Oslo",
        "BEGIN:DAYLIGHT",
        "BEGIN:STANDARD",
    ):
        assert f"{line}\r\n" in content, line


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
minutes = st.integers(min_value=0, max_value=12 * 366 * 24 * 60)
entries = st.builds(
    Entry,
    uid=st.uuids().map(uid_of),
    starts_at=minutes.map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    ends_at=st.none(),
    status=st.sampled_from(EntryStatus),
    is_busy=st.booleans(),
    sequence=st.integers(min_value=0, max_value=2**31 - 1),
    changed_at=minutes.map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    service_name=words,
    first_name=words,
)
lasting = st.builds(
    lambda entry, last: replace(entry, ends_at=entry.starts_at + timedelta(minutes=last) if last else None),
    entries,
    st.integers(min_value=0, max_value=26 * 60),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lasting, max_size=6, unique_by=lambda entry: entry.uid))
def test_any_visit_comes_back_as_it_was_told(told: list[Entry]) -> None:
    content = as_ics(told)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    events = events_in(content)
    assert set(events) == {entry.uid for entry in told}
    for entry in told:
        event = events[entry.uid]
        assert event["dtstart"].dt.astimezone(UTC) == entry.starts_at
        assert (event["dtend"].dt.astimezone(UTC) if entry.ends_at else None) == entry.ends_at
        assert event["sequence"] == entry.sequence
        assert event["dtstamp"].dt == entry.changed_at
        assert (entry.service_name or "Besøk") in event["summary"]
        assert entry.first_name in event["summary"]


def test_an_empty_plan_is_a_whole_calendar(astrid) -> None:
    assert isinstance(parsed(fetch(made(astrid).secret).content), Calendar)


def test_one_no_longer_in_the_plan_is_not_said_to_be_called_off(journal, astrid, database) -> None:
    told_by(journal, ASTRIDS_MORNING)
    database.execute("UPDATE visit SET status = 'gone'")
    [event] = parsed(fetch(made(astrid).secret).content).events
    assert (event["status"], event["summary"]) == ("CANCELLED", "Ikke lenger i planen: Besøk")
