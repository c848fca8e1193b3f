"""The forms of messages: the shape of what is written, never the rules over it; nothing typed is cut or lost."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import DraftView, Refusal
from hjemmekontakt.messages.words import CATEGORIES, SENTENCES, say

FIELDS = {
    Refusal.EMPTY: "text",
    Refusal.TOO_LONG: "text",
    Refusal.UNREADABLE: "text",
    Refusal.CATEGORY_UNKNOWN: "category",
    Refusal.SUBJECT_EMPTY: "subject",
    Refusal.SUBJECT_TOO_LONG: "subject",
}


def as_written(text: str) -> str:
    """A text as it was written: a browser sends each line's end as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def on_one_line(text: str) -> str:
    """A subject on one line."""
    return " ".join(text.split())


def message_in(sent: Mapping[str, str]) -> dict[str, Any] | None:
    """What a form for a new message says, without the fields that its page needs; None where its key is none.

    What cannot be sent is for the action to refuse; the page then shows the form, with the sentence at its field.
    """
    try:
        form_key = UUID(sent.get("form_key", ""))
    except ValueError:
        return None
    return {
        "form_key": form_key,
        "subject": on_one_line(sent.get("subject", "")),
        "category": sent.get("category", ""),
        "text": as_written(sent.get("text", "")),
    }


class ManyFiles(forms.ClearableFileInput):
    """A chooser of several files."""

    allow_multiple_selected = True


class ReplyForm(forms.Form):
    """What a citizen writes on in a dialogue, with the key by which a form sent twice is known.

    It opens with what its writer had begun, under the draft's own key: to send it is to be done with the draft.
    """

    text = forms.CharField(
        label=_("Melding"),
        strip=False,
        widget=forms.Textarea,
        error_messages={
            "required": SENTENCES[Refusal.EMPTY],
            "null_characters_not_allowed": SENTENCES[Refusal.UNREADABLE],
        },
    )
    files = forms.FileField(
        label=_("Legg ved fil (PDF, JPG eller PNG, inntil 10 MB)"), required=False, widget=ManyFiles
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, draft: DraftView | None = None, **kwargs: Any) -> None:
        self.draft = draft
        if draft is not None and not kwargs.get("initial"):
            kwargs["initial"] = {"subject": draft.subject, "category": draft.category, "text": draft.text}
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """The text as it was written."""
        return as_written(self.cleaned_data["text"])

    def clean_files(self) -> None:
        """Nothing here: files are taken in one by one (`uploads.py`)."""

    def forgive(self) -> None:
        """Let fields be empty this once: the form came for its files alone, and is not to be sent yet."""
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        self.full_clean()
        for field in needed:
            field.required = True

    def written(self) -> dict[str, Any]:
        """What is to be sent."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "files"}

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
        if self.draft is not None and not self.is_bound:
            return self.draft.form_key
        sent: UUID | None = self.cleaned_data.get("form_key") if self.is_bound and self.errors is not None else None
        return sent or uuid4()


class MessageForm(ReplyForm):
    """A new message: what it is about, and the text; the category only where the service has any (R15)."""

    subject = forms.CharField(
        label=_("Emne"),
        error_messages={
            "required": SENTENCES[Refusal.SUBJECT_EMPTY],
            "null_characters_not_allowed": SENTENCES[Refusal.UNREADABLE],
        },
    )
    category = forms.ChoiceField(
        label=_("Hva gjelder det?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": SENTENCES[Refusal.CATEGORY_UNKNOWN]},
    )
    field_order = ["category", "subject", "text"]

    def __init__(self, *args: Any, categories: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if categories:
            self.fields["category"].choices = [(each, CATEGORIES[each]) for each in categories]
        else:
            del self.fields["category"]

    def clean_subject(self) -> str:
        """The subject on one line."""
        return on_one_line(self.cleaned_data["subject"])


class DraftForm(forms.Form):
    """What a page keeps as a draft: any of it may be empty, and nothing is cut."""

    subject = forms.CharField(required=False)
    category = forms.CharField(required=False)
    text = forms.CharField(required=False, strip=False)
    form_key = forms.UUIDField()

    def clean_text(self) -> str:
        """The text as it was written."""
        return as_written(self.cleaned_data["text"])

    @property
    def why(self) -> Refusal | None:
        """Why it cannot be read, where that is because of its characters."""
        return Refusal.UNREADABLE if {"subject", "text"} & set(self.errors) else None


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


class SearchForm(forms.Form):
    """What is looked for; and, on a later page of what was found, where it begins."""

    words = forms.CharField(
        label=_("Søk i meldinger"),
        error_messages={
            "required": SENTENCES[Refusal.SEARCH_EMPTY],
            "null_characters_not_allowed": SENTENCES[Refusal.UNREADABLE],
        },
    )
    after = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
