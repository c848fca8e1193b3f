"""Kill -9 of the worker between the claim of a clock that rings and its commit: nothing is lost, and it rings once."""

from datetime import timedelta

from hjemmekontakt.messages import actions
from tests.kill.conftest import standing_still_at, until, wait_until_gone
from tests.people import an_id


def rings(world) -> list[tuple[str, int]]:
    return world.connection.execute("SELECT what, stage FROM handling ORDER BY id").fetchall()


def test_killed_while_it_rings(programs, world, astrid):
    sent = actions.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei!", form_key=an_id("skjema")
    )
    world.connection.execute("UPDATE demo_clock SET moved_by = moved_by + %s", [timedelta(days=4)])
    with standing_still_at("handling", "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        programs.kill(worker)
    wait_until_gone(backend, world=world)
    assert rings(world) == []

    programs.start_worker()
    programs.start_worker()
    until(lambda: rings(world), what="a ring")
    state = "SELECT alarm_at, alarm_stage, with_leader FROM thread WHERE id = %s"

    assert rings(world) == [("alarm", 100), ("to-leader", 0)]
    assert world.connection.execute(state, [sent.thread_id]).fetchone() == (None, 100, True)
