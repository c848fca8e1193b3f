"""A worker stops at each named point of a notice's path: nothing is lost, and no phone hears anything twice (R97)."""

from collections import Counter
from dataclasses import replace
from uuid import uuid5

import pytest

from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport
from hjemmekontakt.gateways.sms import Sms, SmsGateway
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import actions, delivery
from hjemmekontakt.notifications.receipts import record
from tests.people import SPACE, an_id

TIMES = 3


class Killed(BaseException):
    """What a kill is to the code: it ends here, and the database takes back what was not committed."""


POINTS = {
    "an event is taken from the outbox": (outbox, "deliver", "before"),
    "it is decided whom to tell, but not committed": (actions, "decide", "after"),
    "decided and committed, but the event is not ticked off": (actions, "tell_of_messages", "after"),
    "notices are claimed": (delivery, "claim", "after"),
    "the register has answered": (delivery, "find_addresses", "after"),
    "the addresses are taken": (delivery, "one_to_each_address", "after"),
    "the letter is written": (delivery, "_hand_over", "before"),
    "the provider has accepted": (delivery, "_hand_over", "after"),
    "all is handed over, and nothing settled": (delivery, "_settle", "before"),
    "all is settled": (delivery, "_settle", "after"),
}


@pytest.fixture
def a_worker(world, outside, database, monkeypatch, time_passes):
    """A worker that is killed the first time it comes to a point; started anew, it goes on."""

    def work(gateways) -> None:
        while claimed := outbox.claim():
            outbox.deliver(claimed)
        while delivery.deliver_due(clock.now(), gateways=gateways):
            pass

    def killed_at(module, name: str, when: str) -> None:
        real = getattr(module, name)

        def trap(*args, **kwargs):
            if when == "after":
                real(*args, **kwargs)
            raise Killed

        monkeypatch.setattr(module, name, trap)
        with pytest.raises(Killed):
            work(outside.gateways)
        monkeypatch.setattr(module, name, real)
        time_passes()
        database.execute("UPDATE outbox SET leased_until = leased_until - interval '1 hour'")

    return work, killed_at


@pytest.fixture
def answered(world, wishes):
    """Three times Mona has answered Astrid, and the events are committed; Jonas hears of none."""
    from django.db import transaction

    wishes("jonas", about="astrid", message="none")
    with transaction.atomic():
        for number in range(TIMES):
            outbox.publish(MessageAnswered(uuid5(SPACE, f"m{number}"), an_id("thread"), an_id("astrid"), world.tunvik))


@pytest.mark.parametrize("point", POINTS)
def test_stopped_at_a_point_and_started_anew(point, a_worker, answered, outside, database) -> None:
    work, killed_at = a_worker
    killed_at(*POINTS[point])
    work(outside.gateways)
    found = Counter(row for (row,) in database.execute("SELECT decision FROM notice").fetchall())
    assert found == {"sent": TIMES, "no-wish": TIMES}, "each has one decision, and nothing waits"
    assert len(outside.sms()) == TIMES, "each SMS once on the phone"
    assert database.execute("SELECT sum(messages) FROM notice_cost").fetchone() == (TIMES,), "and once on the bill"


class AnswersTooLate:
    """A provider that takes each message over, and whose first answers never come back."""

    def __init__(self, real: SmsGateway, silent: int) -> None:
        self.real, self.silent, self.handed_over = real, silent, Counter()

    def send(self, sms: Sms) -> Accepted:
        accepted = self.real.send(sms)
        self.handed_over[sms.reference] += 1
        if self.handed_over[sms.reference] <= self.silent:
            raise TimeoutError
        return accepted


def test_the_provider_accepts_and_its_answer_never_comes(a_worker, answered, outside, database, time_passes) -> None:
    work, _ = a_worker
    slow = AnswersTooLate(outside.gateways.sms, silent=2)
    for _ in range(4):
        work(replace(outside.gateways, sms=slow))
        time_passes()
    assert (len(outside.sms()), set(slow.handed_over.values())) == (TIMES, {3})
    assert database.execute("SELECT count(*) FROM notice WHERE decision = 'sent'").fetchone() == (TIMES,)


def test_a_receipt_comes_before_the_answer_twice_and_in_the_wrong_order(
    a_worker, answered, outside, database, time_passes
) -> None:
    work, killed_at = a_worker
    killed_at(delivery, "_settle", "before")
    ids = [str(id) for (id,) in database.execute("SELECT id FROM notice WHERE decision = 'due'").fetchall()]
    assert len(ids) == TIMES
    for state in (Delivery.DELIVERED, Delivery.SENT, Delivery.DELIVERED, Delivery.QUEUED):
        record([DeliveryReport(provider="link", state=state, at=clock.now(), reference=id) for id in ids])
    work(outside.gateways)
    assert len(outside.sms()) == TIMES
    found = database.execute("SELECT decision, receipt FROM notice WHERE channel = 'sms'").fetchall()
    assert found == [("sent", "delivered")] * TIMES
