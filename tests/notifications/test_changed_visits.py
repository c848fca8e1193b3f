"""A visit that is moved an hour or called off is told of; what hurries is rung about where no SMS is known to have come (R36)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from msgspec.structs import replace as told_of

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Actor, Right, Role, Standing
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport
from hjemmekontakt.ground import outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications import queries
from hjemmekontakt.notifications.call_list import actions as call_list
from hjemmekontakt.notifications.call_list.queries import calls_of
from hjemmekontakt.notifications.call_list.rules import NotUndone, WhyCall
from hjemmekontakt.notifications.receipts import record_receipts
from hjemmekontakt.notifications.rules import Kind
from hjemmekontakt.project import jobs
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits.rules import CancelReason, VisitStatus
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work
from tests.visits.reports import ASTRIDS_MORNING, another, later, on
from tests.visits.rows import kept_here, put_cancellation

EXACT = told_of(ASTRIDS_MORNING, is_window=False, ends_at=on(6, 8, 20))
TUESDAY = another("tuesday", EXACT, starts_at=on(3, 9), ends_at=on(3, 9, 20))
"""Tomorrow, seen from the Monday on which the stories begin."""
MOVED = "Tunvik: Et besøk fredag 6. mars har fått ny tid. Logg inn for å se når vi kommer, eller ring 32 00 00 00."
OFF = "Tunvik: Et besøk fredag 6. mars er avlyst. Logg inn for å se mer. Trenger du hjelp likevel? Ring 32 00 00 00."
MANY = "Tunvik: Flere besøk er flyttet eller avlyst. Logg inn for å se hvilke, eller ring 32 00 00 00."


def to(report, hour, minute=0, **more):
    """The same visit at another hour of its day, told later."""
    starts = report.starts_at.replace(hour=hour, minute=minute)
    return later(report, starts_at=starts, ends_at=starts + timedelta(minutes=20), **more)


def off(report, reason=CancelReason.BY_SERVICE):
    return later(report, status=VisitStatus.CANCELLED, cancel_reason=reason)


@pytest.fixture
def tells(world, journal, wishes):
    """Let the journal tell, and the worker carry what came of it; Jonas wants to hear of nothing."""
    wishes("jonas", about="astrid", visit_changed="none")

    def tell(*reports):
        recorded = visits.record_visits(journal, reports)
        while claimed := outbox.claim():
            outbox.deliver(claimed)
        return [each.visit_id for each in recorded]

    return tell


@pytest.fixture
def sms(outside, deliver):
    """What came to Astrid's phone, in order."""

    def read():
        deliver()
        return [each["text"].replace("\xa0", " ") for each in outside.sms()]

    return read


@pytest.fixture
def received(database):
    """Let a receipt come for every SMS that was sent."""

    def come(state=Delivery.DELIVERED):
        ids = [id for (id,) in database.execute("SELECT id FROM notice WHERE decision = 'sent'")]
        at = datetime(2026, 3, 2, 9, tzinfo=UTC)
        record_receipts(
            the_portal(), [DeliveryReport(provider="link", state=state, at=at, reference=str(id)) for id in ids]
        )

    return come


@pytest.fixture
def listed(mona):
    """Who stands on Mona's list, and why."""
    return lambda: [call.why for call in calls_of(mona).calls]


# ── Whom to tell of what ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_move_of_an_hour_is_told_and_one_of_59_minutes_is_not(tells, sms) -> None:
    tells(EXACT)
    tells(to(EXACT, 8, 59))
    assert sms() == []
    tells(to(EXACT, 9, minutes=2))
    assert sms() == [MOVED]


def test_the_next_move_is_measured_from_the_hour_she_was_last_told(tells, sms) -> None:
    tells(EXACT)
    tells(to(EXACT, 10))
    assert sms() == [MOVED]
    tells(to(EXACT, 10, 40, minutes=2))
    assert sms() == [MOVED], "forty minutes from what she was told"
    tells(to(EXACT, 8, minutes=3))
    assert sms() == [MOVED, MOVED], "back where it was first, and she believes ten"


def test_small_moves_that_add_up_to_an_hour_are_told_once(tells, sms) -> None:
    tells(EXACT)
    for number, (hour, minute) in enumerate([(8, 30), (9, 0), (9, 30)], 1):
        tells(to(EXACT, hour, minute, minutes=number))
    assert sms() == [MOVED]


def test_a_municipality_may_pass_over_longer_moves(tells, sms, world) -> None:
    world.insert("notice_settings", municipality_id=world.tunvik, least_move_minutes=120)
    tells(EXACT)
    tells(to(EXACT, 9, 59))
    assert sms() == []
    tells(to(EXACT, 10, minutes=2))
    assert sms() == [MOVED]


def test_moved_back_before_the_sms_went_nobody_is_told(tells, sms, decisions) -> None:
    tells(EXACT)
    tells(to(EXACT, 10))
    tells(to(EXACT, 8, minutes=2))
    assert sms() == []


def test_called_off_within_a_week_is_told_and_a_day_later_is_not(tells, sms) -> None:
    far = another("far", EXACT, starts_at=on(9, 10, 1), ends_at=on(9, 10, 21))
    tells(EXACT, far)
    tells(off(far))
    assert sms() == []
    tells(off(EXACT))
    assert sms() == [OFF]


def test_called_off_and_back_in_the_plan_is_told_again(tells, sms) -> None:
    tells(EXACT)
    tells(off(EXACT))
    assert sms() == [OFF]
    tells(later(EXACT, minutes=2))
    assert sms() == [OFF, MOVED]


@pytest.mark.parametrize("reason", [CancelReason.BY_RECIPIENT, CancelReason.ON_BEHALF_OF_RECIPIENT])
def test_what_she_called_off_herself_is_not_told_to_her(tells, sms, reason) -> None:
    tells(EXACT)
    tells(off(EXACT, reason))
    assert sms() == []


def test_what_she_asked_for_is_told_as_the_answer_alone(tells, sms, world) -> None:
    (visit,) = tells(EXACT)
    put_cancellation(world, visit, "astrid", "accepted")
    tells(off(EXACT))
    assert sms() == []


def test_many_changes_in_one_bundle_are_one_sms(tells, sms) -> None:
    week = [another(f"day {day}", EXACT, starts_at=on(day, 8), ends_at=on(day, 8, 20)) for day in (4, 5, 6, 7)]
    tells(*week)
    tells(*(to(each, 11) for each in week[:2]), *(off(each) for each in week[2:]))
    assert sms() == [MANY]


def test_the_same_report_and_the_same_event_again_tell_nothing_new(tells, sms, journal) -> None:
    tells(EXACT)
    tells(to(EXACT, 10))
    tells(to(EXACT, 10))
    tells(to(EXACT, 10, minutes=5))
    assert sms() == [MOVED]


def test_jonas_is_told_in_his_words_and_without_the_right_to_see_visits_not_at_all(
    world, journal, outside, deliver, database
) -> None:
    visits.record_visits(journal, [EXACT])
    visits.record_visits(journal, [off(EXACT)])
    outbox.deliver(outbox.claim())
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE fullmakt SET rights = %s", [[Right.NOTICES.value, Right.READ.value]])
    database.execute("SET session_replication_role = DEFAULT")
    deliver()
    assert [each["text"].replace("\xa0", " ") for each in outside.sms()] == [OFF]
    told = database.execute("SELECT decision FROM notice WHERE receiver_id = %s", [an_id("jonas")]).fetchall()
    assert told == [("not-any-more",)]


def test_where_the_journal_does_not_push_it_is_not_offered_and_the_page_says_why(world, astrid, jonas) -> None:
    def offered(actor):
        return {each.about_name: (Kind.VISIT_CHANGED in [c.kind for c in each.choices], each.no_changes)
                for each in queries.sections_of(actor)}  # fmt: skip

    assert (offered(astrid)["Astrid Berg"], offered(jonas)["Astrid Berg"]) == ((True, False), (True, False))
    kept_here(world)
    assert (offered(astrid)["Astrid Berg"], offered(jonas)["Astrid Berg"]) == ((False, True), (False, True))
    page = text_of(client_of("astrid").get("/profil/kontaktinformasjon/"))
    assert "Kommunens journalsystem sier ikke fra til oss når et besøk blir flyttet eller avlyst." in page


# ── What hurries ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_night_it_waits_until_six_and_passes_the_quiet_hours(tells, sms, at) -> None:
    tells(TUESDAY)
    at("monday 22:30")
    tells(to(TUESDAY, 12))
    assert sms() == []
    at("tuesday 05:59")
    assert sms() == []
    at("tuesday 06:00")
    assert [text.split(".")[0] for text in sms()] == ["Tunvik: Et besøk tirsdag 3"]


def test_without_a_receipt_in_a_quarter_it_is_on_the_list_and_a_receipt_takes_it_away(
    tells, sms, at, listed, received
) -> None:
    tells(TUESDAY)
    tells(off(TUESDAY))
    assert len(sms()) == 1
    jobs.run_minutely(now=at("monday 10:14"))
    assert listed() == []
    jobs.run_minutely(now=at("monday 10:15"))
    assert listed() == [WhyCall.NO_RECEIPT]
    received()
    jobs.run_minutely(now=at("monday 10:16"))
    assert listed() == []


def test_a_receipt_in_time_keeps_it_off_the_list(tells, sms, at, listed, received) -> None:
    tells(TUESDAY)
    tells(off(TUESDAY))
    sms()
    received()
    jobs.run_minutely(now=at("monday 11:00"))
    assert listed() == []


@pytest.mark.parametrize("state", [Delivery.FAILED, Delivery.EXPIRED, Delivery.REJECTED])
def test_a_receipt_that_says_no_puts_it_there_at_once(tells, sms, at, listed, received, state) -> None:
    tells(TUESDAY)
    tells(off(TUESDAY))
    sms()
    received(state)
    jobs.run_minutely(now=at("monday 10:01"))
    assert listed() == [WhyCall.NO_RECEIPT]


def test_without_a_number_it_is_there_at_once(tells, sms, at, listed, outside) -> None:
    outside.contacts.clear()
    tells(TUESDAY)
    tells(off(TUESDAY))
    sms()
    jobs.run_minutely(now=at("monday 10:01"))
    assert listed() == [WhyCall.NO_NUMBER]


def test_a_critical_visit_is_rung_about_whatever_the_phone_says(tells, sms, at, listed, received) -> None:
    tells(told_of(TUESDAY, may_cancel=False))
    tells(off(told_of(TUESDAY, may_cancel=False)))
    sms()
    received()
    jobs.run_minutely(now=at("monday 10:00"))
    assert listed() == [WhyCall.CRITICAL]


def test_late_at_night_one_whose_visit_begins_before_six_is_rung_about_at_once(tells, at, listed) -> None:
    early = another("early", TUESDAY, starts_at=on(3, 5, 30), ends_at=on(3, 5, 50))
    tells(early)
    at("monday 22:00")
    tells(off(early))
    jobs.run_minutely(now=at("monday 22:01"))
    assert listed() == [WhyCall.NOT_TOLD]


def test_another_change_of_the_same_visit_takes_the_place_of_the_first(tells, sms, at, listed) -> None:
    tells(TUESDAY)
    tells(to(TUESDAY, 12))
    sms()
    jobs.run_minutely(now=at("monday 10:20"))
    assert len(listed()) == 1
    tells(to(TUESDAY, 15, minutes=2))
    assert listed() == []
    jobs.run_minutely(now=at("monday 10:40"))
    assert len(listed()) == 1


STOPPED = {
    "dead": "UPDATE citizen SET deceased_on = '2026-03-02'",
    "stopped": "UPDATE activation SET state = 'inactive'",
    "protected": "UPDATE citizen SET protection = 'strictly-confidential'",
}


@pytest.mark.parametrize("why", STOPPED)
def test_nobody_rings_about_one_who_is_dead_has_stopped_or_is_protected(tells, at, listed, database, mona, why) -> None:
    tells(TUESDAY)
    tells(off(TUESDAY))
    database.execute(STOPPED[why])
    jobs.run_minutely(now=at("monday 10:20"))
    assert listed() == []
    assert database.execute("SELECT count(*) FROM call_to_make WHERE settled_at IS NULL").fetchone() == (0,)


# ── To ring ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def waiting(tells, at):
    """Astrid's visit tomorrow is called off, and no SMS has come; it is half past ten."""
    (visit,) = tells(TUESDAY)
    tells(off(TUESDAY))
    jobs.run_minutely(now=at("monday 10:30"))
    return visit


def test_mona_rings_and_says_so_and_may_undo_it_for_ten_minutes(waiting, mona, at, listed, database) -> None:
    assert call_list.say_that_one_has_called(mona, waiting) == "Mona Lie"
    assert call_list.say_that_one_has_called(mona, waiting) == "Mona Lie"
    at("monday 10:40")
    call_list.undo_call(mona, waiting)
    assert listed() == [WhyCall.NOT_TOLD]
    call_list.say_that_one_has_called(mona, waiting)
    at("monday 10:51")
    assert listed() == []
    with pytest.raises(Refused) as refused:
        call_list.undo_call(mona, waiting)
    assert refused.value.why is NotUndone.TOO_LATE
    acts = "SELECT act, actor_name FROM access_entry WHERE citizen_id = %s AND act LIKE '%%call%%' ORDER BY id"
    lines = database.execute(acts, [an_id("astrid")]).fetchall()
    assert [act for act, _ in lines if act != "see-calls"] == [
        "call-about-visit", "call-about-visit", "undo-call", "call-about-visit",
    ]  # fmt: skip
    assert ("see-calls", "Mona Lie") in lines


def test_a_colleague_does_not_undo_it(waiting, mona, world) -> None:
    call_list.say_that_one_has_called(mona, waiting)
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    gerd = at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)
    assert call_list.say_that_one_has_called(gerd, waiting) == "Mona Lie"
    with pytest.raises(Refused) as refused:
        call_list.undo_call(gerd, waiting)
    assert refused.value.why is NotUndone.ANOTHERS


def test_who_may(waiting, world, mona, per, kari, astrid, jonas, journal) -> None:
    admin = at_work(
        "gerd", "Gerd Vik", municipality=world.tunvik, unit=world.nord, unit_name="", role=Role.ADMINISTRATOR
    )
    her_own = replace(mona, family=frozenset({an_id("astrid")}))
    for actor in (per, kari, astrid, jonas, journal, admin, her_own, Actor(Standing.PORTAL, None, "")):
        for act in (call_list.say_that_one_has_called, call_list.undo_call):
            with pytest.raises(Denied):
                act(actor, waiting)
    for actor in (astrid, jonas, journal, admin):
        with pytest.raises(Denied):
            calls_of(actor)
    assert (calls_of(per).calls, calls_of(kari).calls, calls_of(her_own).calls) == ((), (), ())
    assert len(calls_of(mona).calls) == 1


def test_the_page_has_the_number_and_the_menu_counts_only_while_one_waits(
    waiting, outside, settings_of_the_register, queries_in
) -> None:
    browser = client_of("mona", employee=True)
    assert "Ring nå (1)" in text_of(browser.get("/ansatt/i-dag/"))
    page = text_of(browser.get("/ansatt/ring/")).replace("\xa0", " ")
    for words in ("Astrid Berg", "Besøket i morgen kl. 09.00 er avlyst.", "Ring 900 00 001", "Jeg har ringt"):
        assert words in page
    assert queries_in(lambda: browser.get("/ansatt/ring/")) <= 12
    after = browser.post(f"/ansatt/ring/{waiting}/ringt/", follow=True)
    assert "Mona Lie ringte" in text_of(after)
    assert "Ring nå (" not in text_of(browser.get("/ansatt/i-dag/"))
    back = browser.post(f"/ansatt/ring/{waiting}/angre/", follow=True)
    assert "Ring nå (1)" in text_of(back)


@pytest.fixture
def settings_of_the_register(outside, monkeypatch):
    """The register that the settings name is the stories' own."""
    monkeypatch.setattr(settings, "KRR_URL", outside.register_url)
    configured.forget()
    yield
    configured.forget()


def test_what_was_told_of_a_visit_is_forgotten_long_after_it_and_no_sooner(tells, at, database) -> None:
    tells(EXACT)
    tells(to(EXACT, 11))
    count = "SELECT count(*) FROM told_visit"
    for days, left in ((59, 1), (61, 0)):
        jobs.run_nightly(now=EXACT.starts_at + timedelta(days=days))
        assert database.execute(count).fetchone() == (left,)
