"""Kill -9 of the worker when notices are claimed and not handed over, and when they are handed over and not settled (R97)."""

from collections import Counter

from tests.kill.conftest import let_leases_run_out, standing_still_at, until, wait_until_gone
from tests.kill.test_killed_worker import NEWS, decisions, mona_has_answered, nothing_waits


def killed_standing_still_at(table: str, *, programs, world, when=lambda: True) -> None:
    with standing_still_at(table, "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        until(when, what="the moment to kill")
        programs.kill(worker)
    wait_until_gone(backend, world=world)


def test_killed_when_claimed_and_nothing_is_handed_over(programs, world, sms, astrid, mona):
    mona_has_answered(astrid, mona, world, times=3)
    killed_standing_still_at("reached_address", programs=programs, world=world)
    assert (sms.texts(), decisions(world)["due"] > 0) == ([], True)

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: len(sms.texts()) == 3 and nothing_waits(world), what="three SMS")

    assert sms.texts() == [NEWS] * 3
    assert len(set(sms.references)) == 3


def test_killed_when_handed_over_and_not_settled(programs, world, sms, astrid, mona):
    mona_has_answered(astrid, mona, world, times=3)
    killed_standing_still_at("notice_cost", programs=programs, world=world, when=lambda: len(sms.references) == 3)
    assert decisions(world)["sent"] == 0

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: len(sms.texts()) == 3 and nothing_waits(world), what="three SMS")

    assert sms.texts() == [NEWS] * 3, "the provider knows each by its reference, and has it once"
    assert set(Counter(sms.references).values()) <= {1, 2}
    assert world.connection.execute("SELECT messages FROM notice_cost").fetchall() == [(3,)]
