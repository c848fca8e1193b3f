"""Kill -9 of a worker with two SMS providers: a message that one of them may have is never with the other."""

from collections.abc import Iterator

import pytest

from tests.gateways.smsc import Smsc
from tests.kill.conftest import Programs, SmsProvider, let_leases_run_out, until
from tests.kill.test_killed_worker import NEWS, decisions, mona_has_answered, nothing_waits
from tests.people import World


@pytest.fixture
def smsc(programs: Programs) -> Iterator[Smsc]:
    """The second provider speaks SMPP; the first is the one that outlives those who call it."""
    server = Smsc().start()
    programs.environment |= {
        "HK_SMS_SECOND_PROVIDER": "smpp",
        "HK_SMS_SECOND_URL": f"smpp://127.0.0.1:{server.port}",
        "HK_SMS_SECOND_USER": "tests",
        "HK_SMS_SECOND_PASSWORD": "tests",
    }
    yield server
    for process in list(programs.running):
        programs.kill(process)
    server.stop()


def receipts(world: World) -> set[tuple[str, str]]:
    return set(world.connection.execute("SELECT sms_provider, receipt FROM notice WHERE decision = 'sent'").fetchall())


def test_killed_when_the_first_has_accepted_the_second_never_gets_it(
    programs, world, sms: SmsProvider, smsc, astrid, mona
):
    sms.slow_from = 1
    mona_has_answered(astrid, mona, world, times=3)
    worker = programs.start_worker()
    until(lambda: len(sms.references) == 3, what="three accepted by the first")
    programs.kill(worker)
    sms.slow_from = 1_000_000
    sms.may_answer.set()

    let_leases_run_out(world)
    programs.start_worker()
    until(lambda: nothing_waits(world), what="everything written down")

    assert sms.texts() == [NEWS] * 3
    assert smsc.heard == []
    assert receipts(world) == {("link", "")}


def test_where_the_first_is_not_there_all_goes_by_the_second_and_its_receipts_are_recorded(
    programs, world, smsc, astrid, mona
):
    programs.environment["HK_SMS_URL"] = "http://127.0.0.1:9"
    mona_has_answered(astrid, mona, world, times=3)
    programs.start_worker()
    until(lambda: len(smsc.taken) == 3 and nothing_waits(world), what="three taken over by SMPP")
    answers = [smsc.receipt(name) for name in smsc.taken]
    until(lambda: all(answer.done() for answer in answers), what="the receipts answered")

    assert decisions(world)["sent"] == 3
    assert all(answer.result().is_success for answer in answers)
    assert receipts(world) == {("smpp", "delivered")}
    assert NEWS[1] in {event.short_message.replace(b"\x0f", "å".encode()).decode() for event in smsc.heard}
