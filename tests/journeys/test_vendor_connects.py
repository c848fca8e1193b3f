"""A vendor's developer follows docs/how-to/connect-an-epj-by-fhir.md, command by command, against the running demo."""

import os
import re
import subprocess
from pathlib import Path

from tests.journeys.running import ROOT, Demo

HOW_TO = ROOT / "docs" / "how-to" / "connect-an-epj-by-fhir.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """The how-to's commands, block by block."""
    return BLOCK.findall(HOW_TO.read_text(encoding="utf-8"))


def test_every_command_of_the_how_to_does_what_it_says(demo: Demo, tmp_path: Path) -> None:
    """From nothing to a first visit that Astrid sees, and a first cancellation answered."""
    blocks = commands()
    assert len(blocks) > 10
    script = tmp_path / "how-to.sh"
    marked = [f"echo '--- {number}'\n{block}" for number, block in enumerate(blocks, 1)]
    script.write_text("set -euo pipefail\n" + "\n".join(marked), encoding="utf-8")
    environment = {**os.environ, "DEMO": str(demo.data), "TMPDIR": str(tmp_path), "no_proxy": "127.0.0.1"}
    ran = subprocess.run(
        ["bash", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    told = ran.stdout
    assert "Appointment\nHjemmekontakt: the FHIR door\n" in told
    assert '"kid": "our-epj-2027"' in told
    assert "Prøvebesøk" in told
    assert "cancel-visit\n" in told
    assert "accepted\ncancelled\n" in told
    assert "private" not in told
