"""Every refusal has its sentence, every model and event its line in the glossary, every event one who listens."""

import dataclasses
import importlib
import inspect
import re
from enum import StrEnum
from pathlib import Path

from django.apps import apps

from hjemmekontakt.ground import outbox

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = ["bulk", "consent", "messages", "municipalities", "notifications", "people", "representation", "visits"]
EVENT_DOMAINS = ["consent", "messages", "municipalities", "representation", "visits"]
UNHEARD = {
    "ClockRang",  # staff have no SMS: their pages show it
    "VisitsFellSilent",  # the leader's pages show it
    "JournalSilent",  # the unit's queue and the visit's page show it
    "VisitNeeded",  # the unit's queue shows it
    "MessageNotDelivered",  # the dialogue says whom to call
}
SENTENCE = re.compile(r"^[A-ZÆØÅ«{].*[.!?»]$", re.DOTALL)


def events() -> list[type]:
    found = []
    for domain in EVENT_DOMAINS:
        module = importlib.import_module(f"hjemmekontakt.{domain}.events")
        found += [
            thing for thing in vars(module).values() if inspect.isclass(thing) and dataclasses.is_dataclass(thing)
        ]
    return found


def test_every_refusal_has_its_sentence() -> None:
    for domain in DOMAINS:
        rules = importlib.import_module(f"hjemmekontakt.{domain}.rules")
        words = importlib.import_module(f"hjemmekontakt.{domain}.words")
        refusal: type[StrEnum] = rules.Refusal
        assert set(words.SENTENCES) == set(refusal), domain
        for why, sentence in words.SENTENCES.items():
            assert SENTENCE.match(str(sentence)), (domain, why)


def test_every_model_and_event_stands_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    ours = [model.__name__ for model in apps.get_models() if model.__module__.startswith("hjemmekontakt")]
    missing = [name for name in [*ours, *(event.__name__ for event in events())] if f"`{name}`" not in glossary]
    assert missing == []


def test_every_event_has_one_who_listens() -> None:
    unheard = {event.__name__ for event in events() if not outbox.listeners_of(event)}
    assert unheard == UNHEARD


def test_every_event_holds_ids_and_times_only() -> None:
    for event in events():
        for field in dataclasses.fields(event):
            assert field.name.endswith(("_id", "_ids", "_at")), (event.__name__, field.name)
