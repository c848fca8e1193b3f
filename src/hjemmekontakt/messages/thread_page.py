"""The page of a dialogue at work: what it is made once for, and what of a dialogue is put in each time."""

from typing import Any, NamedTuple
from uuid import uuid4

from django.http import HttpRequest
from markupsafe import Markup
from msgspec import Struct

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import clock
from hjemmekontakt.kit.jinja import macros_of
from hjemmekontakt.messages import thread_rows, words
from hjemmekontakt.messages.forms import AnswerForm, NoteForm, PhoneForm
from hjemmekontakt.messages.rules import (
    TEXT_LIMIT,
    AnswerTemplates,
    AttachmentView,
    DraftView,
    StaffThreadView,
    ThreadState,
)


class Forms(NamedTuple):
    """The three forms of a dialogue's page, with the files and the draft of the answer."""

    answer: AnswerForm
    note: NoteForm
    phone: PhoneForm
    files: list[AttachmentView] | None = None
    draft: DraftView | None = None
    text_limit: int = TEXT_LIMIT


class Offered(Struct, frozen=True, kw_only=True):
    """What a dialogue offers the one who opens it: all that pages with empty forms differ by, but for what is put in.

    `assignment` is what she can do about who has it: `take` it, `put-back` it, or nothing.
    """

    state: ThreadState
    waits: bool
    one_way: bool
    is_letter: bool
    urgent_words: bool
    with_leader: bool
    alarm_stage: int
    case_kind: str
    in_journal: bool
    assignment: str
    takes_files: bool
    sends_letters: bool

    def as_context(self) -> dict[str, Any]:
        """What the page's template is given while the forms are empty."""
        return self.with_forms(
            Forms(AnswerForm(), NoteForm(), PhoneForm(), files=[] if self.takes_files else None), None
        )

    def with_forms(self, forms: Forms, refused: Any) -> dict[str, Any]:
        """What the page's template is given with something typed in a form; `refused` is the form that was not taken."""
        return {"place": self, "forms": forms, "refused": refused, "words": words}


def offered_by(actor: Actor, thread: StaffThreadView, files: list[AttachmentView] | None) -> Offered:
    """What this dialogue offers her now."""
    waits = thread.answer_by is not None
    return Offered(
        state=thread.state,
        waits=waits,
        one_way=thread.one_way,
        is_letter=thread.is_letter,
        urgent_words=thread.urgent_words,
        with_leader=thread.with_leader,
        alarm_stage=thread.alarm_stage if waits else 0,
        case_kind=thread.case_kind,
        in_journal=thread.service.answers_in == "journal",
        assignment=_assignment(actor, thread),
        takes_files=files is not None,
        sends_letters=bool(actor.units_that_send_letters()),
    )


def blanks_of(
    request: HttpRequest, thread: StaffThreadView, templates: AnswerTemplates, forms: Forms | None
) -> dict[str, object]:
    """What is put into the page for this dialogue: ids, names and texts, what was said, and the forms' keys."""
    now = clock.now()
    ui, icons = macros_of("kit/components.html.jinja"), macros_of("kit/icons.html.jinja")
    sent = macros_of("messages/files.html.jinja").sent
    keys = [each.key for each in forms[:3]] if forms else [uuid4() for _ in range(3)]
    return {
        "id": thread.id,
        "unit": thread.unit_id,
        "citizen": thread.citizen_id,
        "subject": thread.subject,
        "pulse": thread.pulse,
        "who_else": thread_rows.who_else(thread.who_else, tag=ui.tag),
        "conversation": thread_rows.conversation(thread, now=now, tag=ui.tag, icon=icons.icon, files=sent),
        "ready": _ready(request, thread, templates),
        "person": words.person(thread.person_name, thread.birth_year),
        "person_name": thread.person_name,
        "facts": ui.facts(words.facts_at_work(thread, now=now)),
        "signature": templates.signature,
        "last": thread.last_message_id,
        **dict(zip(("answer_key", "note_key", "phone_key"), keys, strict=True)),
    }


def _assignment(actor: Actor, thread: StaffThreadView) -> str:
    if not thread.assignee_id:
        return "take"
    return "put-back" if thread.assignee_id == actor.id or thread.leads else ""


def _ready(request: HttpRequest, thread: StaffThreadView, templates: AnswerTemplates) -> Markup | str:
    """The choice of a ready answer, where there is one to choose."""
    if not templates.choices:
        return ""
    chooser: Markup = macros_of("messages/templates_for_answer.html.jinja").chooser(
        thread.id, templates, request.GET.get("mal", "")
    )
    return chooser
