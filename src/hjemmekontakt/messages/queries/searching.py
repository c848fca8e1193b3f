"""Search: a citizen in her own dialogues, an employee in those of her units; the words searched for are kept nowhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import clock, national_ids
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.queries.reading import beyond, services_named
from hjemmekontakt.messages.rules import Author, Bookmark, Found, PersonFound, Sender, ThreadFound, ThreadState
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person

SEARCH_PAGE = 20
MOST_PERSONS = 20
START, STOP = rules.MARK
MARKS = {
    "marks": f"{START}{STOP}",
    "whole": f"StartSel={START}, StopSel={STOP}, HighlightAll=true",
    "line": f"StartSel={START}, StopSel={STOP}, MaxWords=26, MinWords=12, ShortWord=0",
}
ALL_WORDS = "websearch_to_tsquery('norwegian', %(words)s)"
THE_LAST_A_BEGINNING = "(websearch_to_tsquery('norwegian', %(before)s) && to_tsquery('norwegian', %(beginning)s))"
IN_UNITS = "SELECT * FROM hk_search_threads(%(units)s::uuid[], {words}, %(since)s, %(today)s, %(family)s::uuid[], %(after_at)s, %(after_id)s, %(most)s)"  # noqa: E501 - a function's arguments, bound
REACHABLE = (
    "(EXISTS (SELECT 1 FROM unit u WHERE u.id = thread.unit_id AND u.kind = 'office' AND thread.case_kind <> '')"
    " OR EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = thread.citizen_id AND d.service_id = thread.service_id"
    " AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on >= %s)))"
)


@intent
def search(actor: Actor, words: str, *, after: Bookmark | None = None, limit: int = SEARCH_PAGE) -> Found:
    """A citizen, or who reads for her, looks for words in her dialogues; raises Refused where nothing can be looked for."""
    about = About("citizen", actor.about_id, citizen_id=actor.about_id)
    grant = require(actor, May.LIST_THREADS, about=about)
    _check(words)
    values = {"citizen": actor.about_id, "most": limit + 1, **_beyond(after)}
    return _found(grant, words, _ask(statements.SQL["own_threads_found"], words, values), limit=limit)


@intent
def search_at_work(actor: Actor, words: str, *, after: Bookmark | None = None, limit: int = SEARCH_PAGE) -> Found:
    """An employee looks for words in her units' dialogues of the last twelve months, or for a person they help (R78, R79).

    Only what she may open is found. A name or a national id finds persons; somebody unknown and somebody who is not hers
    are the same nobody.
    """
    about = _her_units(actor)
    grant = require(actor, May.SEARCH_AT_WORK, about=about)
    _check(words)
    number = national_ids.normalise(words)
    by_number = len(number) == 11 and number.isascii() and number.isdigit()
    found = Found((), None) if by_number else _threads_at_work(grant, words, after, limit=limit)
    persons = () if after else _persons(grant, words, number if by_number else "")
    log_list(grant, about, [*(each.id for each in persons), *(each.citizen_id for each in found.threads)])
    return Found(found.threads, found.following, persons)


@intent
def person_at_work(actor: Actor, citizen_id: UUID, *, after: Bookmark | None = None, limit: int = SEARCH_PAGE) -> Found:
    """The dialogues of a person whom the employee's units help, the newest first; anybody else is unknown (R79)."""
    about = _her_units(actor)
    grant = require(actor, May.SEARCH_AT_WORK, about=about)
    today = day_of(clock.now())
    units = [unit.unit_id for unit in actor.units_of_care()]
    person = people.persons_helped(grant, units, today=today, only=citizen_id)
    if not person:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEARCH_AT_WORK, about=About("citizen", citizen_id))
    rows = Thread.objects.filter(
        RawSQL(REACHABLE, [today, today], output_field=BooleanField()),  # noqa: S611 - a constant, its values bound
        citizen_id=citizen_id,
        unit_id__in=units,
    ).order_by("-last_message_at", "-id")
    if after is not None:
        rows = rows.filter(beyond("(thread.last_message_at, thread.id) < (%s, %s)", after))
    places = [(row.id, row.last_place) for row in rows[: limit + 1]]
    log_list(grant, about, [citizen_id])
    found = _found(grant, "", places, limit=limit)
    return Found(found.threads, found.following, tuple(_person_found(each) for each in person))


def _check(words: str) -> None:
    if why_not := rules.why_not_search(words):
        raise Refused(why_not)


def _her_units(actor: Actor) -> About:
    units = actor.units_of_care() or actor.units
    if not units or actor.municipality_id is None:
        return About("unit", None, municipality_id=actor.municipality_id)
    return lookup.unit(units[0].unit_id, actor.municipality_id)


def _threads_at_work(grant: Grant, words: str, after: Bookmark | None, *, limit: int) -> Found:
    now = clock.now()
    values = {
        "units": [unit.unit_id for unit in grant.actor.units_of_care()],
        "since": now - rules.SEARCHED_AT_WORK,
        "today": day_of(now),
        "family": list(grant.actor.family),
        "most": limit + 1,
        **_beyond(after),
    }
    return _found(grant, words, _ask(IN_UNITS, words, values), limit=limit)


def _persons(grant: Grant, words: str, number: str) -> tuple[PersonFound, ...]:
    units = [unit.unit_id for unit in grant.actor.units_of_care()]
    today = day_of(clock.now())
    found = people.persons_helped(
        grant, units, today=today, name="" if number else words, national_id=number, limit=MOST_PERSONS
    )
    return tuple(_person_found(each) for each in found)


def _person_found(person: Person) -> PersonFound:
    return PersonFound(person.id, person.name, person.birth_date.year if person.birth_date else None)


def _ask(statement: str, words: str, values: dict[str, Any]) -> list[Any]:
    before, beginning = rules.last_word(words)
    asked = {"words": words, "before": before, "beginning": f"'{beginning}':*", **values}
    return statements.fetch(statement.replace("{words}", THE_LAST_A_BEGINNING if beginning else ALL_WORDS), asked)


def _beyond(after: Bookmark | None) -> dict[str, datetime | UUID | None]:
    return {"after_at": after.moments[0] if after else None, "after_id": after.id if after else None}


def _found(grant: Grant, words: str, places: list[tuple[UUID, int | None]], *, limit: int) -> Found:
    shown = places[:limit]
    ids, numbers = [id for id, _ in shown], [place for _, place in shown]
    rows = _ask(statements.SQL["threads_found"], words, {"threads": ids, "places": numbers, **MARKS}) if ids else []
    services = services_named(grant, [row[2] for row in rows])
    at_work = grant.actor.about_id is None
    persons = people.persons(grant, {row[1] for row in rows}) if at_work else {}
    threads = tuple(_thread_found(row, services[row[2]], persons.get(row[1])) for row in rows)
    following = Bookmark((threads[-1].last_at,), threads[-1].id) if len(places) > limit and threads else None
    return Found(threads, following)


def _thread_found(row: Any, service: Any, person: Person | None) -> ThreadFound:
    id, citizen_id, _, state, answer_by, last_at, subject, author_id, name, role, sender, on_behalf, line = row
    return ThreadFound(
        id=id,
        citizen_id=citizen_id,
        subject=rules.pieces(subject),
        service_name=service.name,
        unit_name=service.unit.name,
        state=ThreadState(state),
        answer_by=answer_by,
        last_at=last_at,
        author=Author(author_id, name, role, Sender(sender), on_behalf) if author_id else None,
        line=rules.pieces(" ".join((line or "").split())),
        person_name=person.name if person else "",
        birth_year=person.birth_date.year if person and person.birth_date else None,
    )
