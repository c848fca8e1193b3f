"""The message sink as the demo runs it: one process, three doors, and what a person sees in its page."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from threading import Event

import httpx
import pytest

from hjemmekontakt.demo.sink import Sink
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.mail import Mail, Smtp
from hjemmekontakt.gateways.sms import LinkMobility, Sms

SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def sink() -> Iterator[Sink]:
    opened = Sink()
    yield opened
    opened.stop()


def send_sms(sink: Sink, reference: str, text: str = "Tunvik: Du har fått en ny melding.", to: str = "+4790000001"):
    sms = Sms(to=to, text=text, sender="Tunvik", reference=reference)
    return LinkMobility(sink.sms_url, user="demo", password="demo").send(sms)


def send_mail(sink: Sink, reference: str, subject: str = "Ny melding"):
    mail = Mail(to="jonas.berg@example.no", subject=subject, text="Logg inn for å lese den.", reference=reference)
    return Smtp(sink.smtp_url, sender="Tunvik <ikke-svar@tunvik.example>").send(mail)


def listed(sink: Sink, kind: str) -> list[dict[str, str]]:
    return httpx.get(f"{sink.page_url}/{kind}").json()


def test_sms_and_mail_are_listed_oldest_first_with_the_real_time(sink):
    for number in ("1", "2"):
        send_sms(sink, number, text=f"Melding {number}")
        send_mail(sink, number, subject=f"Emne {number}")

    sms, mail = listed(sink, "sms"), listed(sink, "mail")
    assert [(one["to"], one["from"], one["text"]) for one in sms] == [
        ("+4790000001", "Tunvik", "Melding 1"),
        ("+4790000001", "Tunvik", "Melding 2"),
    ]
    assert [(one["to"], one["subject"], one["text"]) for one in mail] == [
        ("jonas.berg@example.no", "Emne 1", "Logg inn for å lese den."),
        ("jonas.berg@example.no", "Emne 2", "Logg inn for å lese den."),
    ]
    assert all(datetime.fromisoformat(one["at"]).utcoffset() == UTC.utcoffset(None) for one in sms + mail)


def test_the_same_reference_is_acknowledged_again_but_listed_once_even_after_emptying(sink):
    first = send_sms(sink, "1"), send_mail(sink, "1")
    again = send_sms(sink, "1"), send_mail(sink, "1")
    assert first == again
    assert (len(listed(sink, "sms")), len(listed(sink, "mail"))) == (1, 1)

    assert httpx.delete(f"{sink.page_url}/sms").status_code == HTTPStatus.NO_CONTENT
    assert httpx.delete(f"{sink.page_url}/mail").status_code == HTTPStatus.NO_CONTENT
    send_sms(sink, "1"), send_mail(sink, "1")

    assert (listed(sink, "sms"), listed(sink, "mail")) == ([], [])


def test_two_messages_without_any_reference_are_two(sink):
    for _ in range(2):
        said = {"source": "Tunvik", "destination": "+4790000001", "userData": "Hei"}
        assert httpx.post(f"{sink.sms_url}/sms/send", json=said).status_code == HTTPStatus.OK

    assert len(listed(sink, "sms")) == 2


def test_the_next_three_are_refused_and_the_fourth_gets_through(sink):
    assert httpx.post(f"{sink.page_url}/fail", json={"next": 3}).status_code == HTTPStatus.NO_CONTENT

    reasons = []
    for send in (send_sms, send_mail, send_sms):
        with pytest.raises(NotAccepted) as refused:
            send(sink, "1")
        reasons.append(refused.value.why)
    send_sms(sink, "1")
    send_mail(sink, "1")

    assert reasons == [Why.UNAVAILABLE, Why.BUSY, Why.UNAVAILABLE]
    assert (len(listed(sink, "sms")), len(listed(sink, "mail"))) == (1, 1)


def test_the_refusals_on_the_wire_are_503_and_451(sink):
    httpx.post(f"{sink.page_url}/fail", json={"next": 2})
    said = {"source": "Tunvik", "destination": "+4790000001", "userData": "Hei", "refId": "1"}
    letter = EmailMessage()
    letter.set_content("Hei")
    host, port = sink.smtp_url.removeprefix("smtp://").split(":")

    status = httpx.post(f"{sink.sms_url}/sms/send", json=said).status_code
    with smtplib.SMTP(host, int(port), "tunvik.example") as line, pytest.raises(smtplib.SMTPDataError) as refused:
        line.send_message(letter, "a@tunvik.example", ["jonas.berg@example.no"])

    assert (status, refused.value.smtp_code) == (503, 451)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"next": "3"}', b'{"next": -1}', b'{"next": true}', b"{"])
def test_a_wish_to_fail_that_makes_no_sense_is_refused_and_changes_nothing(sink, body):
    assert httpx.post(f"{sink.page_url}/fail", content=body).status_code == HTTPStatus.BAD_REQUEST
    send_sms(sink, "1")


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"source": "T", "destination": 4, "userData": "x"}'])
def test_an_sms_that_is_none_is_refused_and_not_listed(sink, body):
    assert httpx.post(f"{sink.sms_url}/sms/send", content=body).status_code == HTTPStatus.BAD_REQUEST
    assert listed(sink, "sms") == []


def test_the_page_is_norwegian_and_shows_what_came_in_as_text(sink):
    assert "Ingen SMS ennå." in httpx.get(sink.page_url).text
    send_sms(sink, "1", text="<script>alert(1)</script>")
    send_mail(sink, "1", subject="<b>Æ</b> & «Ø»")

    page = httpx.get(sink.page_url)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="nb">' in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "&lt;b&gt;Æ&lt;/b&gt; &amp; «Ø»" in page.text
    assert "<script" not in page.text
    assert "<b>" not in page.text


def test_unknown_addresses_and_wrong_methods_are_told_apart(sink):
    assert httpx.get(f"{sink.page_url}/ukjent").status_code == HTTPStatus.NOT_FOUND
    assert httpx.post(f"{sink.page_url}/sms").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_many_at_once_are_all_listed_once(sink):
    gateway = LinkMobility(sink.sms_url, user="demo", password="demo")
    messages = [Sms(to="+4790000001", text="Hei", sender="Tunvik", reference=str(n % 100)) for n in range(200)]
    with ThreadPoolExecutor(16) as at_once:
        receipts = list(at_once.map(gateway.send, messages))

    assert len(set(receipts)) == 100
    assert len(listed(sink, "sms")) == 100


def test_nothing_is_opened_outside_this_machine():
    with pytest.raises(ValueError, match="outside this machine"):
        Sink(host="0.0.0.0")


def test_the_process_of_the_demo_opens_its_three_doors_and_ends_when_asked():
    ports = [str(_free_port()) for _ in range(3)]
    doors = ["--page", ports[0], "--smtp", ports[1], "--sms", ports[2]]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC)}
    started = subprocess.Popen([sys.executable, "-m", "hjemmekontakt.demo.sink", *doors], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{ports[0]}/sms")
        url = f"http://127.0.0.1:{ports[2]}"
        LinkMobility(url, user="demo", password="demo").send(
            Sms(to="+4790000001", text="Hei", sender="Tunvik", reference="1")
        )
        Smtp(f"smtp://127.0.0.1:{ports[1]}", sender="ikke-svar@tunvik.example").send(
            Mail(to="jonas.berg@example.no", subject="Hei", text="Hei", reference="1")
        )
        counts = [len(httpx.get(f"http://127.0.0.1:{ports[0]}/{kind}").json()) for kind in ("sms", "mail")]
    finally:
        started.terminate()

    assert started.wait(timeout=10) == 0
    assert counts == [1, 1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address: str) -> None:
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        try:
            httpx.get(address, timeout=1)
        except httpx.HTTPError:
            Event().wait(0.05)
        else:
            return
    raise AssertionError("the sink never answered")
