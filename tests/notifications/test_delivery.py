"""From an event to a phone, once: Astrid by SMS, Jonas by e-mail, whatever fails on the way (R46–R55)."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hjemmekontakt.access.rules import Right
from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.gateways.krr import Krr
from hjemmekontakt.gateways.sms import Sms, SmsGateway
from hjemmekontakt.ground import clock
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.delivery import deliver_due
from hjemmekontakt.visits.events import VisitsPerformed
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_EMAIL, JONAS_MOBILE, performed_visit
from tests.people import SPACE, an_id

pytestmark = pytest.mark.usefixtures("world")
OWN = "Tunvik: Du har fått en ny melding. Logg inn for å lese den. Du kan ikke svare på denne SMS-en."
KIN = "Det er en ny melding til en som har gitt deg fullmakt. Logg inn for å lese den."


@pytest.fixture
def answered(world):
    """Mona has answered Astrid, in message number so and so."""

    def happen(number: int = 1, about: str = "astrid") -> MessageAnswered:
        message_id = uuid5(SPACE, f"message {number}")
        return MessageAnswered(message_id, an_id("thread"), an_id(about), world.tunvik)

    return happen


def test_astrid_gets_one_sms_and_jonas_one_email_and_nothing_of_health(
    answered, wishes, outside, deliver, decisions
) -> None:
    wishes("jonas", about="astrid", message="email")
    reactions.tell_of_answers([answered()])
    assert deliver() == 2

    assert [(sms["to"], sms["from"], sms["text"]) for sms in outside.sms()] == [(ASTRIDS_MOBILE, "Tunvik", OWN)]
    (mail,) = outside.mail()
    assert (mail["to"], mail["subject"], mail["text"].split("\n")[0]) == (JONAS_EMAIL, "Ny melding", KIN)
    assert mail["from"] == "Tunvik <ikke-svar@tunvik.example>"
    assert decisions() == {"astrid": ("sms", "sent"), "jonas": ("email", "sent")}


def test_the_same_report_again_gives_nothing_new(answered, outside, deliver, decisions, wishes) -> None:
    reactions.tell_of_answers([answered(), answered()])
    deliver()
    wishes("jonas", about="astrid", message="email")  # a changed wish makes no second notice of the same event
    reactions.tell_of_answers([answered()])
    assert deliver() == 0
    assert (len(outside.sms()), len(outside.mail())) == (2, 0)


def test_a_performed_visit_is_told_to_who_asked_for_it_alone(world, wishes, outside, deliver, decisions) -> None:
    wishes("astrid", about="astrid", visit_performed="sms")
    visit = performed_visit(world, "morning")
    reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
    reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
    deliver()
    assert [sms["text"] for sms in outside.sms()] == ["Tunvik: Besøket er utført kl. 08.40. Logg inn for å se mer."]
    assert decisions() == {"astrid": ("sms", "sent"), "jonas": ("none", "no-wish")}


def test_a_hundred_visits_are_decided_in_a_handful_of_statements(world, wishes, database, django_queries) -> None:
    wishes("astrid", about="astrid", visit_performed="sms")
    visits = tuple(performed_visit(world, f"visit {number}") for number in range(100))
    with django_queries() as statements:
        reactions.tell_of_performed_visits([VisitsPerformed(visits, world.tunvik)])
    assert len(statements) <= 8, statements
    assert database.execute("SELECT count(*) FROM notice").fetchone() == (200,)


def test_the_visits_of_the_first_window_a_journal_sends_are_not_told_of(
    world, wishes, outside, deliver, decisions
) -> None:
    wishes("astrid", about="astrid", visit_performed="sms")
    visit = performed_visit(world, "last month", ended_at="2026-03-01T09:59:00+01:00")
    reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
    assert deliver() == 0
    assert decisions() == {"astrid": ("none", "too-old"), "jonas": ("none", "too-old")}


def test_where_the_service_has_not_opened_notices_nobody_is_told(world, wishes, deliver, decisions, database) -> None:
    wishes("astrid", about="astrid", visit_performed="sms")
    database.execute("UPDATE service SET notices_from = NULL WHERE id = %s", [world.nord_nursing])
    reactions.tell_of_performed_visits([VisitsPerformed((performed_visit(world, "morning"),), world.tunvik)])
    assert deliver() == 0
    assert decisions()["astrid"] == ("none", "not-opened")


def test_a_shared_phone_hears_an_event_once_and_in_the_words_to_the_citizen(
    answered, outside, deliver, decisions
) -> None:
    outside.reach("jonas", mobile="900 00 001")
    reactions.tell_of_answers([answered()])
    deliver()
    assert [sms["text"] for sms in outside.sms()] == [OWN]
    assert decisions() == {"astrid": ("sms", "sent"), "jonas": ("sms", "same-address")}


def test_another_event_reaches_the_same_phone_again(answered, outside, deliver) -> None:
    reactions.tell_of_answers([answered(1), answered(2)])
    deliver()
    assert sorted(sms["to"] for sms in outside.sms()) == sorted(2 * [ASTRIDS_MOBILE, JONAS_MOBILE])


def test_who_has_no_mobile_gets_an_email_and_who_has_neither_is_known_as_not_reached(
    answered, outside, deliver, decisions
) -> None:
    outside.reach("astrid", email="astrid.berg@example.no")
    outside.reach("jonas", mobile=JONAS_MOBILE, months_ago=20)  # not confirmed for eighteen months
    reactions.tell_of_answers([answered()])
    deliver()
    assert decisions() == {"astrid": ("email", "sent"), "jonas": ("sms", "no-contact")}
    assert [mail["to"] for mail in outside.mail()] == ["astrid.berg@example.no"]


def test_a_number_that_takes_no_sms_counts_as_none(answered, outside, deliver, decisions) -> None:
    outside.reach("astrid", mobile="+4732000000")
    reactions.tell_of_answers([answered()])
    deliver()
    assert decisions()["astrid"] == ("sms", "no-contact")


def test_the_provider_fails_three_times_and_then_it_comes_once(
    answered, outside, deliver, decisions, time_passes, wishes
) -> None:
    wishes("jonas", about="astrid", message="none")
    reactions.tell_of_answers([answered()])
    outside.fail(3)
    for _ in range(3):
        assert deliver() == 1
        assert deliver() == 0  # it waits its time
        time_passes()
    assert outside.sms() == []
    assert deliver() == 1
    assert decisions()["astrid"] == ("sms", "sent")
    assert len(outside.sms()) == 1


def test_after_the_fourth_failure_it_is_given_up_and_says_so(
    answered, outside, deliver, decisions, time_passes, wishes
) -> None:
    wishes("jonas", about="astrid", message="none")
    reactions.tell_of_answers([answered()])
    outside.fail(4)
    for _ in range(5):
        deliver()
        time_passes()
    assert decisions()["astrid"] == ("sms", "failed")
    assert outside.sms() == []


@dataclass
class CutLine:
    """A line that carries the message over, and is cut before the answer comes back."""

    real: SmsGateway
    cut: BaseException

    def send(self, sms: Sms) -> Accepted:
        self.real.send(sms)
        raise self.cut


def test_a_line_cut_after_the_provider_took_it_over_gives_one_sms(
    answered, outside, deliver, decisions, time_passes
) -> None:
    cut = replace(outside.gateways, sms=CutLine(outside.gateways.sms, NotAccepted(Why.UNAVAILABLE)))
    reactions.tell_of_answers([answered()])
    deliver(cut)
    assert {decision for _, decision in decisions().values()} == {"due"}
    time_passes()
    deliver()
    assert {decision for _, decision in decisions().values()} == {"sent"}
    assert sorted(sms["to"] for sms in outside.sms()) == [ASTRIDS_MOBILE, JONAS_MOBILE]


def test_killed_between_sending_and_writing_it_down_gives_one_sms(
    answered, outside, deliver, decisions, time_passes
) -> None:
    killed = replace(outside.gateways, sms=CutLine(outside.gateways.sms, SystemExit()))
    reactions.tell_of_answers([answered()])
    with pytest.raises(SystemExit):
        deliver_due(clock.now(), gateways=killed)
    assert deliver() == 0  # another worker leaves it alone until the lease is over
    time_passes()
    assert deliver() == 2
    assert {decision for _, decision in decisions().values()} == {"sent"}
    assert sorted(sms["to"] for sms in outside.sms()) == [ASTRIDS_MOBILE, JONAS_MOBILE]


def test_two_workers_at_once_send_each_notice_once(answered, outside) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def work() -> int:
        try:
            return sum(deliver_due(clock.now(), gateways=outside.gateways, limit=5) for _ in range(6))
        finally:
            connection.close()

    reactions.tell_of_answers([answered(number) for number in range(20)])
    with ThreadPoolExecutor(2) as workers:
        taken = sum(future.result() for future in [workers.submit(work), workers.submit(work)])
    assert taken == 40
    assert len(outside.sms()) == 40


def test_a_silent_register_costs_no_attempt(answered, outside, deliver, decisions, time_passes, database) -> None:
    silent = replace(outside.gateways, register=Krr("http://127.0.0.1:9", token=lambda: "test", timeout_s=0.5))
    reactions.tell_of_answers([answered()])
    for _ in range(6):
        deliver(silent)
        time_passes()
    assert database.execute("SELECT DISTINCT attempts, last_error FROM notice").fetchall() == [(0, "contact-register")]
    deliver()
    assert {decision for _, decision in decisions().values()} == {"sent"}


def test_jonas_whose_fullmakt_ended_meanwhile_is_not_told(answered, deliver, decisions, database, outside) -> None:
    reactions.tell_of_answers([answered()])
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = now()")
    deliver()
    assert decisions() == {"astrid": ("sms", "sent"), "jonas": ("sms", "not-any-more")}
    assert [sms["to"] for sms in outside.sms()] == [ASTRIDS_MOBILE]


def test_after_a_death_nobody_is_told_of_anything_not_even_of_what_waited(
    answered, deliver, decisions, database, outside
) -> None:
    reactions.tell_of_answers([answered()])
    database.execute("UPDATE citizen SET deceased_on = '2026-03-02' WHERE id = %s", [an_id("astrid")])
    deliver()
    assert {decision for _, decision in decisions().values()} == {"not-any-more"}
    assert (outside.sms(), outside.mail()) == ([], [])


def test_who_has_stopped_using_the_service_is_not_told_of_messages(answered, deliver, decisions, database) -> None:
    database.execute("UPDATE activation SET state = 'inactive' WHERE citizen_id = %s", [an_id("astrid")])
    reactions.tell_of_answers([answered()])
    deliver()
    assert {decision for _, decision in decisions().values()} == {"not-any-more"}


def test_nils_with_a_protected_address_is_told_that_there_is_a_message_and_not_where(
    world, answered, deliver, outside
) -> None:
    world.activation("nils")
    outside.reach("nils", mobile="+4790000009")
    reactions.tell_of_answers([answered(about="nils")])
    deliver()
    assert [(sms["from"], sms["text"]) for sms in outside.sms()] == [
        ("Varsel", "Du har en ny melding. Logg inn for å lese den.")
    ]


def test_each_is_told_in_her_own_language(answered, deliver, outside, database) -> None:
    database.execute("UPDATE citizen SET language = 'en' WHERE id = %s", [an_id("jonas")])
    reactions.tell_of_answers([answered()])
    deliver()
    assert {sms["to"]: sms["text"] for sms in outside.sms()}[JONAS_MOBILE] == (
        "Tunvik: New message for someone you act for. Log in to read it."
    )


def test_nothing_that_was_stored_says_where_anybody_can_be_reached(answered, deliver, database) -> None:
    reactions.tell_of_answers([answered()])
    deliver()
    kept = database.execute("SELECT n::text FROM notice n UNION ALL SELECT r::text FROM reached_address r").fetchall()
    assert len(kept) == 4
    for (row,) in kept:
        assert "9000000" not in row
        assert "example.no" not in row


MOBILES = st.sampled_from(["", "+4790000001", "90000001", "+4790000002"])
EMAILS = st.sampled_from(["", "post@tunvik.example", "Post@Tunvik.example"])
KIN_KEYS = ("jonas", "siri", "einar")


@how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.uuids(),
    reach=st.fixed_dictionaries({key: st.tuples(MOBILES, EMAILS) for key in ("astrid", *KIN_KEYS)}),
    rights=st.fixed_dictionaries({key: st.frozensets(st.sampled_from(Right)) for key in KIN_KEYS}),
    wished=st.fixed_dictionaries({key: st.sampled_from(["sms", "email", "none"]) for key in ("astrid", *KIN_KEYS)}),
)
def test_whoever_shares_whatever_no_address_hears_an_event_twice(
    world, outside, deliver, wishes, database, number: UUID, reach, rights, wished
) -> None:
    for table in ("notice", "reached_address", "preference", "fullmakt"):
        database.execute(f"DELETE FROM {table}")
    outside.reach_nobody()
    for key, (mobile, email) in reach.items():
        outside.reach(key, mobile=mobile, email=email)
        wishes(key, about="astrid", message=wished[key])
    for key in KIN_KEYS:
        world.fullmakt("astrid", key, rights=tuple(rights[key]))

    event = MessageAnswered(number, an_id("thread"), an_id("astrid"), world.tunvik)
    reactions.tell_of_answers([event, event])
    deliver()

    heard = [sms["to"] for sms in outside.sms()] + [mail["to"].casefold() for mail in outside.mail()]
    assert len(heard) == len(set(heard))
    told = database.execute("SELECT receiver_id, decision FROM notice").fetchall()
    eligible = {"astrid"} | {key for key in KIN_KEYS if {Right.NOTICES, Right.READ} <= rights[key]}
    assert sorted(receiver for receiver, _ in told) == sorted(an_id(key) for key in eligible)
    assert all(decision in ("sent", "no-wish", "no-contact", "same-address") for _, decision in told)
    assert len(heard) == sum(decision == "sent" for _, decision in told)
