"""SMS to Astrid through Sveve over real HTTP: what goes on the wire, what each answer means, and the reports."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest

from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.gateways.handover import Delivery, NotAccepted, Why
from hjemmekontakt.gateways.sms import Sms, Sveve, sveve

NEWS = Sms(to="+4790000001", text="Tunvik: «Ny melding» …", sender="Tunvik kommune", reference="notice-1")


@dataclass
class Sms24:
    """Sveve's side, whose answer the test decides."""

    url: str = ""
    answer: Reply = field(default_factory=lambda: as_json({"response": {"msgOkCount": 1, "ids": [42824112]}}))
    calls: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.answer


@pytest.fixture
def server() -> Iterator[Sms24]:
    told = Sms24()
    running = serve({("POST", "/SMS/SendMessage"): told.take}, host="127.0.0.1", port=0)
    told.url = f"http://127.0.0.1:{running.server_port}"
    yield told
    running.shutdown()
    running.server_close()


def gateway(url: str, **more: float) -> Sveve:
    return Sveve(url, user="tunvik", password="hemmelig", **more)


def test_sveve_gets_the_message_in_its_own_shape_and_nothing_in_the_address(server):
    accepted = gateway(server.url).send(NEWS)

    (call,) = server.calls
    assert accepted.provider_reference == "42824112"
    assert call.json_object() == {
        "user": "tunvik",
        "passwd": "hemmelig",
        "to": "4790000001",
        "msg": 'Tunvik: "Ny melding" ...',
        "from": "Tunvik komm",
        "ref": "notice-1",
        "f": "json",
    }


@pytest.mark.parametrize(
    ("status", "said", "why", "again"),
    [
        (HTTPStatus.OK, {"response": {"msgOkCount": 0, "fatalError": "Feil brukernavn/passord"}}, Why.SETUP, True),
        (
            HTTPStatus.OK,
            {"response": {"msgOkCount": 0, "errors": [{"number": "4790000001", "message": "Ugyldig nummer"}]}},
            Why.BAD_ADDRESS,
            False,
        ),
        (HTTPStatus.OK, {"response": {}}, Why.UNCERTAIN, True),
        (HTTPStatus.OK, {}, Why.UNCERTAIN, True),
        (HTTPStatus.OK, [], Why.UNCERTAIN, True),
        (HTTPStatus.BAD_GATEWAY, {}, Why.UNCERTAIN, True),
        (HTTPStatus.TOO_MANY_REQUESTS, {}, Why.BUSY, True),
        (HTTPStatus.FORBIDDEN, {}, Why.SETUP, True),
        (HTTPStatus.BAD_REQUEST, {}, Why.REFUSED, False),
    ],
)
def test_every_refusal_has_a_reason_that_tells_whether_to_try_again(server, status, said, why, again):
    server.answer = as_json(said, status=status)

    with pytest.raises(NotAccepted) as refused:
        gateway(server.url).send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (why, again)
    assert "90000001" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_one_that_fell_silent_may_have_the_message_and_one_that_is_gone_has_not():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotAccepted) as timed_out:
            gateway(url, timeout_s=0.2).send(NEWS)
    with pytest.raises(NotAccepted) as gone:
        gateway(url, timeout_s=0.2).send(NEWS)

    assert timed_out.value.why is Why.UNCERTAIN
    assert gone.value.why is Why.UNAVAILABLE


def test_a_number_that_takes_no_sms_never_leaves_the_house(server):
    with pytest.raises(NotAccepted) as refused:
        gateway(server.url).send(Sms(to="32000000", text="x", sender="Tunvik", reference="r"))

    assert refused.value.why is Why.BAD_ADDRESS
    assert server.calls == []


def test_passwords_leave_this_machine_over_tls_only():
    with pytest.raises(ValueError, match="https"):
        gateway("http://sveve.example.no")


@pytest.mark.parametrize(("status", "state"), [("true", Delivery.DELIVERED), ("false", Delivery.FAILED)])
def test_a_report_tells_whether_it_came_and_the_number_in_it_is_not_read(status, state):
    (report,) = sveve.read_reports({"number": "4790000001", "status": status, "id": "42824112", "ref": "notice-1"})

    assert (report.provider, report.state, report.reference, report.provider_reference) == (
        "sveve",
        state,
        "notice-1",
        "42824112",
    )
    assert "90000001" not in repr(report)


@pytest.mark.parametrize("fields", [{}, {"status": "true"}, {"status": "kanskje", "ref": "notice-1"}])
def test_what_is_no_report_is_refused(fields):
    with pytest.raises(ValueError, match="not a delivery report"):
        sveve.read_reports(fields)
