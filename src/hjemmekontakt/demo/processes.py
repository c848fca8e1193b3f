"""The demo's programs: started one by one, waited for, watched, and all stopped in reverse order."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

LOG_LINES_TOLD = 15
# Each of them is a KeyboardInterrupt to the demo while programs run.
ASKS_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProgramDied(Exception):
    """A program ended by itself or never answered; the text has its name and its last log lines."""


@dataclass(frozen=True)
class Program:
    """One program to run: what it is called, how it is started, and where it answers when it is ready."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    ready_url: str = ""


@dataclass
class Processes:
    """The programs that run, in the order they were started."""

    log_folder: Path
    _running: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)
    _guard: subprocess.Popen[bytes] | None = None
    _handlers: dict[signal.Signals, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Run programs for the length of a `with` block."""
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self._guard = _set_guard()
        self._handlers = {number: signal.signal(number, signal.default_int_handler) for number in ASKS_TO_END}
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them all when the block ends, whatever more is asked meanwhile."""
        for number in ASKS_TO_END:
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def start(self, program: Program, *, seconds: float = 60) -> None:
        """Start a program in a process group of its own and wait until it answers."""
        self.launch(program)
        self.wait_for(program, seconds=seconds)

    def launch(self, program: Program) -> None:
        """Start a program in a process group of its own, and go on at once."""
        with _not_asked_to_end_meanwhile(), self._log_of(program).open("wb") as log:
            process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.append((program, process))
            if self._guard and self._guard.stdin:
                self._guard.stdin.write(f"{process.pid}\n".encode())
                self._guard.stdin.flush()

    def wait_for(self, program: Program, *, seconds: float = 60) -> None:
        """Wait until a program that was launched answers; raises ProgramDied where it does not."""
        process = next(running for known, running in self._running if known is program)
        self._wait_until_ready(program, process, seconds=seconds)

    def _wait_until_ready(self, program: Program, process: subprocess.Popen[bytes], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while program.ready_url and not _answers(program.ready_url):
            if process.poll() is not None:
                raise ProgramDied(self._obituary(program, f"stoppet med kode {process.returncode}"))
            if time.monotonic() > deadline:
                raise ProgramDied(self._obituary(program, f"svarte ikke på {seconds:.0f} sekunder"))
            time.sleep(0.05)

    def watch(self) -> None:
        """Wait for Ctrl-C or a request to end; raise ProgramDied if one of the programs ends before that."""
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self.raise_if_one_died()
                time.sleep(0.2)

    def raise_if_one_died(self) -> None:
        """Raise ProgramDied, with its last log lines, if a program has ended by itself."""
        for program, process in self._running:
            if process.poll() is not None:
                raise ProgramDied(self._obituary(program, f"stoppet med kode {process.returncode}"))

    def stop(self, *, seconds: float = 10) -> None:
        """Stop all programs, the last started first, each with everything it started; safe to call twice."""
        while self._running:
            _, process = self._running.pop()
            _end_group(process, seconds=seconds)
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            if self._guard.stdin:
                self._guard.stdin.close()
            self._guard = None

    def _log_of(self, program: Program) -> Path:
        return self.log_folder / f"{program.name}.log"

    def _obituary(self, program: Program, what: str) -> str:
        log = self._log_of(program).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_TOLD:]
        return "\n".join([f"{program.name} {what}. Loggen ({self._log_of(program)}) slutter slik:", *log])


@contextlib.contextmanager
def _not_asked_to_end_meanwhile() -> Iterator[None]:
    """Hear a request to end afterwards: a program is either not begun, or known to be there and stopped with the others."""
    asked: list[int] = []
    handlers = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in ASKS_TO_END}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt


def _answers(url: str) -> bool:
    if url.startswith("tcp://"):
        return _is_open(urlsplit(url))
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status < 500)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False


def _is_open(place: SplitResult) -> bool:
    try:
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=2):
            return True
    except OSError:
        return False


def _end_group(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Ask the whole group to end; what has not by then is killed. The group outlives its first process."""
    _signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
    _signal_group(process.pid, signal.SIGKILL)


def _signal_group(group: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, what)


def _set_guard() -> subprocess.Popen[bytes]:
    """End the programs also when the demo is killed outright: the guard's input closes, and it ends their groups."""
    script = 'all=""; while read -r group; do all="$all $group"; done; for group in $all; do kill -TERM "-$group"; done'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "hk-guard"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
