"""The demo's virus scanner, as a process: the stand-in that finds the test string of EICAR alone."""

import argparse

from hjemmekontakt.demo.until_stopped import until_stopped
from hjemmekontakt.gateways import virus_fake


def main() -> None:
    """Run the scanner until stopped."""
    asked = argparse.ArgumentParser(prog="hjemmekontakt.demo.scanner", description=__doc__)
    asked.add_argument("--port", type=int, required=True)
    given = asked.parse_args()
    with until_stopped():
        virus_fake.start(port=given.port)


if __name__ == "__main__":
    main()
