"""Files with a message: put in one's own draft, cleaned and scanned first, and taken along when the draft is sent (R16)."""

from hashlib import sha256
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import cleaning, rules
from hjemmekontakt.messages.actions.drafts import new_draft, write_down
from hjemmekontakt.messages.actions.storing import drop_files, one_at_a_time, sent_before
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Thread
from hjemmekontakt.messages.queries.drafts import own_draft
from hjemmekontakt.messages.rules import AttachmentView, CleanFile, DraftPlace, FileRefusal, Written
from hjemmekontakt.messages.scanning import refuse_virus
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView


def attach(
    actor: Actor, place: DraftPlace, *, name: str, content: bytes, written: Written, size: int | None = None
) -> AttachmentView | None:
    """Somebody puts a file in her own draft (R16); the same file twice is one.

    It is scanned and cleaned between two transactions. `size` is the whole size of a file too large to be brought here.
    None where this form has sent its message already: a form sent twice attaches nothing more.
    """
    digest = sha256(content).digest()
    room = _find_room(actor, place, digest=digest, written=written)
    if room is None or isinstance(room, AttachmentView):
        return room
    if why_not := rules.why_not_attach(content, size=len(content) if size is None else size, already=room):
        raise Refused(why_not)
    refuse_virus(content)
    return _keep(actor, place, name=name, digest=digest, made=cleaning.clean(content))


@intent
def _find_room(actor: Actor, place: DraftPlace, *, digest: bytes, written: Written) -> AttachmentView | int | None:
    """How many files the draft has; the draft is begun where there is none, and keeps what is written so far.

    The file itself where it is there already; None where the message is sent.
    """
    grant, thread, service = _may_attach(actor, place)
    if not service.opened(Function.ATTACHMENTS, today=day_of(clock.now())) or not configured.has_virus_scanner():
        raise Refused(FileRefusal.NOT_OFFERED)
    one_at_a_time(grant)
    if _is_sent(grant, place, written):
        return None
    draft = own_draft(grant, place).first() or new_draft(grant, thread or service, form_key=written.form_key)
    if draft.form_key == written.form_key:  # one from another page keeps its words
        subject = written.subject[: rules.DRAFT_SUBJECT_LIMIT]
        write_down(grant, draft, subject=subject, category=written.category, text=written.text)
    known = Attachment.objects.filter(draft_id=draft.id, given_digest=digest).first()
    return known.view() if known else Attachment.objects.filter(draft_id=draft.id).count()


@intent
def _keep(actor: Actor, place: DraftPlace, *, name: str, digest: bytes, made: CleanFile) -> AttachmentView | None:
    """Put a cleaned file in the draft, unless the draft was sent meanwhile, or has got the file or too many others."""
    grant, _thread, _service = _may_attach(actor, place)
    one_at_a_time(grant)
    draft = own_draft(grant, place).first()
    if draft is None:
        return None
    known = Attachment.objects.filter(draft_id=draft.id)
    if same := known.filter(given_digest=digest).first():
        return same.view()
    if known.count() >= rules.MOST:
        raise Refused(FileRefusal.TOO_MANY)
    kept = Attachment.objects.create(
        citizen_id=draft.citizen_id,
        municipality_id=draft.municipality_id,
        unit_id=draft.unit_id,
        author_id=actor.id,
        draft_id=draft.id,
        name=rules.file_name(name, made.kind),
        kind=made.kind,
        size=len(made.content),
        given_digest=digest,
        added_at=clock.now(),
    )
    AttachmentContent.objects.create(attachment_id=kept.id, content=made.content)
    return kept.view()


@intent
def remove_attachment(actor: Actor, place: DraftPlace, attachment_id: UUID) -> None:
    """Somebody takes a file out of her own draft; one that is not there any more is no matter."""
    grant, _thread, _service = _may_attach(actor, place)
    drop_files(grant, Attachment.objects.filter(id=attachment_id, draft__in=own_draft(grant, place)))


def _may_attach(actor: Actor, place: DraftPlace) -> tuple[Grant, Thread | None, ServiceView]:
    """Decide and unlock: who may write in this place may put a file in her draft of it."""
    if place.thread_id is not None:
        grant = require(actor, May.ATTACH_FILE, about=lookup.thread(place.thread_id))
        thread = Thread.objects.get(id=place.thread_id)
        return grant, thread, municipalities.service(thread.service_id)
    service = municipalities.services([place.service_id]).get(place.service_id) if place.service_id else None
    if service is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.ATTACH_FILE, about=About("service", place.service_id))
    about = About("citizen", actor.about_id, citizen_id=actor.about_id, municipality_id=service.unit.municipality_id)
    return require(actor, May.ATTACH_FILE, about=about), None, service


def _is_sent(grant: Grant, place: DraftPlace, written: Written) -> bool:
    """Whether this form has sent this message; new words in a used form are a draft as good as any."""
    before = sent_before(grant, written.form_key)
    subject = None if place.thread_id else written.subject
    return before is not None and not before.why_not_again(
        text=written.text, thread_id=place.thread_id, subject=subject
    )
