"""`./hk docs`: the diagrams, what the FHIR door offers, and the pictures of a walk through the demo, drawn anew."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import django

from hjemmekontakt import __version__
from hjemmekontakt.messages.rules import LETTER_MOVES, MAY_MOVE, MOVES, LetterState, ThreadState
from hjemmekontakt.project.commands import ROOT
from hjemmekontakt.project.commands.check import ONLY_LOOKING
from hjemmekontakt.representation.rules import STATES, State
from hjemmekontakt.visits.rules import STEPS, CancellationState
from hjemmekontakt.visits.rules.wishes import WISH_STEPS, WishState

PICTURES = ROOT / "docs" / "pictures"
DIAGRAMS = ROOT / "docs" / "states"
REFERENCES = ROOT / "docs" / "reference"
EXAMPLE = "https://hjemmekontakt.example/fhir"

Arrow = tuple[StrEnum, StrEnum, str]


def run(arguments: list[str]) -> int:
    """Draw the diagrams, then the pictures; the pictures of pages that are no longer visited go away."""
    parser = argparse.ArgumentParser(prog="./hk docs", description="Tegn bilder og diagrammer på nytt.")
    parser.add_argument("--no-pictures", action="store_true", help="bare diagrammene, som ikke trenger nettleser")
    chosen = parser.parse_args(arguments)
    for name, content in diagrams().items():
        DIAGRAMS.mkdir(parents=True, exist_ok=True)
        (DIAGRAMS / name).write_text(content, encoding="utf-8")
    surroundings = dict(os.environ)  # the journeys' demos have settings of their own
    os.environ.update({name: value for name, value in ONLY_LOOKING.items() if name not in os.environ})
    django.setup()
    for name, content in references().items():
        (REFERENCES / name).write_text(content, encoding="utf-8")
    return 0 if chosen.no_pictures else _take_pictures(surroundings)


def references() -> dict[str, str]:
    """The pages of reference that are drawn from the code, by file name; Django is set up before."""
    from hjemmekontakt.fhir import capability, router

    told = capability.statement(EXAMPLE, f"{EXAMPLE}/token", version=__version__, published=router.PUBLISHED)
    pages = {"capability-statement.json": told, "fhir-openapi.json": router.described(EXAMPLE)}
    return {name: json.dumps(page, ensure_ascii=False, indent=2) + "\n" for name, page in pages.items()}


def diagrams() -> dict[str, str]:
    """The state diagrams by file name, as the rules stand now."""
    moves = [
        (before, after, f"{step.value} ({', '.join(sorted(mover.value for mover in MAY_MOVE[step]))})")
        for (before, step), after in sorted(MOVES.items(), key=lambda move: list(ThreadState).index(move[0][0]))
    ]
    return {
        "thread.md": _diagram(
            "A dialogue of messages",
            "`src/hjemmekontakt/messages/rules/states.py`: how far a dialogue has come, as the citizen sees it (R19).",
            ThreadState,
            moves,
        ),
        "letter.md": _diagram(
            "An important letter",
            "`src/hjemmekontakt/messages/rules/letters.py`: digitally or on paper, and how far it has come (R28, R54).",
            LetterState,
            [(before, after, step.value) for (before, step), after in LETTER_MOVES.items()],
        ),
        "cancellation.md": _diagram(
            "A cancellation",
            "`src/hjemmekontakt/visits/rules/cancelling.py`: how far a request to call off a visit has come (R38).",
            CancellationState,
            _arrows(STEPS),
        ),
        "wish.md": _diagram(
            "A wish for another time",
            "`src/hjemmekontakt/visits/rules/wishes.py`: how far a wish has come; a proposal is accepted by her alone (R42).",
            WishState,
            _arrows(WISH_STEPS),
        ),
        "fullmakt.md": _diagram(
            "A fullmakt",
            "`src/hjemmekontakt/representation/rules.py`: what is declined or ended never changes again (R61).",
            State,
            _arrows(STATES),
        ),
    }


def _arrows(
    following: dict[CancellationState, frozenset[CancellationState]]
    | dict[WishState, frozenset[WishState]]
    | dict[State, frozenset[State]],
) -> list[Arrow]:
    return [
        (before, after, "")
        for before, afters in following.items()
        for after in sorted(afters, key=list(following).index)
    ]


def _diagram(title: str, about: str, states: type[StrEnum], arrows: Iterable[Arrow]) -> str:
    lines = [f"# {title}", "", about, "", "```mermaid", "stateDiagram-v2", *_drawn(states, list(arrows)), "```", ""]
    return "\n".join(lines)


def _drawn(states: type[StrEnum], arrows: list[Arrow]) -> Iterator[str]:
    known = list(states)
    yield f"    [*] --> {known[0].value}"
    for before, after, step in arrows:
        yield f"    {before.value} --> {after.value}{f': {step}' if step else ''}"
    for state in known:
        if all(before is not state for before, _, _ in arrows):
            yield f"    {state.value} --> [*]"


def _take_pictures(surroundings: Mapping[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="hk-pictures-") as folder:
        walk = [
            sys.executable,
            "-P",
            "-m",
            "pytest",
            "tests/journeys",
            "--ignore=tests/journeys/test_other_ways.py",
            "-q",
        ]
        environment = {**surroundings, "PYTHONPATH": str(ROOT / "src"), "HK_PICTURES": folder}
        if subprocess.run(walk, cwd=ROOT, env=environment, check=False).returncode:
            print("Bildene er som før, for reisene kom ikke fram.", file=sys.stderr)
            return 1
        taken = sorted(Path(folder).glob("*.png"))
        shutil.rmtree(PICTURES, ignore_errors=True)
        PICTURES.mkdir(parents=True)
        for picture in taken:
            shutil.copyfile(picture, PICTURES / picture.name)
    print(f"{len(taken)} bilder i docs/pictures og {len(diagrams())} diagrammer i docs/states.")
    return 0
