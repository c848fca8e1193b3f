"""Dates and times as people say them, in the reader's language, as filters: `{{ visit.starts_at | moment(now) }}`."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import get_language

from hjemmekontakt.ground import phrases_of_time
from hjemmekontakt.ground.workdays import OSLO


def _language() -> str:
    return get_language() or "nb"


def _day(when: date | datetime, now: datetime) -> str:
    return phrases_of_time.day(when, today=now.astimezone(OSLO).date(), language=_language())


def _full_date(when: date | datetime, now: datetime) -> str:
    return phrases_of_time.full_date(when, today=now.astimezone(OSLO).date(), language=_language())


def _clock_time(when: datetime) -> str:
    return phrases_of_time.clock_time(when, language=_language())


def _moment(when: datetime, now: datetime) -> str:
    return phrases_of_time.moment(when, now=now, language=_language())


def _deadline(when: datetime, now: datetime) -> str:
    return phrases_of_time.deadline(when, now=now, language=_language())


def _window(start: datetime, end: datetime) -> str:
    return phrases_of_time.window(start, end, language=_language())


def _duration(minutes: int) -> str:
    return phrases_of_time.duration(minutes, _language())


TIME_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "day": _day,
    "full_date": _full_date,
    "clock_time": _clock_time,
    "moment": _moment,
    "deadline": _deadline,
    "window": _window,
    "duration": _duration,
    "opening": phrases_of_time.opening,
}
