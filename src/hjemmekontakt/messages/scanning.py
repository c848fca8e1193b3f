"""Every file is asked about at the virus scanner before it is looked into (R16)."""

import logging

from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.virus import Finding
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.rules import FileRefusal

log = logging.getLogger(__name__)


def refuse_virus(content: bytes) -> None:
    """Ask the scanner; what it found is for whoever runs the portal, never for the one who sent it."""
    verdict = configured.virus_scanner().scan(content)
    if verdict.finding is Finding.INFECTED:
        log.warning("A file with a virus was not taken", extra={"reason": verdict.detail})
        raise Refused(FileRefusal.INFECTED)
    if verdict.finding is not Finding.CLEAN:
        log.error("A file could not be scanned", extra={"reason": verdict.detail})
        raise Refused(FileRefusal.SCANNER_DOWN)
