"""E-mail to Jonas over real SMTP, with and without TLS: what arrives, and what every kind of refusal means."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import partial
from threading import Thread

import httpx
import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from hjemmekontakt.demo.sink import Sink
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.mail import Flaw, Mail, Smtp, message_id, why_not_address

SENDER = "Tunvik kommune <ikke-svar@tunvik.example>"
NEWS = Mail(
    to="jonas.berg@example.no",
    subject="Ny melding – «Hjemmekontakt»",
    text="Det er en ny melding.\n\nLogg inn for å lese den.\n",
    reference="notice-2",
)


@dataclass
class MailServer:
    """A mail server whose answers the test decides."""

    port: int = 0
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    letters: list[bytes] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    user: str = ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server, session, envelope):
        self.over_tls.append(session.ssl is not None)
        self.letters.append(envelope.original_content)
        return self.to_data

    def authenticator(self, _server, _session, _envelope, _mechanism, given):
        self.user = given.login.decode()
        return AuthResult(success=given.password == b"riktig hest", handled=False)


def running(server: MailServer, **how) -> Iterator[MailServer]:
    loop = asyncio.new_event_loop()
    talk = partial(SMTP, server, hostname="mail.example", loop=loop, **how)
    listening = loop.run_until_complete(loop.create_server(talk, "127.0.0.1", 0))
    server.port = listening.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield server
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def server() -> Iterator[MailServer]:
    yield from running(MailServer())


@pytest.fixture
def safe_server(certificate) -> Iterator[MailServer]:
    server = MailServer()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    yield from running(
        server, tls_context=tls, require_starttls=True, authenticator=server.authenticator, auth_require_tls=True
    )


def plain(server: MailServer) -> Smtp:
    return Smtp(f"smtp://127.0.0.1:{server.port}", sender=SENDER)


def test_jonas_gets_plain_text_with_norwegian_letters_and_an_automatic_sender(server):
    accepted = plain(server).send(NEWS)

    letter = message_from_bytes(server.letters[0], policy=policy.default)
    assert accepted.provider_reference == "<notice-2@tunvik.example>"
    assert letter["Message-ID"] == "<notice-2@tunvik.example>"
    assert letter["From"] == SENDER
    assert letter["To"] == "jonas.berg@example.no"
    assert letter["Subject"] == "Ny melding – «Hjemmekontakt»"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == NEWS.text
    assert server.letters[0].isascii()


def test_a_notice_about_a_protected_person_carries_another_sender_s_name(server):
    plain(server).send(Mail(to=NEWS.to, subject="x", text="y", reference="r", sender_name="Varsel"))

    letter = message_from_bytes(server.letters[0], policy=policy.default)
    assert letter["From"] == "Varsel <ikke-svar@tunvik.example>"


def test_a_subject_with_line_breaks_cannot_add_a_header(server):
    plain(server).send(
        Mail(to=NEWS.to, subject="Hei\r\nBcc: siri@example.no", text="y", reference="r", sender_name="V\nX: y")
    )

    letter = message_from_bytes(server.letters[0], policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["X"] is None
    assert letter["Subject"] == "Hei Bcc: siri@example.no"


def test_a_norwegian_domain_is_written_the_way_mail_servers_understand(server):
    plain(server).send(Mail(to="jonas@blåbær.example", subject="x", text="y", reference="r"))

    assert message_from_bytes(server.letters[0], policy=policy.default)["To"] == "jonas@xn--blbr-roah.example"


@pytest.mark.parametrize(
    ("answer", "why", "again"),
    [
        ("451 4.3.0 Try later", Why.BUSY, True),
        ("452 4.2.2 Mailbox full", Why.BUSY, True),
        ("550 5.7.1 No", Why.REFUSED, False),
    ],
)
def test_what_the_server_says_to_the_letter_tells_whether_to_try_again(server, answer, why, again):
    server.to_data = answer

    with pytest.raises(NotAccepted) as refused:
        plain(server).send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (why, again)


@pytest.mark.parametrize(("answer", "why"), [("450 4.2.1 Busy", Why.BUSY), ("550 5.1.1 Nobody here", Why.BAD_ADDRESS)])
def test_what_the_server_says_to_the_recipient_tells_whether_the_address_is_bad(server, answer, why):
    server.to_recipient = answer

    with pytest.raises(NotAccepted) as refused:
        plain(server).send(NEWS)

    assert refused.value.why is why
    assert str(refused.value) == why.value
    assert refused.value.__cause__ is None


def test_over_tls_the_letter_goes_only_to_a_server_with_a_certificate_we_trust(safe_server, certificate):
    url = f"smtp+starttls://tunvik:riktig%20hest@127.0.0.1:{safe_server.port}"
    trusting = ssl.create_default_context(cafile=str(certificate))

    with pytest.raises(NotAccepted) as refused:
        Smtp(url, sender=SENDER).send(NEWS)
    Smtp(url, sender=SENDER, tls=trusting).send(NEWS)

    assert refused.value.why is Why.SETUP
    assert safe_server.over_tls == [True]
    assert safe_server.user == "tunvik"


def test_a_wrong_password_is_our_own_fault_and_is_tried_again(safe_server, certificate):
    trusting = ssl.create_default_context(cafile=str(certificate))
    url = f"smtp+starttls://tunvik:feil@127.0.0.1:{safe_server.port}"

    with pytest.raises(NotAccepted) as refused:
        Smtp(url, sender=SENDER, tls=trusting).send(NEWS)

    assert (refused.value.why, refused.value.is_temporary) == (Why.SETUP, True)


def test_a_server_that_offers_no_tls_gets_nothing(server):
    with pytest.raises(NotAccepted) as refused:
        Smtp(f"smtp+starttls://127.0.0.1:{server.port}", sender=SENDER).send(NEWS)

    assert refused.value.why is Why.SETUP
    assert server.letters == []


def test_a_server_that_is_gone_or_silent_is_tried_again_later():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotAccepted) as timed_out:
            Smtp(url, sender=SENDER, timeout_s=0.2).send(NEWS)
    with pytest.raises(NotAccepted) as gone:
        Smtp(url, sender=SENDER, timeout_s=0.2).send(NEWS)

    assert timed_out.value.why is Why.UNAVAILABLE
    assert gone.value.why is Why.UNAVAILABLE


@pytest.mark.parametrize("url", ["smtp://mail.example.no", "http://127.0.0.1", "127.0.0.1:25", "smtps://"])
def test_an_address_that_would_send_in_the_clear_or_nowhere_stops_at_the_start(url):
    with pytest.raises(ValueError, match=r"must begin with|over TLS only"):
        Smtp(url, sender=SENDER)


def test_a_sender_without_an_address_stops_at_the_start():
    with pytest.raises(ValueError, match="address"):
        Smtp("smtps://mail.example.no", sender="Tunvik kommune")


def test_the_same_letter_sent_twice_is_one_letter_in_the_sink():
    sink = Sink()
    receipts = {Smtp(sink.smtp_url, sender=SENDER).send(NEWS).provider_reference for _ in range(2)}
    listed = httpx.get(f"{sink.page_url}/mail").json()
    sink.stop()

    assert len(receipts) == 1
    assert [(mail["to"], mail["subject"], mail["text"]) for mail in listed] == [
        ("jonas.berg@example.no", "Ny melding – «Hjemmekontakt»", "Det er en ny melding.\n\nLogg inn for å lese den.")
    ]


def test_a_reference_with_odd_signs_still_makes_one_and_the_same_message_id():
    odd = message_id("varsel 1 <æ>", domain="tunvik.example")

    assert odd == message_id("varsel 1 <æ>", domain="tunvik.example")
    assert odd.isascii()
    assert " " not in odd


@pytest.mark.parametrize(
    "written",
    [
        "",
        "jonas",
        "jonas@",
        "@example.no",
        "jonas@example",
        "jonas berg@example.no",
        "a@b@example.no",
        "a@b..no",
        "a\n@b.no",
    ],
)
def test_what_is_no_address_is_refused_and_never_leaves_the_house(written, server):
    assert why_not_address(written) is Flaw.NOT_AN_ADDRESS
    with pytest.raises(NotAccepted) as refused:
        plain(server).send(Mail(to=written, subject="x", text="y", reference="r"))

    assert refused.value.why is Why.BAD_ADDRESS
    assert server.letters == []
    assert "jonas" not in repr(NEWS)
