"""The plan: which visits a person gets in the two weeks to come, and which come again and again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from hjemmekontakt.demo.epj.config import Person

OSLO = ZoneInfo("Europe/Oslo")
DAYS_AHEAD = 14
DAYS_WITH_A_WORKLIST = 2
SURELY_THREE_WORKING_DAYS = 10
LONG_AGO = date(2026, 1, 5)  # the week in which every series began, a Monday
MONA = ("Mona", "Lie")

ORDINARY: tuple[dict[str, Any], ...] = (
    {"title": "Morgenstell", "from": "08:00", "to": "10:00", "minutes": 30, "instruction": "Vi låser oss inn selv."},
    {"title": "Medisiner", "from": "13:00", "to": "14:00", "minutes": 10, "may_cancel": False},
    {"title": "Kveldsstell", "from": "19:00", "to": "21:00", "minutes": 25},
    {"title": "Hjelp til å dusje", "from": "10:30", "to": "12:00", "minutes": 45, "days": [1, 4]},
)


@dataclass(slots=True)
class Visit:
    """One visit in the journal, as it stands now."""

    identifier: str
    person: str
    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    status: str = "proposed"
    instruction: str = ""
    service_id: str = ""
    may_cancel: bool = True
    performer: tuple[str, str] | None = None
    cancel_reason: str = ""
    series: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A plan of visits that come again each week: its name, and the hours of its first visit."""

    identifier: str
    person: str
    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    weekdays: tuple[int, ...]
    instruction: str = ""


def two_weeks(person: Person, *, now: datetime) -> list[Visit]:
    """Plan a person's visits from now on: worklists with names for today and tomorrow, windows after that.

    What has begun today is left out, but where staff tell in the portal how it went (`also_begun`).
    """
    today = now.astimezone(OSLO).date()
    found = [visit for day in range(DAYS_AHEAD) for visit in _on(person, today, day, now=now)]
    return found + [visit for series in series_of(person) for visit in confirmed(series, now=now)]


def series_of(person: Person) -> list[Series]:
    """A person's plans of visits that come again."""
    return [_series(person, told) for told in person.series]


def confirmed(series: Series, *, now: datetime) -> Iterator[Visit]:
    """The visits of a series that stand on a worklist: today's and tomorrow's, and always the next one."""
    today = now.astimezone(OSLO).date()
    days = [day for day in (today + timedelta(n) for n in range(DAYS_AHEAD)) if day.weekday() in series.weekdays]
    coming = [visit for visit in (occurrence(series, day) for day in days) if visit.starts_at > now]
    for place, visit in enumerate(coming):
        if place == 0 or visit.starts_at.astimezone(OSLO).date() < today + timedelta(DAYS_WITH_A_WORKLIST):
            visit.ends_at = visit.starts_at + timedelta(minutes=series.minutes)
            visit.status, visit.performer = "booked", MONA
            yield visit


def occurrence(series: Series, day: date) -> Visit:
    """One visit of a series, as the plan has it."""
    return Visit(
        identifier=_identifier(series.person, f"{series.identifier} {day.isoformat()}"),
        person=series.person,
        title=series.title,
        starts_at=datetime.combine(day, series.starts_at.timetz()),
        ends_at=datetime.combine(day, series.ends_at.timetz()),
        minutes=series.minutes,
        instruction=series.instruction,
        series=series.identifier,
        day=day.isoformat(),
    )


def one_more(person: Person, start: datetime, end: datetime, *, now: datetime) -> Visit:
    """Plan one visit more, by name where the worklist for that day is made."""
    named = start.astimezone(OSLO).date() < now.astimezone(OSLO).date() + timedelta(days=DAYS_WITH_A_WORKLIST)
    return Visit(
        identifier=_identifier(person.key, f"extra {start.isoformat()} {end.isoformat()}"),
        person=person.key,
        title="Ekstra besøk",
        starts_at=start,
        ends_at=end,
        minutes=max(1, int((end - start).total_seconds() // 60)),
        status="booked" if named else "proposed",
        performer=MONA if named else None,
    )


def _series(person: Person, told: dict[str, Any]) -> Series:
    first = next(day for day in (LONG_AGO + timedelta(n) for n in range(7)) if day.weekday() in told["days"])
    return Series(
        identifier=_identifier(person.key, f"series {told['title']}"),
        person=person.key,
        title=told["title"],
        starts_at=datetime.combine(first, time.fromisoformat(told["from"]), OSLO),
        ends_at=datetime.combine(first, time.fromisoformat(told["to"]), OSLO),
        minutes=told["minutes"],
        weekdays=tuple(told["days"]),
        instruction=told.get("instruction", ""),
    )


def _on(person: Person, today: date, offset: int, *, now: datetime) -> Iterator[Visit]:
    day = today + timedelta(days=offset)
    for slot in person.plan or ORDINARY:
        if day.weekday() not in slot.get("days", range(7)):
            continue
        starts_at = datetime.combine(day, time.fromisoformat(slot["from"]), OSLO)
        ends_at = datetime.combine(day, time.fromisoformat(slot["to"]), OSLO)
        if starts_at <= now and not slot.get("also_begun"):
            continue
        minutes = slot["minutes"]
        named = offset < DAYS_WITH_A_WORKLIST
        yield Visit(
            identifier=_identifier(person.key, f"{day.isoformat()} {slot['from']} {slot['title']}"),
            person=person.key,
            title=slot["title"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes) if named else ends_at,
            minutes=minutes,
            status="booked" if named else "proposed",
            instruction=slot.get("instruction", ""),
            service_id=slot.get("service_id", ""),
            may_cancel=slot.get("may_cancel", True),
            performer=tuple(slot.get("performer", MONA)) if named else None,
        )


def _identifier(person: str, occasion: str) -> str:
    return uuid5(NAMESPACE_URL, f"epj/{person}/{occasion}").urn


def landmarks(visits: list[Visit], *, today: date) -> dict[str, str]:
    """Name the next visit, and one that can surely be cancelled: ten days off is three working days even at Easter."""
    live = sorted(
        (visit for visit in visits if visit.status in ("proposed", "booked")), key=lambda each: each.starts_at
    )
    far = [
        visit
        for visit in live
        if visit.may_cancel and visit.starts_at.astimezone(OSLO).date() >= today + timedelta(SURELY_THREE_WORKING_DAYS)
    ]
    named = {"next": live[:1], "cancellable": far[:1]}
    return {name: found[0].identifier for name, found in named.items() if found}
