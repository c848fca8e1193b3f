"""A report costs no more where years lie behind a person: what it looks at does not grow with them."""

import collections
import itertools
import re

import pytest
from django.db import connection

from hjemmekontakt.visits import rows
from hjemmekontakt.visits.statements import SQL
from tests.people import an_id

BEHIND = """
INSERT INTO visit (id, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status, starts_at,
    ends_at, not_performed_reason, cancelled_by, source_updated_at, digest, reported_at, stored_at, is_window, title,
    instruction, performer_name, performer_role, place, cancellable, version)
SELECT gen_random_uuid(), %(astrid)s, %(tunvik)s, %(nord)s, %(nursing)s, 'urn:x', n::text, 'performed',
    '2026-03-01'::timestamptz - n * interval '12 hours', '2026-03-01'::timestamptz - n * interval '12 hours', '', '', now(),
    '', now(), now(), true, '', '', '', '', 'home', true, 1
FROM generate_series(1, 700) AS n
"""


@pytest.fixture
def behind(world) -> None:
    """Astrid has had seven hundred visits."""
    whose = {"astrid": an_id("astrid"), "tunvik": world.tunvik, "nord": world.nord, "nursing": world.nord_nursing}
    world.connection.execute(BEHIND, whose)
    world.connection.execute("ANALYZE visit")


def plan_of(name: str) -> str:
    """How the database goes about a statement of a report, whatever it is given."""
    number: dict[str, int] = collections.defaultdict(itertools.count(1).__next__)
    unnamed = itertools.count()
    shape = rows.SHAPE | {"held": "0", "event": ""}
    statement = re.sub(
        r"%(?:\((\w+)\))?s", lambda place: f"${number[place[1] or str(next(unnamed))]}", SQL[name].format(**shape)
    )
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (GENERIC_PLAN) " + statement)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_whether_a_new_visit_was_expected_is_asked_of_the_few_that_are_expected(behind) -> None:
    plan = plan_of("place_visits")
    assert "Scan using expected_visits_of_a_citizen on visit" in plan
    assert "visits_of_a_citizen on visit" not in plan.replace("expected_visits_of_a_citizen", "")
    assert "Seq Scan on visit" not in plan


@pytest.mark.parametrize("name", ["known_visits", "heard_again", "what_bears_on_a_report"])
def test_what_is_known_is_found_by_its_name_or_its_id(behind, name: str) -> None:
    assert "Seq Scan on visit" not in plan_of(name)


def test_what_one_function_asks_of_visits_is_found_so_too(behind) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'hk_record_at_once'")
        source = cursor.fetchone()[0]
        asked = re.findall(r"SELECT (?:\* INTO before )?FROM visit\b.+?(?=;|\n *\) THEN)", source, re.DOTALL)
        plans = []
        for each in asked:
            statement = re.sub(r"\btold\.(\w+)", r"($1::visit).\1", each.replace("* INTO before", "*"))
            cursor.execute("EXPLAIN (GENERIC_PLAN) " + statement)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    known, expected = plans
    assert "Scan using a_journal_names_a_visit_once on visit" in known
    assert "Scan using expected_visits_of_a_citizen on visit" in expected
