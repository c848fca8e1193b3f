"""A report costs no more where years lie behind a person: what it looks at does not grow with them."""

import itertools
import re

from django.db import connection

from hjemmekontakt.visits import reporting
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


def test_whether_a_new_visit_was_expected_is_asked_of_the_few_that_are_expected(world) -> None:
    whose = {"astrid": an_id("astrid"), "tunvik": world.tunvik, "nord": world.nord, "nursing": world.nord_nursing}
    world.connection.execute(BEHIND, whose)
    world.connection.execute("ANALYZE visit")
    number = itertools.count(1)
    statement = re.sub("%s", lambda _: f"${next(number)}", SQL["place_visits"].format(**reporting.SHAPE))

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (GENERIC_PLAN) " + statement)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Scan using expected_visits_of_a_citizen on visit" in plan
    assert "visits_of_a_citizen on visit" not in plan.replace("expected_visits_of_a_citizen", "")
    assert "Seq Scan on visit" not in plan
