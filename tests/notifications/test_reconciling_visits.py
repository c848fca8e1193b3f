"""A day of the demo's visits adds up, whatever happened to them; a decision that is missing is found, and why (M8)."""

import json
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from msgspec.structs import replace

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.demo.epj import shapes
from hjemmekontakt.demo.epj.config import Config, Person, Unit
from hjemmekontakt.demo.epj.plan import OSLO, two_weeks
from hjemmekontakt.fhir import appointment
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.messages.actions import answer, write_message
from hjemmekontakt.messages.queries import staff_thread
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.reconciling.actions import reconcile
from hjemmekontakt.notifications.reconciling.rules import Counted, Why, wrong_in
from hjemmekontakt.notifications.reconciling.words import KINDS, WHY, say_wrong
from hjemmekontakt.project.commands import reconcile as command
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits.actions import record_plans, record_visits
from hjemmekontakt.visits.events import VisitsStillSilent
from hjemmekontakt.visits.rules import CancellationState, Days, PlanReport, recurrence_in
from hjemmekontakt.visits.rules.wishes import Window, WishState
from tests.doors import client_of
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id
from tests.visits.reports import ASTRIDS_MORNING, on
from tests.visits.rows import silence_rings
from tests.visits.wishing import open_wishes, wish

DAY = (datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC))
ASTRID = Person("astrid", "Astrid Berg", NATIONAL_IDS["astrid"])
PLACES = {"municipality_her_id": "8141000", "units": {"nord": Unit("Nord", "8141002")}, "persons": {"astrid": ASTRID}}
SECRETS = {
    "port": 0,
    "fhir_base": "",
    "token_endpoint": "",
    "client_id": "",
    "private_jwk": {},
    "scope": "",
    "hook_secret": "",
}
EPJ = Config(**PLACES, **SECRETS)
NIGHTS = PlanReport(
    first=replace(
        ASTRIDS_MORNING, identifier_value="urn:uuid:nights", title="Tilsyn", starts_at=on(2, 22), ends_at=on(2, 23)
    ),
    recurrence=recurrence_in("FREQ=DAILY"),
)


def carry() -> None:
    while claimed := outbox.claim():
        outbox.deliver(claimed)


class Epj:
    """The demo's journal: its plan for Astrid, told in its own Appointments, as the door reads them."""

    def __init__(self, journal, at) -> None:
        self.journal, self.at = journal, at
        self.visits = two_weeks(ASTRID, now=at("monday 06:00"))
        self.ids = dict(zip((each.identifier for each in self.visits), self._tell(self.visits), strict=True))

    def on(self, day: int, title: str):
        return next(v for v in self.visits if v.title == title and v.starts_at.astimezone(OSLO).day == day)

    def id(self, day: int, title: str):
        return self.ids[self.on(day, title).identifier]

    def tell(self, moment: str, day: int, title: str, **changes) -> None:
        self.at(moment)
        visit = self.on(day, title)
        for name, value in changes.items():
            setattr(visit, name, value)
        self._tell([visit])
        carry()

    def _tell(self, told):
        now = clock.now()
        bodies = [json.dumps(shapes.appointment(each, ASTRID, EPJ, changed_at=now)).encode() for each in told]
        recorded = record_visits(self.journal, [appointment.read(body).report for body in bodies])
        assert [each.not_taken for each in recorded if each.not_taken] == []
        return [each.visit_id for each in recorded]


@pytest.fixture
def epj(world, journal, at, database):
    open_wishes(database)
    silence_rings(world)
    return Epj(journal, at)


@pytest.fixture
def a_day(world, epj, journal, astrid, mona, at, database):
    """Monday from six to eleven in the evening; the worker carries everything as it comes."""
    record_plans(journal, [NIGHTS])
    asked = visits.ask_to_cancel_visit(astrid, epj.id(6, "Kveldsstell"), form_key=an_id("cancel"))
    visits.go_away(astrid, Days(first=date(2026, 3, 13), last=date(2026, 3, 14)), form_key=an_id("away"))
    wished = wish(astrid, epj.id(11, "Morgenstell"))
    thread = write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hvem har den?", form_key=an_id("m")
    ).thread_id
    epj.tell("monday 08:35", 2, "Morgenstell", status="fulfilled", ends_at=on(2, 8, 30))
    at("monday 09:00")
    answer(mona, thread, text="Vi.", form_key=an_id("a"), seen_message_id=staff_thread(mona, thread).last_message_id)
    visits.answer_cancellation(journal, asked.id, state=CancellationState.DECLINED)
    for (id,) in database.execute("SELECT id FROM cancellation WHERE away_id IS NOT NULL ORDER BY id").fetchall():
        visits.answer_cancellation(journal, id, state=CancellationState.ACCEPTED)
        carry()
    visits.answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=Window(on(11, 15), on(11, 16)))
    carry()
    epj.tell("monday 10:00", 2, "Kveldsstell", starts_at=on(2, 21), ends_at=on(2, 21, 25))
    epj.tell("monday 10:05", 3, "Kveldsstell", status="cancelled", cancel_reason="AAT")
    record_plans(journal, [replace(NIGHTS, first=replace(NIGHTS.first, starts_at=on(2, 17), ends_at=on(2, 18)))])
    epj.tell("monday 13:30", 2, "Medisiner", status="noshow", cancel_reason="IM")
    at("monday 16:00")
    silent = epj.id(2, "Kveldsstell")
    world.insert(
        "silent_visit", visit_id=silent, citizen_id=an_id("astrid"), municipality_id=world.tunvik, unit_id=world.nord,
        raised_at=on(2, 15, 30), kin_told_at=on(2, 16), handled_by_name="",
    )  # fmt: skip
    reactions.tell_of_silent_visits([VisitsStillSilent((silent,), world.tunvik)])
    carry()
    at("tuesday 02:00")
    return epj


def counted(world) -> Counted:
    return reconcile(the_portal(), world.tunvik, since=DAY[0], until=DAY[1])


def kinds(database) -> set[str]:
    rows = database.execute("SELECT DISTINCT split_part(event_key, ':', 1) FROM notice").fetchall()
    return {kind for (kind,) in rows}


def test_a_full_day_of_the_demo_has_every_kind_and_is_whole(world, a_day, database) -> None:
    assert kinds(database) == set(KINDS)
    found = counted(world)
    assert (found.missing, found.doubled, found.examples) == (0, 0, ())
    assert found.events >= len(KINDS)


def test_a_decision_missing_of_any_kind_is_found_with_its_reason(world, a_day, database) -> None:
    before = counted(world)
    database.execute("CREATE TEMP TABLE kept AS SELECT * FROM notice")
    for kind in KINDS:
        like = f"{kind}:%"
        database.execute("DELETE FROM notice WHERE event_key LIKE %s AND receiver_id = %s", [like, an_id("jonas")])
        lacking = counted(world)
        whys = {(wrong_in(each).kind, wrong_in(each).why) for each in lacking.examples}
        only_kin = Why.NOT_CARRIED if kind == "visit-silent" else Why.LEFT_OUT
        assert whys == {(kind, only_kin)}, kind
        database.execute("DELETE FROM notice WHERE event_key LIKE %s", [like])
        nobody = counted(world)
        assert {(wrong_in(each).kind, wrong_in(each).why) for each in nobody.examples} == {(kind, Why.NOT_CARRIED)}
        assert (nobody.events, nobody.expected) == (before.events, before.expected)
        database.execute(
            "INSERT INTO notice SELECT * FROM kept k WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.id = k.id)"
        )
        assert counted(world).is_whole


def test_changes_that_nobody_carried_are_found_and_small_far_and_her_own_ones_are_none(
    world, epj, journal, astrid, at, database
) -> None:
    record_plans(journal, [NIGHTS])
    carry()
    at("monday 10:00")
    record_plans(journal, [replace(NIGHTS, first=replace(NIGHTS.first, starts_at=on(2, 17), ends_at=on(2, 18)))])
    for day, title, changes in [
        (3, "Kveldsstell", {"starts_at": on(3, 21), "ends_at": on(3, 21, 25)}),
        (4, "Kveldsstell", {"status": "cancelled", "cancel_reason": "AAT"}),
        (3, "Medisiner", {"starts_at": on(3, 13, 30), "ends_at": on(3, 13, 40)}),
        (5, "Kveldsstell", {"status": "cancelled", "cancel_reason": "AAI"}),
        (13, "Kveldsstell", {"status": "cancelled", "cancel_reason": "AAT"}),
    ]:
        visit = epj.on(day, title)
        for name, value in changes.items():
            setattr(visit, name, value)
        epj._tell([visit])
    at("tuesday 02:00")
    found = counted(world)
    moved = {epj.id(3, "Kveldsstell"), epj.id(4, "Kveldsstell")}
    of_the_plan = "SELECT id FROM visit WHERE series = 'urn:uuid:nights' AND moved_from IS NOT NULL"
    moved |= {id for (id,) in database.execute(of_the_plan).fetchall()}
    named = {wrong_in(each) for each in found.examples}
    assert {each.why for each in named} == {Why.NOT_CARRIED}
    assert {each.key.split(":")[1] for each in named} == {str(id) for id in moved}
    assert found.missing == 2 * len(moved)
    assert len(moved) == 9
    at("monday 11:00")
    carry()
    assert counted(world).is_whole


def test_the_command_the_night_and_the_desk_say_what_and_why(world, a_day, database, capsys) -> None:
    database.execute("DELETE FROM notice WHERE event_key LIKE 'wish:%%'")
    assert command._reconcile(*DAY, number="4299") == 1
    said = capsys.readouterr().out
    assert "Et svar på et ønske om annen tid (wish:" in said
    assert "Ingen avgjørelse finnes. Hendelsen er ikke behandlet, eller ble det for seint." in said
    browser = client_of("gerd", employee=True)
    assert "Et svar på et ønske om annen tid (wish:" in text_of(browser.get("/ansatt/varsler/"))


def test_every_kind_and_reason_has_words() -> None:
    assert set(WHY) == {*Why, None}
    with translation.override("nb"):
        for kind in KINDS:
            for why in Why:
                assert f"({kind}:7): {WHY[why]}" in say_wrong(wrong_in(f"{kind}:7 {why}"))
