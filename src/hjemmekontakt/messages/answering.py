"""What one does with a dialogue at work: its forms, made once for all dialogues that offer the same as long as they are empty."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from django.utils.translation import get_language

from hjemmekontakt.kit.jinja import url
from hjemmekontakt.messages import words
from hjemmekontakt.messages.forms import AnswerForm, NoteForm, PhoneForm
from hjemmekontakt.messages.rules import TEXT_LIMIT, AttachmentView, DraftView, StaffThreadView, ThreadState


class Forms(NamedTuple):
    """The three forms of a dialogue's page, with the files and the draft of the answer."""

    answer: AnswerForm
    note: NoteForm
    phone: PhoneForm
    files: list[AttachmentView] | None = None
    draft: DraftView | None = None
    text_limit: int = TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Offered:
    """What a dialogue offers the one who answers it: all that its empty forms differ by, but ids, keys and the signature."""

    language: str
    state: ThreadState
    waits: bool
    one_way: bool
    takes_files: bool

    def as_context(self) -> dict[str, Any]:
        """What the template of the forms is given, while they are empty."""
        empty = Forms(AnswerForm(), NoteForm(), PhoneForm(), files=[] if self.takes_files else None)
        return {"place": self, "forms": empty, "words": words}


def offered_by(thread: StaffThreadView, files: list[AttachmentView] | None) -> Offered:
    """What this dialogue offers now, in the reader's language."""
    waits = thread.answer_by is not None
    return Offered(get_language() or "nb", thread.state, waits, thread.one_way, takes_files=files is not None)


def blanks_of(thread: StaffThreadView, signature: str, forms: Forms | None) -> dict[str, Any]:
    """What is put into the forms for this page: its address, how far it had come, the forms' keys, and the signature."""
    keys = [each.key for each in forms[:3]] if forms else [uuid4() for _ in range(3)]
    return {
        "here": url("inbox:thread", thread.id),
        "last": thread.last_message_id,
        "signature": signature,
        **dict(zip(("answer_key", "note_key", "phone_key"), keys, strict=True)),
    }
