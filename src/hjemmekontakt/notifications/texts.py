"""Every text of an SMS, an e-mail and a push, in three languages: that something has happened, never what (R51, R52)."""

from dataclasses import dataclass
from datetime import datetime

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.ground import phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.rules import Reader, What

NEUTRAL_SENDER = "Varsel"  # R11
SAID_AS = {
    What.VISIT_MOVED_SOON: What.VISIT_MOVED,
    What.VISIT_CANCELLED_SOON: What.VISIT_CANCELLED,
    What.VISITS_CHANGED_SOON: What.VISITS_CHANGED,
}
"""What hurries is said in the same words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One notice in one language: to the citizen, to who acts for her, an e-mail's subject, what only an SMS adds.

    `named` is to who acts for her, with her first name, where both have chosen that (R51).
    """

    herself: str
    subject: str
    kin: str = ""
    sms_adds: str = ""
    named: str = ""

    def to(self, reader: Reader) -> str:
        """The sentence for this reader; what concerns a person alone is said to her."""
        return self.kin if reader is Reader.KIN and self.kin else self.herself


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of one language, those that reveal nothing at all (R11), and how an e-mail closes."""

    wordings: dict[What, Wording]
    neutral: dict[What, Wording]
    neutral_else: Wording
    mail_closes: str
    code: Wording


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who a notice is from, and whom to call; the short name, at most eleven signs, is the SMS's sender (R51)."""

    name: str = ""
    short_name: str = NEUTRAL_SENDER
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice is about, with the only facts it may hold: a time, or from when until when; and how many it tells of."""

    what: What
    reader: Reader
    at: datetime | None = None
    until: datetime | None = None
    count: int = 1
    first_name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in words: the SMS, the e-mail with its subject, what a browser shows; `name` is who it is from."""

    name: str
    sender: str
    sms: str
    subject: str
    mail: str
    push: str = ""


BOKMAAL = Language(
    wordings={
        What.READY: Wording(
            "Nå kan du bruke tjenesten. Logg inn med BankID eller tilsvarende.",
            "Tjenesten er klar",
            sms_adds="Vi sender aldri lenker på SMS.",
        ),
        What.MESSAGE: Wording(
            "Du har fått en ny melding. Logg inn for å lese den.",
            "Ny melding",
            kin="Det er en ny melding til en som har gitt deg fullmakt. Logg inn for å lese den.",
            sms_adds="Du kan ikke svare på denne SMS-en.",
        ),
        What.VISIT_PERFORMED: Wording(
            "Besøket er utført{hour}. Logg inn for å se mer.",
            "Et besøk er utført",
            kin="Et besøk hos en som har gitt deg fullmakt, er utført{hour}. Logg inn for å se mer.",
            named="Besøket hos {name} er utført{hour}. Logg inn for å se mer.",
        ),
        What.CANCELLATION_ACCEPTED: Wording(
            "Avlysningen er bekreftet. Vi kommer ikke {day} {window}. Stemmer det ikke? Ring {phone}.",
            "Avlysningen er bekreftet",
            kin="Besøket {day} {window} hos en som har gitt deg fullmakt, er avlyst. Stemmer det ikke? Ring {phone}.",
        ),
        What.CANCELLATIONS_ACCEPTED: Wording(
            "Kommunen har bekreftet flere avlysninger. Logg inn for å se hvilke besøk vi ikke kommer til. "
            "Stemmer det ikke? Ring {phone}.",
            "Flere avlysninger er bekreftet",
            kin="Flere besøk hos en som har gitt deg fullmakt, er avlyst. Logg inn for å se hvilke. "
            "Stemmer det ikke? Ring {phone}.",
        ),
        What.CANCELLATION_DECLINED: Wording(
            "Besøket {day} er ikke avlyst. Vi kommer som planlagt. Logg inn for å se hvorfor, eller ring {phone}.",
            "Besøket er ikke avlyst",
            kin="Besøket {day} hos en som har gitt deg fullmakt, er ikke avlyst. Vi kommer som planlagt. "
            "Lurer du på noe? Ring {phone}.",
        ),
        What.VISIT_SILENT: Wording(
            "Vi har ikke fått melding om et besøk {day}. Logg inn for å se mer, eller ring {phone}.",
            "Vi har ikke fått melding om et besøk",
        ),
        What.VISIT_MOVED: Wording(
            "Et besøk {day} har fått ny tid. Logg inn for å se når vi kommer, eller ring {phone}.",
            "Et besøk har fått ny tid",
            kin="Et besøk {day} hos en som har gitt deg fullmakt, har fått ny tid. Logg inn for å se når, eller ring {phone}.",
        ),
        What.VISIT_CANCELLED: Wording(
            "Et besøk {day} er avlyst. Logg inn for å se mer. Trenger du hjelp likevel? Ring {phone}.",
            "Et besøk er avlyst",
            kin="Et besøk {day} hos en som har gitt deg fullmakt, er avlyst. Trengs det hjelp likevel? Ring {phone}.",
        ),
        What.VISITS_CHANGED: Wording(
            "Flere besøk er flyttet eller avlyst. Logg inn for å se hvilke, eller ring {phone}.",
            "Flere besøk er endret",
            kin="Flere besøk hos en som har gitt deg fullmakt, er flyttet eller avlyst. Logg inn for å se hvilke, "
            "eller ring {phone}.",
        ),
        What.WISH_ANSWERED: Wording(
            "Kommunen har svart på ønsket om annen tid. Logg inn for å se svaret.",
            "Svar på ønsket om annen tid",
            kin="Kommunen har svart på et ønske om annen tid for en som har gitt deg fullmakt. Logg inn for å se svaret.",
        ),
        What.VISIT_NOT_PERFORMED: Wording(
            "Et besøk {day} er ikke utført. Logg inn for å se mer, eller ring {phone}.",
            "Et besøk er ikke utført",
            kin="Et besøk {day} hos en som har gitt deg fullmakt, er ikke utført. Logg inn for å se mer, eller ring {phone}.",
        ),
        What.VISIT_DIGEST: Wording(
            "Oppsummering: {count} besøk er utført. Logg inn for å se mer.",
            "Oppsummering av besøk",
            kin="Oppsummering: {count} besøk hos en som har gitt deg fullmakt, er utført. Logg inn for å se mer.",
        ),
        What.REMINDER: Wording(
            "Du har en melding du ikke har lest. Logg inn for å lese den, eller ring {phone}.",
            "Du har en melding du ikke har lest",
            kin="Det er en melding som ikke er lest, til en som har gitt deg fullmakt. Logg inn for å lese den.",
        ),
        What.LETTER: Wording(
            "Du har fått et viktig brev. Logg inn for å lese det.",
            "Du har fått et viktig brev",
            kin="Det er kommet et viktig brev til en som har gitt deg fullmakt. Logg inn for å lese det.",
            sms_adds="Du kan ikke svare på denne SMS-en.",
        ),
        What.LETTER_REMINDER: Wording(
            "Du har et viktig brev du ikke har lest. Logg inn for å lese det, eller ring {phone}.",
            "Du har et viktig brev du ikke har lest",
            kin="Det er et viktig brev som ikke er lest, til en som har gitt deg fullmakt. Logg inn for å lese det.",
        ),
        What.FULLMAKT_SENT: Wording(
            "Du har sendt en invitasjon om fullmakt. Logg inn for å se den. Var det ikke deg? Ring {phone}.",
            "Du har sendt en invitasjon om fullmakt",
        ),
        What.FULLMAKT_OFFERED: Wording(
            "Noen vil gi deg fullmakt. Logg inn for å svare ja eller nei.", "Noen vil gi deg fullmakt"
        ),
        What.FULLMAKT_GIVEN: Wording(
            "Du har gitt en fullmakt. Logg inn for å se den. Var det ikke deg? Ring {phone}.", "Du har gitt en fullmakt"
        ),
        What.FULLMAKT_TAKEN: Wording(
            "Du har tatt imot en fullmakt. Logg inn for å bruke den. Var det ikke deg? Ring {phone}.",
            "Du har tatt imot en fullmakt",
        ),
        What.FULLMAKT_ENDED: Wording(
            "En fullmakt er avsluttet. Logg inn for å se hvilken, eller ring {phone}.", "En fullmakt er avsluttet"
        ),
    },
    neutral={
        What.MESSAGE: Wording("Du har en ny melding. Logg inn for å lese den.", "Ny melding"),
        What.LETTER: Wording("Du har en ny melding. Logg inn for å lese den.", "Ny melding"),
        What.REMINDER: Wording(
            "Du har en melding du ikke har lest. Logg inn for å lese den.", "Melding du ikke har lest"
        ),
        What.LETTER_REMINDER: Wording(
            "Du har en melding du ikke har lest. Logg inn for å lese den.", "Melding du ikke har lest"
        ),
    },
    neutral_else=Wording("Det er noe nytt til deg. Logg inn for å se det.", "Noe nytt til deg"),
    mail_closes="Du kan ikke svare på denne e-posten. Vi sender aldri lenker. Du velger varsler når du er logget inn.",
    code=Wording("Koden din er {code}. Den gjelder i 10 minutter. Ikke gi den til noen.", "Koden din"),
)
NYNORSK = Language(
    wordings={
        What.READY: Wording(
            "No kan du bruke tenesta. Logg inn med BankID eller tilsvarande.",
            "Tenesta er klar",
            sms_adds="Vi sender aldri lenkjer på SMS.",
        ),
        What.MESSAGE: Wording(
            "Du har fått ei ny melding. Logg inn for å lese meldinga.",
            "Ny melding",
            kin="Det er ei ny melding til ein som har gitt deg fullmakt. Logg inn for å lese.",
            sms_adds="Du kan ikkje svare på denne SMS-en.",
        ),
        What.VISIT_PERFORMED: Wording(
            "Besøket er utført{hour}. Logg inn for å sjå meir.",
            "Eit besøk er utført",
            kin="Eit besøk hos ein som har gitt deg fullmakt, er utført{hour}. Logg inn for å sjå meir.",
            named="Besøket hos {name} er utført{hour}. Logg inn for å sjå meir.",
        ),
        What.CANCELLATION_ACCEPTED: Wording(
            "Avlysinga er stadfesta. Vi kjem ikkje {day} {window}. Stemmer det ikkje? Ring {phone}.",
            "Avlysinga er stadfesta",
            kin="Besøket {day} {window} hos ein som har gitt deg fullmakt, er avlyst. Stemmer det ikkje? Ring {phone}.",
        ),
        What.CANCELLATIONS_ACCEPTED: Wording(
            "Kommunen har stadfesta fleire avlysingar. Logg inn for å sjå kva besøk vi ikkje kjem til. "
            "Stemmer det ikkje? Ring {phone}.",
            "Fleire avlysingar er stadfesta",
            kin="Fleire besøk hos ein som har gitt deg fullmakt, er avlyste. Logg inn for å sjå kva for nokre. "
            "Feil? Ring {phone}.",
        ),
        What.CANCELLATION_DECLINED: Wording(
            "Besøket {day} er ikkje avlyst. Vi kjem som planlagt. Logg inn for å sjå kvifor, eller ring {phone}.",
            "Besøket er ikkje avlyst",
            kin="Besøket {day} hos ein som har gitt deg fullmakt, er ikkje avlyst. Vi kjem som planlagt. "
            "Lurer du på noko? Ring {phone}.",
        ),
        What.VISIT_SILENT: Wording(
            "Vi har ikkje fått melding om eit besøk {day}. Logg inn for å sjå meir, eller ring {phone}.",
            "Vi har ikkje fått melding om eit besøk",
        ),
        What.VISIT_MOVED: Wording(
            "Eit besøk {day} har fått ny tid. Logg inn for å sjå når vi kjem, eller ring {phone}.",
            "Eit besøk har fått ny tid",
            kin="Eit besøk {day} hos ein som har gitt deg fullmakt, har fått ny tid. Logg inn for å sjå når, "
            "eller ring {phone}.",
        ),
        What.VISIT_CANCELLED: Wording(
            "Eit besøk {day} er avlyst. Logg inn for å sjå meir. Treng du hjelp likevel? Ring {phone}.",
            "Eit besøk er avlyst",
            kin="Eit besøk {day} hos ein som har gitt deg fullmakt, er avlyst. Trengst det hjelp likevel? Ring {phone}.",
        ),
        What.VISITS_CHANGED: Wording(
            "Fleire besøk er flytta eller avlyste. Logg inn for å sjå kva for nokre, eller ring {phone}.",
            "Fleire besøk er endra",
            kin="Fleire besøk hos ein som har gitt deg fullmakt, er flytta eller avlyste. Logg inn for å sjå meir, "
            "eller ring {phone}.",
        ),
        What.WISH_ANSWERED: Wording(
            "Kommunen har svart på ønsket om anna tid. Logg inn for å sjå svaret.",
            "Svar på ønsket om anna tid",
            kin="Kommunen har svart på eit ønske om anna tid for ein som har gitt deg fullmakt. Logg inn for å sjå svaret.",
        ),
        What.VISIT_NOT_PERFORMED: Wording(
            "Eit besøk {day} er ikkje utført. Logg inn for å sjå meir, eller ring {phone}.",
            "Eit besøk er ikkje utført",
            kin="Eit besøk {day} hos ein som har gitt deg fullmakt, er ikkje utført. Logg inn for meir, eller ring {phone}.",
        ),
        What.VISIT_DIGEST: Wording(
            "Oppsummering: {count} besøk er utførte. Logg inn for å sjå meir.",
            "Oppsummering av besøk",
            kin="Oppsummering: {count} besøk hos ein som har gitt deg fullmakt, er utførte. Logg inn for å sjå meir.",
        ),
        What.REMINDER: Wording(
            "Du har ei melding du ikkje har lese. Logg inn for å lese, eller ring {phone}.",
            "Du har ei melding du ikkje har lese",
            kin="Det er ei melding som ikkje er lesen, til ein som har gitt deg fullmakt. Logg inn for å lese.",
        ),
        What.LETTER: Wording(
            "Du har fått eit viktig brev. Logg inn for å lese det.",
            "Du har fått eit viktig brev",
            kin="Det er kome eit viktig brev til ein som har gitt deg fullmakt. Logg inn for å lese det.",
            sms_adds="Du kan ikkje svare på denne SMS-en.",
        ),
        What.LETTER_REMINDER: Wording(
            "Du har eit viktig brev du ikkje har lese. Logg inn for å lese det, eller ring {phone}.",
            "Du har eit viktig brev du ikkje har lese",
            kin="Det er eit viktig brev som ikkje er lese, til ein som har gitt deg fullmakt. Logg inn for å lese det.",
        ),
        What.FULLMAKT_SENT: Wording(
            "Du har sendt ein invitasjon om fullmakt. Logg inn for å sjå han. Var det ikkje deg? Ring {phone}.",
            "Du har sendt ein invitasjon om fullmakt",
        ),
        What.FULLMAKT_OFFERED: Wording(
            "Nokon vil gi deg fullmakt. Logg inn for å svare ja eller nei.", "Nokon vil gi deg fullmakt"
        ),
        What.FULLMAKT_GIVEN: Wording(
            "Du har gitt ei fullmakt. Logg inn for å sjå fullmakta. Var det ikkje deg? Ring {phone}.",
            "Du har gitt ei fullmakt",
        ),
        What.FULLMAKT_TAKEN: Wording(
            "Du har teke imot ei fullmakt. Logg inn for å bruke fullmakta. Var det ikkje deg? Ring {phone}.",
            "Du har teke imot ei fullmakt",
        ),
        What.FULLMAKT_ENDED: Wording(
            "Ei fullmakt er avslutta. Logg inn for å sjå kva for ei, eller ring {phone}.", "Ei fullmakt er avslutta"
        ),
    },
    neutral={
        What.MESSAGE: Wording("Du har ei ny melding. Logg inn for å lese meldinga.", "Ny melding"),
        What.LETTER: Wording("Du har ei ny melding. Logg inn for å lese meldinga.", "Ny melding"),
        What.REMINDER: Wording(
            "Du har ei melding du ikkje har lese. Logg inn for å lese.", "Melding du ikkje har lese"
        ),
        What.LETTER_REMINDER: Wording(
            "Du har ei melding du ikkje har lese. Logg inn for å lese.", "Melding du ikkje har lese"
        ),
    },
    neutral_else=Wording("Det er noko nytt til deg. Logg inn for å sjå det.", "Noko nytt til deg"),
    mail_closes="Du kan ikkje svare på denne e-posten. Vi sender aldri lenkjer. Du vel varsel når du er logga inn.",
    code=Wording("Koden din er {code}. Han gjeld i 10 minutt. Ikkje del koden med nokon.", "Koden din"),
)
ENGLISH = Language(
    wordings={
        What.READY: Wording(
            "The service is ready. Log in with BankID or similar.",
            "The service is ready",
            sms_adds="We never send links by SMS.",
        ),
        What.MESSAGE: Wording(
            "You have a new message. Log in to read it.",
            "New message",
            kin="New message for someone you act for. Log in to read it.",
            sms_adds="You cannot reply to this SMS.",
        ),
        What.VISIT_PERFORMED: Wording(
            "The visit was completed{hour}. Log in for details.",
            "A visit was completed",
            kin="A visit to someone you act for was completed{hour}. Log in for details.",
            named="The visit to {name} was completed{hour}. Log in for details.",
        ),
        What.CANCELLATION_ACCEPTED: Wording(
            "Your cancellation is confirmed. We will not come {day} {window}. Not right? Call {phone}.",
            "The cancellation is confirmed",
            kin="The visit {day} {window} to someone you act for is cancelled. Not right? Call {phone}.",
        ),
        What.CANCELLATIONS_ACCEPTED: Wording(
            "Several cancellations are confirmed. Log in to see which visits we will not come to. Not right? Call {phone}.",
            "Several cancellations are confirmed",
            kin="Several visits to someone you act for are cancelled. Log in to see which. Not right? Call {phone}.",
        ),
        What.CANCELLATION_DECLINED: Wording(
            "The visit {day} was not cancelled. We come as planned. Log in to see why, or call {phone}.",
            "The visit was not cancelled",
            kin="The visit {day} to someone you act for was not cancelled. We come as planned. Questions? Call {phone}.",
        ),
        What.VISIT_SILENT: Wording(
            "We have had no report of a visit {day}. Log in for details, or call {phone}.",
            "No report of a visit",
        ),
        What.VISIT_MOVED: Wording(
            "A visit on {day} has a new time. Log in to see when, or call {phone}.",
            "A visit has a new time",
            kin="A visit on {day} to someone you act for has a new time. Log in to see when, or call {phone}.",
        ),
        What.VISIT_CANCELLED: Wording(
            "A visit on {day} is cancelled. Log in for details. Do you still need help? Call {phone}.",
            "A visit is cancelled",
            kin="A visit on {day} to someone you act for is cancelled. Is help still needed? Call {phone}.",
        ),
        What.VISITS_CHANGED: Wording(
            "Several visits are moved or cancelled. Log in to see which, or call {phone}.",
            "Several visits are changed",
            kin="Several visits to someone you act for are moved or cancelled. Log in to see which, or call {phone}.",
        ),
        What.WISH_ANSWERED: Wording(
            "We have answered your wish for another time. Log in to see the answer.",
            "Answer to the wish for another time",
            kin="A wish for another time for someone you act for is answered. Log in to see the answer.",
        ),
        What.VISIT_NOT_PERFORMED: Wording(
            "A visit {day} was not completed. Log in for details, or call {phone}.",
            "A visit was not completed",
            kin="A visit {day} to someone you act for was not completed. Log in for details, or call {phone}.",
        ),
        What.VISIT_DIGEST: Wording(
            "Summary of completed visits: {count}. Log in for details.",
            "Summary of visits",
            kin="Summary of completed visits to someone you act for: {count}. Log in for details.",
        ),
        What.REMINDER: Wording(
            "You have an unread message. Log in to read it, or call {phone}.",
            "You have an unread message",
            kin="There is an unread message for someone you act for. Log in to read it.",
        ),
        What.LETTER: Wording(
            "You have an important letter. Log in to read it.",
            "You have an important letter",
            kin="An important letter has come for someone you act for. Log in to read it.",
            sms_adds="You cannot reply to this SMS.",
        ),
        What.LETTER_REMINDER: Wording(
            "You have an important letter you have not read. Log in to read it, or call {phone}.",
            "You have an important letter you have not read",
            kin="An important letter to someone you act for has not been read. Log in to read it.",
        ),
        What.FULLMAKT_SENT: Wording(
            "You have offered someone a power of attorney. Log in to see it. Not you? Call {phone}.",
            "You have offered someone a power of attorney",
        ),
        What.FULLMAKT_OFFERED: Wording(
            "Someone wants to give you a power of attorney. Log in to accept or decline.",
            "Someone wants to give you a power of attorney",
        ),
        What.FULLMAKT_GIVEN: Wording(
            "You have given someone a power of attorney. Log in to see it. Not you? Call {phone}.",
            "You have given someone a power of attorney",
        ),
        What.FULLMAKT_TAKEN: Wording(
            "You have accepted a power of attorney. Log in to use it. Not you? Call {phone}.",
            "You have accepted a power of attorney",
        ),
        What.FULLMAKT_ENDED: Wording(
            "A power of attorney has ended. Log in to see which one, or call {phone}.", "A power of attorney has ended"
        ),
    },
    neutral={
        What.MESSAGE: Wording("You have a new message. Log in to read it.", "New message"),
        What.LETTER: Wording("You have a new message. Log in to read it.", "New message"),
        What.REMINDER: Wording("You have an unread message. Log in to read it.", "Unread message"),
        What.LETTER_REMINDER: Wording("You have an unread message. Log in to read it.", "Unread message"),
    },
    neutral_else=Wording("There is something new for you. Log in to see it.", "Something new for you"),
    mail_closes="You cannot reply to this e-mail. We never send links. You change your notifications when logged in.",
    code=Wording("Your code is {code}. It is valid for 10 minutes. Do not share it.", "Your code"),
)
LANGUAGES = {"nb": BOKMAAL, "nn": NYNORSK, "en": ENGLISH}


def letter(told: Told, letterhead: Letterhead | None, *, language: str, now: datetime) -> Letter:
    """Write a notice; without a letterhead it says neither what, where nor whom to call (R11).

    The SMS carries the municipality's name, or its short name where the whole would not go into one part.

    >>> about_a_message = Told(What.MESSAGE, Reader.HERSELF)
    >>> monday = datetime(2026, 3, 2, 9, tzinfo=phrases_of_time.OSLO)
    >>> letter(about_a_message, Letterhead("Tunvik", "Tunvik", "32 00 00 00"), language="nb", now=monday).sms
    'Tunvik: Du har fått en ny melding. Logg inn for å lese den. Du kan ikke svare på denne SMS-en.'
    >>> letter(about_a_message, None, language="en", now=monday).sms
    'You have a new message. Log in to read it.'
    """
    words = LANGUAGES.get(language, BOKMAAL)
    said = words.wordings[SAID_AS.get(told.what, told.what)]
    if letterhead is None or ("{phone}" in said.to(told.reader) and not letterhead.phone):
        said, letterhead = words.neutral.get(told.what, words.neutral_else), Letterhead()
    facts = {"phone": letterhead.phone, "count": str(told.count), **_facts(told, language=language, now=now)}
    sentence = said.to(told.reader).format(**facts)
    named = _named(told, said, facts)
    if named and letterhead.name and _fits(gsm7.fold(f"{letterhead.short_name}: {named}")):
        sentence = named
    mail = "\n\n".join(part for part in (sentence, words.mail_closes, letterhead.name) if part)
    sms = _one_part(f"{sentence} {said.sms_adds if told.reader is Reader.HERSELF else ''}".strip(), letterhead)
    return Letter(letterhead.name or NEUTRAL_SENDER, letterhead.short_name, sms, said.subject, mail, sentence)


def code_letter(code: str, letterhead: Letterhead | None, *, language: str) -> Letter:
    """Write the message with a code that proves a number or address to be hers (R49).

    >>> code_letter("483920", Letterhead("Tunvik", "Tunvik"), language="nb").sms
    'Tunvik: Koden din er 483920. Den gjelder i 10 minutter. Ikke gi den til noen.'
    """
    said, letterhead = LANGUAGES.get(language, BOKMAAL).code, letterhead or Letterhead()
    sentence = said.herself.format(code=code)
    mail = "\n\n".join(part for part in (sentence, letterhead.name) if part)
    name = letterhead.name or NEUTRAL_SENDER
    return Letter(name, letterhead.short_name, _one_part(sentence, letterhead), said.subject, mail)


def _facts(told: Told, *, language: str, now: datetime) -> dict[str, str]:
    if told.at is None:
        return {"hour": "", "day": "", "window": ""}
    today = day_of(now)
    day = phrases_of_time.full_date(told.at, today=today, language=language)
    hour = phrases_of_time.window(told.at, told.at, language=language)
    return {
        "hour": f" {hour}" if day_of(told.at) == today else f" {day} {hour}",
        "day": day,
        "window": phrases_of_time.window(told.at, told.until or told.at, language=language),
    }


def _named(told: Told, said: Wording, facts: dict[str, str]) -> str:
    if told.reader is Reader.HERSELF or not told.first_name or not said.named:
        return ""
    return said.named.format(**facts, name=told.first_name)


def _fits(text: str) -> bool:
    return gsm7.size(text).segments == 1 and gsm7.alphabet(text) is gsm7.Alphabet.GSM7


def _one_part(text: str, letterhead: Letterhead) -> str:
    if not letterhead.name:
        return text
    whole, shorter = (gsm7.fold(f"{name}: {text}") for name in (letterhead.name, letterhead.short_name))
    return whole if _fits(whole) else shorter
