"""What the office's pages say of important letters: each refusal, each reason for paper, and how far one has come (R28)."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.ground import phrases_of_time
from hjemmekontakt.messages.rules import (
    Course,
    FileRefusal,
    LetterReceiver,
    LetterRefusal,
    LetterRow,
    LetterSentView,
    LetterState,
    OnPaper,
    RegisterAnswer,
    course_of,
    shown_name,
)

LETTER_SENTENCES: Final[dict[LetterRefusal, str | Promise]] = {
    LetterRefusal.TITLE_EMPTY: _("Skriv hva brevet er, for eksempel «Svar på søknaden din»."),
    LetterRefusal.TITLE_TOO_LONG: _("Tittelen er for lang. Den kan være på inntil 50 tegn."),
    LetterRefusal.TEXT_TOO_LONG: _("Teksten er for lang. Den kan være på inntil 4000 tegn. Resten kan stå i brevet."),
    LetterRefusal.UNREADABLE: _("Teksten inneholder tegn som vi ikke kan lese. Skriv den på nytt uten dem."),
    LetterRefusal.NO_FILE: _("Velg fila med brevet. Den må være en PDF."),
    LetterRefusal.NOT_A_PDF: _("Brevet må være en PDF. Lagre det som PDF, og velg det på nytt."),
    LetterRefusal.FORM_USED: _("Dette skjemaet har alt sendt et brev. Vil du sende dette også, send en gang til."),
    LetterRefusal.PAGE_TOO_OLD: _(
        "Siden hadde stått åpen for lenge, så ingenting er sendt. Velg fila, og send på nytt."
    ),
    LetterRefusal.DEAD: _("Personen er død, så brevet er ikke sendt."),
    LetterRefusal.NO_SERVICE: _(
        "Kontoret har ingen tjeneste å sende brev fra, så brevet er ikke sendt. Snakk med den som administrerer kommunen."
    ),
    LetterRefusal.NOT_ON_PAPER: _(
        "Brevet står ikke på lista over dem som sendes på papir lenger. Ingenting er endret."
    ),
    LetterRefusal.NOT_POSTED: _("Det var alt angret. Ingenting er endret."),
    LetterRefusal.ANOTHERS: _("En kollega har sendt brevet. Bare den som sendte det, kan angre. Ingenting er endret."),
    LetterRefusal.TOO_LATE: _("Det er mer enn ti minutter siden. Da kan det ikke angres her. Ingenting er endret."),
}

OF_THE_FILE: Final[dict[FileRefusal, str | Promise]] = {
    FileRefusal.EMPTY: _("Fila «%(name)s» er tom. Velg den på nytt, eller velg en annen. Ingenting er sendt."),
    FileRefusal.TOO_LARGE: _("Fila «%(name)s» er for stor. Den kan være på inntil 10 MB. Ingenting er sendt."),
    FileRefusal.TOO_MANY: _("Velg én fil. Ingenting er sendt."),
    FileRefusal.NOT_A_KIND_WE_TAKE: _("Brevet må være en PDF. Lagre det som PDF, og velg det på nytt."),
    FileRefusal.DAMAGED: _(
        "Vi kunne ikke lese fila «%(name)s». Lagre den på nytt, eller velg en annen. Ingenting er sendt."
    ),
    FileRefusal.NOT_IN_TIME: _("Vi rakk ikke å lese fila «%(name)s». Ingenting er sendt. Prøv igjen om litt."),
    FileRefusal.LOCKED: _(
        "Fila «%(name)s» er låst med passord. Lagre den uten passord, og prøv igjen. Ingenting er sendt."
    ),
    FileRefusal.INFECTED: _("Fila «%(name)s» kan være skadelig. Velg en annen fil. Ingenting er sendt."),
    FileRefusal.SCANNER_DOWN: _("Vi kan ikke ta imot filer akkurat nå. Ingenting er sendt. Prøv igjen om litt."),
    FileRefusal.NOT_OFFERED: _(
        "Brev kan ikke sendes herfra, fordi filer ikke blir sjekket for virus her. Ingenting er sendt."
    ),
}

WHY_ON_PAPER: Final[dict[OnPaper, str | Promise]] = {
    OnPaper.NOT_ACTIVE: _("Innbyggeren bruker ikke Hjemmekontakt."),
    OnPaper.RESERVED: _("Innbyggeren har reservert seg mot brev på nett i Kontakt- og reservasjonsregisteret."),
    OnPaper.NOT_IN_REGISTER: _("Innbyggeren står ikke i Kontakt- og reservasjonsregisteret."),
    OnPaper.STALE: _(
        "Nummeret og e-posten i registeret er ikke bekreftet på 18 måneder, og kan ikke brukes til dette."
    ),
    OnPaper.NO_ADDRESS: _("Det er verken mobilnummer eller e-post i registeret."),
    OnPaper.NOT_DELIVERED: _("Varselet om brevet kom ikke fram."),
    OnPaper.PROTECTED: _("Innbyggeren har fått beskyttet adresse, og har ikke åpnet brevet."),
    OnPaper.STOPPED_USING: _("Innbyggeren bruker ikke Hjemmekontakt lenger, og har ikke åpnet brevet."),
}

STATES_OF_LETTERS: Final[dict[LetterState, tuple[str, str | Promise]]] = {
    LetterState.WAITING: ("warning", _("Venter på registeret")),
    LetterState.DIGITAL: ("info", _("Sendt digitalt, ikke åpnet")),
    LetterState.OPENED: ("success", _("Åpnet")),
    LetterState.PAPER: ("warning", _("Sendes på papir")),
    LetterState.POSTED: ("success", _("Sendt i posten")),
    LetterState.STOPPED: ("neutral", _("Stanset")),
}

TO_PROTECTED: Final = _(
    "Send brevet slik dere sender til beskyttet adresse. Bruk ikke en adresse dere kjenner fra før."
)

NOBODY_FOUND: Final = _("Vi fant ingen med dette nummeret som dere kan sende brev til. Se over nummeret.")


def say_of_letter(why: StrEnum, *, file_name: str = "") -> str:
    """The sentence for a letter that is not sent, or not marked; one about its file names it."""
    if isinstance(why, FileRefusal):
        sentence = str(OF_THE_FILE[why])
        return sentence % {"name": shown_name(file_name)} if "%(" in sentence else sentence
    return str(LETTER_SENTENCES[LetterRefusal(why)])


def what_will_happen(receiver: LetterReceiver, answer: RegisterAnswer | None) -> tuple[str, str, str]:
    """What becomes of a letter if it is sent now: the colour of the box, its heading, and a sentence of why."""
    if receiver.dead:
        return "warning", gettext("Brevet kan ikke sendes"), gettext("Personen er død.")
    course = course_of(active=receiver.active, answer=answer)
    if course.state is LetterState.DIGITAL:
        return (
            "info",
            gettext("Brevet sendes digitalt"),
            gettext(
                "Innbyggeren får varsel på nummeret eller e-posten i kontaktregisteret, og en påminnelse etter sju dager "
                "hvis brevet ikke er åpnet."
            ),
        )
    if course.state is LetterState.WAITING:
        return (
            "warning",
            gettext("Kontaktregisteret svarer ikke nå"),
            gettext(
                "Du kan sende likevel. Brevet blir tatt vare på, og sendes digitalt eller legges på lista «Sendes på "
                "papir» når registeret svarer."
            ),
        )
    assert course.why is not None
    return ("warning", gettext("Brevet må sendes på papir"), f"{WHY_ON_PAPER[course.why]} {_what_is_kept(course.why)}")


def _what_is_kept(why: OnPaper) -> str:
    if why is OnPaper.NOT_ACTIVE:
        return gettext("Vi tar ikke vare på brevet, bare at det skal sendes. Skriv det ut der det er laget.")
    return gettext("Det legges på lista «Sendes på papir», der dere kan skrive det ut.")


def what_happened(sent: LetterSentView) -> str:
    """What became of a letter that was sent just now."""
    name = {"name": sent.name}
    course: Course = sent.course
    if course.state is LetterState.WAITING:
        return gettext("Brevet til %(name)s er tatt vare på. Det sendes når kontaktregisteret svarer.") % name
    if course.why is not None:
        reason = {**name, "why": WHY_ON_PAPER[course.why]}
        return (
            gettext("Brevet til %(name)s er ikke sendt digitalt. %(why)s Det står på lista «Sendes på papir».") % reason
        )
    return gettext("Brevet til %(name)s er sendt digitalt.") % name


def who_knows(row: LetterRow) -> str:
    """Who sees whom a letter is to, where the reader does not (R11)."""
    return gettext("Bare %(name)s, som skrev brevet, ser hvem det er til.") % {"name": row.author_name}


def how_far(row: LetterRow, *, now: datetime) -> str:
    """When the last thing happened with a letter, in a sentence."""

    def when(at: datetime) -> str:
        return phrases_of_time.moment(at, now=now, language=get_language() or "nb")

    if row.state is LetterState.POSTED and row.posted_at:
        return gettext("Sendt i posten %(when)s av %(name)s.") % {
            "when": when(row.posted_at),
            "name": row.posted_by_name,
        }
    if row.opened_at:
        return gettext("Åpnet av innbyggeren eller den som har fullmakt, %(when)s.") % {"when": when(row.opened_at)}
    if row.sent_at:
        return gettext("Sendt digitalt %(when)s.") % {"when": when(row.sent_at)}
    return gettext("Skrevet %(when)s av %(name)s.") % {"when": when(row.made_at), "name": row.author_name}
