"""Important letters: digitally or on paper and why, told on the day, reminded after seven, and stopped where they must be."""

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Denial, Right, Role
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport
from hjemmekontakt.gateways.krr import Krr
from hjemmekontakt.gateways.virus_fake import EICAR
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.letter_files import clean_letter
from hjemmekontakt.messages.rules import FileRefusal, LetterRefusal, LetterState, OnPaper, WrittenLetter
from hjemmekontakt.notifications import receipts, waiting
from hjemmekontakt.notifications.rules import Kind
from hjemmekontakt.project import jobs
from tests.doors import client_of
from tests.messages.conftest import scanner as scanner
from tests.messages.files import document, picture
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_MOBILE, wanted
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id, at_work, herself, on_behalf

EINARS_MOBILE = "+4790000003"
A_LETTER = document()
A_WEEK = timedelta(days=7)
SILENT = Krr("http://127.0.0.1:9", token=lambda: "test")  # nobody answers there
COME = "Tunvik: Du har fått et viktig brev. Logg inn for å lese det. Du kan ikke svare på denne SMS-en."
REMINDED = "Tunvik: Du har et viktig brev du ikke har lest. Logg inn for å lese det, eller ring 32 00 00 00."


@pytest.fixture
def gerd(world):
    """Gerd leads Nord."""
    return at_work(
        "gerd", "Gerd Vik", municipality=world.tunvik, unit=world.nord, unit_name="Nord", role=Role.TEAM_LEADER
    )


@pytest.fixture
def siri_at_work(world):
    """Siri decides at Tunvik's office, which helps nobody itself."""
    world.office()
    office = an_id("Tildelingskontoret")
    return at_work(
        "siri", "Siri Holm", municipality=world.tunvik, unit=office, unit_name="Kontoret", role=Role.CASE_WORKER
    )


@pytest.fixture
def send(world, outside):
    """Send a letter, and let the worker carry what it tells: `send(gerd, "astrid")`."""

    def letter(actor, key: str = "astrid", *, title="Vedtak om hjelp", text="", form="skjema 1", register=None):
        written = WrittenLetter(title, text, "Vedtak.pdf", A_LETTER, sha256(A_LETTER).digest(), an_id(form))
        sent = actions.send_letter(actor, an_id(key), written, register=register or outside.gateways.register)
        carry()
        return sent

    return letter


@pytest.fixture
def notices(database):
    """The decisions in the order they were made: what, to whom, and which."""
    keys = {an_id(key): key for key in NATIONAL_IDS}

    def of(what: str) -> dict[str, str]:
        rows = database.execute("SELECT receiver_id, decision FROM notice WHERE kind = %s", [what]).fetchall()
        return {keys[receiver]: decision for receiver, decision in rows}

    return of


@pytest.fixture
def stands(database):
    """How the only letter stands, and why it goes by post."""
    return lambda: database.execute("SELECT state, why_paper FROM letter").fetchone()


@pytest.fixture
def a_week_later(at, deliver):
    """Seven days pass; what waits is looked at, and handed over."""

    def pass_by() -> None:
        at(clock.now() + A_WEEK)
        waiting.do_what_waits(the_portal(), now=clock.now())
        deliver()
        waiting.do_what_waits(the_portal(), now=clock.now())

    return pass_by


def carry() -> None:
    while claimed := outbox.claim():
        outbox.deliver(claimed)


def thread_of_letter(actor):
    """The letter among her messages, opened."""
    row = next(row for row in queries.threads_of(actor).rows if row.is_letter)
    return queries.thread(actor, row.id)


def reserve(outside, key: str, **addresses: str) -> None:
    outside.reach(key, **addresses)
    outside.contacts[NATIONAL_IDS[key]] = replace(outside.contacts[NATIONAL_IDS[key]], reserved=True)


def test_astrid_gets_a_decision_from_siri_is_told_once_and_reads_it(
    siri_at_work, astrid, send, deliver, outside, notices, stands, a_week_later
) -> None:
    sent = send(siri_at_work, text="Her er svaret på søknaden din.")
    deliver()

    assert (sent.course.state, stands()) == (LetterState.DIGITAL, ("digital", ""))
    assert {sms["to"]: sms["text"] for sms in outside.sms()}[ASTRIDS_MOBILE] == COME
    assert notices("letter") == {"astrid": "sent", "jonas": "sent"}

    thread = thread_of_letter(astrid)
    [message] = thread.messages
    assert (thread.subject, thread.one_way, thread.is_letter) == ("Vedtak om hjelp", True, True)
    assert (message.author.name, message.text, message.files[0].name) == (
        "Siri Holm",
        "Her er svaret på søknaden din.",
        "Vedtak.pdf",
    )
    assert queries.opened_file(astrid, thread.id, message.files[0].id).content.startswith(b"%PDF")
    assert stands() == ("opened", "")

    a_week_later()
    assert notices("letter-reminder") == {"astrid": "already-read", "jonas": "already-read"}
    assert len(outside.sms()) == 2


def test_unopened_after_seven_days_is_reminded_of_once_and_not_before(
    gerd, send, deliver, outside, notices, at, a_week_later
) -> None:
    outside.reach("astrid", mobile=ASTRIDS_MOBILE)
    send(gerd)
    deliver()
    at(clock.now() + A_WEEK - timedelta(minutes=1))
    waiting.do_what_waits(the_portal(), now=clock.now())
    assert notices("letter-reminder") == {}

    at(clock.now() - A_WEEK + timedelta(minutes=1))
    a_week_later()
    a_week_later()

    assert notices("letter-reminder") == {"astrid": "sent", "jonas": "sent"}
    assert [sms["text"] for sms in outside.sms() if sms["to"] == ASTRIDS_MOBILE] == [COME, REMINDED]


def test_a_proxy_who_may_read_messages_has_read_it_for_her(
    gerd, send, deliver, notices, jonas_for_astrid, a_week_later
):
    send(gerd)
    deliver()

    assert thread_of_letter(jonas_for_astrid).messages[0].files
    a_week_later()

    assert notices("letter-reminder") == {"astrid": "already-read", "jonas": "already-read"}


def test_a_proxy_without_the_right_to_read_is_neither_told_nor_let_in(world, gerd, send, outside, notices) -> None:
    world.activation("einar")
    outside.reach("einar", mobile=EINARS_MOBILE)
    rights = (Right.SEE_VISITS, Right.NOTICES)
    world.fullmakt("einar", "jonas", rights=rights)
    jonas = on_behalf("jonas", "Jonas Berg", of="einar", of_name="Einar Dahl", rights=frozenset(rights))
    send(gerd, "einar")

    thread_id = world.connection.execute("SELECT thread_id FROM letter").fetchone()[0]
    with pytest.raises(Denied) as denied:
        queries.thread(jonas, thread_id)

    assert (denied.value.why, notices("letter")) == (Denial.NOT_IN_THE_FULLMAKT, {"einar": "due"})


def test_kin_who_are_told_in_a_browser_are_told_of_a_letter_by_the_register_alone(
    service, gerd, jonas, send, deliver, outside, wishes, database
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    send(gerd)
    deliver()

    assert service.shown() == []
    assert sorted(sms["to"] for sms in outside.sms()) == [ASTRIDS_MOBILE, JONAS_MOBILE]
    told = database.execute("SELECT channel, decision FROM notice WHERE receiver_id = %s", [an_id("jonas")]).fetchall()
    assert told == [("sms", "sent")]


def test_no_choice_of_hers_stops_it_and_her_own_number_is_not_used(
    world, gerd, send, deliver, outside, wishes, notices
) -> None:
    wishes("astrid", message="none", letter="none")
    wishes("jonas", about="astrid", message="none")
    from hjemmekontakt.ground import keys

    world.insert(
        "own_contact",
        id=an_id("own"),
        citizen_id=an_id("astrid"),
        channel="sms",
        address_sealed=keys.seal("+4790000099"),
        verified_at=clock.real(),
    )
    send(gerd)
    deliver()

    assert notices("letter") == {"astrid": "sent", "jonas": "no-wish"}
    assert [sms["to"] for sms in outside.sms()] == [ASTRIDS_MOBILE]


@pytest.mark.parametrize(
    ("reach", "why"),
    [
        ({"mobile": EINARS_MOBILE, "months_ago": 19}, OnPaper.STALE),
        ({}, OnPaper.NO_ADDRESS),
        (None, OnPaper.NOT_IN_REGISTER),
    ],
)
def test_without_a_fresh_address_it_goes_by_post(world, gerd, send, outside, notices, stands, reach, why) -> None:
    world.activation("einar")
    if reach is not None:
        outside.reach("einar", **reach)

    assert send(gerd, "einar").course.why is why
    assert (stands(), notices("letter")) == (("paper", why.value), {})


def test_einar_who_has_reserved_gets_paper_and_sees_nothing_sent_here(
    world, gerd, einar, send, outside, notices, stands, at
) -> None:
    world.activation("einar")
    reserve(outside, "einar", mobile=EINARS_MOBILE)
    send(gerd, "einar")

    assert (stands(), notices("letter"), queries.threads_of(einar).rows) == (("paper", "reserved"), {}, ())
    [row] = queries.letters_of(gerd).on_paper
    assert (row.name, row.title, row.why) == ("Einar Dahl", "Vedtak om hjelp", OnPaper.RESERVED)
    assert queries.letter_file(gerd, row.id).content.startswith(b"%PDF")

    assert actions.post_letter(gerd, row.id) == "Gerd Vik"
    colleague = replace(gerd, id=an_id("kari"), name="Kari Eide")
    assert actions.post_letter(colleague, row.id) == "Gerd Vik"
    with pytest.raises(Refused) as refused:
        actions.undo_post(colleague, row.id)
    assert refused.value.why is LetterRefusal.ANOTHERS
    actions.undo_post(gerd, row.id)
    assert stands()[0] == "paper"
    actions.post_letter(gerd, row.id)
    at(clock.now() + timedelta(minutes=11))
    with pytest.raises(Refused) as refused:
        actions.undo_post(gerd, row.id)
    assert (refused.value.why, stands()[0]) == (LetterRefusal.TOO_LATE, "posted")


def test_of_a_letter_to_one_who_does_not_use_the_service_nothing_is_kept(gerd, send, database, stands) -> None:
    assert send(gerd, "einar").course.why is OnPaper.NOT_ACTIVE
    assert send(gerd, "einar").course.why is OnPaper.NOT_ACTIVE

    assert stands() == ("paper", "not-active")
    kept = database.execute("SELECT title, text, file_name, (SELECT count(*) FROM letter_file) FROM letter").fetchall()
    assert kept == [("", "", "", 0)]
    [row] = queries.letters_of(gerd).on_paper
    assert (row.name, row.file) == ("Einar Dahl", None)


def test_while_the_register_is_away_it_waits_and_is_then_decided(
    world, gerd, astrid, send, deliver, outside, stands, notices, database
) -> None:
    sent = send(gerd, register=SILENT)
    assert (sent.course.state, stands(), notices("letter")) == (LetterState.WAITING, ("waiting", ""), {})
    assert actions.decide_waiting_letters(the_portal(), register=SILENT) == 0
    assert queries.threads_of(astrid).rows == ()

    assert actions.decide_waiting_letters(the_portal(), register=outside.gateways.register) == 1
    assert actions.decide_waiting_letters(the_portal(), register=outside.gateways.register) == 0
    carry()
    deliver()

    assert (stands()[0], notices("letter")["astrid"]) == ("digital", "sent")
    assert thread_of_letter(astrid).messages[0].author.name == "Gerd Vik"
    assert database.execute("SELECT count(*) FROM letter_file").fetchone() == (0,)


def test_what_waited_goes_by_post_where_the_register_says_so(gerd, send, outside, stands) -> None:
    send(gerd, register=SILENT)
    reserve(outside, "astrid", mobile=ASTRIDS_MOBILE)

    actions.decide_waiting_letters(the_portal(), register=outside.gateways.register)

    assert stands() == ("paper", "reserved")
    [row] = queries.letters_of(gerd).on_paper
    assert queries.letter_file(gerd, row.id).content.startswith(b"%PDF")


def test_a_reservation_made_after_the_sending_stops_the_reminder_and_puts_it_on_paper(
    gerd, send, deliver, outside, notices, stands, a_week_later
) -> None:
    send(gerd)
    deliver()
    reserve(outside, "astrid", mobile=ASTRIDS_MOBILE)

    a_week_later()

    assert notices("letter-reminder") == {"astrid": "on-paper", "jonas": "sent"}
    assert stands() == ("paper", "reserved")
    assert [sms["text"] for sms in outside.sms() if sms["to"] == ASTRIDS_MOBILE] == [COME]
    desk = client_of("gerd", employee=True).get(f"/ansatt/varsler/person/{an_id('astrid')}/?dag=2026-03-09")
    assert "Varselet er ikke sendt, fordi brevet sendes i posten. Mottakeren har reservert seg" in text_of(desk)


def test_an_sms_that_did_not_come_through_puts_it_on_paper_at_once(
    gerd, send, deliver, database, stands, a_week_later, notices
) -> None:
    send(gerd)
    deliver()
    notice = database.execute("SELECT id FROM notice WHERE receiver_id = %s", [an_id("astrid")]).fetchone()[0]
    receipts.record([DeliveryReport(reference=str(notice), state=Delivery.FAILED, at=clock.now(), provider="link")])

    waiting.do_what_waits(the_portal(), now=clock.now())

    assert stands() == ("paper", "not-delivered")
    a_week_later()
    assert notices("letter-reminder") == {"jonas": "on-paper"}


def test_an_sms_of_kin_that_did_not_come_through_puts_nothing_on_paper(gerd, send, deliver, database, stands) -> None:
    send(gerd)
    deliver()
    notice = database.execute("SELECT id FROM notice WHERE receiver_id = %s", [an_id("jonas")]).fetchone()[0]
    receipts.record([DeliveryReport(reference=str(notice), state=Delivery.FAILED, at=clock.now(), provider="link")])

    waiting.do_what_waits(the_portal(), now=clock.now())

    assert stands() == ("digital", "")


def test_after_a_death_nothing_more_is_sent_and_nobody_is_on_a_list(
    world, gerd, send, deliver, outside, stands, notices, a_week_later
) -> None:
    send(gerd)
    world.connection.execute("UPDATE citizen SET deceased_on = '2026-03-02' WHERE id = %s", [an_id("astrid")])
    deliver()
    waiting.do_what_waits(the_portal(), now=clock.now())
    a_week_later()

    assert (outside.sms(), stands()[0]) == ([], "stopped")
    assert set(notices("letter").values()) == {"not-any-more"}
    found = queries.letters_of(gerd)
    assert (found.on_paper, found.waiting, found.others) == ((), (), ())
    with pytest.raises(Refused) as refused:
        send(gerd, form="skjema 2")
    assert refused.value.why is LetterRefusal.DEAD


def test_a_letter_that_waits_for_the_register_stops_with_a_death(world, gerd, send, outside, stands) -> None:
    send(gerd, register=SILENT)
    world.connection.execute("UPDATE citizen SET deceased_on = '2026-03-02' WHERE id = %s", [an_id("astrid")])

    actions.decide_waiting_letters(the_portal(), register=outside.gateways.register)

    assert stands()[0] == "stopped"


def test_the_same_form_sends_one_letter_and_another_letter_is_refused(gerd, astrid, send, database) -> None:
    first = send(gerd)
    again = send(gerd)

    assert (first.id, again.id) == (again.id, first.id)
    with pytest.raises(Refused) as refused:
        send(gerd, title="Vedtak om noe annet")
    assert refused.value.why is LetterRefusal.FORM_USED
    assert database.execute("SELECT (SELECT count(*) FROM letter), (SELECT count(*) FROM message)").fetchone() == (1, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"title": ""}, LetterRefusal.TITLE_EMPTY),
        ({"title": "a" * 51}, LetterRefusal.TITLE_TOO_LONG),
        ({"text": "a" * 4001}, LetterRefusal.TEXT_TOO_LONG),
        ({"text": "a\0"}, LetterRefusal.UNREADABLE),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_kept(gerd, send, database, written, why) -> None:
    with pytest.raises(Refused) as refused:
        send(gerd, **written)

    assert refused.value.why is why
    assert database.execute("SELECT count(*) FROM letter").fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (picture(), LetterRefusal.NOT_A_PDF),
        (b"MZ", FileRefusal.NOT_A_KIND_WE_TAKE),
        (b"", FileRefusal.EMPTY),
        (b"%PDF-" + EICAR, FileRefusal.INFECTED),
    ],
    ids=["a picture", "a program", "nothing", "a virus"],
)
def test_a_file_that_is_no_clean_pdf_is_refused(scanner, content, why) -> None:
    with pytest.raises(Refused) as refused:
        clean_letter(content)

    assert refused.value.why is why


def test_a_letter_is_cleaned_before_it_is_kept(scanner) -> None:
    assert b"/JavaScript" not in clean_letter(document())


def test_without_a_virus_scanner_no_letter_is_taken() -> None:
    with pytest.raises(Refused) as refused:
        clean_letter(document())

    assert refused.value.why is FileRefusal.NOT_OFFERED


WHO_MAY = [
    ("gerd leads the unit that helps her", "gerd", "astrid", None),
    ("siri decides at the municipality's office", "siri", "astrid", None),
    ("mona is a nurse", "mona", "astrid", Denial.NOT_THE_ROLE),
    ("per leads another unit", "per", "astrid", Denial.UNKNOWN),
    ("kari leads in another municipality", "kari", "astrid", Denial.UNKNOWN),
    ("gerd leads, but her address is protected", "gerd", "nils", Denial.PROTECTED),
    ("gerd leads, but it is her family", "gerd's", "astrid", Denial.OWN_FAMILY),
    ("astrid herself", "astrid", "astrid", Denial.NOT_FOR_THIS_STANDING),
]


@pytest.mark.parametrize(("actor", "key", "why"), [row[1:] for row in WHO_MAY], ids=[row[0] for row in WHO_MAY])
def test_who_may_send_a_letter(world, gerd, siri_at_work, send, database, actor, key, why) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    at_tunvik = {"municipality": world.tunvik, "role": Role.TEAM_LEADER}
    actors = {
        "gerd": gerd,
        "gerd's": replace(gerd, family=frozenset({an_id("astrid")})),
        "siri": siri_at_work,
        "mona": at_work("mona", "Mona Lie", municipality=world.tunvik, unit=world.nord, unit_name="Nord"),
        "per": at_work("per", "Per Sand", unit=world.sor, unit_name="Sør", **at_tunvik),
        "kari": at_work(
            "kari",
            "Kari Eide",
            municipality=world.fjordby,
            unit=world.fjordby_unit,
            unit_name="Fjordby",
            role=Role.TEAM_LEADER,
        ),
        "astrid": herself("astrid", "Astrid Berg"),
    }
    if why is None:
        send(actors[actor], key)
        log = database.execute("SELECT act, outcome FROM access_entry WHERE citizen_id = %s", [an_id(key)]).fetchall()
        assert log == [("prepare-letter", "done"), ("send-letter", "done")]
        return
    with pytest.raises(Denied) as denied:
        send(actors[actor], key)
    assert denied.value.why is why
    assert database.execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_only_those_who_decide_in_its_unit_see_open_and_post_a_letter(world, gerd, send, siri_at_work) -> None:
    letter = send(gerd, "einar")
    mona = at_work("mona", "Mona Lie", municipality=world.tunvik, unit=world.nord, unit_name="Nord")

    for act in (queries.letter_file, actions.post_letter, actions.undo_post):
        with pytest.raises(Denied) as denied:
            act(mona, letter.id)
        assert denied.value.why is Denial.NOT_THE_ROLE
        with pytest.raises(Denied) as denied:
            act(siri_at_work, letter.id)
        assert denied.value.why is Denial.NOT_IN_THE_UNIT
    with pytest.raises(Denied):
        queries.letters_of(mona)
    assert queries.letters_of(siri_at_work).on_paper == ()


def test_a_letter_is_no_part_of_the_units_chat(gerd, send) -> None:
    from hjemmekontakt.messages.rules import InboxFilter

    send(gerd)

    assert queries.inbox(gerd, gerd.units[0].unit_id, filter=InboxFilter.ALL).rows == ()


def test_her_list_and_the_letter_itself_have_an_envelope_and_no_clock(gerd, send) -> None:
    send(gerd)
    browser = client_of("astrid")
    listed = browser.get("/meldinger/").content.decode()
    opened = browser.get(re.search(r'href="(/meldinger/[0-9a-f-]{36}/)"', listed)[1]).content.decode()

    for page in (listed, opened):
        [drawn] = re.findall(r'<span class="ds-tag"[^>]*><svg[^>]*>(.*?)</svg>Brev</span>', page)
        assert drawn.startswith('<path d="M3 5.5')


def test_the_worker_asks_the_register_again_each_minute(gerd, send, outside, stands, monkeypatch) -> None:
    from hjemmekontakt.messages import letter_register

    send(gerd, register=SILENT)
    with monkeypatch.context() as now_it_answers:
        now_it_answers.setattr(letter_register.configured, "contact_register", lambda: outside.gateways.register)
        jobs.run_minutely(now=clock.now())

    assert stands()[0] == "digital"


def test_it_cannot_be_chosen_away_on_the_page(astrid, world) -> None:
    from hjemmekontakt.notifications import queries as notices

    [herself_, *_] = notices.sections_of(astrid)

    assert Kind.LETTER not in {choice.kind for choice in herself_.choices}
