"""Kontaktinformasjon og varseloppsett: what each may choose, what is kept, and what the page says."""

import pytest
from django.conf import settings

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Right
from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import actions, queries, reactions
from hjemmekontakt.notifications.claiming import claim
from hjemmekontakt.notifications.delivery import LEASE
from hjemmekontakt.notifications.rules import (
    CHOSEN_BY_HERSELF,
    Channel,
    Choice,
    Decision,
    Kind,
    Mode,
    Reader,
    Refusal,
    Way,
    What,
)
from hjemmekontakt.notifications.texts import Letterhead, Told, letter
from hjemmekontakt.notifications.timing import Quiet
from hjemmekontakt.visits.events import VisitsPerformed
from tests.doors import client_of
from tests.notifications.conftest import performed_visit
from tests.people import an_id, on_behalf
from tests.visits.rows import silence_rings

PATH = "/profil/kontaktinformasjon/"
ASTRID, JONAS = an_id("astrid"), an_id("jonas")
pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def asked_of_register(outside, monkeypatch):
    """The page asks the test's register."""
    monkeypatch.setattr(settings, "KRR_URL", outside.register_url)
    monkeypatch.setattr(settings, "IS_DEMO", True)
    configured.forget()
    yield outside
    configured.forget()


def kept(database) -> dict[tuple[str, str], str]:
    names = {ASTRID: "astrid", JONAS: "jonas"}
    rows = database.execute("SELECT receiver_id, about_id, kind, channel FROM preference").fetchall()
    return {(f"{names[receiver]} about {names[about]}", kind): channel for receiver, about, kind, channel in rows}


def test_astrid_chooses_for_herself_and_chooses_again(astrid, database) -> None:
    actions.choose_notices(astrid, [Choice(ASTRID, Kind.VISIT_PERFORMED, Channel.SMS)])
    actions.choose_notices(
        astrid, [Choice(ASTRID, Kind.VISIT_PERFORMED, Channel.EMAIL), Choice(ASTRID, Kind.MESSAGE, Channel.NONE)]
    )
    assert kept(database) == {
        ("astrid about astrid", "visit-performed"): "email",
        ("astrid about astrid", "message"): "none",
    }


def test_jonas_chooses_how_he_is_told_of_astrid_in_either_standing(jonas, jonas_for_astrid, database) -> None:
    actions.choose_notices(jonas, [Choice(ASTRID, Kind.MESSAGE, Channel.EMAIL)])
    actions.choose_notices(jonas_for_astrid, [Choice(ASTRID, Kind.CANCELLATION, Channel.NONE)])
    assert kept(database) == {
        ("jonas about astrid", "message"): "email",
        ("jonas about astrid", "cancellation"): "none",
    }


def test_the_change_stands_in_the_log(astrid, jonas_for_astrid, database) -> None:
    actions.choose_notices(astrid, [Choice(ASTRID, Kind.MESSAGE, Channel.SMS)])
    actions.choose_notices(jonas_for_astrid, [Choice(ASTRID, Kind.MESSAGE, Channel.SMS)])
    lines = database.execute(
        "SELECT actor_name, standing FROM access_entry WHERE act = 'change-notices' AND citizen_id = %s ORDER BY id",
        [ASTRID],
    ).fetchall()
    assert lines == [("Astrid Berg", "self"), ("Jonas Berg", "fullmakt")]


@pytest.mark.parametrize(
    ("kind", "rights", "why"),
    [
        (Kind.MESSAGE, {Right.READ}, Refusal.NOT_FOR_THIS_PERSON),
        (Kind.MESSAGE, {Right.NOTICES, Right.SEE_VISITS}, Refusal.NOT_FOR_THIS_PERSON),
        (Kind.VISIT_PERFORMED, {Right.NOTICES, Right.READ}, Refusal.NOT_FOR_THIS_PERSON),
        (Kind.FULLMAKT, set(Right), Refusal.NOT_FOR_THIS_PERSON),
        (Kind.MESSAGE, {Right.NOTICES, Right.READ}, None),
        (Kind.CANCELLATION, {Right.NOTICES, Right.SEE_VISITS}, None),
    ],
)
def test_jonas_may_choose_no_more_than_his_fullmakt_opens(world, jonas, database, kind, rights, why) -> None:
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=tuple(rights))
    choice = [Choice(JONAS, Kind.MESSAGE, Channel.EMAIL), Choice(ASTRID, kind, Channel.SMS)]
    if why is None:
        actions.choose_notices(jonas, choice)
        assert len(kept(database)) == 2
    else:
        with pytest.raises(Refused) as refused:
            actions.choose_notices(jonas, choice)
        assert refused.value.why is why
        assert kept(database) == {}


def test_siri_can_choose_nothing_about_astrid(siri, database) -> None:
    with pytest.raises(Refused):
        actions.choose_notices(siri, [Choice(ASTRID, Kind.MESSAGE, Channel.SMS)])
    assert kept(database) == {}


def test_notices_of_fullmakter_cannot_be_turned_off(astrid, database) -> None:
    with pytest.raises(Refused) as refused:
        actions.choose_notices(astrid, [Choice(ASTRID, Kind.FULLMAKT, Channel.NONE)])
    assert refused.value.why is Refusal.ALWAYS_TOLD


def test_who_may_choose_and_see(world, mona, journal, database) -> None:
    without = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    for actor in (without,):
        with pytest.raises(Denied) as denied:
            actions.choose_notices(actor, [Choice(ASTRID, Kind.MESSAGE, Channel.SMS)])
        assert denied.value.near
        with pytest.raises(Denied):
            queries.sections_of(actor)
        with pytest.raises(Denied):
            queries.notices_of(actor)
    for stranger in (mona, journal):
        with pytest.raises((Denied, ValueError)):
            queries.notices_of(stranger)
        with pytest.raises(Denied):
            actions.tell_of_messages(stranger, [])


def test_the_page_shows_the_register_the_choices_and_exactly_what_the_sms_says(asked_of_register, at) -> None:
    at("monday 12:00")
    page = client_of("astrid").get(PATH)
    said = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Kontaktinformasjon og varseloppsett</h1>" in said
    assert "900 00 001" in said
    assert "Tunvik: Du har fått en ny melding. Logg inn for å lese den." in said
    assert "Tunvik: Besøket er utført kl. 08.40." in said
    assert said.count('type="radio"') == 3 + 3 + 3 + 3 + 3 + 2


def test_the_page_of_nils_shows_the_words_that_reveal_nothing(world, asked_of_register) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    said = client_of("nils").get(PATH).content.decode()
    assert "<p>Du har en ny melding. Logg inn for å lese den.</p>" in said
    assert "Tunvik: " not in said


def test_the_page_of_jonas_has_a_section_for_himself_and_one_for_astrid(asked_of_register) -> None:
    said = client_of("jonas").get(PATH).content.decode()
    assert said.index("Varsler til deg") < said.index("Varsler om Astrid Berg")
    assert "Tunvik: Et besøk hos en som har gitt deg fullmakt, er utført" in said
    for_astrid = client_of("jonas", acting_for="astrid").get(PATH).content.decode()
    assert "Varsler om Astrid Berg" in for_astrid
    assert "Varsler til deg" not in for_astrid
    assert "jonas.berg@example.no" in for_astrid


def test_with_a_silent_register_the_page_says_so_and_the_choices_still_work(outside, database) -> None:
    browser = client_of("astrid")
    assert "Vi får ikke kontakt med registeret nå" in browser.get(PATH).content.decode()
    answer = browser.post(PATH, {f"{kind.value}-{ASTRID.hex}": "email" for kind in CHOSEN_BY_HERSELF})
    assert (answer.status_code, answer.headers["Location"]) == (302, PATH)
    assert set(kept(database).values()) == {"email"}
    assert len(kept(database)) == len(CHOSEN_BY_HERSELF)
    assert "Lagret." in browser.get(PATH).content.decode()


@pytest.mark.parametrize("nonsense", ["pigeon", "", "\N{PILE OF POO}" * 9000, "<script>", "sms\0"])
def test_nonsense_is_answered_with_words_and_keeps_nothing(outside, database, nonsense) -> None:
    browser = client_of("astrid")
    answer = browser.post(PATH, {f"message-{ASTRID.hex}": nonsense, f"visit-performed-{ASTRID.hex}": "sms"})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Rett opp dette" in said
    assert "<script>" not in said.replace('<script src="', "")
    assert kept(database) == {}


def test_the_page_asks_the_database_a_fixed_number_of_times(outside, astrid, django_queries) -> None:
    queries.sections_of(astrid)
    with django_queries() as statements:
        queries.sections_of(astrid)
    asked = [each for each in statements.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(asked) <= 10, asked


def test_astrid_sees_all_that_was_told_about_her_and_jonas_only_his_own(
    world, astrid, jonas, jonas_for_astrid, outside, deliver, wishes, at
) -> None:
    wishes("jonas", about="astrid", message="none")
    at("monday 10:00")
    reactions.tell_of_answers([MessageAnswered(an_id("message 1"), an_id("thread"), ASTRID, world.tunvik)])
    deliver()
    at("monday 11:00")
    reactions.tell_of_answers([MessageAnswered(an_id("message 2"), an_id("thread"), ASTRID, world.tunvik)])

    seen = [(each.kind, each.channel, each.decision, each.receiver_name) for each in queries.notices_of(astrid)]
    assert sorted(seen[:2], key=str) == [
        (Kind.MESSAGE, Channel.NONE, Decision.NO_WISH, "Jonas Berg"),
        (Kind.MESSAGE, Channel.SMS, Decision.DUE, "Astrid Berg"),
    ]
    assert {decision for _, _, decision, _ in seen[2:]} == {Decision.NO_WISH, Decision.SENT}
    assert [(each.decision, each.receiver_id) for each in queries.notices_of(jonas_for_astrid)] == 2 * [
        (Decision.NO_WISH, JONAS)
    ]
    assert queries.notices_of(jonas) == []

    first, *rest = queries.notices_of(astrid)
    assert queries.notices_of(astrid, before=(first.decided_at, first.id)) == rest


def test_astrid_chooses_a_digest_at_four_and_a_quiet_night(outside, astrid, database) -> None:
    browser = client_of("astrid")
    chosen = {f"{kind}-{ASTRID.hex}": "sms" for kind in CHOSEN_BY_HERSELF}
    way = {f"mode-{ASTRID.hex}": "digest", f"hour-{ASTRID.hex}": "16", "quiet-from": "22", "quiet-until": "7"}
    assert browser.post(PATH, chosen | way).status_code == 302
    rows = "SELECT mode, digest_hour FROM preference WHERE kind = 'visit-performed'"
    assert database.execute(rows).fetchall() == [("digest", 16)]
    assert queries.chosen_for_all(astrid).quiet == Quiet(22, 7)
    said = browser.get(PATH).content.decode()
    assert '<option value="16" selected>kl. 16</option>' in said
    assert '<option value="22" selected>kl. 22</option>' in said

    assert browser.post(PATH, chosen).status_code == 302  # what is not sent stays as it was
    assert database.execute(rows).fetchall() == [("digest", 16)]
    assert browser.post(PATH, chosen | {"quiet-from": "none"}).status_code == 302
    assert queries.chosen_for_all(astrid).quiet is None


@pytest.mark.parametrize("nonsense", [{"hour": "3"}, {"hour": "x"}, {"mode": "all"}, {"mode": "deviations"}])
def test_no_other_hour_or_mode_can_be_sent(outside, astrid, database, nonsense) -> None:
    chosen = {f"{kind}-{ASTRID.hex}": "sms" for kind in CHOSEN_BY_HERSELF}
    answer = client_of("astrid").post(PATH, chosen | {f"{name}-{ASTRID.hex}": each for name, each in nonsense.items()})
    assert "Rett opp dette" in answer.content.decode()
    assert kept(database) == {}
    way = Way(Mode(nonsense["mode"]) if nonsense.get("mode") == "deviations" else Mode.DIGEST, 3)
    with pytest.raises(Refused) as refused:
        actions.choose_notices(astrid, [Choice(ASTRID, Kind.VISIT_PERFORMED, Channel.SMS, way)])
    assert refused.value.why in (Refusal.NOBODY_REPORTS, Refusal.NOT_AN_HOUR)


def test_only_what_goes_wrong_is_offered_where_silence_rings_and_elsewhere_the_page_says_why(world, outside) -> None:
    why = "Varsel bare om besøk som uteblir, kan ikke velges her, for ingen melder fra om dem."
    page = client_of("astrid").get(PATH).content.decode()
    assert (why in page, "Bare hvis et besøk ikke blir utført" in page) == (True, False)
    silence_rings(world)
    page = client_of("astrid").get(PATH).content.decode()
    assert (why in page, "Bare hvis et besøk ikke blir utført" in page) == (False, True)


@pytest.mark.parametrize(
    ("level", "message", "visits"),
    [("obligatory", "none", "none"), ("normal", "email", "none"), ("full", "email", "email")],
)
def test_a_ready_set_of_choices_is_one_press_by_the_channel_she_uses(
    outside, wishes, database, level, message, visits
) -> None:
    wishes("jonas", about="astrid", message="email")
    browser = client_of("jonas", acting_for="astrid")
    for _ in range(2):
        assert browser.post(f"{PATH}oppsett/", {"about": ASTRID.hex, "level": level}).status_code == 302
    found = kept(database)
    assert found["jonas about astrid", "message"] == message
    assert found["jonas about astrid", "visit-performed"] == visits
    assert found["jonas about astrid", "cancellation"] == "email"
    assert browser.get(PATH).content.decode().count("Dette har du nå.") == 1


def test_a_ready_set_for_a_stranger_changes_nothing(outside, database) -> None:
    for sent in ({"about": ASTRID.hex, "level": "full"}, {"about": "x", "level": "full"}, {"level": "everything"}):
        assert client_of("siri").post(f"{PATH}oppsett/", sent).status_code == 302
    assert kept(database) == {}


def test_who_could_not_be_told_because_the_number_is_old_is_known_at_the_next_log_in(
    world, astrid, outside, deliver, at
) -> None:
    assert not queries.last_was_stale(astrid)
    outside.reach("astrid", mobile="+4790000001", months_ago=20)
    reactions.tell_of_answers([MessageAnswered(an_id("message 1"), an_id("thread"), ASTRID, world.tunvik)])
    deliver()
    assert queries.last_was_stale(astrid)
    at("monday 11:00")
    outside.reach("astrid", mobile="+4790000001")
    reactions.tell_of_answers([MessageAnswered(an_id("message 2"), an_id("thread"), ASTRID, world.tunvik)])
    deliver()
    assert not queries.last_was_stale(astrid)


@pytest.mark.parametrize(("astrid_says", "jonas_says"), [("on", "on"), ("", "on"), ("on", ""), ("", "")])
def test_her_first_name_stands_in_a_notice_only_where_both_have_said_yes(
    world, astrid, jonas, outside, deliver, wishes, astrid_says, jonas_says
) -> None:
    wishes("jonas", about="astrid", visit_performed="sms")
    for key, name, said in (("astrid", "lends-name", astrid_says), ("jonas", "wants-names", jonas_says)):
        chosen = {f"{kind}-{an_id(key).hex}": "sms" for kind in CHOSEN_BY_HERSELF}
        chosen |= {f"visit-performed-{an_id(key).hex}": "none"}
        about = {f"{kind}-{ASTRID.hex}": "sms" for kind in CHOSEN_BY_HERSELF}
        sent = chosen | (about if key == "jonas" else {}) | ({name: said} if said else {})
        assert client_of(key).post(PATH, sent).status_code == 302
    visit = performed_visit(world, "morning")
    reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
    deliver()
    (sms,) = outside.sms()
    named = astrid_says == jonas_says == "on"
    assert sms["text"] == (
        "Tunvik: Besøket hos Astrid er utført kl. 08.40. Logg inn for å se mer."
        if named
        else "Tunvik: Et besøk hos en som har gitt deg fullmakt, er utført kl. 08.40. Logg inn for å se mer."
    )


@pytest.mark.parametrize("protection", ["none", "confidential"])
def test_nothing_with_her_name_is_taken_up_for_one_whose_address_is_protected(
    world, outside, wishes, database, protection
) -> None:
    """The letter would leave the name out as well; nothing comes as far as a letter (R51, R57)."""
    wishes("jonas", about="astrid", visit_performed="sms")
    world.insert("first_names", citizen_id=ASTRID, lends=True, wants=False)
    world.insert("first_names", citizen_id=JONAS, lends=False, wants=True)
    visit = performed_visit(world, "morning")
    reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
    database.execute("UPDATE citizen SET protection = %s WHERE id = %s", [protection, JONAS])
    claimed, _ = claim(the_portal(), now=clock.now(), lease=clock.real() + LEASE, limit=10)
    assert {due.first_name for due in claimed if due.receiver_id == JONAS} == (
        {"Astrid"} if protection == "none" else set()
    )


def test_a_name_that_would_cost_another_part_or_alphabet_is_left_out() -> None:
    for name in ("Ánne", "Maximiliana-Konstantina " * 6):
        told = Told(What.VISIT_PERFORMED, Reader.KIN, first_name=name)
        said = letter(told, Letterhead("Tunvik", "Tunvik"), language="nb", now=clock.now())
        assert said.sms == "Tunvik: Et besøk hos en som har gitt deg fullmakt, er utført. Logg inn for å se mer."
        assert name not in said.mail
