"""Kill -9 of the worker while it rings for a silent visit: nothing is half done, and it rings once."""

from datetime import timedelta

from tests.conftest import MONDAY
from tests.kill.conftest import standing_still_at, until, wait_until_gone
from tests.visits.rows import put_visit, silence_rings


def rings(world) -> list[tuple[object, ...]]:
    return world.connection.execute("SELECT visit_id, handled_at, kin_told_at FROM silent_visit").fetchall()


def test_killed_while_silence_rings(programs, world):
    silence_rings(world)
    visit = put_visit(world, "astrid", MONDAY - timedelta(hours=2), until=MONDAY - timedelta(minutes=40))
    with standing_still_at("silent_visit", "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        programs.kill(worker)
    wait_until_gone(backend, world=world)
    assert rings(world) == []

    programs.start_worker()
    programs.start_worker()
    until(lambda: rings(world), what="a silent visit")
    assert rings(world) == [(visit, None, None)]
