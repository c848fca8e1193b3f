"""Two SMS providers as one: when the first is left alone, when it is tried again, and that nobody changes provider midway."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.gateways.handover import Accepted, Delivery, DeliveryReport, NotAccepted, Why, which_holds
from hjemmekontakt.gateways.sms import Failover, Sms
from hjemmekontakt.gateways.sms.circuit import Patience
from hjemmekontakt.gateways.sms.message import Record

PATIENCE = Patience(failures=3, within=timedelta(minutes=1), pause=timedelta(minutes=1), slow=timedelta(seconds=5))


@dataclass
class Hour:
    """A clock that the test moves."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Provider:
    """A provider that is well, or ill for a reason, or slow."""

    hour: Hour
    ill: Why | None = None
    takes: timedelta = timedelta()
    got: list[str] = field(default_factory=list)
    reports: list[DeliveryReport] = field(default_factory=list)

    def send(self, sms: Sms) -> Accepted:
        self.hour.passes(seconds=self.takes.total_seconds())
        self.got.append(sms.reference)
        if self.ill:
            raise NotAccepted(self.ill)
        return Accepted(f"m-{sms.reference}")

    def hand_reports_to(self, record: Record) -> int:
        if self.ill:
            raise NotAccepted(self.ill)
        record(self.reports)
        return len(self.reports)


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def link(hour: Hour) -> Provider:
    return Provider(hour)


@pytest.fixture
def smpp(hour: Hour) -> Provider:
    return Provider(hour)


@pytest.fixture
def both(hour: Hour, link: Provider, smpp: Provider) -> Failover:
    return Failover({"link": link, "smpp": smpp}, patience=PATIENCE, now=hour)


def sms(number: int, *, provider: str) -> Sms:
    return Sms(to="90000001", text="x", sender="Tunvik", reference=str(number), provider=provider)


def send(both: Failover, number: int, *, provider: str | None = None) -> Why | None:
    try:
        both.send(sms(number, provider=both.choose() if provider is None else provider))
    except NotAccepted as refused:
        return refused.why
    return None


def test_while_both_are_well_all_goes_to_the_first(both, link, smpp):
    assert [send(both, number) for number in range(5)] == [None] * 5
    assert (len(link.got), len(smpp.got)) == (5, 0)


@pytest.mark.parametrize("why", [Why.UNAVAILABLE, Why.UNCERTAIN, Why.BUSY, Why.SETUP])
def test_after_three_failures_in_a_minute_the_first_is_left_alone_until_one_try_goes_well(both, link, smpp, hour, why):
    link.ill = why
    assert [send(both, number) for number in range(3)] == [why] * 3
    assert [send(both, number) for number in range(3, 6)] == [None] * 3
    assert (len(link.got), smpp.got) == (3, ["3", "4", "5"])

    hour.passes(seconds=61)
    assert [both.choose() for _ in range(3)] == ["link", "smpp", "smpp"]  # one tries, the others do not wait for it
    assert send(both, 6, provider="link") is why
    assert both.choose() == "smpp"

    hour.passes(seconds=61)
    link.ill = None
    assert send(both, 7) is None
    assert link.got[-1] == "7"
    assert [both.choose() for _ in range(3)] == ["link"] * 3


def test_failures_far_apart_are_no_illness(both, link, hour):
    link.ill = Why.UNAVAILABLE
    for number in range(6):
        send(both, number, provider="link")
        hour.passes(seconds=40)

    assert both.choose() == "link"


def test_a_success_in_between_forgives(both, link):
    for number, ill in enumerate([Why.UNAVAILABLE, Why.UNAVAILABLE, None, Why.UNAVAILABLE, Why.UNAVAILABLE]):
        link.ill = ill
        send(both, number, provider="link")

    assert both.choose() == "link"


def test_a_provider_that_is_slow_is_left_alone_too(both, link):
    link.takes = timedelta(seconds=6)
    assert [send(both, number) for number in range(3)] == [None] * 3

    assert both.choose() == "smpp"


@pytest.mark.parametrize("why", [Why.BAD_ADDRESS, Why.REFUSED])
def test_what_is_wrong_with_a_message_says_nothing_of_the_provider(both, link, why):
    link.ill = why
    for number in range(6):
        assert send(both, number) is why

    assert both.choose() == "link"


def test_a_message_that_belongs_to_a_provider_goes_there_however_ill_it_is(both, link, smpp):
    link.ill = Why.UNCERTAIN
    for number in range(5):
        send(both, number, provider="link")
    assert both.choose() == "smpp"

    assert send(both, 9, provider="link") is Why.UNCERTAIN
    assert smpp.got == []


def test_where_both_are_ill_the_first_is_tried(both, link, smpp):
    link.ill = smpp.ill = Why.UNAVAILABLE
    for number in range(3):
        send(both, number, provider="link")
        send(both, number, provider="smpp")

    assert both.choose() == "link"
    assert both.other_than("link") is None


def test_a_message_of_a_provider_that_is_not_set_up_any_more_goes_to_the_first(both, link):
    assert send(both, 1, provider="sveve") is None
    assert link.got == ["1"]


def test_reports_come_from_both_and_one_that_is_silent_does_not_silence_the_other(both, link, smpp):
    report = DeliveryReport(provider="smpp", state=Delivery.SENT, at=datetime(2026, 3, 2, tzinfo=UTC), reference="1")
    smpp.reports, link.ill = [report], Why.UNAVAILABLE
    kept: list[DeliveryReport] = []

    assert both.hand_reports_to(kept.extend) == 1
    assert kept == [report]


@given(st.lists(st.sampled_from(list(Delivery)), min_size=1, max_size=5))
def test_reports_end_in_the_same_state_in_whatever_order_and_however_often_they_come(states):
    def told(order: tuple[Delivery, ...]) -> Delivery | None:
        known = None
        for state in order:
            known = which_holds(known, state)
        return known

    ends = {told(order) for order in permutations(states)} | {told((*states, *states))}

    assert len(ends) == 1
    assert (ends == {Delivery.DELIVERED}) == (Delivery.DELIVERED in states)
