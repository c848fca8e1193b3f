"""Kill -9 of the worker when a subscriber has heard and nothing is noted: told again, under the same number (R97, R99)."""

from hjemmekontakt.messages import actions
from hjemmekontakt.municipalities.subscriptions import keeping
from hjemmekontakt.municipalities.subscriptions.rules import Wanted
from tests.fhir.subscribing import SECRET, listening
from tests.kill.conftest import until
from tests.people import an_id, the_journal


def test_killed_between_the_telling_and_the_noting(programs, world, astrid):
    with listening(world, world.tunvik) as ear:
        wanted = Wanted(topic="message-sent", reason="Svar", url=ear.url, secret=SECRET)
        subscription = keeping.make(the_journal(world.tunvik), wanted)
        worker = programs.start_worker()
        until(lambda: ear.kinds() == ["handshake"], what="a handshake")
        ear.may_answer.clear()
        for number in range(3):
            actions.write_message(
                astrid,
                service_id=world.nord_nursing,
                subject=f"Nøkkel {number}",
                text="Hei!",
                form_key=an_id(f"{number}"),
            )
        until(lambda: ear.numbers() == [1], what="the first event")
        programs.kill(worker)
        ear.may_answer.set()
        world.connection.execute("UPDATE subscription SET leased_until = leased_until - interval '1 hour'")
        world.connection.execute("UPDATE outbox SET leased_until = leased_until - interval '1 hour'")

        programs.start_worker()
        sent = "SELECT count(*) FROM subscription_delivery WHERE state = 'sent'"
        until(lambda: world.connection.execute(sent).fetchone()[0] == 3, what="all three noted")

        assert ear.numbers() == [1, 1, 2, 3]
        focuses = [each["entry"][1]["request"]["url"] for each in ear.heard if len(each["entry"]) > 1]
        assert focuses[0] == focuses[1]
        assert len(set(focuses)) == 3
        assert keeping.one(the_journal(world.tunvik), subscription.id).events == 3
