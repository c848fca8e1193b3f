"""A fullmakt from offer to end: who may, what is refused, what is written down and told."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid5

import psycopg
import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require, the_portal
from hjemmekontakt.access.rules import Actor, Denial, May, Right, Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.people.queries import id_by_national_id
from hjemmekontakt.representation import actions, queries
from hjemmekontakt.representation.rules import EndReason, Refusal, State
from tests.people import NATIONAL_IDS, SPACE, an_id, herself
from tests.representation.conftest import LIV, NILS, YOUNG

READ = frozenset({Right.READ})
FORM = uuid5(SPACE, "a form")


def offer(giver, receiver: UUID, *, rights=READ, ends_on: date | None = None, form_key: UUID = FORM) -> UUID:
    return actions.offer_fullmakt(giver, receiver, rights=rights, ends_on=ends_on, form_key=form_key)


def states(database: psycopg.Connection) -> list[tuple]:
    return database.execute("SELECT state, end_reason FROM fullmakt ORDER BY offered_at, id").fetchall()


def lines(database: psycopg.Connection, key: str) -> list[tuple]:
    return database.execute(
        "SELECT act, outcome, actor_name FROM access_entry WHERE citizen_id = %s ORDER BY id", [an_id(key)]
    ).fetchall()


def refusal_of(act: Callable, *args, **kwargs) -> Refusal:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.why


def test_astrid_gives_siri_a_fullmakt_who_says_yes_and_may_then_act(
    world, database, astrid, siri, register, told
) -> None:
    receiver = actions.look_up_receiver(astrid, NATIONAL_IDS["siri"])
    given = offer(astrid, receiver)
    assert queries.people_i_act_for(siri) == []

    actions.accept_fullmakt(siri, given)

    (acts_for,) = queries.people_i_act_for(siri)
    assert (acts_for.giver_name, acts_for.rights) == ("Astrid Berg", READ)
    assert told() == ["FullmaktOffered", "FullmaktGiven"]
    assert lines(database, "astrid") == [
        ("look-up-receiver", "done", "Astrid Berg"),
        ("give-fullmakt", "done", "Astrid Berg"),
        ("answer-fullmakt", "done", "Siri Holm"),
    ]


def test_a_typed_number_reveals_no_name_before_the_other_says_yes(world, astrid, siri) -> None:
    given = offer(astrid, an_id("siri"))
    (waiting,) = queries.fullmakter_of(astrid).waiting
    (invitation,) = queries.fullmakter_of(siri).invitations
    assert (waiting.other_name, invitation.other_name) == ("", "Astrid Berg")

    actions.decline_fullmakt(siri, given)

    (declined,) = queries.fullmakter_of(astrid).history
    assert (declined.other_name, declined.end_reason) == ("", EndReason.DECLINED)


@pytest.mark.parametrize("number", [NILS, YOUNG, "05847510128", "15858210391"])
def test_who_cannot_receive_and_who_is_not_found_get_the_same_refusal_and_leave_no_trace(
    world, database, astrid, register, number
) -> None:
    register.people.pop(NATIONAL_IDS["siri"])
    before = database.execute("SELECT count(*) FROM citizen").fetchone()
    assert refusal_of(actions.look_up_receiver, astrid, number) is Refusal.RECEIVER_CANNOT
    assert database.execute("SELECT count(*) FROM citizen").fetchone() == before


def test_liv_who_was_never_here_becomes_known_by_the_register_alone(world, database, astrid, register) -> None:
    receiver = actions.look_up_receiver(astrid, LIV)
    assert receiver == id_by_national_id(LIV)
    offer(astrid, receiver)
    liv = Actor(Standing.SELF, receiver, "Liv Krogh", about_id=receiver, about_name="Liv Krogh")
    assert [view.other_name for view in queries.fullmakter_of(liv).invitations] == ["Astrid Berg"]


def test_her_own_number_is_refused(world, astrid, register) -> None:
    assert refusal_of(actions.look_up_receiver, astrid, NATIONAL_IDS["astrid"]) is Refusal.YOURSELF


def test_a_register_that_does_not_answer_is_said_and_nothing_is_given(world, database, astrid) -> None:
    assert refusal_of(actions.look_up_receiver, astrid, LIV) is Refusal.REGISTER_SILENT
    assert states(database) == [("active", "")]


def test_twenty_numbers_a_day_are_the_most_that_one_may_type(world, astrid, register, at) -> None:
    for _ in range(20):
        assert refusal_of(actions.look_up_receiver, astrid, "05847510128") is Refusal.RECEIVER_CANNOT
    assert refusal_of(actions.look_up_receiver, astrid, LIV) is Refusal.TOO_MANY
    at("wednesday 10:00")
    assert actions.look_up_receiver(astrid, LIV) == id_by_national_id(LIV)


def test_the_register_learned_of_a_protected_address_and_every_fullmakt_ends_at_once(
    world, database, astrid, jonas, register, told
) -> None:
    from hjemmekontakt.gateways.folkeregister import Protection

    register.put(NATIONAL_IDS["astrid"], "Astrid", "Berg", date(1944, 3, 12), protection=Protection.CONFIDENTIAL)
    receiver = actions.look_up_receiver(astrid, NATIONAL_IDS["siri"])
    assert states(database) == [("ended", "protected")]
    assert refusal_of(offer, astrid, receiver) is Refusal.GIVER_CANNOT
    (seen,) = queries.fullmakter_of(jonas).history
    assert (seen.other_name, seen.end_reason) == ("", None)
    assert told() == ["FullmaktEnded"]


@pytest.mark.parametrize(
    ("rights", "ends_on", "why"),
    [
        (frozenset(), None, Refusal.NO_RIGHTS),
        (frozenset({Right.WRITE}), None, Refusal.WRITE_NEEDS_READ),
        (frozenset({Right.CANCEL}), None, Refusal.CANCEL_NEEDS_SEE),
        (READ, date(2026, 3, 1), Refusal.ENDS_IN_THE_PAST),
        (READ, date(2046, 3, 1), Refusal.ENDS_TOO_LATE),
    ],
)
def test_what_makes_no_fullmakt_is_refused_with_its_reason(world, database, astrid, rights, ends_on, why) -> None:
    assert refusal_of(offer, astrid, an_id("siri"), rights=rights, ends_on=ends_on) is why
    assert states(database) == [("active", "")]


def test_nils_with_a_protected_address_can_neither_give_nor_receive(world, astrid) -> None:
    assert refusal_of(offer, herself("nils", "Nils Foss"), an_id("siri")) is Refusal.GIVER_CANNOT
    assert refusal_of(offer, astrid, an_id("nils")) is Refusal.RECEIVER_CANNOT


def test_the_same_form_sent_twice_offers_once_and_another_form_is_refused(world, database, astrid, told) -> None:
    assert offer(astrid, an_id("siri")) == offer(astrid, an_id("siri"))
    assert refusal_of(offer, astrid, an_id("siri"), form_key=an_id("another form")) is Refusal.ALREADY_GIVEN
    assert [state for state, _ in states(database)] == ["active", "offered"]
    assert told() == ["FullmaktOffered"]


def test_a_yes_pressed_twice_is_one_yes_and_a_no_after_it_is_refused(world, database, astrid, siri, told) -> None:
    given = offer(astrid, an_id("siri"))
    actions.accept_fullmakt(siri, given)
    actions.accept_fullmakt(siri, given)
    assert refusal_of(actions.decline_fullmakt, siri, given) is Refusal.NOT_OPEN
    assert told() == ["FullmaktOffered", "FullmaktGiven"]


def test_astrid_cannot_say_yes_to_her_own_offer_nor_siri_withdraw_it(world, astrid, siri) -> None:
    given = offer(astrid, an_id("siri"))
    assert refusal_of(actions.accept_fullmakt, astrid, given) is Refusal.ONLY_THE_RECEIVER
    assert refusal_of(actions.withdraw_fullmakt, siri, given) is Refusal.ONLY_THE_GIVER
    assert refusal_of(actions.resign_fullmakt, astrid, given) is Refusal.ONLY_THE_RECEIVER


def test_an_offer_waits_six_weeks_and_no_longer(world, astrid, siri, at) -> None:
    given = offer(astrid, an_id("siri"))
    at(clock.now() + timedelta(weeks=6, minutes=1))
    assert refusal_of(actions.accept_fullmakt, siri, given) is Refusal.NOT_OPEN


def test_astrid_withdraws_and_jonas_may_act_no_more_from_that_moment(world, database, astrid, jonas, told) -> None:
    given = an_id("fullmakt astrid jonas")
    assert [each.giver_name for each in queries.people_i_act_for(jonas)] == ["Astrid Berg"]

    actions.withdraw_fullmakt(astrid, given)
    actions.withdraw_fullmakt(astrid, given)

    assert queries.people_i_act_for(jonas) == []
    assert states(database) == [("ended", "withdrawn")]
    assert told() == ["FullmaktEnded"]
    (seen,) = queries.fullmakter_of(jonas).history
    assert (seen.other_name, seen.end_reason) == ("Astrid Berg", EndReason.WITHDRAWN)


def test_jonas_gives_it_up_and_what_has_ended_never_changes_again(world, database, jonas, told) -> None:
    actions.resign_fullmakt(jonas, an_id("fullmakt astrid jonas"))
    assert states(database) == [("ended", "resigned")]
    for change in ("state = 'active'", "rights = '{read}'", "ended_at = now()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(f"UPDATE fullmakt SET {change}")


def test_what_was_agreed_never_changes_while_it_holds(world, database) -> None:
    for change in ("rights = '{read}'", "ends_on = '2030-01-01'", f"receiver_id = '{an_id('siri')}'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(f"UPDATE fullmakt SET {change}")


ACTS = {
    "offer": lambda actor: offer(actor, an_id("siri")),
    "accept": lambda actor: actions.accept_fullmakt(actor, an_id("fullmakt astrid jonas")),
    "decline": lambda actor: actions.decline_fullmakt(actor, an_id("fullmakt astrid jonas")),
    "withdraw": lambda actor: actions.withdraw_fullmakt(actor, an_id("fullmakt astrid jonas")),
    "resign": lambda actor: actions.resign_fullmakt(actor, an_id("fullmakt astrid jonas")),
    "see": lambda actor: queries.fullmakt(actor, an_id("fullmakt astrid jonas")),
    "look up": lambda actor: actions.look_up_receiver(actor, LIV),
    "list": queries.fullmakter_of,
}


@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_is_refused_and_nothing_changes(
    world, database, siri, jonas_for_astrid, mona, kari, journal, register, act
) -> None:
    for somebody in (jonas_for_astrid, mona, kari, journal):
        with pytest.raises(Denied) as denied:
            ACTS[act](somebody)
        assert denied.value.why is Denial.NOT_FOR_THIS_STANDING
    if act not in ("offer", "list", "look up"):
        with pytest.raises(Denied) as denied:
            ACTS[act](siri)
        assert (denied.value.why, denied.value.near) == (Denial.NOT_HERS, False)
    assert states(database) == [("active", "")]


def test_an_unknown_fullmakt_is_as_far_away_as_somebody_elses(world, astrid) -> None:
    with pytest.raises(Denied) as denied:
        actions.withdraw_fullmakt(astrid, an_id("nothing"))
    assert (denied.value.why, denied.value.near) == (Denial.UNKNOWN, False)


def test_the_night_ends_what_has_run_out_and_leaves_what_holds(world, database, register, at, told) -> None:
    world.fullmakt("siri", "jonas", ends=date(2026, 3, 1))
    world.fullmakt("einar", "jonas", ends=date(2026, 3, 2))
    night = at("monday 02:00")
    assert actions.verify_fullmakter(the_portal(), now=night) == 1
    assert actions.verify_fullmakter(the_portal(), now=night) == 0
    assert dict(_by_giver(database)) == {an_id("astrid"): "", an_id("siri"): "run-out", an_id("einar"): ""}
    assert told() == ["FullmaktEnded"]


def test_the_night_hears_of_a_death_and_nobody_is_told_by_sms(world, database, register, at, told, jonas) -> None:
    register.put(NATIONAL_IDS["astrid"], "Astrid", "Berg", date(1944, 3, 12), deceased_on=date(2026, 2, 28))
    assert queries.people_i_act_for(jonas) != []
    actions.verify_fullmakter(the_portal(), now=at("monday 02:00"))
    assert states(database) == [("ended", "deceased")]
    assert queries.people_i_act_for(jonas) == []
    assert told() == []


def test_a_register_that_is_silent_at_night_ends_nothing_that_still_holds(world, database, at) -> None:
    assert actions.verify_fullmakter(the_portal(), now=at("monday 02:00")) == 0
    assert states(database) == [("active", "")]


def test_an_offer_that_nobody_answered_ends_at_night(world, database, astrid, at, told) -> None:
    offer(astrid, an_id("siri"))
    night = at(clock.now() + timedelta(weeks=6, days=1))
    assert actions.end_what_no_longer_holds(the_portal(), now=night) == 1
    assert states(database)[1] == (State.ENDED, EndReason.NOT_ANSWERED)


@intent
def proxies_of_astrid(actor: Actor) -> list[tuple]:
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    return queries.proxies_of(grant, an_id("astrid"), today=date(2026, 3, 2))


def test_proxies_are_found_for_those_who_notify(world) -> None:
    assert proxies_of_astrid(the_portal()) == [(an_id("jonas"), frozenset(Right))]


def _by_giver(database: psycopg.Connection) -> list[tuple]:
    return database.execute("SELECT giver_id, end_reason FROM fullmakt").fetchall()
