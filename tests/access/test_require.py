"""To decide is to log, and to unlock: without a grant nothing is seen, and each let-in leaves its line."""

from uuid import UUID

import psycopg
import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import Actor, Denial, May, Right
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.models import Citizen
from tests.people import an_id, on_behalf


@intent
def names_seen(actor: Actor, may: May, *, about: lookup.About) -> list[str]:
    require(actor, may, about=about)
    return [row.name for row in Citizen.objects.order_by("sort_key")]


@intent
def names_without_asking() -> list[str]:
    return [row.name for row in Citizen.objects.all()]


def lines(database: psycopg.Connection, key: str) -> list[tuple]:
    return database.execute(
        "SELECT act, outcome, standing, actor_name FROM access_entry WHERE citizen_id = %s ORDER BY id", [an_id(key)]
    ).fetchall()


def test_without_a_grant_an_ordinary_query_sees_nobody(world) -> None:
    assert names_without_asking() == []


def test_astrid_sees_herself_alone_and_it_is_written_down(world, astrid, database) -> None:
    assert names_seen(astrid, May.READ_THREAD, about=lookup.citizen(an_id("astrid"))) == ["Astrid Berg"]
    assert lines(database, "astrid") == [("read-thread", "done", "self", "Astrid Berg")]


def test_what_one_intent_unlocked_is_locked_again_in_the_next(world, astrid) -> None:
    names_seen(astrid, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))
    assert names_without_asking() == []


def test_jonas_for_astrid_reaches_both_and_the_line_says_who_he_is(world, jonas_for_astrid, database) -> None:
    seen = names_seen(jonas_for_astrid, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))
    assert seen == ["Astrid Berg", "Jonas Berg"]
    assert lines(database, "astrid") == [("read-thread", "done", "fullmakt", "Jonas Berg")]


def test_a_right_that_the_fullmakt_lacks_is_refused_near_and_written_down(world, database) -> None:
    jonas = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    with pytest.raises(Denied) as denied:
        names_seen(jonas, May.CANCEL_VISIT, about=lookup.citizen(an_id("astrid")))
    assert (denied.value.why, denied.value.near) == (Denial.NOT_IN_THE_FULLMAKT, True)
    assert lines(database, "astrid") == [("cancel-visit", "not-in-the-fullmakt", "fullmakt", "Jonas Berg")]


def test_siri_is_far_from_astrid_and_learns_nothing(world, siri, database) -> None:
    with pytest.raises(Denied) as denied:
        names_seen(siri, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))
    assert (denied.value.why, denied.value.near) == (Denial.NOT_HERS, False)


def test_an_unknown_id_is_refused_as_far_and_puts_no_line_on_anybody(world, siri, database) -> None:
    with pytest.raises(Denied) as denied:
        names_seen(siri, May.READ_THREAD, about=lookup.thread(UUID(int=7)))
    assert (denied.value.why, denied.value.near) == (Denial.UNKNOWN, False)
    assert database.execute("SELECT count(*) FROM access_entry").fetchone() == (0,)


def test_mona_at_nord_sees_those_whom_nord_helps_and_nobody_else(world, mona) -> None:
    assert names_seen(mona, May.SEE_INBOX, about=lookup.unit(world.nord, world.tunvik)) == ["Astrid Berg", "Einar Dahl"]


def test_per_at_sor_is_not_let_into_nord(world, per) -> None:
    with pytest.raises(Denied):
        names_seen(per, May.SEE_INBOX, about=lookup.unit(world.nord, world.tunvik))
    assert names_seen(per, May.SEE_INBOX, about=lookup.unit(world.sor, world.tunvik)) == []


@intent
def look_at_list(actor: Actor, unit: UUID, municipality: UUID, shown: list[UUID]) -> Grant:
    about = lookup.unit(unit, municipality)
    grant = require(actor, May.SEE_INBOX, about=about)
    log_list(grant, about, shown)
    return grant


def test_a_list_is_written_down_once_in_fifteen_minutes_for_each_citizen(world, mona, database, at) -> None:
    look_at_list(mona, world.nord, world.tunvik, [an_id("astrid")])
    look_at_list(mona, world.nord, world.tunvik, [an_id("astrid"), an_id("einar")])
    assert len(lines(database, "astrid")) == len(lines(database, "einar")) == 1
    at("monday 10:16")
    look_at_list(mona, world.nord, world.tunvik, [an_id("astrid")])
    assert len(lines(database, "astrid")) == 2


def test_require_outside_an_intent_is_a_mistake_that_stops(world, astrid) -> None:
    with pytest.raises(RuntimeError):
        require(astrid, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))


def test_a_national_id_is_found_by_its_keyed_value_and_lies_sealed(world, database) -> None:
    from tests.people import NATIONAL_IDS

    assert people.id_by_national_id(NATIONAL_IDS["astrid"]) == an_id("astrid")
    sealed, looked_up = database.execute(
        "SELECT national_id_sealed, national_id_lookup FROM citizen WHERE id = %s", [an_id("astrid")]
    ).fetchone()
    assert NATIONAL_IDS["astrid"].encode() not in bytes(sealed) + bytes(looked_up)


def test_the_log_takes_no_change_not_even_from_its_owner(world, astrid, database) -> None:
    names_seen(astrid, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))
    for statement in ("UPDATE access_entry SET actor_name = 'X'", "DELETE FROM access_entry", "TRUNCATE access_entry"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(statement)
