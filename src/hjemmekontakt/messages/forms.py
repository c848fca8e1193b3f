"""The forms of messages: the shape of what is written, never the rules over it; nothing typed is cut or lost."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import Refusal
from hjemmekontakt.messages.words import SENTENCES, say

FIELDS = {
    Refusal.EMPTY: "text",
    Refusal.TOO_LONG: "text",
    Refusal.UNREADABLE: "text",
    Refusal.SUBJECT_EMPTY: "subject",
    Refusal.SUBJECT_TOO_LONG: "subject",
}


class ReplyForm(forms.Form):
    """What a citizen writes on in a dialogue, with the key by which a form sent twice is known."""

    text = forms.CharField(
        label=_("Melding"),
        strip=False,
        widget=forms.Textarea,
        error_messages={
            "required": SENTENCES[Refusal.EMPTY],
            "null_characters_not_allowed": SENTENCES[Refusal.UNREADABLE],
        },
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        """The text as it was written: a browser sends each line's end as two characters."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        """Read the hidden identifiers; a page without them is too old."""
        for name in self.identifiers():
            try:
                self.cleaned_data[name] = UUID(self.cleaned_data.get(name, ""))
            except ValueError:
                self.cleaned_data[name] = None
        if None in (self.cleaned_data[name] for name in self.identifiers()):
            self.refuse(Refusal.PAGE_TOO_OLD)
        return self.cleaned_data

    def identifiers(self) -> list[str]:
        """The hidden fields that hold an identifier."""
        return [name for name, field in self.fields.items() if isinstance(field.widget, forms.HiddenInput)]

    def refuse(self, why: Refusal, **values: object) -> None:
        """Put a refusal's sentence where it belongs: at its field, or over the form."""
        if why is Refusal.FORM_USED:
            self.cleaned_data["form_key"] = None
        field = FIELDS.get(why)
        self.add_error(field if field in self.fields else None, say(why, **values))

    @property
    def key(self) -> UUID:
        """The key to put into the page: the one sent with it, or a new one where that cannot be used again."""
        sent: UUID | None = self.cleaned_data.get("form_key") if self.is_bound and self.errors else None
        return sent or uuid4()


class MessageForm(ReplyForm):
    """A new message: what it is about, and the text."""

    subject = forms.CharField(
        label=_("Emne"),
        error_messages={
            "required": SENTENCES[Refusal.SUBJECT_EMPTY],
            "null_characters_not_allowed": SENTENCES[Refusal.UNREADABLE],
        },
    )
    field_order = ["subject", "text"]

    def clean_subject(self) -> str:
        """The subject on one line."""
        return " ".join(self.cleaned_data["subject"].split())


class AnswerForm(ReplyForm):
    """What an employee answers, with the last message that the page showed."""

    seen_message_id = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Svar")


class PhoneForm(AnswerForm):
    """What was said on the phone, in a line: it is the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="telefon_%s", **kwargs)
        self.fields["text"].label = _("Hva ble sagt på telefonen?")


class NoteForm(ReplyForm):
    """What an employee notes for her colleagues."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="merknad_%s", **kwargs)
        self.fields["text"].label = _("Intern merknad")
