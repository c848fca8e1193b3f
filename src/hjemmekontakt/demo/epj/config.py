"""What the simulator is told when it starts: where the portal is, who it is, and for whom it plans."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the municipality, with its HER-id (level 2)."""

    name: str
    her_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """One who receives home services, and what is planned for her each week."""

    key: str
    name: str
    national_id: str = field(repr=False)
    unit: str = "nord"
    plan: tuple[dict[str, Any], ...] = ()
    series: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything from the configuration file, checked once."""

    port: int
    fhir_base: str
    token_endpoint: str
    client_id: str
    private_jwk: dict[str, Any] = field(repr=False)
    scope: str
    hook_secret: str = field(repr=False)
    municipality_her_id: str
    units: dict[str, Unit]
    persons: dict[str, Person]
    memory: Path | None = None
    now: datetime | None = None


def load(path: Path) -> Config:
    """Read the file; a name that is missing in it stops the start with a sentence."""
    told = json.loads(path.read_text(encoding="utf-8"))
    try:
        return from_json(told)
    except KeyError as missing:
        raise SystemExit(f"The EPJ simulator's configuration lacks {missing}.") from None


def from_json(told: dict[str, Any]) -> Config:
    """Make the configuration of what the file holds."""
    persons = {key: _person(key, each) for key, each in told["persons"].items()}
    return Config(
        port=told["port"],
        fhir_base=told["fhir_base"].rstrip("/"),
        token_endpoint=told["token_endpoint"],
        client_id=told["client_id"],
        private_jwk=told["private_jwk"],
        scope=told["scope"],
        hook_secret=told["hook_secret"],
        municipality_her_id=told["municipality"]["her_id"],
        units={key: Unit(each["name"], each["her_id"]) for key, each in told["units"].items()},
        persons=persons,
        memory=Path(told["memory"]) if told.get("memory") else None,
        now=datetime.fromisoformat(told["now"]) if told.get("now") else None,
    )


def _person(key: str, told: dict[str, Any]) -> Person:
    return Person(
        key=key,
        name=told["name"],
        national_id=told["national_id"],
        unit=told.get("unit", "nord"),
        plan=tuple(told.get("plan", ())),
        series=tuple(told.get("series", ())),
    )
