"""`python -m hjemmekontakt.demo.epj --config FILE`: run the journal until it is told to stop."""

import argparse
import signal
from pathlib import Path
from threading import Event, Thread

from hjemmekontakt.demo.epj import config
from hjemmekontakt.demo.epj.journal import Journal
from hjemmekontakt.demo.epj.server import Server


def main() -> None:
    """Start the journal and its doors; stop both on SIGTERM or Ctrl-C."""
    arguments = argparse.ArgumentParser(prog="epj", description=__doc__)
    arguments.add_argument("--config", type=Path, required=True)
    told = config.load(arguments.parse_args().config)
    journal = Journal(told)
    server = Server(told.port, journal)
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    Thread(target=server.serve_forever, daemon=True).start()
    journal.start()
    stop.wait()
    server.shutdown()
    server.server_close()
    journal.stop()


if __name__ == "__main__":
    main()
