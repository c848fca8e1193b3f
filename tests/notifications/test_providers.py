"""Two SMS providers, one phone: whoever fails, dies or falls silent, never both get the same message (R55)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.gateways.sms import Failover, Sms
from hjemmekontakt.ground import clock
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.delivery import deliver_due
from hjemmekontakt.notifications.providers import choose_other_providers, choose_providers
from hjemmekontakt.notifications.receipts import record_receipts
from tests.people import SPACE, an_id

pytestmark = pytest.mark.usefixtures("world", "at")


class Killed(BaseException):
    """The worker's process ends here; nothing more of it runs."""


@dataclass
class Provider:
    """A provider that honours our reference; `then` is what it does to each message in turn, well when there is no more."""

    then: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    taken: dict[str, Sms] = field(default_factory=dict)

    def send(self, sms: Sms) -> Accepted:
        self.asked.append(sms.reference)
        what = self.then.pop(0) if self.then else None
        if what == "killed before":
            raise Killed
        if isinstance(what, Why):
            if what is Why.UNCERTAIN:
                self.taken[sms.reference] = sms  # it has it, and we are not told
            raise NotAccepted(what)
        self.taken[sms.reference] = sms
        if what == "killed after":
            raise Killed
        return Accepted(f"m-{sms.reference}")


@dataclass
class Two:
    """The two providers, and the deliveries that use them."""

    link: Provider
    smpp: Provider
    deliver: Callable[[], int]
    start_anew: Callable[[], None]


@pytest.fixture
def two(outside, time_passes) -> Two:
    link, smpp = Provider(), Provider()
    made: dict[str, Failover] = {}

    def start_anew() -> None:
        made["worker"] = Failover({"link": link, "smpp": smpp})

    def deliver() -> int:
        return deliver_due(clock.now(), gateways=replace(outside.gateways, sms=made["worker"]))

    start_anew()
    return Two(link, smpp, deliver, start_anew)


@pytest.fixture
def answered(world, wishes) -> UUID:
    """Mona has answered Astrid; Astrid alone is to be told, by SMS."""
    wishes("jonas", about="astrid", message="none")
    reactions.tell_of_answers(
        [MessageAnswered(uuid5(SPACE, "message"), an_id("thread"), an_id("astrid"), world.tunvik)]
    )
    return an_id("astrid")


@pytest.fixture
def row(database):
    """The one notice that is sent: decision, provider, last error, attempts."""

    def look() -> tuple[str, str, str, int]:
        found = database.execute(
            "SELECT decision, sms_provider, last_error, attempts FROM notice WHERE channel = 'sms'"
        ).fetchall()
        assert len(found) == 1
        return found[0]

    return look


@pytest.mark.usefixtures("answered")
def test_while_all_is_well_the_first_has_it(two, row):
    assert two.deliver() == 1
    assert row() == ("sent", "link", "", 1)
    assert (len(two.link.taken), len(two.smpp.taken)) == (1, 0)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("why", [Why.UNAVAILABLE, Why.BUSY, Why.SETUP])
def test_what_the_first_refuses_for_certain_goes_to_the_second_at_once(two, row, why):
    two.link.then = [why]
    two.deliver()

    assert row() == ("sent", "smpp", "", 1)
    assert (len(two.link.taken), len(two.smpp.taken)) == (0, 1)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("why", [Why.BAD_ADDRESS, Why.REFUSED])
def test_what_is_wrong_with_the_message_is_not_tried_elsewhere(two, row, why):
    two.link.then = [why]
    two.deliver()

    assert row() == ("failed", "link", why.value, 1)
    assert two.smpp.asked == []


@pytest.mark.usefixtures("answered")
def test_what_the_first_may_have_taken_over_is_tried_there_again_and_nowhere_else(two, row, time_passes):
    two.link.then = [Why.UNCERTAIN, Why.UNAVAILABLE, Why.UNAVAILABLE]
    for attempt in (1, 2, 3):
        two.deliver()
        assert row() == ("due", "link", "uncertain", attempt)
        time_passes()
    two.deliver()

    assert row() == ("sent", "link", "", 4)
    assert two.smpp.asked == []
    assert len(set(two.link.asked)) == 1


@pytest.mark.usefixtures("answered")
def test_a_message_that_both_refuse_waits_and_is_free_to_go_to_either(two, row, time_passes):
    two.link.then, two.smpp.then = [Why.UNAVAILABLE], [Why.UNAVAILABLE]
    two.deliver()
    assert row() == ("due", "smpp", "unavailable", 1)
    time_passes()
    two.deliver()

    assert row() == ("sent", "link", "", 2)
    assert (len(two.link.taken), len(two.smpp.taken)) == (1, 0)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("where", ["killed before", "killed after"])
def test_killed_while_the_first_has_it_and_when_it_is_ill_afterwards_the_second_is_not_asked(
    two, row, time_passes, where
):
    two.link.then = [where, Why.UNAVAILABLE]
    with pytest.raises(Killed):
        two.deliver()
    assert row()[:3] == ("due", "link", "uncertain")

    for _ in range(2):
        time_passes()
        two.start_anew()
        two.deliver()
    assert row() == ("sent", "link", "", 3)
    assert two.smpp.asked == []


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("where", ["killed before", "killed after"])
def test_killed_while_the_second_has_it_and_the_first_is_well_again_it_stays_with_the_second(
    two, row, time_passes, where
):
    two.link.then, two.smpp.then = [Why.UNAVAILABLE], [where]
    with pytest.raises(Killed):
        two.deliver()
    assert row()[:3] == ("due", "smpp", "uncertain")

    time_passes()
    two.start_anew()
    two.deliver()
    assert row() == ("sent", "smpp", "", 2)
    assert two.link.taken == {}


@pytest.mark.usefixtures("answered")
def test_a_receipt_that_comes_before_the_next_try_spares_it(two, row, time_passes, database):
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.gateways.handover import Delivery, DeliveryReport

    two.link.then = [Why.UNCERTAIN]
    two.deliver()
    ((reference,),) = [two.link.asked]
    told = DeliveryReport(provider="link", state=Delivery.DELIVERED, at=clock.real(), reference=reference)
    record_receipts(the_portal(), [told])
    time_passes()

    assert two.deliver() == 0
    assert row()[0] == "sent"
    assert len(two.link.asked) == 1


@pytest.mark.usefixtures("answered")
def test_a_worker_whose_lease_has_run_out_hands_nothing_over(two, row, database, outside):
    @dataclass
    class Slow:
        """A register that takes so long that another worker has taken the notice up."""

        real: object

        def contacts(self, numbers):
            database.execute("UPDATE notice SET leased_until = leased_until + interval '1 minute'")
            return self.real.contacts(numbers)

    slow = replace(outside.gateways, register=Slow(outside.gateways.register), sms=Failover({"link": two.link}))
    deliver_due(clock.now(), gateways=slow)

    assert two.link.asked == []
    assert row()[0] == "due"


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.PORTAL])
def test_nobody_but_the_portal_chooses_providers(standing):
    for choose in (choose_providers, choose_other_providers):
        with pytest.raises(Denied):
            choose(Actor(standing, an_id("jonas"), "Jonas"), {}, lease=clock.real())


DONE = st.sampled_from([None, Why.UNAVAILABLE, Why.BUSY, Why.SETUP, Why.UNCERTAIN, "killed before", "killed after"])


@given(st.lists(DONE, max_size=6), st.lists(DONE, max_size=6))
@how(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_no_message_is_ever_with_both(two, world, database, time_passes, wishes, link_does, smpp_does):
    database.execute("TRUNCATE notice, reached_address, preference")
    wishes("jonas", about="astrid", message="none")
    two.link.then, two.smpp.then = list(link_does), list(smpp_does)
    two.link.taken.clear()
    two.smpp.taken.clear()
    two.start_anew()
    reactions.tell_of_answers(
        [MessageAnswered(uuid5(SPACE, "message"), an_id("thread"), an_id("astrid"), world.tunvik)]
    )

    for _ in range(len(link_does) + len(smpp_does) + 6):
        try:
            two.deliver()
        except Killed:
            two.start_anew()
        time_passes()

    assert not (two.link.taken.keys() & two.smpp.taken.keys())
    ((decision,),) = database.execute("SELECT decision FROM notice WHERE channel = 'sms'").fetchall()
    assert decision in ("sent", "failed")
    if decision == "sent":
        assert len(two.link.taken) + len(two.smpp.taken) == 1
