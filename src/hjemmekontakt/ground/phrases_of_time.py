"""Dates, times and durations as people say them, in bokmål, nynorsk and English, always by the clock in Norway."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from hjemmekontakt.ground.workdays import OSLO, day_of

MONTHS = "januar februar mars april mai juni juli august september oktober november desember"
ENGLISH_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language for days, hours and how long."""

    weekdays: list[str]
    months: list[str]
    near: dict[int, str]
    date: str
    at: str
    colon: str
    between: str
    about: str
    hour: tuple[str, str]
    minute: tuple[str, str]
    also: str


BOKMAAL = Words(
    weekdays=["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    months=MONTHS.split(),
    near={-1: "i går", 0: "i dag", 1: "i morgen"},
    date="{weekday} {day}. {month}",
    at="kl.",
    colon=".",
    between="mellom kl. {start} og {end}",
    about="omtrent",
    hour=("time", "timer"),
    minute=("minutt", "minutter"),
    also="og",
)
NYNORSK = Words(
    weekdays=["måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"],
    months=MONTHS.split(),
    near={-1: "i går", 0: "i dag", 1: "i morgon"},
    date="{weekday} {day}. {month}",
    at="kl.",
    colon=".",
    between="mellom kl. {start} og {end}",
    about="omtrent",
    hour=("time", "timar"),
    minute=("minutt", "minutt"),
    also="og",
)
ENGLISH = Words(
    weekdays=["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months=ENGLISH_MONTHS.split(),
    near={-1: "yesterday", 0: "today", 1: "tomorrow"},
    date="{weekday} {day} {month}",
    at="at",
    colon=":",
    between="between {start} and {end}",
    about="about",
    hour=("hour", "hours"),
    minute=("minute", "minutes"),
    also="and",
)
LANGUAGES = {"nb": BOKMAAL, "nn": NYNORSK, "en": ENGLISH}


def day(when: date | datetime, *, today: date, language: str = "nb") -> str:
    """Name a day as one says it: «i dag», «i morgen», «tirsdag 24. november», with the year only when it is another.

    >>> day(date(2026, 11, 24), today=date(2026, 11, 23)), day(date(2026, 11, 30), today=date(2026, 11, 23))
    ('i morgen', 'mandag 30. november')
    """
    return _day(_as_day(when), today, language)


@lru_cache(maxsize=4096)
def _day(that_day: date, today: date, language: str) -> str:
    near = _words(language).near.get((that_day - today).days)
    return near or full_date(that_day, today=today, language=language)


def full_date(when: date | datetime, *, today: date, language: str = "nb") -> str:
    """Name a day by its weekday and date also when it is near, for papers and SMS that are read later.

    >>> monday = date(2027, 1, 4)
    >>> full_date(monday, today=date(2026, 12, 30)), full_date(monday, today=monday, language="en")
    ('mandag 4. januar 2027', 'Monday 4 January')
    """
    words = _words(language)
    that_day = _as_day(when)
    weekday, month = words.weekdays[that_day.weekday()], words.months[that_day.month - 1]
    said = words.date.format(weekday=weekday, day=that_day.day, month=month)
    return said if that_day.year == today.year else f"{said} {that_day.year}"


def calendar_date(when: date | datetime, *, today: date, language: str = "nb") -> str:
    """Name a day by its date alone, for what lasts or lies far away: «12. mars 1944».

    >>> calendar_date(date(1944, 3, 12), today=date(2026, 3, 2)), calendar_date(date(2026, 5, 1), today=date(2026, 3, 2))
    ('12. mars 1944', '1. mai')
    """
    words = _words(language)
    that_day = _as_day(when)
    said = words.date.removeprefix("{weekday} ").format(day=that_day.day, month=words.months[that_day.month - 1])
    return said if that_day.year == today.year else f"{said} {that_day.year}"


def span(first: date, last: date, *, today: date, language: str = "nb") -> str:
    """Name some days in a row, both ends included: «3.–10. juli», «28. juni–3. juli», and one day by its date alone.

    >>> span(date(2026, 7, 3), date(2026, 7, 10), today=date(2026, 3, 2))
    '3.–10. juli'
    >>> span(date(2026, 6, 28), date(2026, 7, 3), today=date(2026, 3, 2), language="en")
    '28 June–3 July'
    """
    ends = calendar_date(last, today=today, language=language)
    if first == last:
        return ends
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{'.' if '{day}.' in _words(language).date else ''}–{ends}"
    return f"{calendar_date(first, today=today, language=language)}–{ends}"


def clock_time(when: datetime, *, language: str = "nb") -> str:
    """Say what the clock shows in Norway: «08.15».

    >>> quarter_past = datetime(2026, 11, 24, 8, 15, tzinfo=OSLO)
    >>> clock_time(quarter_past), clock_time(quarter_past, language="en")
    ('08.15', '08:15')
    """
    local = when.astimezone(OSLO)
    return f"{local.hour:02}{_words(language).colon}{local.minute:02}"


def moment(when: datetime, *, now: datetime, language: str = "nb") -> str:
    """Say when something happened or will happen: «i dag kl. 09.12».

    >>> moment(datetime(2026, 11, 24, 9, 12, tzinfo=OSLO), now=datetime(2026, 11, 24, 12, 0, tzinfo=OSLO))
    'i dag kl. 09.12'
    """
    local, words = when.astimezone(OSLO), _words(language)
    said = _day(local.date(), day_of(now), language)
    return f"{said} {words.at} {local.hour:02}{words.colon}{local.minute:02}"


def deadline(when: datetime, *, now: datetime, language: str = "nb") -> str:
    """Say a deadline, with the minutes only where there are any: «mandag 30. november kl. 16».

    >>> deadline(datetime(2026, 11, 30, 16, 0, tzinfo=OSLO), now=datetime(2026, 11, 27, 9, 0, tzinfo=OSLO))
    'mandag 30. november kl. 16'
    """
    return deadline_on(when, today=day_of(now), language=language)


@lru_cache(maxsize=4096)
def deadline_on(when: datetime, *, today: date, language: str) -> str:
    """Say a deadline as `deadline` does, for a list that asks for many: each is worked out once."""
    said = day(when, today=today, language=language)
    shown = _hour(when) if _is_whole_hour(when) else clock_time(when, language=language)
    return f"{said} {_words(language).at} {shown}"


@lru_cache(maxsize=4096)
def window(start: datetime, end: datetime, *, language: str = "nb") -> str:
    """Say between which hours somebody comes: «mellom kl. 08 og 10»; one point in time is «kl. 08.15».

    >>> window(datetime(2026, 11, 24, 8, 0, tzinfo=OSLO), datetime(2026, 11, 24, 10, 0, tzinfo=OSLO))
    'mellom kl. 08 og 10'
    """
    words = _words(language)
    if start == end:
        return f"{words.at} {clock_time(start, language=language)}"
    if _is_whole_hour(start) and _is_whole_hour(end):
        return words.between.format(start=_hour(start), end=_closing_hour(end))
    return words.between.format(start=clock_time(start, language=language), end=clock_time(end, language=language))


@lru_cache(maxsize=1024)
def hours(start: time, end: time, *, language: str = "nb") -> str:
    """Say from which hour to which one reads or answers: «08–16», with the minutes only where there are any.

    >>> hours(time(8), time(16)), hours(time(8), time(15, 30)), hours(time(8), time(15, 30), language="en")
    ('08–16', '08–15.30', '08–15:30')
    """
    colon = _words(language).colon
    return "–".join(f"{each:%H}{colon}{each:%M}" if each.minute else f"{each:%H}" for each in (start, end))


@lru_cache(maxsize=1024)
def duration(minutes: int, language: str = "nb") -> str:
    """Say how long something takes: «omtrent 20 minutter».

    >>> duration(20), duration(75, "nn"), duration(60, "en")
    ('omtrent 20 minutter', 'omtrent 1 time og 15 minutt', 'about 1 hour')
    """
    words = _words(language)
    hours, rest = divmod(minutes, 60)
    parts = [_counted(hours, words.hour)] if hours else []
    if rest or not hours:
        parts.append(_counted(rest, words.minute))
    return f"{words.about} " + f" {words.also} ".join(parts)


def opening(phrase: str) -> str:
    """Let a phrase open a sentence: «I dag kl. 09.12», without touching its other letters.

    >>> opening("i dag kl. 09.12"), opening("tomorrow between 08 and 10")
    ('I dag kl. 09.12', 'Tomorrow between 08 and 10')
    """
    return phrase[:1].upper() + phrase[1:]


def _words(language: str) -> Words:
    return LANGUAGES.get(language) or LANGUAGES.get(language[:2].lower(), BOKMAAL)


def _as_day(when: date | datetime) -> date:
    return day_of(when) if isinstance(when, datetime) else when


def _is_whole_hour(when: datetime) -> bool:
    return when.astimezone(OSLO).minute == 0


def _hour(when: datetime) -> str:
    return f"{when.astimezone(OSLO):%H}"


def _closing_hour(end: datetime) -> str:
    return "24" if _hour(end) == "00" else _hour(end)


def _counted(number: int, forms: tuple[str, str]) -> str:
    return f"{number} {forms[0] if number == 1 else forms[1]}"
