"""Important letters as their office sees them, as one is opened, and as the notices look at them (R28, R56)."""

from collections.abc import Collection
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.messages.models import Attachment, AttachmentContent, Letter, LetterFile, Thread
from hjemmekontakt.messages.queries.reading import beyond
from hjemmekontakt.messages.rules import (
    AttachmentView,
    Bookmark,
    Kind,
    LetterAddress,
    LetterList,
    LetterNow,
    LetterReceiver,
    LetterRow,
    LetterState,
    LetterStep,
    OnPaper,
    OpenedFile,
    WaitingLetter,
    letter_address,
    letter_after,
    states_before,
    why_not_undo_post,
)
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection

LETTERS_PAGE = 30
WAITING_AT_ONCE = 200


def letter_to(actor: Actor, citizen_id: UUID) -> About:
    """A citizen as this employee may send her a letter, from a unit in which she decides; else as her unit helps her."""
    units = actor.units_that_send_letters() or actor.units
    return lookup.letter_receiver(citizen_id, [unit.unit_id for unit in units])


@intent
def letter_receiver(actor: Actor, citizen_id: UUID) -> LetterReceiver:
    """Whom a letter would be to, and whether she uses the service: what the page says before it is sent (R28)."""
    about = letter_to(actor, citizen_id)
    grant = require(actor, May.PREPARE_LETTER, about=about)
    person = people.person(grant, citizen_id)
    return LetterReceiver(
        citizen_id=citizen_id,
        name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        unit_name=next(unit.unit_name for unit in actor.units if unit.unit_id == about.unit_id),
        active=person.deceased_on is None and consent.is_active(grant, citizen_id),
        dead=person.deceased_on is not None,
        national_id=people.national_id(grant, citizen_id),
    )


@intent
def receiver_by_number(actor: Actor, national_id: str) -> UUID | None:
    """Whom this employee may send a letter to by her national id; one who is not hers is as unknown as one who is not there."""
    require(actor, May.SEE_LETTERS, about=_her_units(actor))
    found = people.id_by_national_id(national_id)
    about = letter_to(actor, found) if found else None
    if about is None or about.citizen_id is None or about.protected or about.citizen_id in actor.family:
        return None
    return about.citizen_id


@intent
def letters_of(actor: Actor, *, before: Bookmark | None = None, limit: int = LETTERS_PAGE) -> LetterList:
    """The letters of the units in which one decides: to be posted, waiting, and the rest, the newest first (R28, R54).

    Nobody who has died, or who is of the reader's family, is among them. One whose address is protected is there only with
    what is to be posted, and what the reader has just posted; who she is, its author alone sees (R11). What is to be posted
    stands on the first page alone.
    """
    about = _her_units(actor)
    grant = require(actor, May.SEE_LETTERS, about=about)
    units = [unit.unit_id for unit in actor.units_that_send_letters()]
    rows = Letter.objects.filter(municipality_id=actor.municipality_id, unit_id__in=units)
    rows = rows.exclude(citizen_id__in=list(actor.family))
    others = rows.exclude(state__in=[LetterState.PAPER, LetterState.WAITING]).order_by("-made_at", "-id")
    if before is not None:
        others = others.filter(beyond("(letter.made_at, letter.id) < (%s, %s)", before))
    found = list(others[: limit + 1])
    first = before is None
    on_paper = list(rows.filter(state=LetterState.PAPER).order_by("on_paper_at", "id")) if first else []
    waiting = list(rows.filter(state=LetterState.WAITING).order_by("made_at", "id")) if first else []
    shown = found[:limit]
    persons = people.persons(grant, {row.citizen_id for row in [*on_paper, *waiting, *shown]})
    letters = LetterList(
        on_paper=_rows(grant, on_paper, persons),
        waiting=_rows(grant, waiting, persons),
        others=_rows(grant, shown, persons),
        following=Bookmark((shown[-1].made_at,), shown[-1].id) if len(found) > limit else None,
    )
    log_list(grant, about, letters.known())
    return letters


@intent
def letter_file(actor: Actor, letter_id: UUID) -> OpenedFile:
    """The file of a letter, for those who decide in its unit: to be printed and posted, or looked at again; logged (R74)."""
    require(actor, May.OPEN_LETTER, about=lookup.letter(letter_id))
    row = Letter.objects.get(id=letter_id)
    if row.thread_id is not None:
        file = Attachment.objects.get(thread_id=row.thread_id)
        content = AttachmentContent.objects.values_list("content", flat=True).get(attachment_id=file.id)
        return OpenedFile(file.view(), bytes(content))
    kept = LetterFile.objects.filter(letter_id=letter_id).first()
    if kept is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.OPEN_LETTER, about=About("letter", letter_id))
    return OpenedFile(_file(row), bytes(kept.content))


@intent
def letters_waiting(actor: Actor, *, limit: int = WAITING_AT_ONCE) -> list[WaitingLetter]:
    """The letters that wait for the register, the oldest first, each with what it is asked by."""
    grant = require(actor, May.FIND_LETTERS, about=lookup.portal())
    rows = list(Letter.objects.filter(state=LetterState.WAITING).order_by("made_at", "id")[:limit])
    numbers = people.national_ids(grant, {row.citizen_id for row in rows}) if rows else {}
    return [
        WaitingLetter(row.id, row.municipality_id, row.unit_id, row.citizen_id, numbers[row.citizen_id]) for row in rows
    ]


def letters_to_protected(grant: Grant, *, limit: int = WAITING_AT_ONCE) -> list[UUID]:
    """Letters that nobody has opened, to who has got a protected address since they were written (R11, R54)."""
    unopened = Letter.objects.filter(state__in=states_before(LetterStep.PUT_ON_PAPER), opened_at__isnull=True)
    hers = unopened.filter(citizen__deceased_on__isnull=True).exclude(citizen__protection=Protection.NONE)
    return list(hers.order_by("id").values_list("id", flat=True)[:limit])


def letters_now(grant: Grant, ids: Collection[UUID]) -> dict[UUID, LetterNow]:
    """How letters stand now, for the notices alone: by it one is reminded, goes by post, or is left in peace (R56)."""
    rows = list(Letter.objects.filter(id__in=list(ids))) if ids else []
    persons = people.persons(grant, {row.citizen_id for row in rows}) if rows else {}
    return {
        row.id: LetterNow(
            id=row.id,
            citizen_id=row.citizen_id,
            municipality_id=row.municipality_id,
            state=LetterState(row.state),
            is_opened=row.opened_at is not None,
            is_dead=persons[row.citizen_id].deceased_on is not None,
        )
        for row in rows
    }


def mark_letter_opened(grant: Grant, found: Thread) -> None:
    """Remember when she, or who acts for her, first opened a letter; opened it is not reminded of, nor sent by post (R56)."""
    letter = Letter.objects.select_for_update().filter(id=found.letter_id, opened_at__isnull=True).first()
    if letter is None:
        return
    letter.opened_at = clock.now()
    letter.state = letter_after(LetterState(letter.state), LetterStep.OPEN)
    letter.save(update_fields=["opened_at", "state"])


def _her_units(actor: Actor) -> About:
    units = actor.units_that_send_letters() or actor.units
    if not units or actor.municipality_id is None:
        return About("unit", None, municipality_id=actor.municipality_id)
    return lookup.unit(units[0].unit_id, actor.municipality_id)


def _rows(grant: Grant, rows: Collection[Letter], persons: dict[UUID, Person]) -> tuple[LetterRow, ...]:
    living = [row for row in rows if row.citizen_id in persons and persons[row.citizen_id].deceased_on is None]
    return tuple(each for row in living if (each := _row(grant, row, persons[row.citizen_id])).is_listed())


def _row(grant: Grant, row: Letter, person: Person) -> LetterRow:
    why_not_undo = why_not_undo_post(
        LetterState(row.state),
        posted_by_id=row.posted_by_id,
        posted_at=row.posted_at,
        actor_id=grant.actor.id,
        now=clock.now(),
    )
    is_protected = person.protection is not Protection.NONE
    address = letter_address(is_protected=is_protected, author_id=row.author_id, reader_id=grant.actor.id)
    is_known = address is not LetterAddress.HIDDEN
    return LetterRow(
        id=row.id,
        citizen_id=row.citizen_id,
        address=address,
        name=person.name if is_known else "",
        birth_year=person.birth_date.year if person.birth_date and is_known else None,
        title=row.title if is_known else "",
        state=LetterState(row.state),
        why=OnPaper(row.why_paper) if row.why_paper else None,
        author_name=row.author_name,
        made_at=row.made_at,
        sent_at=row.sent_at,
        on_paper_at=row.on_paper_at,
        opened_at=row.opened_at,
        posted_at=row.posted_at,
        posted_by_name=row.posted_by_name,
        can_undo=why_not_undo is None,
        file=_file(row) if row.file_name and is_known else None,
    )


def _file(row: Letter) -> AttachmentView:
    return AttachmentView(id=row.id, name=row.file_name, kind=Kind.PDF, size=row.file_size, added_at=row.made_at)
