"""Kill -9 of the worker between the commit and the delivery: after the restart each notice has been delivered once."""

from collections import Counter

from hjemmekontakt.messages import actions, queries
from tests.kill.conftest import ASTRID, let_leases_run_out, standing_still_at, until, wait_until_gone
from tests.people import an_id

NEWS = (ASTRID, "Tunvik: Du har fått en ny melding. Logg inn for å lese den. Du kan ikke svare på denne SMS-en.")


def mona_has_answered(astrid, mona, world, *, times: int) -> None:
    """Astrid writes, and Mona answers: so many events are committed, and nobody has heard them."""
    for number in range(times):
        sent = actions.write_message(
            astrid, service_id=world.nord_nursing, subject=f"Nøkkel {number}", text="Hei!", form_key=an_id(f"w{number}")
        )
        seen = queries.staff_thread(mona, sent.thread_id).last_message_id
        actions.answer(mona, sent.thread_id, text="I nøkkelboksen.", form_key=an_id(f"a{number}"), seen_message_id=seen)


def decisions(world) -> Counter[str]:
    return Counter(row[0] for row in world.connection.execute("SELECT decision FROM notice").fetchall())


def nothing_waits(world) -> bool:
    answers = "SELECT count(*) FROM outbox WHERE listener LIKE 'notifications%'"
    return not world.connection.execute(answers).fetchone()[0] and decisions(world)["due"] == 0


def test_killed_while_it_decides_whom_to_tell(programs, world, sms, astrid, mona):
    mona_has_answered(astrid, mona, world, times=3)
    with standing_still_at("notice", "SHARE", world=world) as the_one_who_waits:
        worker = programs.start_worker()
        backend = the_one_who_waits()
        programs.kill(worker)
    wait_until_gone(backend, world=world)
    assert sms.texts() == []
    assert decisions(world) == Counter()

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: len(sms.texts()) == 3 and nothing_waits(world), what="three SMS")

    assert sms.texts() == [NEWS] * 3
    assert len(set(sms.references)) == 3


def test_killed_when_the_provider_has_accepted_but_nothing_is_written_down(programs, world, sms, astrid, mona):
    sms.slow_from = 1
    mona_has_answered(astrid, mona, world, times=3)
    worker = programs.start_worker()
    until(lambda: len(sms.references) == 3, what="three accepted")
    assert decisions(world)["due"] >= 3
    programs.kill(worker)
    sms.slow_from = 1_000_000
    sms.may_answer.set()

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: nothing_waits(world), what="everything written down")

    assert sms.texts() == [NEWS] * 3, "the provider knows each by its reference, and has it once"
    assert set(Counter(sms.references).values()) == {2}, "each was handed over again"
    assert decisions(world)["sent"] == 3


def test_killed_between_two_of_a_batch(programs, world, sms, astrid, mona):
    sms.slow_from = 8
    mona_has_answered(astrid, mona, world, times=12)
    worker = programs.start_worker()
    until(lambda: len(sms.references) >= 8, what="eight accepted")
    programs.kill(worker)
    sms.slow_from = 1_000_000
    sms.may_answer.set()

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: len(sms.texts()) == 12 and nothing_waits(world), what="twelve SMS")

    assert sms.texts() == [NEWS] * 12
    assert len(set(sms.references)) == 12
