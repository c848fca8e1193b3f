"""SMS to Astrid over real SMPP 3.4: long messages, receipts, servers that slow down, fall silent, repeat themselves or go."""

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from hjemmekontakt.gateways.handover import Delivery, DeliveryReport, NotAccepted, Why
from hjemmekontakt.gateways.sms import Smpp, Sms
from hjemmekontakt.gateways.sms.smpp import parts_of
from tests.gateways.smsc import (
    BIND_RESP,
    DELIVER_SM,
    ENQUIRE_LINK_RESP,
    SOON,
    SUBMIT_SM_RESP,
    Smsc,
    Wire,
    free_port,
    with_status,
)

NEWS = Sms(to="+4790000001", text="Tunvik: Du har fått en ny melding.", sender="Tunvik", reference="notice-1")
THROTTLED, QUEUE_FULL, BAD_NUMBER, BAD_SENDER, SYSTEM_ERROR, INVALID_PASSWORD = 0x58, 0x14, 0x0B, 0x0A, 0x08, 0x0E

Client = Callable[..., Smpp]


def news(number: int = 1, *, text: str = NEWS.text) -> Sms:
    return Sms(to=NEWS.to, text=text, sender="Tunvik", reference=f"notice-{number}")


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    server = Smsc().start()
    yield server
    server.stop()


@pytest.fixture
def wire(smsc: Smsc) -> Iterator[Wire]:
    laid = Wire(smsc.port)
    yield laid
    laid.close()


@pytest.fixture
def client() -> Iterator[Client]:
    made: list[Smpp] = []

    def connect(port: int, **more: Any) -> Smpp:
        how = {
            "user": "tunvik",
            "password": "hemmelig",
            "pause_s": 0.01,
            "rest_s": 0.0,
            "timeout_s": SOON,
            "listen_s": SOON,
            "early_s": 0.0,
        }
        how |= more
        made.append(Smpp(how.pop("url", f"smpp://127.0.0.1:{port}"), **how))
        return made[-1]

    yield connect
    for each in made:
        each.close()


def refused_by(gateway: Smpp, sms: Sms = NEWS) -> Why:
    with pytest.raises(NotAccepted) as refused:
        gateway.send(sms)
    assert refused.value.__cause__ is None
    return refused.value.why


def told_by(gateway: Smpp) -> list[DeliveryReport]:
    kept: list[DeliveryReport] = []
    gateway.hand_reports_to(kept.extend)
    return kept


def test_the_server_gets_one_message_with_its_sender_number_letters_and_validity(smsc, client):
    accepted = client(smsc.port).send(NEWS)

    (event,) = smsc.heard
    assert accepted.provider_reference == "m-1"
    assert smsc.bound[0].system_id == "tunvik"
    assert smsc.bound[0].can_receive
    assert (event.source_addr, event.source_addr_ton, event.source_addr_npi) == ("Tunvik", 5, 0)
    assert (event.destination_addr, event.dest_addr_ton, event.dest_addr_npi) == ("4790000001", 1, 1)
    assert (event.data_coding, event.esm_class, event.registered_delivery) == (0, 0, 1)
    assert event.short_message == b"Tunvik: Du har f\x0ftt en ny melding."
    assert parts_of(NEWS)[0]["validity_period"] == "000000120000000R"


def test_a_sami_text_goes_as_ucs2_and_its_sender_without_accents(smsc, client):
    client(smsc.port).send(Sms(to=NEWS.to, text="Buorre beaivi, Áilu", sender="Kárášjohka", reference="r"))

    (event,) = smsc.heard
    assert (event.data_coding, event.short_message.decode("utf-16-be")) == (8, "Buorre beaivi, Áilu")
    assert event.source_addr == "Karasjohka"


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 160, [160]),
        ("a" * 161, [6 + 153, 6 + 8]),
        ("a" * 152 + "€" + "a" * 152, [6 + 152, 6 + 153, 6 + 1]),
        ("š" * 66 + "😀" + "š" * 66, [6 + 132, 6 + 134, 6 + 2]),
    ],
)
def test_a_long_message_goes_in_parts_that_a_phone_puts_together(smsc, client, text, lengths):
    client(smsc.port).send(news(text=text))

    assert [len(event.short_message) for event in smsc.heard] == lengths
    if len(lengths) > 1:
        heads = [event.short_message[:6] for event in smsc.heard]
        assert [tuple(head[:3]) + tuple(head[4:]) for head in heads] == [
            (5, 0, 3, len(lengths), number) for number in range(1, len(lengths) + 1)
        ]
        assert len({head[3] for head in heads}) == 1
        assert {event.esm_class for event in smsc.heard} == {0x40}
        assert [event.registered_delivery for event in smsc.heard] == [2] * (len(lengths) - 1) + [1]


def test_many_senders_share_one_connection_and_each_gets_its_own_answer(smsc, client):
    gateway = client(smsc.port, url=f"smpp://127.0.0.1:{smsc.port}?window=3")
    with ThreadPoolExecutor(8) as senders:
        names = list(senders.map(lambda number: gateway.send(news(number)).provider_reference, range(40)))

    assert len(smsc.bound) == 1
    assert sorted(names) == sorted(smsc.taken)
    assert len(set(names)) == 40


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        ("DELIVRD", Delivery.DELIVERED),
        ("EXPIRED", Delivery.EXPIRED),
        ("UNDELIV", Delivery.FAILED),
        ("DELETED", Delivery.FAILED),
        ("REJECTD", Delivery.REJECTED),
        ("ACCEPTD", Delivery.SENT),
        ("ENROUTE", Delivery.SENT),
    ],
)
def test_a_receipt_tells_of_our_message_and_is_answered_when_it_is_kept(smsc, client, stat, state):
    gateway = client(smsc.port)
    name = gateway.send(NEWS).provider_reference
    answer = smsc.receipt(name, stat)

    (report,) = told_by(gateway)

    assert (report.provider, report.reference, report.provider_reference) == ("smpp", "notice-1", name)
    assert report.state is state
    assert answer.result(SOON).is_success


def test_a_receipt_that_cannot_be_kept_is_not_answered_and_comes_again(smsc, client):
    gateway = client(smsc.port)
    name = gateway.send(NEWS).provider_reference
    first = smsc.receipt(name)

    def database_is_gone(_: object) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        gateway.hand_reports_to(database_is_gone)
    assert not first.done()

    again = smsc.receipt(name)
    assert [report.provider_reference for report in told_by(gateway)] == [name]
    assert again.result(SOON).is_success
    assert not first.done()


def test_a_receipt_s_parameters_come_before_its_text_and_unknown_ones_are_passed_over(smsc, client):
    import smpp34

    gateway = client(smsc.port)
    name = gateway.send(NEWS).provider_reference
    smsc.receipt(
        "another",
        "ENROUTE",
        tlvs=[
            smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, f"{name}\0".encode()),
            smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\x02"),
            smpp34.Tlv(smpp34.TLV_NETWORK_ERROR_CODE, b"\x03\x00\x00"),
            smpp34.Tlv(0x1401, b"their own"),
        ],
    )

    (report,) = told_by(gateway)
    assert (report.reference, report.provider_reference, report.state) == ("notice-1", name, Delivery.DELIVERED)


def test_a_receipt_that_comes_before_the_answer_it_is_about_is_still_ours(smsc, wire, client):
    kept_back: list[bytes] = []

    def receipt_first(command: int, pdu: bytes) -> list[bytes]:
        if command == SUBMIT_SM_RESP:
            kept_back.append(pdu)
            return []
        return [pdu, *kept_back] if command == DELIVER_SM else [pdu]

    wire.on_answer = receipt_first
    gateway = client(wire.port, early_s=SOON, listen_s=0.05)
    with ThreadPoolExecutor(1) as sender:
        sent = sender.submit(gateway.send, NEWS)
        smsc.until(lambda: smsc.taken)
        smsc.receipt("m-1")
        told: list[DeliveryReport] = []
        while not told:
            told = told_by(gateway)

    assert sent.result(SOON).provider_reference == "m-1"
    assert [report.reference for report in told] == ["notice-1"]


def test_a_server_that_gives_no_name_has_taken_it_over_all_the_same(smsc, wire, client):
    wire.on_answer = lambda command, pdu: [with_status(pdu, 0) if command == SUBMIT_SM_RESP else pdu]
    gateway = client(wire.port)

    assert gateway.send(NEWS).provider_reference == ""
    assert len(smsc.heard) == 1


def test_a_server_that_counts_in_two_ways_is_understood_where_we_are_told_so(smsc, client):
    smsc.name = "00000A1F"
    gateway = client(smsc.port, url=f"smpp://127.0.0.1:{smsc.port}?receipt_ids=decimal")

    assert gateway.send(NEWS).provider_reference == "2591"
    smsc.receipt("2591")
    assert [report.reference for report in told_by(gateway)] == ["notice-1"]


def test_after_a_restart_a_receipt_comes_under_the_provider_s_name_alone(smsc, client):
    first = client(smsc.port)
    name = first.send(NEWS).provider_reference
    second = client(smsc.port)
    listening = ThreadPoolExecutor(1).submit(told_by, second)
    smsc.until(lambda: len(smsc.bound) == 2)  # it binds, also when it sends nothing
    smsc.receipt(name)

    (report,) = listening.result(SOON)
    assert (report.reference, report.provider_reference) == ("", name)


def test_what_somebody_answers_by_sms_is_taken_and_forgotten(smsc, client):
    gateway = client(smsc.port, listen_s=0.0)
    gateway.send(NEWS)
    answer = smsc.tell("Ring meg, jeg har vondt", esm_class=0)

    assert answer.result(SOON).is_success
    assert told_by(gateway) == []


def test_a_server_that_asks_us_to_slow_down_gets_each_message_once_in_the_end(smsc, client):
    smsc.refusals.extend([THROTTLED, THROTTLED, QUEUE_FULL])
    gateway = client(smsc.port)
    with ThreadPoolExecutor(4) as senders:
        names = list(senders.map(lambda number: gateway.send(news(number)).provider_reference, range(8)))

    assert len(smsc.heard) == 8 + 3
    assert len({event.short_message for event in smsc.taken.values()}) == 1
    assert sorted(names) == sorted(smsc.taken)


def test_a_server_that_goes_on_asking_is_left_alone_and_it_is_tried_later(smsc, client):
    smsc.refusals.extend([THROTTLED] * 50)
    gateway = client(smsc.port, timeout_s=0.2, pause_s=0.05)

    assert refused_by(gateway) is Why.BUSY
    assert 1 < len(smsc.heard) < 6  # each pause is twice as long
    assert smsc.taken == {}


@pytest.mark.parametrize(
    ("status", "why", "again"),
    [
        (BAD_NUMBER, Why.BAD_ADDRESS, False),
        (BAD_SENDER, Why.SETUP, True),
        (SYSTEM_ERROR, Why.UNAVAILABLE, True),
        (0x45, Why.UNAVAILABLE, True),
        (0x61, Why.REFUSED, False),
    ],
)
def test_every_refusal_has_a_reason_that_tells_whether_to_try_again(smsc, client, status, why, again):
    smsc.refusals.append(status)
    gateway = client(smsc.port)

    with pytest.raises(NotAccepted) as refused:
        gateway.send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (why, again)


def test_a_second_part_that_is_refused_leaves_the_whole_uncertain_and_the_first_is_not_sent_again(smsc, wire, client):
    gateway = client(wire.port)
    long = news(text="a" * 161)
    answers = iter([None, SYSTEM_ERROR])

    def refuse_the_second(command: int, pdu: bytes) -> list[bytes]:
        status = next(answers, None) if command == SUBMIT_SM_RESP else None
        return [with_status(pdu, status)] if status else [pdu]

    wire.on_answer = refuse_the_second
    assert refused_by(gateway, long) is Why.UNCERTAIN
    gateway.send(long)

    assert [event.short_message[5] for event in smsc.heard] == [1, 2, 2]


def test_a_server_that_takes_over_and_dies_before_it_says_so_may_have_the_message(smsc, wire, client):
    wire.on_answer = lambda command, pdu: None if command == SUBMIT_SM_RESP else [pdu]
    gateway = client(wire.port)

    assert refused_by(gateway) is Why.UNCERTAIN
    assert len(smsc.taken) == 1

    wire.on_answer = lambda _command, pdu: [pdu]
    assert gateway.send(news(2)).provider_reference == "m-2"  # it has connected again by itself
    assert len(smsc.bound) == 2


def test_an_answer_that_comes_too_late_is_remembered_and_the_message_is_not_sent_again(smsc, wire, client):
    may_pass = Event()

    def keep_back(command: int, pdu: bytes) -> list[bytes]:
        if command == SUBMIT_SM_RESP:
            may_pass.wait(SOON)
        return [pdu]

    wire.on_answer = keep_back
    gateway = client(wire.port, timeout_s=0.3)
    assert refused_by(gateway) is Why.UNCERTAIN
    may_pass.set()
    gateway.send(news(2))  # its answer comes after the late one

    assert gateway.send(NEWS).provider_reference == "m-1"
    assert len(smsc.heard) == 2


def test_a_server_that_answers_everything_twice_is_understood_once(smsc, wire, client):
    wire.on_answer = lambda _command, pdu: [pdu, pdu]
    gateway = client(wire.port)

    assert [gateway.send(news(number)).provider_reference for number in (1, 2, 3)] == ["m-1", "m-2", "m-3"]


def test_an_answer_that_comes_in_pieces_is_whole_in_the_end(smsc, wire, client):
    wire.on_answer = lambda _command, pdu: [pdu[place : place + 1] for place in range(len(pdu))]

    assert client(wire.port).send(NEWS).provider_reference == "m-1"


def test_noise_on_the_line_is_a_broken_line(smsc, wire, client):
    wire.on_answer = lambda command, pdu: [b"\0\0\0\1" * 8] if command == SUBMIT_SM_RESP else [pdu]

    assert refused_by(client(wire.port)) is Why.UNCERTAIN


def test_the_same_reference_again_is_the_same_message(smsc, client):
    gateway = client(smsc.port)

    assert {gateway.send(NEWS).provider_reference for _ in range(3)} == {"m-1"}
    assert len(smsc.heard) == 1


def test_a_server_that_is_gone_has_nothing_and_is_found_again_when_it_is_back(smsc, client):
    port = free_port()
    gateway = client(port)
    assert refused_by(gateway) is Why.UNAVAILABLE

    wire = Wire(smsc.port, port=port)
    assert gateway.send(NEWS).provider_reference == "m-1"
    wire.close()
    assert refused_by(gateway, news(2)) in {Why.UNAVAILABLE, Why.UNCERTAIN}

    wire = Wire(smsc.port, port=port)
    assert gateway.send(news(3)).provider_reference == "m-2"
    wire.close()


def test_after_a_failed_attempt_the_server_is_left_in_peace_for_a_while(client):
    port = free_port()
    gateway = client(port, rest_s=3600.0)
    assert refused_by(gateway) is Why.UNAVAILABLE

    server = Smsc(port).start()
    try:
        assert refused_by(gateway) is Why.UNAVAILABLE
        assert server.bound == []
    finally:
        server.stop()


def test_a_wrong_password_is_our_own_fault_and_is_tried_again(wire, client):
    wire.on_answer = lambda command, pdu: [with_status(pdu, INVALID_PASSWORD) if command == BIND_RESP else pdu]

    assert refused_by(client(wire.port)) is Why.SETUP


def test_a_silent_line_is_found_by_its_missing_sign_of_life_and_laid_anew(smsc, wire, client):
    wire.on_answer = lambda command, pdu: [] if command == ENQUIRE_LINK_RESP else [pdu]
    gateway = client(wire.port, enquire_every_s=0.05, timeout_s=0.3, listen_s=0.4)
    gateway.send(NEWS)
    while len(smsc.bound) == 1:
        assert told_by(gateway) == []  # each looks after the line

    assert gateway.send(news(2)).provider_reference == "m-2"


def test_over_tls_the_messages_go_only_to_a_server_with_a_certificate_we_trust(smsc, client, certificate):
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate)
    wire = Wire(smsc.port, tls=served)
    url = f"smpps://127.0.0.1:{wire.port}"
    try:
        assert refused_by(client(0, url=url)) is Why.SETUP
        assert smsc.heard == []
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert client(0, url=url, tls=trusting).send(NEWS).provider_reference == "m-1"
    finally:
        wire.close()


@pytest.mark.parametrize("url", ["smpp://sms.example.no:2775", "https://127.0.0.1", "127.0.0.1:2775", "smpps://"])
def test_an_address_that_would_send_in_the_clear_or_nowhere_stops_at_the_start(url):
    with pytest.raises(ValueError, match=r"must begin with|over TLS only"):
        Smpp(url, user="tunvik", password="hemmelig")


def test_a_password_that_smpp_would_cut_off_stops_at_the_start():
    with pytest.raises(ValueError, match="8"):
        Smpp("smpp://127.0.0.1", user="tunvik", password="hemmelighet")


def test_a_number_that_takes_no_sms_never_leaves_the_house(smsc, client):
    assert (
        refused_by(client(smsc.port), Sms(to="32000000", text="x", sender="Tunvik", reference="r")) is Why.BAD_ADDRESS
    )
    assert smsc.bound == []


def test_a_long_validity_is_written_in_days_and_hours():
    lasting = Sms(to=NEWS.to, text="x", sender="Tunvik", reference="r", valid_for=timedelta(days=2, minutes=5))

    assert parts_of(lasting)[0]["validity_period"] == "000002000500000R"
