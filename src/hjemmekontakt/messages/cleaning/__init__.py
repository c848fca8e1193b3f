"""What a file becomes before it is kept: made anew from what a reader sees, in a process of its own (R16).

That process is told none of the portal's settings and keys, and it is held to a measure of memory and time: a file that
is made to hurt whoever opens it hurts nothing but itself.
"""

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.cleaning.limits import PATIENCE
from hjemmekontakt.messages.rules.attachments import CleanFile, FileRefusal, Kind

SOURCE = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-P", "-m", "hjemmekontakt.messages.cleaning"]
ENVIRONMENT = {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_ONE_AT_A_TIME = BoundedSemaphore(1)


def clean(content: bytes) -> CleanFile:
    """Make a file anew without anything that a reader does not see; Refused where that cannot be done.

    One at a time in each process of the portal, so that many large pictures at once do not take its memory. Where others
    wait, or the machine is slow, nothing is said of the file: it can be sent again.
    """
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise Refused(FileRefusal.NOT_IN_TIME)
    try:
        said = _cleaned_apart(content)
    finally:
        _ONE_AT_A_TIME.release()
    verdict, _, rest = said.partition(b"\n")
    if verdict.decode("ascii", "replace") in list(Kind):
        return CleanFile(Kind(verdict.decode()), rest)
    known = [each for each in FileRefusal if verdict == each.encode()]
    raise Refused(known[0] if known else FileRefusal.DAMAGED)


def _cleaned_apart(content: bytes) -> bytes:
    """What the process says; nothing where it took too much or broke down, and the file is then called damaged.

    What it may take is counted in its own work (`limits.SECONDS`); the patience here is with the machine.
    """
    try:
        ran = subprocess.run(
            COMMAND,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        raise Refused(FileRefusal.NOT_IN_TIME) from None
    return ran.stdout if ran.returncode == 0 else b""
