"""The demo's programs: waited for, watched, and gone when the demo is gone, however it went."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hjemmekontakt.demo import processes
from hjemmekontakt.demo.processes import Processes, Program, ProgramDied

A_SERVER = """
import http.server, os, pathlib, subprocess, sys
child = subprocess.Popen(["sleep", "600"])
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
pathlib.Path(sys.argv[1]).write_text(f"{server.server_port} {os.getpid()} {child.pid}")
server.serve_forever()
"""

A_DEMO = """
import os, pathlib, sys
from hjemmekontakt.demo.processes import Processes, Program

with Processes(pathlib.Path(sys.argv[1])) as running:
    for name in ("nettsted", "arbeider"):
        running.start(Program(name, ["sh", "-c", "echo $$ > $0; exec sleep 600", sys.argv[1] + "/" + name], os.environ))
    running.watch()
print("alle er stoppet", flush=True)
"""


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not come about within 20 seconds"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def a_program(name: str, *command: str, ready_url: str = "") -> Program:
    return Program(name, list(command), dict(os.environ), ready_url=ready_url)


def pid_in(file: Path) -> int:
    wait_until(lambda: file.exists() and file.read_text().strip())
    return int(file.read_text())


def start_a_demo(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    environment = {**os.environ, "PYTHONPATH": str(Path(processes.__file__).parents[2])}
    command = [sys.executable, "-c", A_DEMO, str(folder)]
    demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return demo, [pid_in(folder / "nettsted"), pid_in(folder / "arbeider")]


def test_a_program_and_all_that_it_started_are_gone_after_the_end(tmp_path):
    told = tmp_path / "told"
    with Processes(tmp_path / "log") as running:
        running.start(a_program("nettsted", sys.executable, "-c", A_SERVER, str(told)))
        wait_until(told.exists)
        wait_until(lambda: len(told.read_text().split()) == 3)
        port, server, child = map(int, told.read_text().split())
        running.start(a_program("ved-siden", "sleep", "600", ready_url=f"http://127.0.0.1:{port}/"))
        assert is_running(server)
        assert is_running(child)

    wait_until(lambda: not is_running(server) and not is_running(child))


def test_a_program_that_dies_before_it_answers_is_told_of_with_its_last_words(tmp_path):
    nobody_there = "http://127.0.0.1:9/"
    with (
        Processes(tmp_path) as running,
        pytest.raises(ProgramDied, match=r"(?s)arbeider stoppet med kode 3.*ingen vei"),
    ):
        running.start(a_program("arbeider", "sh", "-c", "echo ingen vei; exit 3", ready_url=nobody_there))


def test_a_program_that_never_answers_is_given_up(tmp_path):
    with Processes(tmp_path) as running, pytest.raises(ProgramDied, match="svarte ikke"):
        running.start(a_program("nettsted", "sleep", "600", ready_url="http://127.0.0.1:9/"), seconds=0.3)


def test_the_demo_ends_when_one_of_its_programs_does(tmp_path):
    stopper = tmp_path / "stop"
    script = f"while [ ! -e '{stopper}' ]; do sleep 0.02; done; echo tomt for strøm; exit 1"
    with Processes(tmp_path) as running:
        running.start(a_program("database", "sh", "-c", script))
        running.raise_if_one_died()
        stopper.touch()

        with pytest.raises(ProgramDied, match="tomt for strøm"):
            running.watch()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_the_demo_stops_all_it_started(tmp_path, how):
    demo, programs = start_a_demo(tmp_path)

    demo.send_signal(how)

    demo.communicate(timeout=20)
    assert not any(map(is_running, programs))


def test_asked_to_end_while_a_program_is_begun_it_stops_that_one_too(tmp_path, monkeypatch):
    begun: list[subprocess.Popen] = []

    def begin_and_be_asked_to_end(*command, **how):
        begun.append(real(*command, **how))
        os.kill(os.getpid(), signal.SIGTERM)
        return begun[-1]

    with Processes(tmp_path) as running:
        real = subprocess.Popen
        monkeypatch.setattr(subprocess, "Popen", begin_and_be_asked_to_end)
        with pytest.raises(KeyboardInterrupt):
            running.launch(a_program("nettsted", "sleep", "600"))
    assert [each.poll() for each in begun] == [-signal.SIGTERM]


def test_killed_outright_the_demo_leaves_nothing_running(tmp_path):
    demo, programs = start_a_demo(tmp_path)
    assert all(map(is_running, programs))

    demo.kill()
    demo.communicate()

    wait_until(lambda: not any(map(is_running, programs)))


def test_stopping_twice_is_harmless(tmp_path):
    with Processes(tmp_path) as running:
        running.start(a_program("nettsted", "sleep", "600"))
        running.stop()
        running.stop()
