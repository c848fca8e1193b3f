"""What is done at the doors, by whom, and what is forgotten afterwards."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.gateways.folkeregister import Person
from hjemmekontakt.gateways.idporten import HIGH, LogIn
from hjemmekontakt.ground import clock
from hjemmekontakt.login import actions
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.queries import forget_old
from tests.doors import log_in, make_older
from tests.people import an_id

WHO = LogIn(
    pid="", acr=HIGH, amr=(), sid="sid", sub="", auth_time=clock.real(), locale="nb", id_token="the provider's token"
)
TOR = Person(given_name="Tor", middle_name="", family_name="Moe", birth_date=None)


def know(actor: Actor) -> object:
    return actions.know_person(actor, TOR, national_id="27856610022", language="nb")


def come_in(actor: Actor) -> object:
    return actions.log_in(actor, WHO, issuer="http://127.0.0.1:9", earlier="")


def go_out(actor: Actor) -> object:
    come_in(actor)
    return actions.log_out(actor, Session.objects.get(person_id=actor.id).id)


ACTS: list[tuple[str, Callable[[Actor], object], set[str]]] = [
    ("know", know, {"portal"}),
    ("come in", come_in, {"astrid", "mona"}),
    ("go out", go_out, {"astrid", "mona"}),
    ("act for herself", lambda actor: actions.act_for_herself(actor, UUID(int=1)), {"astrid", "jonas_for_astrid"}),
]


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "mona", "journal", "portal"])
@pytest.mark.parametrize(("act", "do", "may"), ACTS, ids=[act for act, _, _ in ACTS])
def test_who_may_do_what_at_the_doors(world, request, who, act, do, may) -> None:
    actor = the_portal() if who == "portal" else request.getfixturevalue(who)
    if who in may:
        do(actor)
    else:
        with pytest.raises(Denied):
            do(actor)


def test_log_out_gives_what_the_provider_needs_and_ends_the_session_once(world, astrid) -> None:
    assert go_out(astrid) == "the provider's token"
    session = Session.objects.get(person_id=astrid.id)
    assert actions.log_out(astrid, session.id) == "the provider's token"
    assert Session.objects.get(id=session.id).ended_at == session.ended_at


def test_nobody_can_log_out_or_switch_in_anothers_session(world, astrid, jonas) -> None:
    value = log_in(Client(), astrid.id)
    (session,) = Session.objects.all()
    with pytest.raises(Session.DoesNotExist):
        actions.log_out(jonas, session.id)
    actions.act_for(jonas, session.id, giver_id=astrid.id)
    (session,) = Session.objects.all()
    assert (session.acting_for_id, session.ended_at, bool(value)) == (None, None, True)


def test_sessions_that_are_over_are_forgotten_and_good_ones_are_not(world) -> None:
    log_in(Client(), an_id("astrid"))
    make_older(log_in(Client(), an_id("jonas")), by=timedelta(minutes=121))
    forget_old()
    assert [row.person_id for row in Session.objects.all()] == [an_id("astrid")]
