"""Lines that stay open to an SMS provider: what is used again, and what tells whether a message may have left."""

import socket
import ssl
from collections.abc import Iterator
from threading import Thread

import pytest
from phonenumbers import is_valid_number, parse

from hjemmekontakt.gateways import lines as of_lines
from hjemmekontakt.gateways.lines import LineBroke, Lines, NotConnected
from hjemmekontakt.gateways.sms.numbers import PLAIN

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Provider:
    """One that answers so many calls on each line, and then closes it without a word; `lines` are those it has had."""

    def __init__(self, calls_on_a_line: int, *, answer: bytes = OK, tls: ssl.SSLContext | None = None) -> None:
        self.calls_on_a_line, self.answer, self.tls, self.lines = calls_on_a_line, answer, tls, 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.door.getsockname()[1]}"
        Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                line, _ = self.door.accept()
                line = self.tls.wrap_socket(line, server_side=True) if self.tls else line
            except ssl.SSLError:
                continue
            except OSError:
                return
            self.lines += 1
            for _ in range(self.calls_on_a_line):
                if not _heard_out(line):
                    break
                line.sendall(self.answer)
            line.close()


def _heard_out(line: socket.socket) -> bool:
    """Whether a whole call came, its head and its body, in however many pieces."""
    heard = b""
    while not heard.endswith(b"}"):
        piece = line.recv(65536)
        if not piece:
            return False
        heard += piece
    return True


@pytest.fixture
def opened() -> Iterator[list[Provider]]:
    providers: list[Provider] = []
    yield providers
    for each in providers:
        each.door.close()


def test_a_line_is_used_again_and_one_that_was_closed_meanwhile_is_not(opened):
    keeps, closes = Provider(9), Provider(1)
    opened += [keeps, closes]

    for provider in opened:
        lines = Lines(provider.url, timeout_s=5)
        for _ in range(3):
            assert lines.call("POST", "/sms/send", json={"refId": "n-1"}).status == 200
            _until_it_is_closed(lines, provider)

    assert (keeps.lines, closes.lines) == (1, 3)


def _until_it_is_closed(lines: Lines, provider: Provider) -> None:
    if provider.calls_on_a_line == 1:
        lines._idle[-1].sock.recv(1, socket.MSG_PEEK)


def test_what_breaks_before_anything_was_sent_is_told_from_what_breaks_afterwards(opened, certificate):
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    unknown, mute, garbled = Provider(1, tls=theirs), Provider(1, answer=b""), Provider(1, answer=b"220 smtp\r\n")
    opened += [unknown, mute, garbled]

    with pytest.raises(NotConnected):  # a certificate that we do not trust gets no message
        Lines(unknown.url, timeout_s=5).call("POST", "/sms/send", json={})
    for provider in (mute, garbled):
        with pytest.raises(LineBroke):
            Lines(provider.url, timeout_s=5).call("POST", "/sms/send", json={})


def test_a_line_to_one_whose_certificate_is_known_is_secret_and_stays_open(opened, certificate, monkeypatch):
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(of_lines, "tls", lambda: ours)
    provider = Provider(9, tls=theirs)
    opened.append(provider)

    lines = Lines(provider.url, timeout_s=5)
    assert [lines.call("POST", "/sms/send", json={"refId": "n-1"}).status for _ in range(3)] == [200] * 3
    assert isinstance(lines._idle[-1].sock, ssl.SSLSocket)
    assert provider.lines == 1


def test_what_is_seen_at_a_glance_to_be_a_mobile_is_one_to_the_library_too():
    for beginning in range(100):
        number = f"+47{beginning:02d}123456"
        is_mobile = is_valid_number(parse(number)) and number[3] in "49"
        assert bool(PLAIN.fullmatch(number)) == is_mobile, number
    assert not any(map(PLAIN.fullmatch, ("+479012345", "+47901234567", "90123456", "+4790123456\n", "+47٩0123456")))
