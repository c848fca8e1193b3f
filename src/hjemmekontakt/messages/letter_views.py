"""Brev: the office's important letters, a new one with what will happen to it, and what is to be posted (R28, R54)."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjemmekontakt.ground import clock, national_ids
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.kit.uploads import takes_files
from hjemmekontakt.messages import actions, queries, uploads
from hjemmekontakt.messages.forms import as_written, on_one_line
from hjemmekontakt.messages.letter_files import clean_letter
from hjemmekontakt.messages.letter_register import register_answers
from hjemmekontakt.messages.rules import (
    LARGEST,
    Bookmark,
    FileRefusal,
    Kind,
    LetterReceiver,
    LetterRefusal,
    LetterSentView,
    LetterState,
    WrittenLetter,
    file_name,
)
from hjemmekontakt.messages.words import letters as words

FIELDS = {
    LetterRefusal.TITLE_EMPTY: "title",
    LetterRefusal.TITLE_TOO_LONG: "title",
    LetterRefusal.TEXT_TOO_LONG: "text",
    LetterRefusal.NOT_A_PDF: "file",
    **dict.fromkeys(FileRefusal, "file"),
}


class NumberForm(forms.Form):
    """The national id of whom a letter is to."""

    number = forms.CharField(
        label=gettext_lazy("Fødselsnummer"), error_messages={"required": gettext_lazy("Skriv de elleve sifrene.")}
    )


class LetterForm(forms.Form):
    """A letter: its title, the file, and a short text if one wants."""

    title = forms.CharField(
        label=gettext_lazy("Tittel"),
        error_messages={"required": words.LETTER_SENTENCES[LetterRefusal.TITLE_EMPTY]},
    )
    file = forms.FileField(
        label=gettext_lazy("Brevet (PDF, inntil 10 MB)"),
        allow_empty_file=True,
        error_messages={"required": words.LETTER_SENTENCES[LetterRefusal.NO_FILE]},
    )
    text = forms.CharField(
        label=gettext_lazy("Kort tekst til innbyggeren"), required=False, strip=False, widget=forms.Textarea
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_title(self) -> str:
        """The title on one line."""
        return on_one_line(self.cleaned_data["title"])

    def clean_text(self) -> str:
        """The text as it was written."""
        return as_written(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        """Read the form's key; a page without it is too old."""
        try:
            self.cleaned_data["form_key"] = UUID(self.cleaned_data.get("form_key", ""))
        except ValueError:
            self.cleaned_data["form_key"] = None
            self.refuse(LetterRefusal.PAGE_TOO_OLD)
        return self.cleaned_data

    def refuse(self, why: LetterRefusal | FileRefusal, *, file_name: str = "") -> None:
        """Put a refusal's sentence where it belongs: at its field, or over the form."""
        if why is LetterRefusal.FORM_USED:
            self.cleaned_data["form_key"] = None
        self.add_error(FIELDS.get(why), words.say_of_letter(why, file_name=file_name))

    @property
    def key(self) -> UUID:
        """The key to put into the page: the one sent with it, or a new one where that cannot be used again."""
        return (self.cleaned_data.get("form_key") if self.is_bound and self.errors is not None else None) or uuid4()


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Brev; and whom a new one is to, found by national id in the body of a form."""
    form = NumberForm(request.POST) if request.method == "POST" else NumberForm()
    if form.is_bound and form.is_valid():
        number = national_ids.normalise(form.cleaned_data["number"])
        if found := queries.receiver_by_number(request.actor, number):
            return redirect("inbox:new-letter", found)
        form.add_error("number", str(words.NOBODY_FOUND))
    before = Bookmark.from_text(request.GET.get("foer", ""), moments=1)
    shown = {"letters": queries.letters_of(request.actor, before=before), "first": before is None}
    page = {**shown, "form": form, "words": words, "now": clock.now()}
    return render(request, "messages/letters.html.jinja", page, status=400 if form.errors else 200)


@takes_files(most=1, largest=LARGEST)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Brev › Nytt brev: what will happen stands over the form, and is found out anew when it is sent."""
    receiver = queries.letter_receiver(request.actor, citizen_id)
    form = LetterForm(request.POST, request.FILES) if request.method == "POST" else LetterForm()
    if form.is_bound and form.is_valid() and (sent := _sent(request, citizen_id, form)):
        say = notes.success if sent.course.state is LetterState.DIGITAL else notes.warning
        say(request, words.what_happened(sent))
        return redirect("inbox:letters")
    page = {"receiver": receiver, "form": form, "will": _what_will_happen(receiver)}
    return render(request, "messages/new_letter.html.jinja", page, status=400 if form.errors else 200)


@require_safe
def open_file(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Brev › fila."""
    return uploads.answer_with(queries.letter_file(request.actor, letter_id))


@require_POST
def posted(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Brev › Sendt i posten."""
    try:
        by_name = actions.post_letter(request.actor, letter_id)
    except Refused as refused:
        notes.warning(request, words.say_of_letter(refused.why))
    else:
        mine = by_name == request.actor.name
        notes.success(
            request,
            _("Notert. Du kan angre i ti minutter.")
            if mine
            else _("%(name)s hadde alt sendt det.") % {"name": by_name},
        )
    return redirect("inbox:letters")


@require_POST
def undo(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Brev › Angre."""
    try:
        actions.undo_post(request.actor, letter_id)
    except Refused as refused:
        notes.warning(request, words.say_of_letter(refused.why))
    else:
        notes.success(request, _("Angret. Brevet står på lista igjen."))
    return redirect("inbox:letters")


def _sent(request: HttpRequest, citizen_id: UUID, form: LetterForm) -> LetterSentView | None:
    """Send the letter; None where it is refused."""
    name = form.cleaned_data["file"].name or ""
    try:
        return actions.send_letter(request.actor, citizen_id, _written(form))
    except Refused as refused:
        form.refuse(refused.why, file_name=name)
        return None


def _written(form: LetterForm) -> WrittenLetter:
    """The letter of a form, its file scanned and cleaned."""
    said, file = form.cleaned_data, form.cleaned_data["file"]
    content = file.read()
    return WrittenLetter(
        title=said["title"],
        text=said["text"].strip(),
        file_name=file_name(file.name or "", Kind.PDF),
        content=clean_letter(content, size=file.size),
        digest=sha256(content).digest(),
        form_key=said["form_key"],
    )


def _what_will_happen(receiver: LetterReceiver) -> tuple[str, str, str]:
    answers = register_answers([receiver.national_id]) if receiver.active else None
    return words.what_will_happen(receiver, answers.get(receiver.national_id) if answers else None)
