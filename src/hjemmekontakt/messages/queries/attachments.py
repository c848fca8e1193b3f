"""Files with messages: those in one's own draft, and one that is opened (R16)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.messages.models import Attachment, AttachmentContent
from hjemmekontakt.messages.queries.drafts import own_draft
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
