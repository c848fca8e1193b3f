"""The scanner's client, against the stand-in, against one that misbehaves, and against a real clamd where there is one."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hjemmekontakt.gateways import virus_fake
from hjemmekontakt.gateways.virus import Clamd, Finding, NoScanner, Verdict
from hjemmekontakt.gateways.virus_fake import EICAR, FakeClamd

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
A_FILE = b"%PDF-1.7 nothing to see" * 40_000  # some 900 kB: several pieces on the wire


@pytest.fixture
def fake() -> Iterator[FakeClamd]:
    server = virus_fake.start(largest=2_000_000)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real clamd on a socket, with a database of one signature: the test string of EICAR."""
    if not CLAMD:
        pytest.skip("no clamd on this machine; the stand-in speaks for it")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "eicar.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    settings = {
        "DatabaseDirectory": folder,
        "LocalSocket": folder / "clamd.ctl",
        "Foreground": "yes",
        "StreamMaxLength": "2M",
        "TemporaryDirectory": folder,
    }
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    command = [CLAMD, "--config-file", str(folder / "clamd.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(folder / "clamd.ctl", process)
            yield f"unix://{folder}/clamd.ctl"
        finally:
            process.terminate()


def _wait_for(door: Path, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at and process.poll() is None:
        if door.exists():
            return
        threading.Event().wait(0.05)
    raise AssertionError("clamd did not start")


@pytest.fixture(params=["stand-in", "real"])
def scanner(request: pytest.FixtureRequest) -> Clamd:
    """The same stories of both: what the stand-in answers is what a real one does."""
    url = request.getfixturevalue("real") if request.param == "real" else request.getfixturevalue("fake").url
    return Clamd(url)


def test_a_file_without_a_virus_is_clean(scanner):
    assert scanner.scan(A_FILE) == Verdict(Finding.CLEAN)


def test_a_file_with_a_virus_is_infected_and_the_virus_is_named(scanner):
    verdict = scanner.scan(EICAR)

    assert verdict.finding is Finding.INFECTED
    assert "eicar" in verdict.detail.lower()


def test_a_file_over_the_scanners_limit_is_not_called_clean(scanner):
    verdict = scanner.scan(bytes(3_000_000))

    assert verdict.finding is Finding.NOT_SCANNED
    assert "StreamMaxLength" in verdict.detail


def test_it_answers_when_asked_whether_it_is_there(scanner):
    assert scanner.ping() is None


def test_a_scanner_that_is_not_there_scans_nothing(fake):
    fake.shutdown()
    fake.server_close()

    assert Clamd(fake.url).scan(A_FILE) == Verdict(Finding.NOT_SCANNED, "ConnectionRefusedError")
    with pytest.raises(NoScanner, match="ConnectionRefusedError"):
        Clamd(fake.url).ping()


def test_a_socket_that_is_not_there_is_named_by_its_kind_alone(tmp_path):
    with pytest.raises(NoScanner, match=r"^FileNotFoundError$"):
        Clamd(f"unix://{tmp_path}/clamd.ctl").ping()


@pytest.fixture
def lying() -> Iterator[Callable[[bytes | None], Clamd]]:
    """A scanner that answers what the story wants, or nothing for as long as the story lasts."""
    doors = []

    def opened(answer: bytes | None) -> Clamd:
        door = socket.create_server(("127.0.0.1", 0))
        doors.append(door)
        if answer is not None:
            threading.Thread(target=_say, args=(door, answer), daemon=True).start()
        return Clamd(f"tcp://127.0.0.1:{door.getsockname()[1]}", timeout_s=5 if answer is not None else 0.2)

    yield opened
    for door in doors:
        door.close()


def _say(door: socket.socket, answer: bytes) -> None:
    line, _ = door.accept()
    with line:
        heard = b""
        while not heard.endswith(bytes(4)):
            heard += line.recv(65_536)
        line.sendall(answer)


def test_one_that_never_answers_is_given_up(lying):
    assert lying(None).scan(b"x") == Verdict(Finding.NOT_SCANNED, "TimeoutError")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"", "hung up without an answer"),
        (b"OK\0", "answered 'OK'"),
        (b"stream: Can't allocate memory ERROR\0", 'answered "stream: Can\'t allocate memory ERROR"'),
        (b"<html>stream: OK</html>\0", "answered '<html>stream: OK</html>'"),
    ],
)
def test_an_answer_that_is_not_clamds_ok_is_never_clean(lying, answer, detail):
    assert lying(answer).scan(b"x") == Verdict(Finding.NOT_SCANNED, detail)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "tcp://", "unix://run/clamd.ctl", "127.0.0.1:3310", ""])
def test_an_address_that_cannot_be_one_is_refused_at_once(url):
    with pytest.raises(ValueError, match="must begin with"):
        Clamd(url)
