"""What the journal remembers from one start to the next: its visits, in a file beside its configuration."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from hjemmekontakt.demo.epj.plan import Visit

KEPT = timedelta(days=30)
LIVE = ("proposed", "booked")


def read(file: Path | None) -> dict[str, Visit]:
    """The visits of the last start by identifier; none where there is no file, or one that cannot be read."""
    if file is None or not file.exists():
        return {}
    try:
        visits = msgspec.json.decode(file.read_bytes(), type=list[Visit])
    except msgspec.DecodeError:
        return {}
    return {visit.identifier: visit for visit in visits}


def write(file: Path | None, visits: Iterable[Visit], *, now: datetime) -> None:
    """Keep the visits, whole or not at all; those long past are forgotten."""
    if file is None:
        return
    half_done = file.with_name(f"{file.name}.new")
    half_done.write_bytes(msgspec.json.encode([visit for visit in visits if visit.ends_at > now - KEPT]))
    half_done.replace(file)


def joined(remembered: dict[str, Visit], planned: Iterable[Visit]) -> list[Visit]:
    """The plan as it stands now: what was done, called off or moved is remembered, the rest is planned anew."""
    found = dict(remembered)
    for visit in planned:
        before = remembered.get(visit.identifier)
        if before is None or (before.status in LIVE and before.starts_at == visit.starts_at):
            found[visit.identifier] = visit
    return list(found.values())
