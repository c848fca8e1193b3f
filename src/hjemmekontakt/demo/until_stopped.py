"""How a stand-in process of the demo lives: it starts, waits, and ends quietly when asked to."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def until_stopped() -> Iterator[None]:
    """Start what stands inside, then wait until the process is asked to stop."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    yield
    stop.wait()
