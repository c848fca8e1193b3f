"""Important letters: sent digitally where she can be told of it, else put on the list of what is to be posted (R28, R49, R54)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from django.utils import translation
from django.utils.translation import gettext as _

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, Role, Standing, UnitRole
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.gateways.krr import ContactRegister
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.actions.storing import one_at_a_time, put_message, save
from hjemmekontakt.messages.events import LetterSent
from hjemmekontakt.messages.letter_register import register_answers
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Letter, LetterFile, Message, Thread
from hjemmekontakt.messages.queries.letters import (
    letter_receiver,
    letter_to,
    letters_to_protected,
    letters_waiting,
)
from hjemmekontakt.messages.rules import (
    Course,
    Kind,
    LetterRefusal,
    LetterSentView,
    LetterState,
    LetterStep,
    OnPaper,
    RegisterAnswer,
    Sender,
    ThreadState,
    WaitingLetter,
    WrittenLetter,
)
from hjemmekontakt.messages.words import signing
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection


def send_letter(
    actor: Actor, citizen_id: UUID, written: WrittenLetter, *, register: ContactRegister | None = None
) -> LetterSentView:
    """An employee who decides sends a citizen an important letter: by what she can be told of, else by post (R28).

    The register is asked anew, between two transactions; where it is silent the letter waits, and is sent when it answers.
    The same form sent twice is one letter.
    """
    receiver = letter_receiver(actor, citizen_id)
    if why_not := rules.why_not_letter(written.title, written.text):
        raise Refused(why_not)
    answers = register_answers([receiver.national_id], register=register) if receiver.active else None
    return _send(actor, citizen_id, written, answer=answers.get(receiver.national_id) if answers else None)


@intent
def _send(actor: Actor, citizen_id: UUID, written: WrittenLetter, *, answer: RegisterAnswer | None) -> LetterSentView:
    """Store a letter, and send it where it goes digitally; raises Refused where it cannot be sent at all."""
    about = letter_to(actor, citizen_id)
    grant = require(actor, May.SEND_LETTER, about=about)
    one_at_a_time(grant)
    person = people.person(grant, citizen_id)
    before = Letter.objects.filter(author_id=actor.id, form_key=written.form_key).first()
    if before is not None:
        return _sent_before(before, citizen_id, written, name=person.name)
    if person.deceased_on is not None:
        raise Refused(LetterRefusal.DEAD)

    assert about.unit_id is not None
    course = rules.course_of(active=consent.is_active(grant, citizen_id), answer=answer)
    letter = _new_letter(grant, about, written, service_id=_service_of(grant, about), course=course)
    if course.state is LetterState.DIGITAL:
        _deliver(grant, letter, written.content, language=person.language)
    elif course.why is not OnPaper.NOT_ACTIVE:
        LetterFile.objects.create(letter_id=letter.id, content=written.content)
    return LetterSentView(letter.id, person.name, course)


def _sent_before(letter: Letter, citizen_id: UUID, written: WrittenLetter, *, name: str) -> LetterSentView:
    """What this form has sent already; a letter of which nothing was kept is known by whom it was to."""
    same = (letter.title, letter.text, bytes(letter.given_digest)) == (written.title, written.text, written.digest)
    if letter.citizen_id != citizen_id or not (same or letter.why_paper == OnPaper.NOT_ACTIVE):
        raise Refused(LetterRefusal.FORM_USED)
    why = OnPaper(letter.why_paper) if letter.why_paper else None
    return LetterSentView(letter.id, name, Course(LetterState(letter.state), why))


def _new_letter(grant: Grant, about: About, written: WrittenLetter, *, service_id: UUID, course: Course) -> Letter:
    """A letter not yet sent; of one to her who does not use the service nothing is kept but that it is to be posted (R96a)."""
    is_kept = course.why is not OnPaper.NOT_ACTIVE
    now = clock.now()
    return Letter.objects.create(
        citizen_id=about.citizen_id,
        municipality_id=about.municipality_id,
        unit_id=about.unit_id,
        service_id=service_id,
        title=written.title if is_kept else "",
        text=written.text if is_kept else "",
        file_name=written.file_name if is_kept else "",
        file_size=len(written.content) if is_kept else 0,
        given_digest=written.digest if is_kept else b"",
        state=LetterState.PAPER if course.state is LetterState.PAPER else LetterState.WAITING,
        why_paper=course.why or "",
        author_id=grant.actor.id,
        author_name=grant.actor.name,
        author_role=grant.actor.role_in(about.unit_id) if about.unit_id else "",
        made_at=now,
        on_paper_at=now if course.state is LetterState.PAPER else None,
        form_key=written.form_key,
    )


def _service_of(grant: Grant, about: About) -> UUID:
    """The service that a letter belongs to: the one she receives from the unit, else the office's own."""
    assert about.citizen_id is not None
    assert about.unit_id is not None
    decisions = people.decisions_that_hold(grant, about.citizen_id, today=day_of(clock.now()))
    hers = [each.service_id for each in decisions if each.unit_id == about.unit_id]
    own = [each.id for each in municipalities.services_of_unit(about.unit_id)]
    if not (found := [*hers, *own]):
        raise Refused(LetterRefusal.NO_SERVICE)
    return found[0]


def _deliver(grant: Grant, letter: Letter, content: bytes, *, language: str) -> None:
    """Put a letter among her messages: a dialogue of its own that takes no answer, with the file; and tell that it came."""
    now, author = clock.now(), _as_its_author(grant, letter)
    thread = Thread.objects.create(
        citizen_id=letter.citizen_id,
        municipality_id=letter.municipality_id,
        unit_id=letter.unit_id,
        service_id=letter.service_id,
        subject=letter.title,
        state=ThreadState.ANSWERED,
        one_way=True,
        letter_id=letter.id,
        started_at=now,
        last_message_at=now,
    )
    unit = municipalities.unit(letter.unit_id)
    signed = signing.signature(letter.author_name, role=letter.author_role, unit=unit, language=language)
    text, key = letter.text or _said_of_the_file(language), uuid5(letter.id, str(letter.citizen_id))
    message = put_message(author, thread, sender=Sender.UNIT, text=text, form_key=key, signature=signed)
    _attach(letter, message, content)
    save(author, thread)
    letter.thread_id, letter.state, letter.sent_at = thread.id, LetterState.DIGITAL, now
    letter.save(update_fields=["thread", "state", "sent_at"])
    outbox.publish(
        LetterSent(
            letter_id=letter.id,
            message_id=message.id,
            citizen_id=letter.citizen_id,
            municipality_id=letter.municipality_id,
        )
    )


def _attach(letter: Letter, message: Message, content: bytes) -> None:
    file = Attachment.objects.create(
        citizen_id=letter.citizen_id,
        municipality_id=letter.municipality_id,
        unit_id=letter.unit_id,
        author_id=letter.author_id,
        thread_id=message.thread_id,
        message_id=message.id,
        name=letter.file_name,
        kind=Kind.PDF,
        size=letter.file_size,
        given_digest=letter.given_digest,
        added_at=message.sent_at,
    )
    AttachmentContent.objects.create(attachment_id=file.id, content=content)


def _said_of_the_file(language: str) -> str:
    with translation.override(language):
        return _("Brevet ligger ved som PDF.")


def _as_its_author(grant: Grant, letter: Letter) -> Grant:
    """The letter is hers who wrote it, also where the portal sends it when the register answers."""
    if grant.actor.standing is not Standing.PORTAL:
        return grant
    roles = (UnitRole(letter.unit_id, "", Role(letter.author_role)),) if letter.author_role else ()
    return replace(grant, actor=replace(grant.actor, id=letter.author_id, name=letter.author_name, units=roles))


def decide_waiting_letters(actor: Actor, *, register: ContactRegister | None = None) -> int:
    """Send or put on paper what has waited for the register, now that it answers; says how many were decided (R54).

    The register is asked once for all, outside every transaction; each letter is then a transaction of its own.
    """
    waiting = letters_waiting(actor)
    answers = register_answers([each.national_id for each in waiting], register=register) if waiting else {}
    if answers is None:
        return 0
    return sum(_decide_waiting(actor, each, answer=answers[each.national_id]) for each in waiting)


@intent
def _decide_waiting(actor: Actor, waiting: WaitingLetter, *, answer: RegisterAnswer) -> int:
    about = About("letter", waiting.id, waiting.citizen_id, waiting.municipality_id, waiting.unit_id)
    grant = require(actor, May.SEND_LETTER, about=about)
    letter = Letter.objects.select_for_update(skip_locked=True).filter(id=waiting.id, state=LetterState.WAITING).first()
    if letter is None:
        return 0
    person = people.person(grant, letter.citizen_id)
    if person.deceased_on is not None:
        _move(letter, LetterStep.STOP)
        return 1
    if person.protection is not Protection.NONE:
        _move(letter, LetterStep.PUT_ON_PAPER, why=OnPaper.PROTECTED)
        return 1
    course = rules.course_of(active=consent.is_active(grant, letter.citizen_id), answer=answer)
    if course.why is not None:
        # She used the service when it was written: it is kept, so that it can be printed.
        why = OnPaper.STOPPED_USING if course.why is OnPaper.NOT_ACTIVE else course.why
        _move(letter, LetterStep.PUT_ON_PAPER, why=why)
        return 1
    file = LetterFile.objects.get(letter_id=letter.id)
    _deliver(grant, letter, bytes(file.content), language=person.language)
    file.delete()
    return 1


@intent
def put_protected_on_paper(actor: Actor) -> int:
    """Put unopened letters to who has got a protected address on the list of what is to be posted; how many (R11, R54).

    No employee can see any more whether she opens it, so nobody would miss it.
    """
    grant = require(actor, May.FIND_LETTERS, about=lookup.portal())
    found = letters_to_protected(grant)
    put_on_paper(grant, dict.fromkeys(found, OnPaper.PROTECTED))
    return len(found)


def put_on_paper(grant: Grant, why: Mapping[UUID, OnPaper]) -> None:
    """Put letters that nobody has opened on the list of what is to be posted, each with why; for the notices alone (R54)."""
    for letter in _locked(grant, why):
        _move(letter, LetterStep.PUT_ON_PAPER, why=why[letter.id])


def stop_letters(grant: Grant, ids: Collection[UUID]) -> None:
    """Stop letters to who has died: neither reminded of nor posted (R7)."""
    for letter in _locked(grant, ids):
        _move(letter, LetterStep.STOP)


def _locked(grant: Grant, ids: Collection[UUID]) -> list[Letter]:
    return list(Letter.objects.select_for_update().filter(id__in=sorted(ids)).order_by("id")) if ids else []


@intent
def post_letter(actor: Actor, letter_id: UUID) -> str:
    """An employee has put a letter in the post; says by whom it was done, where a colleague was first (R54)."""
    require(actor, May.POST_LETTER, about=lookup.letter(letter_id))
    letter = Letter.objects.select_for_update().get(id=letter_id)
    if letter.state == LetterState.POSTED:
        return letter.posted_by_name
    if letter.state not in rules.states_before(LetterStep.POST):
        raise Refused(LetterRefusal.NOT_ON_PAPER)
    _posted(letter, LetterStep.POST, by=actor, at=clock.now())
    return actor.name


@intent
def undo_post(actor: Actor, letter_id: UUID) -> None:
    """An employee did not post a letter after all: within ten minutes it goes back on the list."""
    require(actor, May.POST_LETTER, about=lookup.letter(letter_id))
    letter = Letter.objects.select_for_update().get(id=letter_id)
    why_not = rules.why_not_undo_post(
        LetterState(letter.state),
        posted_by_id=letter.posted_by_id,
        posted_at=letter.posted_at,
        actor_id=actor.id,
        now=clock.now(),
    )
    if why_not:
        raise Refused(why_not)
    _posted(letter, LetterStep.UNDO_POST, by=None, at=None)


def _posted(letter: Letter, step: LetterStep, *, by: Actor | None, at: datetime | None) -> None:
    letter.state = rules.letter_after(LetterState(letter.state), step)
    letter.posted_at, letter.posted_by_id, letter.posted_by_name = at, by.id if by else None, by.name if by else ""
    letter.save(update_fields=["state", "posted_at", "posted_by_id", "posted_by_name"])


def _move(letter: Letter, step: LetterStep, *, why: OnPaper | None = None) -> None:
    """Let a letter come one step on, if it can from where it is."""
    after = rules.letter_after(LetterState(letter.state), step)
    if after == letter.state:
        return
    letter.state = after
    if why is not None:
        letter.why_paper, letter.on_paper_at = why, clock.now()
    letter.save(update_fields=["state", "why_paper", "on_paper_at"])
