"""What pages say of messages: a sentence for each refusal, the states, the deadlines, and who wrote."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground import phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.kit.words import closed_words
from hjemmekontakt.messages.rules import (
    DANGER_WORDS,
    TEXT_LIMIT,
    Author,
    CaseKind,
    HandlingForCitizen,
    HandlingKind,
    InboxFilter,
    MessageView,
    Refusal,
    Sender,
    StaffThreadView,
    ThreadRow,
    ThreadState,
    ThreadView,
    Urgency,
    Worry,
    urgency,
)
from hjemmekontakt.messages.words.at_work import CASES as CASES
from hjemmekontakt.messages.words.at_work import TREATED_AS as TREATED_AS
from hjemmekontakt.messages.words.at_work import alarm as alarm
from hjemmekontakt.messages.words.at_work import case_for_citizen as case_for_citizen
from hjemmekontakt.messages.words.at_work import conversation as conversation
from hjemmekontakt.messages.words.at_work import handled as handled
from hjemmekontakt.messages.words.attachments import size as size
from hjemmekontakt.municipalities.rules import CoverView, UnitView

SENTENCES: Final[dict[Refusal, str | Promise]] = {
    Refusal.NOT_ACTIVE: _("Du kan ikke skrive her nå, fordi tjenesten ikke er i bruk. Ring %(phone)s."),
    Refusal.NOT_RECEIVED: _("Du får ikke denne tjenesten nå, så du kan ikke skrive hit. Ring %(phone)s."),
    Refusal.NOT_OPENED: _("Tjenesten er ikke åpnet for meldinger ennå. Ring %(phone)s."),
    Refusal.EMPTY: _("Skriv en melding før du sender."),
    Refusal.TOO_LONG: _("Meldingen er for lang. Den kan være på inntil %(limit)s tegn. Del den gjerne i to."),
    Refusal.SUBJECT_EMPTY: _("Skriv hva meldingen gjelder, for eksempel «Nøkkel»."),
    Refusal.SUBJECT_TOO_LONG: _("Emnet er for langt. Det kan være på inntil 50 tegn."),
    Refusal.UNREADABLE: _("Teksten inneholder tegn som vi ikke kan lese. Skriv den på nytt uten dem."),
    Refusal.SEARCH_EMPTY: _("Skriv minst to bokstaver av det du leter etter."),
    Refusal.SEARCH_TOO_LONG: _("Søk med færre ord. Du kan skrive inntil 100 tegn."),
    Refusal.TOO_MANY: _(
        "Du har sendt 30 meldinger den siste timen. Vent litt før du sender flere. Haster det, ring %(phone)s."
    ),
    Refusal.FORM_USED: _(
        "Dette skjemaet er allerede sendt. Vil du sende det du har skrevet nå også, send en gang til."
    ),
    Refusal.ANSWERED_MEANWHILE: _(
        "En kollega har svart siden du åpnet siden. Les svaret først. Det du skrev, er tatt vare på."
    ),
    Refusal.PAGE_TOO_OLD: _(
        "Siden hadde stått åpen for lenge, så ingenting er sendt. Se over det du har skrevet, og send en gang til."
    ),
    Refusal.CITIZEN_NOT_ACTIVE: _("Innbyggeren bruker ikke tjenesten nå, så svaret kan ikke sendes. Ring i stedet."),
    Refusal.CATEGORY_UNKNOWN: _("Velg hva meldingen gjelder, fra lista."),
    Refusal.ONE_WAY: _("Denne meldingen kan ikke besvares. Ring %(phone)s hvis du lurer på noe."),
    Refusal.CLOSED_LONG_AGO: _(
        "Samtalen ble avsluttet for mer enn 30 dager siden. Skriv en ny melding om det samme i stedet."
    ),
    Refusal.OTHER_PERSON: _(
        "Du har byttet person siden du åpnet siden, så ingenting er sendt. Teksten din står her, så du kan kopiere den."
    ),
    Refusal.SENT_ALREADY: _("Dette er allerede sendt."),
    Refusal.DRAFT_ELSEWHERE: _(
        "Du har en annen kladd her fra før, så denne teksten blir ikke lagret. Den står på siden til du sender den."
    ),
    Refusal.NOT_FROM_HERE: _("Det kan du ikke gjøre med samtalen slik den er nå. Noen kan ha endret den. Se over."),
    Refusal.ANSWERED_IN_JOURNAL: _("Denne tjenesten svarer i journalsystemet. Skriv svaret der, så kommer det hit."),
    Refusal.TAKEN_BY_ANOTHER: _("En kollega har tatt denne samtalen. Ingenting er endret."),
    Refusal.COLLEAGUE_AWAY: _("Kollegaen er borte nå, og ingen er satt inn i stedet. Velg en annen."),
    Refusal.NOT_A_COLLEAGUE: _("Velg en kollega som arbeider i enheten nå."),
    Refusal.NOT_RECEIVED_THERE: _(
        "Innbyggeren får ikke hjelp der, så samtalen kan ikke overføres dit. Velg et annet sted."
    ),
    Refusal.NOT_OPENED_THERE: _(
        "Tjenesten der er ikke åpnet for meldinger ennå, så samtalen kan ikke overføres dit. Velg et annet sted."
    ),
    Refusal.NO_OFFICE: _("Kommunen har ikke lagt inn et kontor for dette. Snakk med lederen din."),
}

STATES: Final[dict[ThreadState, str | Promise]] = {
    ThreadState.SENT: _("Sendt"),
    ThreadState.FAILED: _("Ikke levert"),
    ThreadState.RECEIVED: _("Mottatt av kommunen"),
    ThreadState.OPENED: _("Åpnet av en ansatt"),
    ThreadState.ANSWERED: _("Du har fått svar"),
    ThreadState.NO_REPLY: _("Lest. Trenger ikke svar."),
    ThreadState.AS_CASE: _("Du får brev"),
    ThreadState.CLOSED: _("Avsluttet"),
}

IN_JOURNAL_IN_A_LIST: Final = _("Mottatt i kommunens journal")
IN_JOURNAL: Final = _("Mottatt i kommunens journal. Den viser selv hvem som leser.")
FROM_THE_UNIT: Final = _("Melding til deg")
LETTER: Final = _("Brev")

CATEGORIES: Final[dict[str, str | Promise]] = {
    "visit": _("Besøk og tid"),
    "help": _("Spørsmål om hjelpen"),
    "practical": _("Praktisk beskjed"),
    "medicine": _("Medisiner, henting eller levering"),
    "equipment": _("Hjelpemidler"),
    "feedback": _("Klage eller tilbakemelding"),
    "other": _("Annet"),
}

URGENT: Final[dict[Worry, str | Promise]] = {
    Worry.URGENT: _("Haster det? Ikke vent på svar her."),
    Worry.LIFE: _("Har du det så vondt at du tenker på å dø? Ring noen nå."),
}

STATES_AT_WORK: Final[dict[ThreadState, str | Promise]] = {
    ThreadState.SENT: _("Ny"),
    ThreadState.FAILED: _("Ikke levert til journalen"),
    ThreadState.RECEIVED: _("Ny"),
    ThreadState.OPENED: _("Åpnet"),
    ThreadState.ANSWERED: _("Besvart"),
    ThreadState.NO_REPLY: _("Trenger ikke svar"),
    ThreadState.AS_CASE: _("Sak"),
    ThreadState.CLOSED: _("Avsluttet"),
}

KINDS: Final[dict[ThreadState, str]] = {
    ThreadState.SENT: "neutral",
    ThreadState.FAILED: "danger",
    ThreadState.RECEIVED: "neutral",
    ThreadState.OPENED: "info",
    ThreadState.ANSWERED: "success",
    ThreadState.NO_REPLY: "neutral",
    ThreadState.AS_CASE: "info",
    ThreadState.CLOSED: "neutral",
}

FILTERS: Final[dict[InboxFilter, tuple[str, str | Promise]]] = {
    InboxFilter.NEW: ("nye", _("Nye")),
    InboxFilter.MINE: ("mine", _("Mine")),
    InboxFilter.WAITING: ("venter", _("Venter på oss")),
    InboxFilter.LEADER: ("leder", _("Hos teamleder")),
    InboxFilter.CASES: ("saker", _("Saker")),
    InboxFilter.WITH_CITIZEN: ("innbygger", _("Venter på innbygger")),
    InboxFilter.ALL: ("alle", _("Alle")),
}

ROLES: Final[dict[str, str | Promise]] = {
    Role.NURSE.value: _("sykepleier"),
    Role.TEAM_LEADER.value: _("teamleder"),
    Role.CASE_WORKER.value: _("saksbehandler"),
}


UNNAMED_UNIT: Final = _("hjemmetjenesten")
"""What a unit is called to one whose address is protected: its name tells where she lives (R11)."""


def say(why: Refusal, **values: Any) -> str:
    """The sentence for a refusal, with the phone number to call or the limit where it names one."""
    sentence = str(SENTENCES[Refusal(why)])
    return sentence % {"limit": TEXT_LIMIT, **values} if "%(" in sentence else sentence


def state(
    state: ThreadState, *, phone: str, case_kind: str = "", answers_in: str = "portal", from_unit_only: bool = False
) -> str:
    """How far a dialogue has come, as its citizen reads it (R19)."""
    if state is ThreadState.FAILED:
        return gettext("Ikke levert. Ring %(phone)s.") % {"phone": phone}
    if state is ThreadState.AS_CASE and case_kind:
        return str(TREATED_AS[CaseKind(case_kind)])
    if state is ThreadState.RECEIVED and answers_in == "journal":
        return str(IN_JOURNAL)
    if from_unit_only and state is ThreadState.ANSWERED:
        return str(FROM_THE_UNIT)
    return str(STATES[state])


def state_of(thread: ThreadRow | ThreadView) -> str:
    """How far a dialogue has come, for the list and for its own page (R19)."""
    here = isinstance(thread, ThreadView)
    if thread.is_letter:
        return str(LETTER)
    if not here and thread.state is ThreadState.RECEIVED and thread.answers_in == "journal":
        return str(IN_JOURNAL_IN_A_LIST)
    return state(
        thread.state,
        phone=thread.service.unit.phone if here else thread.phone,
        case_kind=thread.case_kind,
        answers_in=thread.service.answers_in if here else thread.answers_in,
        from_unit_only=thread.from_unit_only,
    )


def handling(done: HandlingForCitizen, *, case_kind: str) -> str:
    """What was done with a dialogue, as a quiet line between its messages."""
    if done.what is HandlingKind.TRANSFERRED:
        if not (done.from_unit and done.to_unit):
            return gettext("Overført til et annet sted i kommunen")
        return gettext("Overført fra %(from_unit)s til %(to_unit)s") % {
            "from_unit": done.from_unit,
            "to_unit": done.to_unit,
        }
    if done.what is HandlingKind.AS_CASE and case_kind:
        return str(TREATED_AS[CaseKind(case_kind)])
    return str(
        {
            HandlingKind.NO_REPLY: STATES[ThreadState.NO_REPLY],
            HandlingKind.AS_CASE: STATES[ThreadState.AS_CASE],
            HandlingKind.CLOSED: gettext("Samtalen er avsluttet"),
            HandlingKind.REOPENED: gettext("Samtalen er åpnet igjen"),
        }[done.what]
    )


def between(thread: ThreadView, place: int) -> list[HandlingForCitizen]:
    """What was done after the message of this place and before the next one."""
    last = thread.messages[-1].place
    return [each for each in thread.handlings if each.place == place or (place == last and each.place > last)]


def kept_at(moment: datetime) -> str:
    """That a draft is kept: «Kladden er lagret kl. 09.12» (R25)."""
    return gettext("Kladden er lagret kl. %(time)s") % {
        "time": phrases_of_time.clock_time(moment, language=get_language() or "nb")
    }


def call_at_once(worry: Worry) -> str:
    """Whom to call at once, in one breath, for a page that shows no dialogue (R24)."""
    said = [str(URGENT[worry]), gettext("Fare for liv: ring 113. Legevakt: 116 117.")]
    if worry is Worry.LIFE:
        said.append(gettext("Mental Helse: 116 123."))
    return " ".join(said)


def worry_words() -> str:
    """The words that worry, as the page's script reads them (R24)."""
    return json.dumps({worry.value: phrases for worry, phrases in DANGER_WORDS.items()}, ensure_ascii=False)


def moment(when: datetime, *, now: datetime) -> str:
    """When something happened, in the reader's language: «i dag kl. 09.12»."""
    return phrases_of_time.moment(when, now=now, language=get_language() or "nb")


def when(moment: datetime, *, now: datetime) -> str:
    """When something happened, as a line of its own: «I dag kl. 09.12»."""
    return phrases_of_time.opening(phrases_of_time.moment(moment, now=now, language=get_language() or "nb"))


def promise(answer_by: datetime, *, now: datetime) -> str:
    """The promise of an answer: «Du får svar senest tirsdag 3. mars kl. 16.» (R21, M1)."""
    by = phrases_of_time.deadline(answer_by, now=now, language=get_language() or "nb")
    return gettext("Du får svar senest %(deadline)s.") % {"deadline": by}


def still_waiting(answer_by: datetime, *, now: datetime, phone: str) -> str:
    """The promise over a dialogue that waits; when it was not kept, that is said, with whom to call."""
    if urgency(answer_by, now=now) is Urgency.LATE:
        return gettext("Svaret er forsinket. Ring %(phone)s hvis du ikke kan vente.") % {"phone": phone}
    return promise(answer_by, now=now)


def answer_promised(answer_by: datetime, *, now: datetime) -> str:
    """The promise as a list says it: «Svar senest tirsdag 3. mars kl. 16», and an honest word when it was not kept."""
    if urgency(answer_by, now=now) is Urgency.LATE:
        return gettext("Svaret er forsinket")
    by = phrases_of_time.deadline(answer_by, now=now, language=get_language() or "nb")
    return gettext("Svar senest %(deadline)s") % {"deadline": by}


def closed(cover: CoverView, *, now: datetime) -> str:
    """That a unit is closed for a time, who answers meanwhile, and whom to call."""
    day = phrases_of_time.full_date(cover.ends_on, today=day_of(now), language=get_language() or "nb")
    return closed_words(unit=cover.unit_name, day=day, covered_by=cover.covering_unit_name or "", phone=cover.phone)


def outside_hours(phone: str, *, unit: UnitView) -> str:
    """What is added to the promise when nobody reads messages just now: the unit's own days and hours (R23)."""
    hours = phrases_of_time.hours(unit.reads_from, unit.reads_until, language=get_language() or "nb")
    values = {"phone": phone, "hours": hours}
    if unit.reads_on_saturday:
        return gettext("Vi leser meldinger mandag til lørdag kl. %(hours)s. Haster det, ring %(phone)s.") % values
    return gettext("Vi leser meldinger mandag til fredag kl. %(hours)s. Haster det, ring %(phone)s.") % values


def person(name: str, birth_year: int | None) -> str:
    """A person as a list at work names her: «Astrid Berg, f. 1944»."""
    return born() % {"name": name, "year": birth_year} if birth_year else name


def born() -> str:
    """How a person is named with the year she was born, for a list that names many."""
    return gettext("%(name)s, f. %(year)s")


def facts_at_work(thread: StaffThreadView, *, now: datetime) -> list[tuple[str, str]]:
    """What stands beside a dialogue at work: service, unit, how far it has come, the deadline, and who has it."""
    facts = [
        (gettext("Tjeneste"), thread.service.name),
        (gettext("Enhet"), thread.service.unit.name),
        (gettext("Kategori"), str(CATEGORIES.get(thread.category, ""))),
        (gettext("Status"), str(LETTER) if thread.is_letter else state_at_work(thread.state, one_way=thread.one_way)),
        (gettext("Sak"), str(CASES.get(thread.case_kind, ""))),
        (gettext("Frist"), deadline_in_full(thread.answer_by, now=now) if thread.answer_by else ""),
        (gettext("Tildelt"), thread.assignee_name or gettext("Ingen")),
    ]
    return [(term, value) for term, value in facts if value]


def state_at_work(state: ThreadState, *, one_way: bool) -> str:
    """How far a dialogue has come, as the unit reads it; of a broadcast nobody has been answered (R85)."""
    return gettext("Utsending") if one_way and state is ThreadState.ANSWERED else str(STATES_AT_WORK[state])


def deadline_in_full(answer_by: datetime, *, now: datetime) -> str:
    """A deadline in words and by the clock: «Om 2 timer, i dag kl. 16»."""
    return deadlines([answer_by], now=now)[answer_by][1]


def deadlines(moments: Iterable[datetime | None], *, now: datetime) -> dict[datetime, tuple[str, str]]:
    """Each deadline of a list once, with the kind of its tag, in words and by the clock (R82).

    «Over fristen, i går kl. 16», «Om 2 timer, i dag kl. 16», «Tirsdag 3. mars kl. 16».
    """
    language, late, today = get_language() or "nb", gettext("Over fristen"), day_of(now)
    found: dict[datetime, tuple[str, str]] = {}
    for each in set(moments) - {None}:
        near = urgency(each, now=now)
        by = phrases_of_time.deadline_on(each, today=today, language=language)
        if near is Urgency.LATE:
            found[each] = "danger", f"{late}, {by}"
        elif near is Urgency.SOON:
            found[each] = "warning", f"{_in_so_long(each, now=now)}, {by}"
        else:
            found[each] = "neutral", phrases_of_time.opening(by)
    return found


def _in_so_long(answer_by: datetime, *, now: datetime) -> str:
    minutes = max(1, int((answer_by - now).total_seconds() // 60))
    if hours := minutes // 60:
        return ngettext("Om %(hours)s time", "Om %(hours)s timer", hours) % {"hours": hours}
    return ngettext("Om %(minutes)s minutt", "Om %(minutes)s minutter", minutes) % {"minutes": minutes}


def author_for_citizen(author: Author, *, reader_id: object, citizen_id: object, citizen_name: str) -> str:
    """Who wrote, as the citizen and those who act for her read it: «Du», «Jonas Berg på vegne av deg» (R26)."""
    if author.sender is Sender.UNIT:
        return author.signature or _employee(author, name=author.name.split()[0] if author.role else author.name)
    if author.on_behalf and reader_id == citizen_id:
        return gettext("%(name)s på vegne av deg") % {"name": author.name}
    if author.on_behalf:
        return _behalf(author, citizen_name)
    return gettext("Du") if author.id == reader_id else author.name


def over_the_message(message: MessageView, *, reader_id: object, citizen_id: object, citizen_name: str) -> str:
    """Who wrote, over a message; and that it tells of a call, where it does."""
    who = author_for_citizen(message.author, reader_id=reader_id, citizen_id=citizen_id, citizen_name=citizen_name)
    return gettext("Svar på telefon, skrevet ned av %(who)s") % {"who": who} if message.channel == "phone" else who


def on_paper(message: MessageView, *, citizen_name: str) -> str:
    """Who wrote, by name, for a paper that anybody may come to read."""
    who = author_at_work(message.author, citizen_name=citizen_name)
    return gettext("Svar på telefon, skrevet ned av %(who)s") % {"who": who} if message.channel == "phone" else who


def author_at_work(author: Author, *, citizen_name: str) -> str:
    """Who wrote, as an employee reads it: «Jonas Berg på vegne av Astrid Berg», «Mona Lie, sykepleier» (R26)."""
    if author.sender is Sender.UNIT:
        return _employee(author, name=author.name)
    return _behalf(author, citizen_name) if author.on_behalf else author.name


def _employee(author: Author, *, name: str) -> str:
    role = ROLES.get(author.role)
    return f"{name}, {role}" if role else name


def _behalf(author: Author, citizen_name: str) -> str:
    return gettext("%(name)s på vegne av %(other)s") % {"name": author.name, "other": citizen_name}
