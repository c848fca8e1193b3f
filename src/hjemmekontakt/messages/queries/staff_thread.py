"""A dialogue as an employee of its unit opens it, and what she needs to give it to another."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Thread
from hjemmekontakt.messages.queries.reading import mark_read
from hjemmekontakt.messages.rules import (
    Author,
    GivingView,
    HandlingView,
    MessageView,
    NoteView,
    Reader,
    Sender,
    SendingOnView,
    StaffThreadView,
    Step,
    ThreadState,
    What,
)
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView, UnitView
from hjemmekontakt.people import queries as people

SQL = {file.stem: file.read_text() for file in (Path(__file__).parents[1] / "sql").glob("*thread*.sql")}
Row = dict[str, Any]


@intent
def staff_thread(actor: Actor, thread_id: UUID) -> StaffThreadView:
    """A dialogue as an employee of its unit opens it; the citizen sees «Åpnet av en ansatt» from then on (R19)."""
    grant = require(actor, May.READ_THREAD_AS_STAFF, about=lookup.thread(thread_id))
    (row,) = _read("staff_thread", thread_id)
    messages = tuple(_message(each) for each in _read("thread_messages", thread_id))
    notes, handlings = _at_work(thread_id)
    state = _open(grant, row)
    return StaffThreadView(
        **{name: row[name] for name in COPIED},
        state=state,
        leads=actor.role_in(row["unit_id"]) == Role.TEAM_LEADER.value,
        service=_service(row),
        messages=messages,
        notes=notes,
        handlings=handlings,
        last_message_id=messages[-1].id,
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
    "with_leader",
)


@intent
def before_giving(actor: Actor, thread_id: UUID) -> GivingView:
    """Whom a dialogue can be given to: those who work in its unit (R78)."""
    grant = require(actor, May.READ_THREAD_AS_STAFF, about=lookup.thread(thread_id))
    found = Thread.objects.get(id=thread_id)
    return GivingView(
        found.id, found.subject, found.assignee_id, colleagues=tuple(people.colleagues(grant, found.unit_id))
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


def _read(name: str, thread_id: UUID) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], {"thread": thread_id})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _open(grant: Grant, row: Row) -> ThreadState:
    """Mark how far she has read; the first one of the unit who opens it opens it for all."""
    read = Thread(**{name: row[name] for name in ("id", "citizen_id", "municipality_id", "unit_id", "last_place")})
    mark_read(grant, read, reader=Reader.EMPLOYEE)
    state = ThreadState(row["state"])
    opened = rules.after(state, Step.OPEN)
    if opened is not state:
        Thread.objects.filter(id=row["id"], state=state).update(state=opened, changed_at=clock.real())
    return opened


def _message(row: Row) -> MessageView:
    return MessageView(
        id=row["id"],
        place=row["place"],
        author=Author(
            row["author_id"], row["author_name"], row["author_role"], Sender(row["sender"]), row["on_behalf"]
        ),
        text=row["text"],
        sent_at=row["sent_at"],
        answer_by=row["answer_by"],
        answered_at=row["answered_at"],
        read_by=row["readers"],
        read_at=row["last_at"],
        channel=row["channel"],
        signature=row["signature"],
        waived_at=row["waived_at"],
    )


def _at_work(thread_id: UUID) -> tuple[tuple[NoteView, ...], tuple[HandlingView, ...]]:
    notes, handlings = [], []
    for row in _read("thread_at_work", thread_id):
        if row["kind"] == "note":
            notes.append(NoteView(row["id"], row["at"], row["by_name"], row["text"]))
        else:
            names = (row["by_name"], row["to_name"], row["unit_name"], row["to_unit_name"])
            handlings.append(HandlingView(What(row["what"]), row["place"], row["at"], *names))
    return tuple(notes), tuple(handlings)


def _service(row: Row) -> ServiceView:
    return ServiceView(
        id=row["service_id"],
        name=row["service_name"],
        code=row["code"],
        unit=UnitView(
            id=row["unit_id"],
            name=row["unit_name"],
            phone=row["phone"],
            her_id=row["her_id"],
            municipality_id=row["municipality_id"],
            municipality_name=row["municipality_name"],
            district_name=row["district_name"],
            opens_at=row["opens_at"],
            closes_at=row["closes_at"],
            kind=row["kind"],
            reads_from=row["reads_from"],
            reads_until=row["reads_until"],
            reads_on_saturday=row["reads_on_saturday"],
            signs_with=row["signs_with"],
        ),
        messages_from=row["messages_from"],
        visits_from=row["visits_from"],
        cancel_from=row["cancel_from"],
        notices_from=row["notices_from"],
        late_cancel_allowed=row["late_cancel_allowed"],
        attachments_from=row["attachments_from"],
        categories=tuple(row["categories"]),
        text_limit=row["text_limit"],
        answers_in=row["answers_in"],
    )
