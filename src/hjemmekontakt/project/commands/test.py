"""`./hk test`: the whole suite, phase by phase, with the time that each may take."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from hjemmekontakt.project.commands import ROOT, build

REPORTS = ROOT / "var" / "test"
NOTHING_TO_RUN = 5
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Phase:
    """One run of pytest: what it is called, how long it may take, and which tests it runs."""

    name: str
    limit: int
    arguments: list[str]


@dataclass(frozen=True)
class Tally:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """The two together."""
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def run(arguments: list[str]) -> int:
    """Make ready, run the phases, and end with one line that counts them all."""
    parser = argparse.ArgumentParser(
        prog="./hk test",
        description="Kjør alle testene. Alt som står etter kommandoen, går rett til én kjøring av pytest.",
    )
    chosen = parser.parse_known_args(arguments)[1]
    began = time.monotonic()
    try:
        build.build_all()
    except build.BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    browser = _find_browser()
    if chosen:
        return subprocess.run([*_pytest(), *chosen], cwd=ROOT, env=_environment(), check=False).returncode
    lines = [_told("oppsett", time.monotonic() - began, limit=240)]

    tally, statuses = Tally(), []
    for phase in phases(browser):
        began = time.monotonic()
        status, counted = _run_phase(phase)
        lines.append(_told(phase.name, time.monotonic() - began, limit=phase.limit))
        tally += counted
        statuses.append(status)
    if not browser:
        lines.append("HOPPET OVER: testene i nettleser. Installer Chromium (apt-get install chromium) for å kjøre dem.")
    print("", *lines, f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", sep="\n", flush=True)
    return 1 if any(statuses) else 0


def phases(browser: str) -> list[Phase]:
    """The runs of pytest, in order; without a browser those that need one are left out."""
    without_browser = "" if browser else " and not browser"
    everything = ["tests", "src", "--ignore=tests/journeys"]
    found = [
        Phase("regler og domener", 240, [*everything, "-m", "not kill and not browser", "-n", "2"]),
        Phase("drepte prosesser", 60, [*everything, "-m", f"kill{without_browser}"]),
    ]
    if browser:
        # A process of its own each: Playwright leaves an event loop behind, which Django and a second Playwright refuse.
        found.append(Phase("komponenter i nettleser", 60, ["tests/kit", "-m", "browser"]))
        found.append(Phase("reiser i nettleser", 240, ["tests/journeys"]))
    return found


def _run_phase(phase: Phase) -> tuple[int, Tally]:
    print(f"\n== {phase.name} ==", flush=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{phase.name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    command = [*_pytest(), "-q", "--durations=10", f"--junitxml={report}", *phase.arguments]
    status = subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode
    status, counted = (0 if status == NOTHING_TO_RUN else status), _counted(report)
    # A run that broke off (it could not collect, or was killed) is a failure too.
    return status, counted if counted.failed or not status else counted + Tally(failed=1)


def _counted(report: Path) -> Tally:
    """Count a run's tests from its report, if it came so far as to write one."""
    if not report.exists():
        return Tally()
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - pytest wrote it
    tally = Tally()
    for suite in suites:
        number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        tally += Tally(max(0, number["tests"] - failed - number["skipped"]), failed, number["skipped"])
    return tally


def _told(name: str, seconds: float, *, limit: int) -> str:
    return f"{name}: {seconds:.0f} s av {limit}{'' if seconds <= limit else '  FOR LENGE'}"


def _find_browser() -> str:
    """Find Chromium; root, who may, installs it where it is missing."""
    if not _browser_on_path() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installerer Chromium …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL, check=False)
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False)
    return _browser_on_path()


def _browser_on_path() -> str:
    return next((found for name in CHROMIUM if (found := shutil.which(name))), "")


def _pytest() -> list[str]:
    return [sys.executable, "-P", "-m", "pytest"]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HK_CHROMIUM": _browser_on_path()}
