"""An employee says at the door how a visit went, where no journal does: once, truthfully, and taken back within ten minutes."""

import dataclasses
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction
from msgspec.structs import replace

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, require
from hjemmekontakt.access.rules import May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.cards import Card
from hjemmekontakt.visits.models import WorkReport
from hjemmekontakt.visits.rules import AtTheDoor, NotPerformed, NotReported, Outcome, VisitStatus
from hjemmekontakt.visits.words import AT_WORK, NOT_PERFORMED, NOT_SWITCHED
from tests.people import an_id, at_work
from tests.visits.reports import ASTRIDS_MORNING, later
from tests.visits.rows import kept_here, on, put_cancellation, put_visit

PERFORMED = AtTheDoor()
REFUSED = AtTheDoor(NotPerformed.REFUSED)
FAR, NEAR, LET_IN = "404", "403", "let in"


@pytest.fixture
def kept(world):
    kept_here(world)


@pytest.fixture
def morning(world, kept):
    """Astrid's window on Monday from ten to twelve; it is ten o'clock."""
    return put_visit(world, "astrid", on(2, 10), until=on(2, 12), minutes=20, performer_name="Mona")


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


@pytest.fixture
def row(database):
    names = "status, starts_at, ends_at, is_window, not_performed_reason, reported_by_name, version, outcome_at, planned_until"

    def look(visit):
        found = database.execute(f"SELECT {names} FROM visit WHERE id = %s", [visit]).fetchone()
        return dict(zip(names.split(", "), found, strict=True))

    return look


def report(actor, visit, told=PERFORMED, key="skjema"):
    return actions.report_visit(actor, visit, told, form_key=an_id(key))


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.why


# ── Performed, refused, nobody home ──────────────────────────────────────────────────────────────────────────────


def test_mona_presses_performed_and_it_is_so_now_and_told_and_logged(morning, mona, at, row, told, lines) -> None:
    now = at("monday 11:05")
    report(mona, morning)
    assert row(morning) == {
        "status": "performed",
        "starts_at": now - timedelta(minutes=20),
        "ends_at": now,
        "is_window": False,
        "not_performed_reason": "",
        "reported_by_name": "Mona Lie",
        "version": 2,
        "outcome_at": now,
        "planned_until": on(2, 12),
    }
    assert [(event, body["visit_ids"]) for event, body in told()] == [("VisitsPerformed", [str(morning)])]
    assert lines("astrid") == [("report-visit-at-work", "done", "employee", "Mona Lie")]


def test_she_says_an_earlier_hour_and_the_notice_would_say_it_too(morning, mona, at, row) -> None:
    at("monday 11:55")
    report(mona, morning, AtTheDoor(clock_time=time(10, 40)))
    assert (row(morning)["starts_at"], row(morning)["ends_at"]) == (on(2, 10, 20), on(2, 10, 40))


@pytest.mark.parametrize(
    ("reason", "words", "astrid_reads"),
    [
        (NotPerformed.REFUSED, "", "Ikke utført. Du takket nei."),
        (NotPerformed.NO_CONTACT, "", "Ikke utført. Vi fikk ikke kontakt med deg."),
        (NotPerformed.NOT_HOME, "", "Ikke utført. Vi fikk ikke kontakt med deg."),
        (NotPerformed.OTHER, "Bilen ville ikke starte.", "Ikke utført. Lurer du på hvorfor, ring oss."),
    ],
)
def test_what_astrid_reads_of_a_visit_that_came_to_nothing(
    morning, mona, astrid, told, reason, words, astrid_reads
) -> None:
    report(mona, morning, AtTheDoor(reason, words=words))
    (shown,) = queries.visits_of(astrid).visits
    tags = Card(shown, now=clock.now(), reader_id=astrid.id).tags
    assert (shown.status, [each.text for each in tags]) == (VisitStatus.NOT_PERFORMED, [astrid_reads])
    assert told() == [], "nobody is told that it was performed"


@pytest.mark.parametrize(("reason", "code"), [("refused", "AAI"), ("other", "AAT"), ("IM", "IM"), ("AIH", "AIH")])
def test_the_journal_reads_back_what_was_reported_here(morning, mona, journal, reason, code) -> None:
    report(mona, morning, AtTheDoor(NotPerformed(reason), words="Bilen."))
    read = queries.visit_for_journal(journal, morning).report
    assert (read.status, read.cancel_reason) == (VisitStatus.NOT_PERFORMED, code)


# ── Twice, and by two ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_form_twice_reports_once(morning, mona, row, told, database) -> None:
    first = report(mona, morning)
    assert report(mona, morning) == first
    assert row(morning)["version"] == 2
    assert len(told()) == 1
    assert database.execute("SELECT count(*) FROM work_report").fetchone() == (1,)


def test_what_was_reported_is_seen_in_its_own_unit_alone(world, morning, mona, per) -> None:
    report(mona, morning)
    seen = {}
    for actor, unit in ((mona, world.nord), (per, world.sor)):
        with transaction.atomic():
            require(actor, May.SEE_TODAY, about=lookup.unit(unit, world.tunvik))
            seen[actor.name] = WorkReport.objects.count()
    assert seen == {mona.name: 1, per.name: 0}


def test_the_second_nurse_is_told_who_was_first(morning, mona, gerd, row) -> None:
    report(mona, morning)
    with pytest.raises(actions.ReportedAlready) as already:
        report(gerd, morning, REFUSED, key="gerds")
    assert (already.value.by_name, row(morning)["status"]) == ("Mona Lie", "performed")


def test_one_form_cannot_report_two_visits(world, morning, mona) -> None:
    report(mona, morning)
    another = put_visit(world, "einar", on(2, 11))
    assert refusal(lambda: report(mona, another)) is NotReported.FORM_USED


# ── When it cannot be ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("monday 07:59", NotReported.TOO_EARLY),
        ("monday 08:00", None),
        ("tuesday 23:59", None),
        (datetime(2026, 3, 3, 23, 0, tzinfo=UTC), NotReported.TOO_LATE),
    ],
)
def test_from_two_hours_before_to_the_end_of_the_next_day(morning, mona, at, moment, why) -> None:
    at(moment)
    if why is None:
        assert report(mona, morning).by_name == "Mona Lie"
    else:
        assert refusal(lambda: report(mona, morning)) is why


def test_the_day_after_it_was_when_it_was_planned_to_end(morning, mona, at) -> None:
    at("tuesday 09:00")
    assert report(mona, morning).at == on(2, 12)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("cancelled", NotReported.CALLED_OFF),
        ("on-hold", NotReported.NOT_COMING),
        ("gone", NotReported.NOT_COMING),
        ("performed", NotReported.REPORTED_ALREADY),
        ("not-performed", NotReported.REPORTED_ALREADY),
    ],
)
def test_what_does_not_come_is_not_reported(world, kept, mona, status, why) -> None:
    visit = put_visit(world, "astrid", on(2, 10), status=status)
    assert refusal(lambda: report(mona, visit)) is why


def test_a_visit_that_the_journal_reports_is_not_reported_here(world, mona, row) -> None:
    visit = put_visit(world, "astrid", on(2, 10))
    assert refusal(lambda: report(mona, visit)) is NotReported.KEPT_IN_JOURNAL
    assert row(visit)["version"] == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (AtTheDoor(clock_time=time(10, 1)), NotReported.IN_THE_FUTURE),
        (AtTheDoor(clock_time=time(7, 59)), NotReported.BEFORE_THE_VISIT),
        (AtTheDoor(NotPerformed.OTHER), NotReported.WORDS_MISSING),
        (AtTheDoor(NotPerformed.OTHER, words="x" * 201), NotReported.WORDS_TOO_LONG),
    ],
)
def test_hours_and_words_that_cannot_be(morning, mona, row, told, why) -> None:
    assert refusal(lambda: report(mona, morning, told)) is why
    assert row(morning)["version"] == 1


def test_a_visit_over_midnight_and_one_on_the_night_the_clock_changes(world, kept, mona, at) -> None:
    late = put_visit(world, "astrid", on(2, 23, 30), until=on(3, 0, 30))
    at("tuesday 00:40")
    assert report(mona, late, AtTheDoor(clock_time=time(0, 10))).at == on(3, 0, 10)
    spring = put_visit(world, "einar", on(29, 1, 30), until=on(29, 3, 30))
    at(datetime(2026, 3, 29, 1, 20, tzinfo=UTC))  # 03:20 in Oslo, an hour and fifty minutes after 01:30 by the wall
    assert report(mona, spring, AtTheDoor(clock_time=time(3, 10)), key="vår").at == datetime(
        2026, 3, 29, 1, 10, tzinfo=UTC
    )


# ── Cancellations ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_asked_and_not_answered_is_closed_and_comes_back_when_it_is_undone(
    world, morning, mona, database
) -> None:
    asked = put_cancellation(world, morning, "astrid", "received")
    state = "SELECT state, version FROM cancellation WHERE id = %s"
    report(mona, morning)
    assert database.execute(state, [asked]).fetchone() == ("expired", 2)
    actions.undo_report(mona, morning)
    assert database.execute(state, [asked]).fetchone() == ("received", 3)


def test_an_accepted_cancellation_is_not_reported_over(world, morning, mona) -> None:
    put_cancellation(world, morning, "astrid", "accepted")
    assert refusal(lambda: report(mona, morning)) is NotReported.CALLED_OFF


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_undone_the_visit_stands_as_before_and_can_be_reported_anew(morning, mona, row, lines, told) -> None:
    before = row(morning)
    report(mona, morning, REFUSED)
    actions.undo_report(mona, morning)
    actions.undo_report(mona, morning)
    assert row(morning) == {**before, "version": 3}
    report(mona, morning, key="på nytt")
    assert row(morning)["status"] == "performed"
    assert [act for act, *_ in lines("astrid")] == [
        "report-visit-at-work",
        "undo-visit-report",
        "undo-visit-report",
        "report-visit-at-work",
    ]


def test_after_ten_minutes_or_by_another_or_when_the_journal_has_spoken_it_stands(
    morning, mona, gerd, at, row, database
) -> None:
    at("monday 11:00")
    report(mona, morning)
    assert refusal(lambda: actions.undo_report(gerd, morning)) is NotReported.NOT_HERS_TO_UNDO
    at("monday 11:11")
    assert refusal(lambda: actions.undo_report(mona, morning)) is NotReported.UNDONE_TOO_LATE
    at("monday 11:10")
    database.execute("UPDATE visit SET version = version + 1 WHERE id = %s", [morning])
    assert refusal(lambda: actions.undo_report(mona, morning)) is NotReported.CHANGED_MEANWHILE
    assert row(morning)["status"] == "performed"


def test_nothing_reported_nothing_undone(morning, mona) -> None:
    assert refusal(lambda: actions.undo_report(mona, morning)) is NotReported.CHANGED_MEANWHILE


# ── The journal, which owns the visit ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def friday(world, kept, journal, at):
    """The journal's own visit on Friday morning, planned; it is Friday, and Mona has reported it."""
    (recorded,) = actions.record_visits(journal, [ASTRIDS_MORNING])
    at("friday 09:00")
    return recorded.visit_id


def test_the_same_plan_told_again_takes_nothing_back(friday, mona, journal, row) -> None:
    report(mona, friday)
    again = replace(ASTRIDS_MORNING, last_updated=clock.real() + timedelta(minutes=1))
    assert [each.outcome for each in actions.record_visits(journal, [again])] == [Outcome.KNOWN]
    assert (row(friday)["status"], row(friday)["reported_by_name"]) == ("performed", "Mona Lie")


def test_what_the_journal_knew_before_changes_nothing(friday, mona, journal, row) -> None:
    report(mona, friday)
    older = later(title="Morgenstell og frokost", last_updated=clock.real() - timedelta(minutes=1))
    assert [each.outcome for each in actions.record_visits(journal, [older])] == [Outcome.OUTDATED]
    assert row(friday)["status"] == "performed"


def test_what_the_journal_tells_later_counts_and_monas_report_no_more(friday, mona, journal, row, at) -> None:
    report(mona, friday)
    newer = later(title="Morgenstell og frokost", last_updated=clock.real() + timedelta(minutes=1))
    assert [each.outcome for each in actions.record_visits(journal, [newer])] == [Outcome.CHANGED]
    told = row(friday)
    assert (told["status"], told["reported_by_name"], told["outcome_at"]) == ("planned", "", None)
    assert refusal(lambda: actions.undo_report(mona, friday)) is NotReported.CHANGED_MEANWHILE


def test_the_moment_of_the_outcome_is_the_first_and_the_planned_end_is_kept(world, journal, row, at) -> None:
    (recorded,) = actions.record_visits(journal, [ASTRIDS_MORNING])
    first = at("friday 09:00")
    done = later(status=VisitStatus.PERFORMED, ends_at=on(6, 8, 40), is_window=False)
    actions.record_visits(journal, [done])
    at("friday 15:00")
    actions.record_visits(journal, [later(done, title="Morgenstell, dusj")])
    found = row(recorded.visit_id)
    assert (found["outcome_at"], found["planned_until"]) == (first, on(6, 10))


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────

WHO_MAY = {
    "mona": LET_IN,
    "gerd": LET_IN,
    "mona, astrid's daughter": NEAR,
    "liv": NEAR,
    "per": FAR,
    "kari": FAR,
    "astrid": NEAR,
    "jonas for astrid": NEAR,
    "the journal": NEAR,
}


@pytest.mark.parametrize("deed", ["report", "undo"])
@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_report_and_undo_astrids_visit(
    morning, mona, gerd, per, kari, astrid, jonas_for_astrid, journal, who, deed, row
) -> None:
    actor = {
        "mona": mona,
        "gerd": gerd,
        "mona, astrid's daughter": dataclasses.replace(mona, family=frozenset({an_id("astrid")})),
        "liv": dataclasses.replace(
            mona, units=tuple(dataclasses.replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units)
        ),
        "per": per,
        "kari": kari,
        "astrid": astrid,
        "jonas for astrid": jonas_for_astrid,
        "the journal": journal,
    }[who]
    try:
        report(actor, morning) if deed == "report" else actions.undo_report(actor, morning)
    except Denied as denied:
        outcome = NEAR if denied.near else FAR
    except Refused:
        outcome = LET_IN  # nothing to undo
    else:
        outcome = LET_IN
    assert outcome == WHO_MAY[who]
    assert (row(morning)["version"] == 2) == (outcome == LET_IN and deed == "report")


def test_a_protected_person_and_one_without_a_decision_are_not_reached(world, kept, mona) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    for key, near in (("nils", False), ("jonas", True)):
        visit = put_visit(world, key, on(2, 10))
        with pytest.raises(Denied) as denied:
            report(mona, visit, key=key)
        assert denied.value.near is near


def test_every_answer_has_its_sentence() -> None:
    from hjemmekontakt.visits.rules import NotSwitched

    assert set(AT_WORK) == set(NotReported)
    assert set(NOT_PERFORMED) == set(NotPerformed)
    assert set(NOT_SWITCHED) == set(NotSwitched)
