"""Visits as a calendar file (iCalendar, RFC 5545), fit for Outlook, Google and Apple; in the language now in use.

Why each property is there: docs/decisions/0024-the-calendar-address.md, 0054-the-calendar-file-has-no-method.md.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.rules import Entry, EntryStatus

WRITING = 2
"""Counted up when entries are written in another way, so that no calendar keeps what it has."""

HOUR = timedelta(hours=1)


def tag_of(entries: Sequence[Entry]) -> str:
    """An entity tag that changes with the entries and the language: told before anything is written."""
    told = repr((WRITING, get_language(), entries)).encode()
    return f'"{hashlib.sha256(told).hexdigest()[:32]}"'


def as_ics(entries: Sequence[Entry]) -> bytes:
    """The visits as a calendar file; the same entries give the same bytes."""
    calendar = Calendar()
    for name, value in {
        "prodid": "-//Hjemmekontakt//Timeavtaler//NO",
        "version": "2.0",
        "calscale": "GREGORIAN",
        "name": _("Besøk"),
        "x-wr-calname": _("Besøk"),
        "x-published-ttl": vDuration(HOUR),
    }.items():
        calendar.add(name, value)
    calendar.add("refresh-interval", HOUR, parameters={"VALUE": "DURATION"})
    calendar.add_component(_norway())
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def summary_of(entry: Entry) -> str:
    """What stands in the calendar: «Besøk», and more only where that was chosen.

    A visit that is called off, or is no longer in the plan, says so: not every calendar shows it otherwise.
    """
    chosen = ", ".join(part for part in (entry.service_name, entry.first_name) if part)
    what = _("Besøk: %(what)s") % {"what": chosen} if chosen else pgettext("ett besøk", "Besøk")
    if entry.is_gone:
        return _("Ikke lenger i planen: %(visit)s") % {"visit": what}
    return _("Avlyst: %(visit)s") % {"visit": what} if entry.status is EntryStatus.CANCELLED else what


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", summary_of(entry))
    event.add("status", entry.status.value)
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "BUSY" if entry.is_busy else "FREE")
    times = _in_norway(entry.starts_at, entry.ends_at)
    for name, moment in zip(("dtstart", "dtend"), times, strict=True):
        if moment is not None:
            event.add(name, moment)
    return event


def _in_norway(*moments: datetime | None) -> list[datetime | None]:
    """The moments by the clock in Norway; where one of them is in an hour that is told twice, all in universal time.

    By the standard such an hour means the first of the two; Thunderbird takes the second, so neither is told by the clock.
    """
    if any(moment is not None and _is_told_twice(moment.astimezone(OSLO)) for moment in moments):
        return [moment.astimezone(UTC) if moment else None for moment in moments]
    return [moment.astimezone(OSLO) if moment else None for moment in moments]


def _is_told_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _norway() -> Timezone:
    """Summer and winter time in Norway since 1996, by the rule that every calendar knows; each begins by the clock before."""
    zone = Timezone()
    zone.add("tzid", OSLO.key)
    zone.add("x-lic-location", OSLO.key)
    for change, name, begins, month, before, after in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), 3, 1, 2),  # noqa: DTZ001
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 10, 2, 1),  # noqa: DTZ001
    ):
        change.add("tzname", name)
        change.add("dtstart", begins)
        change.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        change.add("tzoffsetfrom", timedelta(hours=before))
        change.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(change)
    return zone
