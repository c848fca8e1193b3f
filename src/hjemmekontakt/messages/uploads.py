"""The files of a form: taken into the draft one by one, taken away again, and listed; the text is never lost by it."""

from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.kit.uploads import takes_files
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.forms import ReplyForm
from hjemmekontakt.messages.rules import (
    LARGEST,
    MOST,
    AttachmentView,
    DraftPlace,
    DraftView,
    FileRefusal,
    OpenedFile,
    Written,
)
from hjemmekontakt.messages.words.attachments import kept_with_draft, say_of_file
from hjemmekontakt.municipalities.rules import ServiceView, is_open

with_files = takes_files(most=MOST, largest=LARGEST)
ADD, REMOVE = "legg-ved", "fjern"
# A file is shown by itself, with nothing around it and no right to do anything.
ALONE = "sandbox; default-src 'none'"


def are_offered(service: ServiceView) -> bool:
    """Whether files can be sent to this service today."""
    return configured.has_virus_scanner() and is_open(service.attachments_from, today=day_of(clock.now()))


def in_draft(request: HttpRequest, place: DraftPlace, service: ServiceView) -> list[AttachmentView] | None:
    """The files in one's own draft; None where files are not offered."""
    return queries.files_in_draft(request.actor, place) if are_offered(service) else None


def beside(
    request: HttpRequest, draft: DraftView | None, place: DraftPlace, service: ServiceView
) -> list[AttachmentView] | None:
    """The files beside an answer; without a draft there are none to ask for."""
    if draft is None:
        return [] if are_offered(service) else None
    return in_draft(request, place, service)


def has_files_to_take_in(request: HttpRequest) -> bool:
    """Whether a form brings files, or came for its files alone."""
    return bool(request.FILES) or ADD in request.POST or REMOVE in request.POST


def take_in(request: HttpRequest, form: ReplyForm, place: DraftPlace) -> bool:
    """Take in the files that came with a form, and away the one that is not wanted; tell whether the form may be sent.

    It may not where only the files were meant, or where one was refused: then the sentence names it.
    """
    only_files = ADD in request.POST or REMOVE in request.POST
    if only_files:
        form.forgive()
    form.is_valid()
    if removed := _id_in(request.POST.get(REMOVE, "")):
        actions.remove_attachment(request.actor, place, removed)
    files = request.FILES.getlist("files")
    refused = [
        sentence for number, file in enumerate(files) if (sentence := _refusal(request, form, place, number, file))
    ]
    if refused:
        kept = queries.files_in_draft(request.actor, place)
        form.add_error("files", [*dict.fromkeys(refused), kept_with_draft(len(kept))])
    return form.is_valid() and not only_files


def answer_with(opened: OpenedFile) -> HttpResponse:
    """A file as the browser gets it: a picture to look at, a document to keep, neither with any right to act."""
    answer = HttpResponse(opened.content, content_type=opened.file.kind.media_type)
    as_attachment = not opened.file.kind.is_image
    answer["Content-Disposition"] = content_disposition_header(as_attachment, opened.file.name) or "inline"
    answer["Content-Length"] = str(len(opened.content))
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def _refusal(request: HttpRequest, form: ReplyForm, place: DraftPlace, number: int, file: UploadedFile) -> str:
    """Attach one file; the sentence where it is not taken, else nothing."""
    try:
        if number >= MOST and (file.size or 0) <= LARGEST:
            raise Refused(FileRefusal.TOO_MANY)
        actions.attach(
            request.actor,
            place,
            name=file.name or "",
            content=file.read(),
            size=file.size,
            written=_written(form),
        )
    except Refused as refused:
        return say_of_file(FileRefusal(refused.why), file.name or "")
    return ""


def _written(form: ReplyForm) -> Written:
    """What stands in the form, as it is to be sent where it can be, else as far as it can be kept."""
    kept = {
        name: form.cleaned_data.get(name) or _without_nul(form.data.get(name, ""))
        for name in ("text", "subject", "category")
    }
    return Written(form.cleaned_data.get("form_key") or uuid4(), **kept)


def _without_nul(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
