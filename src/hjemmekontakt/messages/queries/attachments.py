"""Files with messages: those in one's own draft, those of a thread, and one that is opened (R16)."""

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Draft, Thread
from hjemmekontakt.messages.rules import AttachmentView, DraftPlace, OpenedFile


@intent
def opened_file(actor: Actor, thread_id: UUID, attachment_id: UUID) -> OpenedFile:
    """A file that somebody on either side of the counter opens; it is logged as reading the message is (R74)."""
    require(actor, May.OPEN_ATTACHMENT, about=lookup.thread(thread_id))
    row = Attachment.objects.filter(id=attachment_id, thread_id=thread_id, message__isnull=False).first()
    if row is None:
        nothing = About("attachment", attachment_id)
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.OPEN_ATTACHMENT, about=nothing)
    content = AttachmentContent.objects.values_list("content", flat=True).get(attachment_id=row.id)
    return OpenedFile(row.view(), bytes(content))


@intent
def files_in_draft(actor: Actor, place: DraftPlace) -> list[AttachmentView]:
    """The files in one's own draft, in the order they were added."""
    about = lookup.thread(place.thread_id) if place.thread_id else lookup.citizen(actor.about_id)
    grant = require(actor, May.ATTACH_FILE, about=about)
    rows = Attachment.objects.filter(draft__in=own_draft(grant, place)).order_by("added_at", "name", "id")
    return [row.view() for row in rows]


def own_draft(grant: Grant, place: DraftPlace) -> QuerySet[Draft]:
    """The draft of the one who acts in a dialogue, or for a new message to a service; one at most."""
    mine = Draft.objects.filter(author_id=grant.actor.id)
    if place.thread_id is not None:
        return mine.filter(thread_id=place.thread_id)
    return mine.filter(citizen_id=grant.actor.about_id, service_id=place.service_id, thread__isnull=True)


def files_of(grant: Grant, thread: Thread) -> dict[UUID, tuple[AttachmentView, ...]]:
    """The files that were sent in a thread, by the message they came with."""
    found: defaultdict[UUID, tuple[AttachmentView, ...]] = defaultdict(tuple)
    for row in Attachment.objects.filter(thread_id=thread.id, message__isnull=False).order_by("added_at", "name", "id"):
        found[row.message_id] += (row.view(),)
    return found
