"""At a death, a service stopped or a new protection, what is queued stops: every kind, channel and receiver (R7, R11)."""

import pytest

from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.rules import ALWAYS, NEEDS_ACTIVE, RIGHTS_NEEDED, Channel, Kind, What
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_EMAIL, JONAS_MOBILE
from tests.people import an_id
from tests.visits.rows import on, put_visit

DIES = "UPDATE citizen SET deceased_on = '2026-03-02' WHERE given_name = %s"
HIDES = "UPDATE citizen SET protection = 'strictly-confidential' WHERE given_name = %s"
STOPS = "UPDATE activation SET state = 'inactive' WHERE citizen_id = (SELECT id FROM citizen WHERE given_name = %s)"
KIN = [what for what in What if what.kind in RIGHTS_NEEDED]


@pytest.fixture
def queued(world, outside, database, request):
    """Let one of everything wait for Astrid and for Jonas, by one channel; what else must be true for it to be sent is."""
    visit = put_visit(world, "astrid", on(3, 12), moved_from=on(3, 9), change="moved", changed_at=on(2, 9))
    silent = put_visit(world, "astrid", on(2, 8))
    world.insert("silent_visit", visit_id=silent, citizen_id=an_id("astrid"), municipality_id=world.tunvik,
                 unit_id=world.nord, raised_at=on(2, 9), handled_by_name="")  # fmt: skip

    def put(channel: Channel) -> None:
        for what in What:
            gone = what in (What.VISIT_CANCELLED, What.VISIT_CANCELLED_SOON)
            name = {Kind.VISIT_CHANGED: f"visit-changed:{visit}:{what}", Kind.VISIT_SILENT: f"visit-silent:{silent}"}
            for receiver in ("astrid", "jonas"):
                if gone or (receiver == "jonas" and what.kind is Kind.READY):
                    continue
                about = "astrid" if what.kind in RIGHTS_NEEDED else receiver
                world.insert(
                    "notice",
                    id=an_id(f"{request.node.name} {what} {receiver}"),  # the sink lists a reference once
                    event_key=name.get(what.kind, f"{what}:1"),
                    kind=what.value,
                    about_id=an_id(about),
                    receiver_id=an_id(receiver),
                    municipality_id=world.tunvik,
                    channel=channel.value,
                    decision="due",
                    values=f'{{"at": "{on(3, 9).isoformat()}", "until": "{on(3, 12).isoformat()}"}}',
                    decided_at=clock.now(),
                    due_at=clock.now(),
                    attempts=0,
                    provider_reference="",
                    last_error="",
                )
        outside.reach("astrid", mobile=ASTRIDS_MOBILE, email="astrid.berg@example.no")

    return put


@pytest.fixture
def became(database):
    """What became of each: `{(what, receiver): decision}`."""
    names = {an_id("astrid"): "astrid", an_id("jonas"): "jonas"}
    return lambda: {
        (What(kind), names[receiver]): decision
        for kind, receiver, decision in database.execute("SELECT kind, receiver_id, decision FROM notice").fetchall()
    }


def sent_to(became, receiver: str) -> set[What]:
    return {what for (what, who), decision in became().items() if who == receiver and decision == "sent"}


CHANNELS = [Channel.SMS, Channel.EMAIL]


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_has_happened_and_all_goes_out(queued, deliver, became, channel) -> None:
    queued(channel)
    deliver()
    assert set(became().values()) <= {"sent", "same-address"}


@pytest.mark.parametrize("channel", CHANNELS)
def test_astrid_dies_and_nothing_goes_to_anybody(queued, deliver, became, outside, database, channel) -> None:
    queued(channel)
    database.execute(DIES, ["Astrid"])
    deliver()
    assert set(became().values()) == {"not-any-more"}
    assert (outside.sms(), outside.mail()) == ([], [])


@pytest.mark.parametrize("channel", CHANNELS)
def test_jonas_dies_and_nothing_goes_to_him_while_astrid_hears_of_her_own(
    queued, deliver, became, outside, database, channel
) -> None:
    queued(channel)
    database.execute(DIES, ["Jonas"])
    deliver()
    assert sent_to(became, "jonas") == set()
    assert JONAS_MOBILE not in {each["to"] for each in outside.sms()}
    assert JONAS_EMAIL not in {each["to"] for each in outside.mail()}
    assert {what.kind for what in sent_to(became, "astrid")} == NEEDS_ACTIVE


@pytest.mark.parametrize("channel", CHANNELS)
def test_astrid_stops_using_it_and_only_what_concerns_fullmakter_goes_out(
    queued, deliver, became, database, channel
) -> None:
    queued(channel)
    database.execute(STOPS, ["Astrid"])
    deliver()
    for receiver in ("astrid", "jonas"):
        assert {what.kind for what in sent_to(became, receiver)} == {Kind.FULLMAKT}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("who", ["Astrid", "Jonas"])
def test_a_protection_ends_all_that_goes_to_another_and_says_nothing_of_where(
    queued, deliver, became, outside, database, channel, who
) -> None:
    queued(channel)
    database.execute(HIDES, [who])
    deliver()
    assert sent_to(became, "jonas") & set(KIN) == set()
    texts = [f"{each['from']} {each['text']}" for each in (*outside.sms(), *outside.mail())]
    hers = [
        each for each in (*outside.sms(), *outside.mail()) if each["to"] in (ASTRIDS_MOBILE, "astrid.berg@example.no")
    ]
    assert hers
    if who == "Astrid":
        assert not [text for text in texts if "Tunvik" in text.replace("tunvik.example", "") or "32 00 00 00" in text]
    told_of_the_fullmakt = {what for what in sent_to(became, "jonas") if what.kind in ALWAYS}
    assert told_of_the_fullmakt, "that it has ended is told, in words that say nothing"
