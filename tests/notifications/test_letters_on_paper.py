"""When a letter goes by post: where no notice came to her, and where her address was protected after it was sent (R11, R54)."""

from dataclasses import replace

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Denial, Role
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport
from hjemmekontakt.gateways.mail_returned import Fate, Returned
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import LetterAddress, LetterState, OnPaper
from hjemmekontakt.notifications import receipts, returned_mail, waiting
from hjemmekontakt.project import jobs
from tests.doors import client_of
from tests.notifications.conftest import ASTRIDS_MOBILE
from tests.notifications.test_letters import SILENT, reserve, thread_of_letter
from tests.notifications.test_letters import a_week_later as a_week_later
from tests.notifications.test_letters import gerd as gerd
from tests.notifications.test_letters import notices as notices
from tests.notifications.test_letters import send as send
from tests.notifications.test_letters import stands as stands
from tests.pages import text_of
from tests.people import an_id, at_work

HER_EMAIL = "astrid.berg@example.no"


@pytest.fixture
def kari(world):
    """Kari leads Nord too."""
    return at_work(
        "kari", "Kari Eide", municipality=world.tunvik, unit=world.nord, unit_name="Nord", role=Role.TEAM_LEADER
    )


@pytest.fixture
def becomes(database):
    """The register's word of Astrid comes to stand here: `becomes("strictly-confidential")`."""
    return lambda word: database.execute("UPDATE citizen SET protection = %s WHERE id = %s", [word, an_id("astrid")])


def by_night() -> None:
    jobs.run_nightly(now=clock.now())


# What happened, in turn, and how the letter then stands. «week» is seven days without that anybody opens it: then she is
# reminded by e-mail. A channel comes back where the provider or the mail server says so.
FATES = [
    ("the sms came", [], "digital"),
    ("the sms came back, and no other was tried", ["sms"], "paper"),
    ("the sms came, the reminder came back", ["week", "email"], "digital"),
    ("the sms came back late, the reminder came", ["week", "sms"], "digital"),
    ("neither came", ["week", "email", "sms"], "paper"),
    ("neither came, told the other way round", ["week", "sms", "email"], "paper"),
    ("the sms came back, but she had read it", ["read", "sms"], "opened"),
    ("the reminder came, and she reserved afterwards", ["week", "reserved"], "digital"),
    ("she reserved before the reminder", ["reserved", "week"], "paper"),
]


@pytest.mark.parametrize(("happens", "state"), [row[1:] for row in FATES], ids=[row[0] for row in FATES])
def test_it_goes_by_post_only_where_no_channel_reached_her(
    gerd, astrid, send, deliver, outside, database, stands, a_week_later, happens, state
) -> None:
    outside.reach("astrid", mobile=ASTRIDS_MOBILE, email=HER_EMAIL)
    send(gerd)
    deliver()

    for each in happens:
        match each:
            case "week":
                a_week_later()
            case "read":
                thread_of_letter(astrid)
            case "reserved":
                reserve(outside, "astrid", mobile=ASTRIDS_MOBILE, email=HER_EMAIL)
            case "sms" | "email":
                comes_back(database, each)
        waiting.do_what_waits(the_portal(), now=clock.now())

    assert stands()[0] == state


def comes_back(database, channel: str) -> None:
    """What Astrid was told by this channel did not come through."""
    [notice] = database.execute(
        "SELECT id FROM notice WHERE receiver_id = %s AND channel = %s AND decision = 'sent'",
        [an_id("astrid"), channel],
    ).fetchone()
    if channel == "sms":
        receipts.record([DeliveryReport(reference=str(notice), state=Delivery.FAILED, at=clock.now(), provider="link")])
    else:
        returned_mail.record_returned(the_portal(), [Returned(str(notice), Fate.BOUNCED)])


def test_where_she_shares_a_phone_with_jonas_theirs_coming_back_puts_it_on_paper(
    gerd, send, deliver, outside, database, stands, notices
) -> None:
    outside.reach("jonas", mobile=ASTRIDS_MOBILE)
    send(gerd)
    deliver()
    assert notices("letter") == {"astrid": "sent", "jonas": "same-address"}
    database.execute(  # as it stands where his was taken up first, in an earlier batch
        "UPDATE notice SET decision = CASE decision WHEN 'sent' THEN 'same-address' ELSE 'sent' END"
    )
    [his] = database.execute("SELECT id FROM notice WHERE decision = 'sent'").fetchone()

    waiting.do_what_waits(the_portal(), now=clock.now())
    assert stands() == ("digital", "")
    receipts.record([DeliveryReport(reference=str(his), state=Delivery.EXPIRED, at=clock.now(), provider="link")])
    waiting.do_what_waits(the_portal(), now=clock.now())

    assert stands() == ("paper", "not-delivered")


def test_whose_address_is_protected_afterwards_is_on_the_list_by_the_morning_and_only_its_author_knows_her(
    world, gerd, kari, astrid, send, deliver, becomes, stands, database
) -> None:
    sent = send(gerd)
    deliver()
    becomes("strictly-confidential")
    assert queries.letters_of(gerd).on_paper == ()

    by_night()
    assert actions.put_protected_on_paper(the_portal()) == 0

    assert stands() == ("paper", "protected")
    [hers], [theirs] = queries.letters_of(gerd).on_paper, queries.letters_of(kari).on_paper
    assert (hers.name, hers.title, hers.why, hers.address) == (
        "Astrid Berg",
        "Vedtak om hjelp",
        OnPaper.PROTECTED,
        LetterAddress.PROTECTED,
    )
    assert (theirs.name, theirs.birth_year, theirs.title, theirs.file) == ("", None, "", None)
    assert queries.letter_file(gerd, sent.id).content.startswith(b"%PDF")
    with pytest.raises(Denied) as denied:
        queries.letter_file(kari, sent.id)
    assert denied.value.why is Denial.PROTECTED
    seen = database.execute("SELECT actor_name FROM access_entry WHERE act = 'see-letters'").fetchall()
    assert seen == [("Gerd Vik",)]
    assert thread_of_letter(astrid).subject == "Vedtak om hjelp"


def test_what_was_to_be_posted_already_stays_on_the_list_and_is_posted_and_undone_by_a_colleague(
    gerd, kari, send, outside, becomes, stands
) -> None:
    reserve(outside, "astrid", mobile=ASTRIDS_MOBILE)
    sent = send(gerd)
    becomes("confidential")
    by_night()

    [row] = queries.letters_of(kari).on_paper
    assert (row.name, row.why, row.address) == ("", OnPaper.RESERVED, LetterAddress.HIDDEN)
    assert actions.post_letter(kari, sent.id) == "Kari Eide"
    assert [(each.name, each.can_undo) for each in queries.letters_of(kari).others] == [("", True)]
    assert queries.letters_of(gerd).others == ()
    actions.undo_post(kari, sent.id)
    actions.post_letter(gerd, sent.id)
    by_night()

    assert stands() == ("posted", "reserved")


@pytest.mark.parametrize(("before", "state"), [("read", "opened"), ("posted", "posted"), ("dead", "digital")])
def test_what_is_read_posted_or_to_one_who_has_died_is_not_put_there(
    gerd, astrid, send, deliver, outside, becomes, database, stands, before, state
) -> None:
    if before == "posted":
        reserve(outside, "astrid", mobile=ASTRIDS_MOBILE)
    sent = send(gerd)
    deliver()
    match before:
        case "read":
            thread_of_letter(astrid)
        case "posted":
            actions.post_letter(gerd, sent.id)
        case "dead":
            database.execute("UPDATE citizen SET deceased_on = '2026-03-02' WHERE id = %s", [an_id("astrid")])
    becomes("confidential")

    by_night()

    assert stands()[0] == state
    assert queries.letters_of(replace(gerd, id=an_id("kari"))).on_paper == ()


def test_one_that_waits_for_the_register_is_not_sent_digitally_to_a_protected_address(
    gerd, send, outside, becomes, stands, notices
) -> None:
    assert send(gerd, register=SILENT).course.state is LetterState.WAITING
    becomes("confidential")

    actions.decide_waiting_letters(the_portal(), register=outside.gateways.register)

    assert (stands(), notices("letter")) == (("paper", "protected"), {})
    [row] = queries.letters_of(gerd).on_paper
    assert queries.letter_file(gerd, row.id).content.startswith(b"%PDF")


def test_the_page_says_how_it_is_posted_and_never_who_she_is_to_others(gerd, send, deliver, becomes, world) -> None:
    send(gerd)
    deliver()
    becomes("confidential")
    by_night()
    world.connection.execute(
        "UPDATE duty SET role = 'team-leader', unit_id = %s, municipality_id = %s", [world.nord, world.tunvik]
    )
    world.connection.execute("UPDATE employee SET municipality_id = %s", [world.tunvik])

    mine, theirs = (client_of(key, employee=True).get("/ansatt/brev/") for key in ("gerd", "mona"))

    assert (
        "Astrid Berg, f. 1944 Vedtak om hjelp (PDF) til Astrid Berg Beskyttet adresse Send brevet slik dere sender til "
        "beskyttet adresse. Bruk ikke en adresse dere kjenner fra før. Innbyggeren har fått beskyttet adresse, og har ikke "
        "åpnet brevet." in text_of(mine)
    )
    assert (
        "En med beskyttet adresse Bare Gerd Vik, som skrev brevet, ser hvem det er til. Beskyttet adresse"
        in text_of(theirs)
    )
    assert not any(word in text_of(theirs) for word in ("Astrid", "1944", "Vedtak"))
