"""`./hk check`: form, types, borders between folders, migrations, translations and the house's own tests."""

import argparse
import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hjemmekontakt.project.commands import ROOT, translations

SOURCE = ROOT / "src" / "hjemmekontakt"
TESTS = ROOT / "tests"
TYPED_ROOMS = ("*/rules.py", "*/rules/*.py", "*/events.py", "access/*.py", "project/preflight.py", "demo/postgres*.py")
AT_ONCE = 2
LONGEST = 10


_NOWHERE = "postgresql://hk_owner@/none?host=%2Fnonexistent"
ONLY_LOOKING = {
    "DJANGO_SETTINGS_MODULE": "hjemmekontakt.project.settings",
    "HK_ROLE": "owner",
    "DATABASE_URL": _NOWHERE,
    "MIGRATE_DATABASE_URL": _NOWHERE,
    "HK_SECRET_KEY": "only-for-looking",
    "HK_NATIONAL_ID_KEYS": os.devnull,
    "HK_PUBLIC_URL": "http://localhost",
    "PYTHONWARNINGS": "ignore",
}
"""Settings by which the code can be looked at without a database."""


@dataclass(frozen=True)
class Outcome:
    """What came of one check: its name, what it complained of (nothing when all is well) and how long it took."""

    name: str
    complaint: str
    seconds: float


def run(arguments: list[str]) -> int:
    """Run all checks, say how each went, and hold up the mirror."""
    argparse.ArgumentParser(prog="./hk check", description="Se over koden.").parse_args(arguments)
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(_judge, *zip(*_checks(), strict=True)))
    print(*mirror(), sep="\n")
    failed = [outcome.name for outcome in outcomes if outcome.complaint]
    verdict = f"Feil i: {', '.join(failed)}" if failed else "Alt i orden"
    print(f"\n{verdict} ({time.monotonic() - began:.0f} s)")
    return 1 if failed else 0


def _checks() -> list[tuple[str, Callable[[], str]]]:
    """The checks, the slowest first."""
    return [
        ("hustester", lambda: _complaint_of([*_python("pytest"), "-q", "--no-header", "tests/house"])),
        (
            "typer",
            lambda: _complaint_of([*_python("mypy"), "--strict", "--allow-subclassing-any", *map(str, typed_files())]),
        ),
        ("migreringer", _migrations_up_to_date),
        ("grenser", _borders),
        ("oversettelser", lambda: "\n".join(translations.missing())),
        ("regler", lambda: _complaint_of([*_python("ruff"), "check", "--quiet", "."])),
        ("form", lambda: _complaint_of([*_python("ruff"), "format", "--check", "--quiet", "."])),
    ]


def _judge(name: str, check: Callable[[], str]) -> Outcome:
    began = time.monotonic()
    complaint = check()
    outcome = Outcome(name, complaint, time.monotonic() - began)
    lines = [f"{'FEIL' if complaint else 'ok':<5}{name:<14}{outcome.seconds:5.1f} s", *complaint.splitlines()]
    sys.stdout.write("\n      ".join(lines) + "\n")
    sys.stdout.flush()
    return outcome


def typed_files() -> list[Path]:
    """The files whose types are checked to the last: rules, events, access and what guards a start."""
    return sorted({file for room in TYPED_ROOMS for file in SOURCE.glob(room)})


def _borders() -> str:
    """The import contracts; the script is run by our own Python, so that the checkout may lie anywhere."""
    return _complaint_of([sys.executable, str(Path(sys.executable).parent / "lint-imports"), "--no-cache"])


def _migrations_up_to_date() -> str:
    return _complaint_of([*_python("django"), "makemigrations", "--check", "--dry-run", "--skip-checks"], ONLY_LOOKING)


def _python(module: str) -> list[str]:
    return [sys.executable, "-P", "-m", module]


def _complaint_of(command: Sequence[str], settings: dict[str, str] | None = None) -> str:
    """Run a checker; what it wrote is the complaint when it was not content."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **(settings or {})}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return (ran.stdout + ran.stderr).strip() or f"kode {ran.returncode}" if ran.returncode else ""


def mirror() -> Iterable[str]:
    """The ten longest files, functions and tests: nothing fails on them, but each should be long for a reason."""
    files = [(_lines(file), str(file.relative_to(ROOT))) for file in _written_by_us(SOURCE)]
    yield from _ten_longest("filer", files)
    yield from _ten_longest("funksjoner", [found for file in _written_by_us(SOURCE) for found in _functions(file)])
    tests = [found for file in _written_by_us(TESTS) for found in _functions(file) if "test_" in found[1].split()[-1]]
    yield from _ten_longest("tester", tests)


def _ten_longest(what: str, found: list[tuple[int, str]]) -> Iterable[str]:
    yield f"\nDe lengste {what}:"
    yield from (f"  {lines:4}  {name}" for lines, name in sorted(found, reverse=True)[:LONGEST])


def _written_by_us(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*.py") if "migrations" not in file.parts]


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _functions(file: Path) -> Iterable[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{file.relative_to(ROOT)} {node.name}"
