"""A dialogue as an employee of its unit opens it, and what she needs to give it to another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from uuid import UUID

import msgspec

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import UNLOCKED, Grant, intent, intent_in_one_statement, require, requiring
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.queries.reading import MARKS, Mark, messages_in
from hjemmekontakt.messages.rules import (
    DraftView,
    GivingView,
    HandlingKind,
    HandlingView,
    NoteView,
    Reader,
    SendingOnView,
    StaffThreadView,
    Step,
    TemplateTexts,
    ThreadState,
)
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities import remembered
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people


@intent_in_one_statement
def staff_thread(actor: Actor, thread_id: UUID, *, whose: About | None = None) -> StaffThreadView:
    """A dialogue as an employee of its unit opens it; the citizen sees «Åpnet av en ansatt» from then on (R19).

    `whose` is what the door has found out, where it has.
    """
    about, real_now = lookup.thread(thread_id, known=whose), clock.real()
    grant, parts, values = requiring(actor, May.READ_THREAD_AS_STAFF, about=about)
    row = _marked(grant, parts, values, thread_id, real_now=real_now)
    marks = MARKS.decode(row["readings"] or "[]")
    service, messages = _service(row), messages_in(grant, row, marks)
    here = _others_here(actor, marks, real_now=real_now)
    changed_at = real_now if row["state"] in UNOPENED else row["changed_at"]
    return StaffThreadView(
        **{name: row[name] for name in COPIED},
        state=rules.after(ThreadState(row["state"]), Step.OPEN),
        leads=actor.role_in(row["unit_id"]) == Role.TEAM_LEADER.value,
        service=service,
        messages=messages,
        notes=tuple(_notes(row["notes"])),
        handlings=tuple(_handlings(row["handlings"])),
        last_message_id=messages[-1].id,
        draft=_draft(row, service.name),
        who_else=tuple(each.name for each in here),
        pulse=rules.pulse_at_work(thread_id, changed_at, [each.reader_id for each in here]),
        ready=tuple(_ready(row["ready"])),
    )


COPIED = (
    "id",
    "citizen_id",
    "unit_id",
    "person_name",
    "birth_year",
    "subject",
    "category",
    "answer_by",
    "assignee_id",
    "assignee_name",
    "case_kind",
    "urgent_words",
    "one_way",
    "is_letter",
    "with_leader",
    "given_name",
    "language",
    "alarm_stage",
)


@intent
def before_giving(actor: Actor, thread_id: UUID) -> GivingView:
    """Whom a dialogue can be given to: those who work in its unit (R78)."""
    grant = require(actor, May.READ_THREAD_AS_STAFF, about=lookup.thread(thread_id))
    found = Thread.objects.get(id=thread_id)
    return GivingView(
        found.id, found.subject, found.assignee_id, colleagues=tuple(people.colleagues(grant, [found.unit_id]))
    )


@intent
def before_sending_on(actor: Actor, thread_id: UUID) -> SendingOnView:
    """Where a dialogue can go: the services the citizen has today that read messages, and the office for cases (R28, R78)."""
    grant = require(actor, May.SEE_WHERE_TO_SEND, about=lookup.thread(thread_id))
    found = Thread.objects.get(id=thread_id)
    today = day_of(clock.now())
    received = [each.service_id for each in people.decisions_that_hold(grant, found.citizen_id, today=today)]
    services = municipalities.services([found.service_id, *received])
    office = municipalities.office_of(found.municipality_id)
    targets = [
        each
        for each in services.values()
        if each.id in received
        and each.id != found.service_id
        and each.unit.municipality_id == found.municipality_id
        and each.opened(Function.MESSAGES, today=today)
    ]
    if found.case_kind and office is not None and office.unit.id != found.unit_id:
        targets.append(office)
    return SendingOnView(
        thread_id=found.id,
        subject=found.subject,
        state=ThreadState(found.state),
        service=services[found.service_id],
        targets=tuple(sorted(targets, key=lambda each: (each.unit.name, each.name))),
        office=office,
    )


UNOPENED = [state.value for state in ThreadState if rules.after(state, Step.OPEN) is not state]
"""The states that change where an employee opens a dialogue; all of them become `OPENED`."""
(OPENED,) = {rules.after(ThreadState(state), Step.OPEN) for state in UNOPENED}
STAFF_THREAD = (
    statements.SQL["staff_thread"]
    .replace("{messages}", statements.SQL["thread_messages"])
    .replace("{at_work}", statements.SQL["thread_at_work"])
    .replace("{unlocked}", UNLOCKED)
)


@cache
def _statement(parts: str) -> str:
    return STAFF_THREAD.replace("{parts}", parts)


def _marked(
    grant: Grant, parts: str, values: Mapping[str, object], thread_id: UUID, *, real_now: datetime
) -> statements.Row:
    """The thread with all that stands in it, and her mark of how far she has now read it, in one statement."""
    (row,) = statements.named(
        _statement(parts),
        **values,
        thread=thread_id,
        reader=grant.actor.id,
        name=grant.actor.name,
        now=clock.now(),
        real_now=real_now,
        here_until=real_now + rules.HERE_AFTER_OPENING,
        opened=OPENED.value,
        unopened=UNOPENED,
    )
    return row


NOTES = msgspec.json.Decoder(list[tuple[UUID, datetime, str, str]])
HANDLINGS = msgspec.json.Decoder(list[tuple[datetime, int, HandlingKind, int, str, str, UUID, UUID | None, int]])
READY = msgspec.json.Decoder(list[tuple[str, UUID, str, str, str]])


def _others_here(actor: Actor, marks: Iterable[Mark], *, real_now: datetime) -> list[Mark]:
    """The colleagues who have the thread open now, those who will be gone first before the others."""
    here = [
        mark
        for mark in marks
        if mark.here_until
        and mark.here_until > real_now
        and mark.kind is Reader.EMPLOYEE
        and mark.reader_id != actor.id
    ]
    return sorted(here, key=attrgetter("here_until"))


def _notes(read: str | None) -> Iterator[NoteView]:
    """What was noted on a thread, in the order it was written."""
    if read:
        yield from sorted((NoteView(*each) for each in NOTES.decode(read)), key=attrgetter("at"))


def _handlings(read: str | None) -> Iterator[HandlingView]:
    """What was done with a thread; what its units are called is asked only where it was sent from one to another."""
    if read:
        done = sorted(HANDLINGS.decode(read))
        names = municipalities.unit_names({id for *_, unit, to_unit, _ in done if to_unit for id in (unit, to_unit)})
        for at, _id, what, place, by, to, unit, to_unit, stage in done:
            yield HandlingView(what, place, at, by, to, names.get(unit, ""), names.get(to_unit, ""), stage)


def _ready(read: str | None) -> Iterator[tuple[UUID, TemplateTexts]]:
    """The ready answers by their titles."""
    if read:
        for title, id, *texts in sorted(READY.decode(read)):
            yield id, TemplateTexts(title, *texts)


def _service(row: statements.Row) -> ServiceView:
    """Its service as it stands, with the unit where the thread is: a service may have moved on to another one since."""
    service = remembered.service_in(row["edition"], row["service_id"])
    if service.unit.id == row["unit_id"]:
        return service
    return replace(service, unit=municipalities.unit(row["unit_id"]))


def _draft(row: statements.Row, service_name: str) -> DraftView | None:
    if row["draft_id"] is None:
        return None
    return DraftView(
        id=row["draft_id"],
        service_id=row["service_id"],
        service_name=service_name,
        thread_id=row["id"],
        thread_subject=row["subject"],
        subject="",
        category="",
        text=row["draft_text"],
        form_key=row["draft_key"],
        saved_at=row["draft_saved_at"],
    )
