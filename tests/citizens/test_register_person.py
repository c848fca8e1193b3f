"""What the register says of a person is kept once, sealed, and refreshed; settings are her own."""

from datetime import date
from uuid import UUID

import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require, the_portal
from hjemmekontakt.access.rules import Actor, Denial, May
from hjemmekontakt.people import actions, queries
from hjemmekontakt.people.rules import Protection, TypeSize, sort_key
from tests.people import NATIONAL_IDS, an_id

LIV = "05847510066"


@intent
def known(
    actor: Actor, *, national_id: str = LIV, given: str = "Liv", protection: Protection = Protection.NONE
) -> UUID:
    grant = require(actor, May.KNOW_WHO_LOGS_IN, about=lookup.portal())
    return actions.register_person(
        grant,
        national_id=national_id,
        given_name=given,
        family_name="Krogh",
        birth_date=date(1975, 4, 5),
        protection=protection,
        deceased_on=None,
        language="nn",
    )


def row(database, id: UUID) -> tuple:
    return database.execute(
        "SELECT given_name, sort_key, protection, language FROM citizen WHERE id = %s", [id]
    ).fetchone()


def test_liv_is_known_once_and_her_number_lies_sealed(world, database) -> None:
    first = known(the_portal())
    assert known(the_portal()) == first == queries.id_by_national_id(LIV)
    assert row(database, first) == ("Liv", "krogh  liv", "none", "nn")
    sealed = database.execute("SELECT national_id_sealed FROM citizen WHERE id = %s", [first]).fetchone()[0]
    assert LIV.encode() not in bytes(sealed)


def test_what_the_register_says_later_counts_but_the_language_stays_her_own(world, database, astrid) -> None:
    actions.set_language(astrid, "en")
    same = known(
        the_portal(), national_id=NATIONAL_IDS["astrid"], given="Astrid Marie", protection=Protection.CONFIDENTIAL
    )
    assert same == an_id("astrid")
    assert row(database, same) == ("Astrid Marie", "krogh  astrid marie", "confidential", "en")


def test_large_type_is_kept_and_the_log_says_that_settings_were_changed(world, database, astrid) -> None:
    actions.set_large_type(astrid, TypeSize.LARGE)
    assert database.execute("SELECT large_type FROM citizen WHERE id = %s", [an_id("astrid")]).fetchone() == (True,)
    assert database.execute("SELECT act, actor_name FROM access_entry").fetchall() == [
        ("change-settings", "Astrid Berg")
    ]


def test_a_language_that_the_portal_has_not_is_refused(world, astrid) -> None:
    with pytest.raises(ValueError, match="bokmål"):
        actions.set_language(astrid, "xx")


def test_settings_are_changed_by_the_person_herself_alone(world, jonas_for_astrid, mona, journal, database) -> None:
    for somebody in (jonas_for_astrid, mona, journal, the_portal()):
        with pytest.raises(Denied) as denied:
            actions.set_large_type(somebody, TypeSize.LARGE)
        assert denied.value.why is Denial.NOT_FOR_THIS_STANDING
    assert database.execute("SELECT count(*) FROM citizen WHERE large_type").fetchone() == (0,)


def test_the_database_sorts_names_as_norwegians_do(world, database) -> None:
    names = ["Åsen", "Berg", "Øverby", "Ærlig", "Zahl", "Aasen", "Berg-Hansen", "Ås"]
    keys = [sort_key(name) for name in names]
    rows = database.execute(
        'SELECT name FROM unnest(%s::text[], %s::text[]) AS t(name, key) ORDER BY key COLLATE "C", name', [names, keys]
    ).fetchall()
    assert [name for (name,) in rows] == ["Berg", "Berg-Hansen", "Zahl", "Ærlig", "Øverby", "Ås", "Aasen", "Åsen"]
