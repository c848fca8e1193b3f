"""How an Appointment says that its visits come again: R5's recurrenceTemplate as a cross-version extension, read and written.

The parts have R5's own names: recurrenceType (d, wk or mo), lastOccurrenceDate or occurrenceCount, weeklyTemplate,
monthlyTemplate, and an excludingDate for each day that is left out. An occurrence points to its plan by
originatingAppointment, an identifier.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.outcome import Issue, unacceptable
from hjemmekontakt.fhir.structs.appointment import Appointment
from hjemmekontakt.fhir.structs.datatypes import CodeableConcept, Extension
from hjemmekontakt.fhir.visit_report import YEARS, Frequency, PlanReport, Recurrence, VisitReport
from hjemmekontakt.ground.workdays import day_of

FREQUENCIES = {"d": Frequency.DAILY, "wk": Frequency.WEEKLY, "mo": Frequency.MONTHLY}
DAYS = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
SHORT_DAYS = {name[:3]: code for name, code in DAYS.items()}
WEEKS_OF_MONTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_PARTS = frozenset(
    {
        "timezone",
        "recurrenceType",
        "lastOccurrenceDate",
        "occurrenceCount",
        "weeklyTemplate",
        "monthlyTemplate",
        "excludingDate",
    }
)
OUR_ZONE = "Europe/Oslo"

Place = str
Found = tuple[Place, Extension]


def is_plan(resource: Appointment) -> bool:
    """Tell whether an Appointment is a plan of visits that come again."""
    return any(each.url == systems.RECURRENCE for each in resource.extension or [])


def plan(resource: Appointment, first: VisitReport, wrong: list[Issue]) -> PlanReport | None:
    """Read the plan whose first visit is `first`; what is wrong is added to `wrong`, each with its path."""
    templates = [each for each in _extensions(resource.extension, "Appointment") if each[1].url == systems.RECURRENCE]
    (place, template), *more = templates
    if more:
        wrong.append(_error("business-rule", "A plan has one recurrenceTemplate.", more[0][0]))
    parts = _parts(place, template, wrong)
    frequency = _frequency(parts, place, wrong)
    weekly, monthly = _inside(parts, "weeklyTemplate"), _inside(parts, "monthlyTemplate")
    if (frequency is not Frequency.WEEKLY and weekly) or (frequency is not Frequency.MONTHLY and monthly):
        wrong.append(_error("business-rule", "The template does not belong to this recurrenceType.", place))
    days: tuple[tuple[int, str], ...] = ()
    interval, day_of_month = 1, None
    if frequency is Frequency.WEEKLY:
        days = tuple((0, code) for name, code in DAYS.items() if _flag(weekly, name))
        interval = _count(weekly, "weekInterval") or 1
    if frequency is Frequency.MONTHLY:
        interval, day_of_month = _count(monthly, "monthInterval") or 1, _count(monthly, "dayOfMonth")
        days = _nth(monthly, place, wrong)
        if (day_of_month is None) == (not days):
            sentence = "A monthly plan needs dayOfMonth, or nthWeekOfMonth and dayOfWeek."
            wrong.append(_error("required", sentence, place))
    until = _day(parts, "lastOccurrenceDate", wrong)
    count = _count(dict_of(parts), "occurrenceCount")
    if until and count:
        wrong.append(_error("business-rule", "lastOccurrenceDate or occurrenceCount, not both.", place))
    if max(interval, day_of_month or 0) > 99 or (day_of_month or 0) > 31 or (count or 0) > 9999:
        wrong.append(_error("value", "A number is larger than is taken: interval 99, day 31, count 9999.", place))
    left_out = [_date(each, where, wrong) for where, each in parts.get("excludingDate", [])]
    if wrong or frequency is None:
        return None
    recurrence = Recurrence(
        frequency=frequency, interval=interval, days=days, day_of_month=day_of_month, until=until, count=count
    )
    ended = resource.status in ("cancelled", "entered-in-error")
    return PlanReport(
        first=first, recurrence=recurrence, except_days=tuple(day for day in left_out if day), ended=ended
    )


def series(resource: Appointment, starts_at: datetime | None, wrong: list[Issue]) -> tuple[str, date | None]:
    """Which plan an occurrence belongs to, and its day there: its own day where no other is named."""
    named, day = "", None
    for place, each in _extensions(resource.extension, "Appointment"):
        if each.url == systems.PLAN:
            identifier = each.value_reference.identifier if each.value_reference else None
            named = (identifier.value if identifier else None) or ""
            if not named:
                sentence = "The plan is named by valueReference.identifier."
                wrong.append(_error("required", sentence, f"{place}.valueReference.identifier"))
        if each.url == systems.PLAN_DAY:
            day = _date(each, place, wrong)
    if not named:
        return "", None
    return named, day or (day_of(starts_at) if starts_at and starts_at.year in YEARS else None)


def write(report: PlanReport) -> dict[str, Any]:
    """Write how a plan's visits come again, as the extension that it was read from."""
    rule = report.recurrence
    code = next(code for code, frequency in FREQUENCIES.items() if frequency is rule.frequency)
    kind = {"coding": [{"system": systems.UNITS_OF_MEASURE, "code": code}]}
    parts: list[dict[str, Any]] = [{"url": "recurrenceType", "valueCodeableConcept": kind}]
    if rule.until:
        parts.append({"url": "lastOccurrenceDate", "valueDate": rule.until.isoformat()})
    if rule.count:
        parts.append({"url": "occurrenceCount", "valuePositiveInt": rule.count})
    if rule.frequency is Frequency.WEEKLY:
        names = {code: name for name, code in DAYS.items()}
        flags: list[dict[str, Any]] = [{"url": names[day], "valueBoolean": True} for _, day in rule.days]
        parts.append(_nested("weeklyTemplate", [*flags, {"url": "weekInterval", "valuePositiveInt": rule.interval}]))
    if rule.frequency is Frequency.MONTHLY:
        parts.append(
            _nested("monthlyTemplate", [*_monthly(rule), {"url": "monthInterval", "valuePositiveInt": rule.interval}])
        )
    parts += [{"url": "excludingDate", "valueDate": day.isoformat()} for day in report.except_days]
    return _nested(systems.RECURRENCE, parts)


def _monthly(rule: Recurrence) -> list[dict[str, Any]]:
    if rule.day_of_month:
        return [{"url": "dayOfMonth", "valuePositiveInt": rule.day_of_month}]
    nth, day = rule.days[0]
    week = next(name for name, number in WEEKS_OF_MONTH.items() if number == nth)
    name = next(name for name, code in SHORT_DAYS.items() if code == day)
    return [
        {"url": "nthWeekOfMonth", "valueCoding": {"code": week}},
        {"url": "dayOfWeek", "valueCoding": {"code": name}},
    ]


def _nested(url: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"url": url, "extension": parts}


def _extensions(given: list[Extension] | None, place: str) -> Iterator[Found]:
    return ((f"{place}.extension[{index}]", each) for index, each in enumerate(given or []))


def _parts(place: str, template: Extension, wrong: list[Issue]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for where, each in _extensions(template.extension, place):
        if each.url not in _PARTS:
            wrong.append(_error("not-supported", "This part of a recurrence is not taken.", where))
        elif each.url in found and each.url != "excludingDate":
            wrong.append(_error("business-rule", "This part of a recurrence stands once.", where))
        found.setdefault(each.url, []).append((where, each))
    for where, each in found.get("timezone", []):
        if OUR_ZONE not in _codes(each.value_codeable_concept, None):
            wrong.append(_error("not-supported", "Visits come by the clock in Europe/Oslo.", where))
    return found


def _frequency(parts: dict[str, list[Found]], place: str, wrong: list[Issue]) -> Frequency | None:
    if "recurrenceType" not in parts:
        wrong.append(_error("required", "A recurrenceType is needed: d, wk or mo (UCUM).", place))
        return None
    where, each = parts["recurrenceType"][0]
    for code in _codes(each.value_codeable_concept, systems.UNITS_OF_MEASURE):
        if code in FREQUENCIES:
            return FREQUENCIES[code]
    wrong.append(_error("code-invalid", "A recurrenceType is d, wk or mo (UCUM).", f"{where}.valueCodeableConcept"))
    return None


def dict_of(parts: dict[str, list[Found]]) -> dict[str, Extension]:
    """The parts by name, each once."""
    return {name: found[0][1] for name, found in parts.items()}


def _inside(parts: dict[str, list[Found]], name: str) -> dict[str, Extension]:
    return {each.url: each for _, found in parts.get(name, [])[:1] for each in found.extension or []}


def _flag(parts: dict[str, Extension], name: str) -> bool:
    return name in parts and bool(parts[name].value_boolean)


def _count(parts: dict[str, Extension], name: str) -> int | None:
    return parts[name].value_positive_int if name in parts else None


def _nth(parts: dict[str, Extension], place: str, wrong: list[Issue]) -> tuple[tuple[int, str], ...]:
    coded = {name: each.value_coding.code if each.value_coding else None for name, each in parts.items()}
    if "nthWeekOfMonth" not in coded and "dayOfWeek" not in coded:
        return ()
    nth, day = WEEKS_OF_MONTH.get(coded.get("nthWeekOfMonth") or ""), SHORT_DAYS.get(coded.get("dayOfWeek") or "")
    if nth is None or day is None:
        sentence = "nthWeekOfMonth is first, second, third, fourth or last; dayOfWeek mon to sun."
        wrong.append(_error("code-invalid", sentence, place))
        return ()
    return ((nth, day),)


def _day(parts: dict[str, list[Found]], name: str, wrong: list[Issue]) -> date | None:
    return _date(parts[name][0][1], parts[name][0][0], wrong) if name in parts else None


def _date(extension: Extension, place: str, wrong: list[Issue]) -> date | None:
    try:
        return date.fromisoformat(extension.value_date or "")
    except ValueError:
        wrong.append(_error("value", "A whole date is needed, such as 2027-03-22.", f"{place}.valueDate"))
        return None


def _codes(concept: CodeableConcept | None, system: str | None) -> list[str]:
    codings = (concept.coding if concept else None) or []
    return [each.code for each in codings if each.code and system in (None, each.system)]


def _error(code: str, sentence: str, place: str) -> Issue:
    return unacceptable(code, sentence, expression=place)
