"""A calendar that fetches, in stories: what it is answered, and what three parsers that we did not write read in it."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import recurring_ical_events
from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar, Event

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.project.commands.build import NODE, ROOT
from hjemmekontakt.visits.actions import make_calendar
from hjemmekontakt.visits.rules import MadeCalendar
from tests.people import an_id

Told = tuple[str, datetime, datetime | None]


def made(actor: Actor, *, form: str = "a form", tells_more: bool = False) -> MadeCalendar:
    """An address that somebody makes."""
    return make_calendar(actor, form_key=an_id(form), tells_more=tells_more)


def fetch(secret: str, **headers: str) -> HttpResponse:
    """A calendar fetches, with nothing but the address."""
    return Client().get(f"/kalender/{secret}.ics", headers=headers)


def parsed(content: bytes) -> Calendar:
    """The file as `icalendar` reads it, without a fault in it."""
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    assert not any(event.errors for event in calendar.events)
    return calendar


def events_in(content: bytes) -> dict[str, Event]:
    """The entries by their names."""
    return {str(event["uid"]): event for event in parsed(content).events}


def told_in(content: bytes) -> list[Told]:
    """Each entry's name and hours, read from the file itself by `icalendar`."""
    return sorted(_told(event) for event in parsed(content).events)


def expanded(content: bytes, *, around: datetime) -> list[Told]:
    """Each entry's name and hours in the half year around a moment, as `recurring-ical-events` lays them out."""
    half = timedelta(days=120)
    return sorted(
        _told(event) for event in recurring_ical_events.of(parsed(content)).between(around - half, around + half)
    )


def _told(event: Event) -> Told:
    end = event.get("dtend")
    start = event["dtstart"].dt.astimezone(UTC)
    return str(event["uid"]), start, end.dt.astimezone(UTC) if end else start


def as_thunderbird_reads(content: bytes) -> dict[str, Any]:
    """The file as `ical.js` reads it, in the Node that the build runs in; a file that breaks its grammar is an error."""
    script = Path(__file__).with_name("thunderbird.mjs")
    ran = subprocess.run([NODE, script], input=content, capture_output=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, f"the packages of package.json are needed (./hk build): {ran.stderr[-2000:].decode()}"
    return json.loads(ran.stdout)
