"""What else people are told of: an answered cancellation, a service that is ready, and every step of a fullmakt."""

import psycopg
import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.ground import outbox
from hjemmekontakt.messages.events import ThreadTreatedAsCase
from hjemmekontakt.notifications import reactions
from hjemmekontakt.representation import actions as representation
from hjemmekontakt.representation.events import FullmaktEnded, FullmaktGiven, FullmaktOffered
from hjemmekontakt.visits.events import CancellationAnswered
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_MOBILE, performed_visit
from tests.people import World, an_id

pytestmark = pytest.mark.usefixtures("world")


def away(world: World) -> None:
    """Astrid is away for a time."""
    world.insert(
        "away_period",
        id=an_id("away"),
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_ids=[world.nord],
        from_day="2026-03-03",
        series="",
        reason="",
        asked_by_id=an_id("astrid"),
        asked_by_name="Astrid Berg",
        on_behalf=False,
        form_key=an_id("away form"),
        asked_at="2026-03-02T09:00:00+01:00",
        ended_by_name="",
        stored_at="2026-03-02T09:00:00+01:00",
    )


def cancellation(world: World, state: str, name: str = "") -> CancellationAnswered:
    """Astrid's wish to call off Tuesday's visit, answered by the journal; by name where there are several."""
    visit = performed_visit(world, f"tuesday{name}", ended_at="2026-03-03T08:40:00+01:00")
    world.connection.execute("UPDATE visit SET status = 'planned' WHERE id = %s", [visit])
    world.insert(
        "cancellation",
        id=an_id(f"cancellation{name}"),
        visit_id=visit,
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        state=state,
        reason="Jeg er på sykehuset",
        asked_by_id=an_id("astrid"),
        asked_by_name="Astrid Berg",
        on_behalf=False,
        late=False,
        form_key=an_id(f"form{name}"),
        asked_at="2026-03-02T09:00:00+01:00",
        decline_reason="",
        version=1,
        stored_at="2026-03-02T09:00:00+01:00",
    )
    return CancellationAnswered(an_id(f"cancellation{name}"), visit, an_id("astrid"), world.tunvik)


@pytest.mark.parametrize(
    ("state", "to_astrid", "to_jonas"),
    [
        (
            "accepted",
            "Tunvik: Avlysningen er bekreftet. Vi kommer ikke tirsdag 3. mars kl. 08.20."
            " Stemmer det ikke? Ring 32 00 00 00.",
            "Tunvik: Besøket tirsdag 3. mars kl. 08.20 hos en som har gitt deg fullmakt, er avlyst."
            " Stemmer det ikke? Ring 32 00 00 00.",
        ),
        (
            "declined",
            "Tunvik: Besøket tirsdag 3. mars er ikke avlyst. Vi kommer som planlagt."
            " Logg inn for å se hvorfor, eller ring 32 00 00 00.",
            "Tunvik: Besøket tirsdag 3. mars hos en som har gitt deg fullmakt, er ikke avlyst."
            " Vi kommer som planlagt. Lurer du på noe? Ring 32 00 00 00.",
        ),
    ],
)
def test_what_the_journal_answered_is_told_to_both(world, outside, deliver, state, to_astrid, to_jonas) -> None:
    event = cancellation(world, state)
    reactions.tell_of_answered_cancellations([event])
    reactions.tell_of_answered_cancellations([event])
    deliver()
    assert {sms["to"]: sms["text"] for sms in outside.sms()} == {ASTRIDS_MOBILE: to_astrid, JONAS_MOBILE: to_jonas}


def test_what_is_confirmed_for_a_time_away_is_told_once_a_day_and_a_refusal_by_itself(
    world, outside, deliver, database, at
) -> None:
    events = [cancellation(world, "accepted", name) for name in ("one", "two", "three")]
    away(world)
    database.execute("UPDATE cancellation SET away_id = %s", [an_id("away")])
    for event in events[:2]:
        reactions.tell_of_answered_cancellations([event])
    reactions.tell_of_answered_cancellations(events[:2])
    database.execute("UPDATE cancellation SET state = 'declined' WHERE id = %s", [events[2].cancellation_id])
    reactions.tell_of_answered_cancellations(events[2:])
    deliver()
    told = [sms["text"] for sms in outside.sms() if sms["to"] == ASTRIDS_MOBILE]
    refused, confirmed = sorted(told, key=lambda text: "bekreftet" in text)
    assert confirmed == (
        "Tunvik: Kommunen har bekreftet flere avlysninger. Logg inn for å se hvilke besøk vi ikke kommer til."
        " Stemmer det ikke? Ring 32 00 00 00."
    )
    assert "er ikke avlyst. Vi kommer som planlagt." in refused


def test_what_was_called_off_in_spite_of_the_undo_is_told_by_itself(world, outside, deliver, database) -> None:
    event = cancellation(world, "withdrawn")
    reactions.tell_of_answered_cancellations([event])
    deliver()
    assert outside.sms() == []
    database.execute("UPDATE cancellation SET answered_too_late = 'accepted'")
    reactions.tell_of_answered_cancellations([event])
    deliver()
    assert {sms["to"] for sms in outside.sms()} == {ASTRIDS_MOBILE, JONAS_MOBILE}
    assert "Vi kommer ikke tirsdag 3. mars kl. 08.20." in outside.sms()[0]["text"] + outside.sms()[1]["text"]


def test_a_case_is_told_of_once_in_the_words_of_any_message(world, outside, deliver) -> None:
    case = ThreadTreatedAsCase(an_id("thread"), an_id("astrid"), world.tunvik, world.nord)
    for _ in range(2):
        reactions.tell_of_cases([case])
    deliver()
    told = [sms["text"] for sms in outside.sms() if sms["to"] == ASTRIDS_MOBILE]
    assert len(told) == 1
    assert "klage" not in told[0].lower()


def test_jonas_who_may_not_see_visits_hears_of_no_cancellation(world, outside, deliver, database) -> None:
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.READ, Right.NOTICES))
    reactions.tell_of_answered_cancellations([cancellation(world, "accepted")])
    deliver()
    assert [sms["to"] for sms in outside.sms()] == [ASTRIDS_MOBILE]


def test_einar_is_told_that_his_service_is_ready_by_the_channel_he_chose_for_messages(
    world, outside, deliver, wishes
) -> None:
    world.activation("einar")
    outside.reach("einar", mobile="+4790000003", email="einar.dahl@example.no")
    wishes("einar", message="email")
    reactions.tell_of_activations([CitizenActivated(an_id("einar"))])
    deliver()
    (mail,) = outside.mail()
    assert mail["text"].startswith("Nå kan du bruke tjenesten. Logg inn med BankID eller tilsvarende.\n")


def test_a_silent_wish_does_not_silence_that_the_service_is_ready(world, outside, deliver, wishes) -> None:
    wishes("astrid", message="none")
    reactions.tell_of_activations([CitizenActivated(an_id("astrid"))])
    deliver()
    assert [sms["text"] for sms in outside.sms()] == [
        "Tunvik: Nå kan du bruke tjenesten. Logg inn med BankID eller tilsvarende. Vi sender aldri lenker på SMS."
    ]


def test_both_parties_are_told_at_each_step_of_a_fullmakt_whatever_they_wish(world, outside, deliver, wishes) -> None:
    wishes("astrid", fullmakt="none", message="none")
    parties = (an_id("fullmakt"), an_id("astrid"), an_id("jonas"))
    reactions.tell_of_offered_fullmakter([FullmaktOffered(*parties)])
    reactions.tell_of_given_fullmakter([FullmaktGiven(*parties)])
    reactions.tell_of_ended_fullmakter([FullmaktEnded(*parties)])
    deliver()
    told = sorted((sms["to"], sms["text"].removeprefix("Tunvik: ")) for sms in outside.sms())
    assert told == [
        (ASTRIDS_MOBILE, "Du har gitt en fullmakt. Logg inn for å se den. Var det ikke deg? Ring 32 00 00 00."),
        (
            ASTRIDS_MOBILE,
            "Du har sendt en invitasjon om fullmakt. Logg inn for å se den. Var det ikke deg? Ring 32 00 00 00.",
        ),
        (ASTRIDS_MOBILE, "En fullmakt er avsluttet. Logg inn for å se hvilken, eller ring 32 00 00 00."),
        (JONAS_MOBILE, "Du har tatt imot en fullmakt. Logg inn for å bruke den. Var det ikke deg? Ring 32 00 00 00."),
        (JONAS_MOBILE, "En fullmakt er avsluttet. Logg inn for å se hvilken, eller ring 32 00 00 00."),
        (JONAS_MOBILE, "Noen vil gi deg fullmakt. Logg inn for å svare ja eller nei."),
    ]


def test_when_astrids_address_becomes_protected_jonas_learns_nothing_of_where(
    world, outside, deliver, database: psycopg.Connection, monkeypatch
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "HELP_PHONE", "800 43 573")
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    reactions.tell_of_ended_fullmakter([FullmaktEnded(an_id("fullmakt"), an_id("astrid"), an_id("jonas"))])
    deliver()
    assert {sms["to"]: (sms["from"], sms["text"]) for sms in outside.sms()} == {
        ASTRIDS_MOBILE: ("Varsel", "Det er noe nytt til deg. Logg inn for å se det."),
        JONAS_MOBILE: (
            "Varsel",
            "En fullmakt er avsluttet. Logg inn for å se hvilken, eller ring 800 43 573.",
        ),
    }


def test_from_the_withdrawal_itself_to_both_phones(world, astrid, outside, deliver) -> None:
    representation.withdraw_fullmakt(astrid, an_id("fullmakt astrid jonas"))
    outbox.deliver(outbox.claim())
    deliver()
    assert sorted(sms["to"] for sms in outside.sms()) == [ASTRIDS_MOBILE, JONAS_MOBILE]
    assert outbox.waiting() == 0
