"""How a line of the access log is said: one whole sentence for each act, in the citizen's own language (R73, M5)."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.access.queries import Line
from hjemmekontakt.access.rules import Denial, May, Role, Standing

ACTS: dict[str, str | Promise] = {
    May.ACCEPT_TERMS: _("%(who)s godtok bruksvilkårene kl. %(time)s."),
    May.ANSWER_FULLMAKT: _("%(who)s svarte på en invitasjon til fullmakt kl. %(time)s."),
    May.ANSWER_PROPOSAL: _("%(who)s svarte på et forslag om ny tid for et besøk kl. %(time)s."),
    May.CANCEL_VISIT: _("%(who)s ba om å avlyse et besøk kl. %(time)s."),
    May.ADD_BROWSER: _("%(who)s tok i bruk varsler i en nettleser kl. %(time)s."),
    May.CHANGE_NOTICES: _("%(who)s endret varslene kl. %(time)s."),
    May.CHANGE_SETTINGS: _("%(who)s endret språk eller skrift kl. %(time)s."),
    May.COME_BACK: _("%(who)s sa fra at en tid borte er slutt, kl. %(time)s."),
    May.END_CALENDAR: _("%(who)s slettet en kalenderadresse kl. %(time)s."),
    May.END_FULLMAKT: _("%(who)s avsluttet en fullmakt kl. %(time)s."),
    May.EXPORT_LOG: _("%(who)s lastet ned loggen kl. %(time)s."),
    May.FETCH_CALENDAR: _("%(who)s hentet timeavtalene til en kalender, denne dagen første gang kl. %(time)s."),
    May.FORGET_BROWSER: _("%(who)s sluttet med varsler i en eller flere nettlesere kl. %(time)s."),
    May.FORGET_CONTACT: _("%(who)s slettet et eget nummer eller en egen e-post for varsler kl. %(time)s."),
    May.GIVE_FULLMAKT: _("%(who)s sendte en invitasjon til fullmakt kl. %(time)s."),
    May.LIST_THREADS: _("%(who)s så på meldingene kl. %(time)s."),
    May.LOOK_UP_RECEIVER: _("%(who)s skrev inn et fødselsnummer for å gi fullmakt kl. %(time)s."),
    May.MAKE_CALENDAR: _("%(who)s laget en adresse som en kalender kan hente timeavtalene fra, kl. %(time)s."),
    May.NEED_VISIT: _("%(who)s sa fra at et avlyst besøk trengs likevel, kl. %(time)s."),
    May.OPEN_ATTACHMENT: _("%(who)s åpnet et vedlegg i meldingen %(subject)s kl. %(time)s."),
    May.PROVE_CONTACT: _("%(who)s ba om eller brukte en kode for eget nummer eller egen e-post kl. %(time)s."),
    May.READ_THREAD: _("%(who)s leste meldingen %(subject)s kl. %(time)s."),
    May.SEE_CONTACTS: _("%(who)s så på helsekontaktene kl. %(time)s."),
    May.SEE_VISITS: _("%(who)s så på timeavtalene kl. %(time)s."),
    May.TELL_AWAY: _("%(who)s sa fra om en tid borte, og ba om å avlyse besøkene, kl. %(time)s."),
    May.WITHDRAW_CANCELLATION: _("%(who)s angret en avlysning kl. %(time)s."),
    May.WISH_OTHER_TIME: _("%(who)s ba om annen tid for et besøk kl. %(time)s."),
    May.WITHDRAW_WISH: _("%(who)s tok tilbake et ønske om annen tid kl. %(time)s."),
    May.WRITE_MESSAGE: _("%(who)s skrev en melding kl. %(time)s."),
    May.ANSWER_BY_PHONE: _("%(who)s skrev at meldingen %(subject)s ble besvart på telefon, kl. %(time)s."),
    May.ANSWER_MESSAGE: _("%(who)s svarte på meldingen %(subject)s kl. %(time)s."),
    May.CLOSE_THREAD: _("%(who)s avsluttet samtalen %(subject)s kl. %(time)s."),
    May.GIVE_THREAD: _("%(who)s ga meldingen %(subject)s til en kollega kl. %(time)s."),
    May.NEED_NO_REPLY: _("%(who)s leste meldingen %(subject)s og skrev at den ikke trenger svar, kl. %(time)s."),
    May.NOTE_ON_THREAD: _("%(who)s skrev en intern merknad til meldingen %(subject)s kl. %(time)s."),
    May.PRINT_WEEK: _("%(who)s skrev ut en ukeplan med besøkene dine kl. %(time)s."),
    May.PUT_BACK_THREAD: _("%(who)s la meldingen %(subject)s tilbake til kollegene kl. %(time)s."),
    May.READ_THREAD_AS_STAFF: _("%(who)s leste meldingen %(subject)s kl. %(time)s."),
    May.REOPEN_THREAD: _("%(who)s åpnet samtalen %(subject)s igjen kl. %(time)s."),
    May.SEARCH_AT_WORK: _("%(who)s gjorde et søk der navnet ditt kom opp, kl. %(time)s."),
    May.SEE_INBOX: _("%(who)s så innboksen der navnet ditt sto, kl. %(time)s."),
    May.SEE_WHERE_TO_SEND: _("%(who)s så hvilke tjenester meldingen %(subject)s kan sendes videre til, kl. %(time)s."),
    May.TAKE_THREAD: _("%(who)s tok meldingen %(subject)s kl. %(time)s."),
    May.TRANSFER_THREAD: _("%(who)s overførte meldingen %(subject)s til en annen tjeneste kl. %(time)s."),
    May.TREAT_AS_CASE: _("%(who)s bestemte at meldingen %(subject)s behandles som en sak, kl. %(time)s."),
    May.APPROVE_BROADCAST: _("%(who)s tok stilling til en utsending der navnet ditt sto, kl. %(time)s."),
    May.MAKE_BROADCAST: _("%(who)s laget en utsending der navnet ditt sto, kl. %(time)s."),
    May.READ_THREAD_AS_STAFF: _("%(who)s leste meldingen %(subject)s kl. %(time)s."),
    May.SEE_BROADCAST: _("%(who)s så en utsending der navnet ditt sto, kl. %(time)s."),
    May.SEE_INBOX: _("%(who)s så innboksen der navnet ditt sto, kl. %(time)s."),
    May.SEE_PERSON_CARD: _("%(who)s så på kortet med opplysninger om deg kl. %(time)s."),
    May.SEE_REQUESTS: _("%(who)s så en avlysning eller et ønske fra deg kl. %(time)s."),
    May.SETTLE_REQUEST: _("%(who)s skrev at en avlysning er avklart på telefon, kl. %(time)s."),
    May.SEE_TODAY: _("%(who)s så lista over dagens besøk der navnet ditt sto, kl. %(time)s."),
    May.OPEN_LETTER: _("%(who)s åpnet et brev som er skrevet til deg, kl. %(time)s."),
    May.POST_LETTER: _("%(who)s skrev om et brev til deg er sendt i posten, kl. %(time)s."),
    May.PREPARE_LETTER: _("%(who)s så om du kan få brev digitalt, kl. %(time)s."),
    May.SEE_LETTERS: _("%(who)s så lista over brev der navnet ditt sto, kl. %(time)s."),
    May.SEND_LETTER: _("%(who)s sendte deg et brev kl. %(time)s."),
    May.CHANGE_NOTICE_SETTINGS: _("%(who)s endret kommunens innstillinger for varsler kl. %(time)s."),
    May.SEE_NOTICE_DESK: _("%(who)s så en oversikt over varsler der navnet ditt sto, kl. %(time)s."),
    May.SEE_NOTICES_AT_WORK: _("%(who)s så hvilke varsler som er sendt om deg, kl. %(time)s."),
    May.SEE_CALLS: _("%(who)s så lista over dem som må ringes, der navnet ditt sto, kl. %(time)s."),
    May.CALL_ABOUT_VISIT: _("%(who)s skrev at noen har ringt om et endret besøk, kl. %(time)s."),
    May.UNDO_CALL: _("%(who)s angret at noen har ringt om et endret besøk, kl. %(time)s."),
    May.REPORT_VISIT_AT_WORK: _("%(who)s meldte hvordan et besøk gikk, kl. %(time)s."),
    May.UNDO_VISIT_REPORT: _("%(who)s angret det som var meldt om et besøk, kl. %(time)s."),
    May.SEE_SILENT_VISITS: _(
        "%(who)s så lista over besøk som ikke er meldt utført, der navnet ditt sto, kl. %(time)s."
    ),
    May.SETTLE_SILENT_VISIT: _("%(who)s avklarte et besøk som ikke var meldt utført, kl. %(time)s."),
    May.SWITCH_SILENCE_OFF: _("%(who)s slo av varsel om besøk uten melding kl. %(time)s."),
    May.SWITCH_SILENCE_ON: _("%(who)s slo på varsel om besøk uten melding kl. %(time)s."),
    May.ANSWER_CANCELLATION: _("%(who)s svarte på en avlysning kl. %(time)s."),
    May.ANSWER_WISH: _("%(who)s svarte på et ønske om annen tid kl. %(time)s."),
    May.ANSWER_FROM_JOURNAL: _("%(who)s svarte på en melding kl. %(time)s."),
    May.ASK_WHO_IS_ACTIVE: _("%(who)s spurte om du bruker tjenesten, kl. %(time)s."),
    May.READ_FOR_JOURNAL: _("%(who)s hentet opplysninger om deg kl. %(time)s."),
    May.REPORT_VISIT: _("%(who)s sendte opplysninger om besøk kl. %(time)s."),
    May.ACTIVATE: _("%(who)s gjorde tjenesten klar for deg kl. %(time)s."),
    May.SEND_BROADCAST: _("%(who)s sendte deg en melding fra kommunen kl. %(time)s."),
    May.LOG_IN: _("%(who)s logget inn kl. %(time)s."),
    May.LOG_OUT: _("%(who)s logget ut kl. %(time)s."),
    May.SWITCH_PERSON: _("%(name)s begynte å bruke tjenesten på vegne av deg kl. %(time)s."),
}
ANYTHING = _("%(who)s brukte opplysninger om deg kl. %(time)s.")
BACK_TO_HERSELF = _("%(who)s byttet tilbake til deg selv kl. %(time)s.")
OWN_WRITING = _("%(who)s skrev i meldingen %(subject)s kl. %(time)s.")

REFUSED: dict[str, str | Promise] = {
    May.READ_THREAD: _("%(who)s prøvde å lese meldingen %(subject)s kl. %(time)s, men fikk ikke tilgang."),
    May.READ_THREAD_AS_STAFF: _("%(who)s prøvde å lese meldingen %(subject)s kl. %(time)s, men fikk ikke tilgang."),
    May.OPEN_ATTACHMENT: _(
        "%(who)s prøvde å åpne et vedlegg i meldingen %(subject)s kl. %(time)s, men fikk ikke tilgang."
    ),
    May.ANSWER_MESSAGE: _("%(who)s prøvde å svare på meldingen %(subject)s kl. %(time)s, men fikk ikke tilgang."),
    May.WRITE_MESSAGE: _("%(who)s prøvde å skrive en melding kl. %(time)s, men fikk ikke lov."),
    May.SEE_VISITS: _("%(who)s prøvde å se timeavtalene kl. %(time)s, men fikk ikke tilgang."),
    May.CANCEL_VISIT: _("%(who)s prøvde å avlyse et besøk kl. %(time)s, men fikk ikke lov."),
    May.WISH_OTHER_TIME: _("%(who)s prøvde å be om annen tid for et besøk kl. %(time)s, men fikk ikke lov."),
}
ANYTHING_REFUSED = _("%(who)s prøvde å bruke opplysninger om deg kl. %(time)s, men fikk ikke tilgang.")

ROLES: dict[str, str | Promise] = {
    Role.NURSE: _("sykepleier"),
    Role.TEAM_LEADER: _("teamleder"),
    Role.CASE_WORKER: _("saksbehandler"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.PRIVACY_OFFICER: _("personvernombud"),
}

FAR = frozenset({Denial.NOT_HERS, Denial.UNKNOWN})


def sentence(line: Line, *, reader_id: UUID, time: str, subject: str, municipality: str) -> str:
    """Say one line: who, what, when, and whether it was let through."""
    values = {
        "who": who(line, reader_id=reader_id, municipality=municipality),
        "name": line.actor_name,
        "time": time,
        "subject": gettext("«%(subject)s»") % {"subject": subject} if subject else gettext("uten emne"),
    }
    if line.outcome != "done":
        return str(REFUSED.get(line.act, ANYTHING_REFUSED)) % values
    if line.act == May.SWITCH_PERSON and line.actor_id == reader_id:
        return str(BACK_TO_HERSELF) % values
    if line.act == May.WRITE_MESSAGE and subject:
        return str(OWN_WRITING) % values
    return str(ACTS.get(line.act, ANYTHING)) % values


def who(line: Line, *, reader_id: UUID, municipality: str) -> str:
    """Name who did it: staff by full name, role and unit (R75), kin by name, a stranger by no name."""
    if line.standing is Standing.SELF and line.actor_id == reader_id:
        return gettext("Du")
    if line.standing is Standing.EMPLOYEE:
        names = {"name": line.actor_name, "role": ROLES.get(line.actor_role, _("ansatt")), "unit": line.actor_unit}
        return (
            gettext("%(name)s, %(role)s i %(unit)s,") % names
            if line.actor_unit
            else gettext("%(name)s, %(role)s,") % names
        )
    if line.standing is Standing.FULLMAKT:
        return gettext("%(name)s på vegne av deg") % {"name": line.actor_name}
    if line.standing is Standing.MACHINE:
        return gettext("Journalsystemet i %(municipality)s") % {"municipality": municipality or gettext("kommunen")}
    if line.standing is Standing.PORTAL:
        return "Hjemmekontakt"
    return gettext("En person uten tilgang") if line.outcome in FAR else line.actor_name
